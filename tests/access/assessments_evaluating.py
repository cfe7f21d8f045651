"""Who gets what from the pages of the evaluating half; objects belong to world.staff and world.unit.

The evaluation is handed over and objected to; staff is its owner, the appraiser is world.head.
"""

from datetime import UTC, datetime
from typing import Any

from apps.assessments.models import CalibrationSession, Evaluation, Period
from apps.assessments.services import calibration, closing, evaluations, objections

_WORKERS = ("staff", "colleague", "appraiser", "stranger", "personnel_officer", "auditor")


def _same(status: int, **others: int) -> dict[str, int]:
    roles = dict.fromkeys(_WORKERS, status)
    return {"anonymous": 302, "foreigner": 404, **roles, **others}


_OWN = {"staff": 200, "appraiser": 200, "personnel_officer": 200, "auditor": 200}

ROUTES: dict[str, dict[str, int]] = {
    "assessments:cycle-list": _same(403, personnel_officer=200, auditor=200, foreigner=403),
    "assessments:cycle-create": _same(403, personnel_officer=200, foreigner=403),
    "assessments:period-detail": _same(403, personnel_officer=200, auditor=200),
    # The period is closed: its deadline can no longer be moved, so the officer is sent back to it.
    "assessments:period-closing": _same(403, personnel_officer=302),
    "assessments:period-prepare": _same(405, foreigner=405),
    # Whoever fixes no achievement gets a sentence that says who does, and a reminder where their work waits.
    "assessments:achievement-list": _same(200),
    "assessments:achievement-remind": _same(405, foreigner=405),
    "assessments:achievement-fix": _same(404),
    "assessments:rating-results": _same(200),
    "assessments:rating-results-autosave": _same(405, foreigner=405),
    "assessments:rating-behavior": _same(200),
    "assessments:rating-behavior-autosave": _same(405, foreigner=405),
    "assessments:rating-check": _same(200),
    "assessments:calibration-unit": _same(
        404, staff=403, colleague=403, appraiser=200, personnel_officer=200, auditor=200
    ),
    # The appraiser leads the unit; personnel and audit read along and move nothing.
    "assessments:calibration-detail": _same(404, appraiser=200, personnel_officer=200, auditor=200),
    "assessments:calibration-close": _same(405, foreigner=405),
    "assessments:calibration-move": _same(404, appraiser=302, personnel_officer=403, auditor=403),
    "assessments:calibration-comment": _same(404, appraiser=302, personnel_officer=403, auditor=403),
    "assessments:appraisal-index": _same(302, foreigner=200),
    "assessments:appraisal-list": _same(200),
    "assessments:evaluation-deliver-batch": _same(200),
    "assessments:distribution": _same(403, appraiser=200, stranger=404, personnel_officer=200, auditor=200),
    # Handed over already, so the appraiser is sent on to the explanation.
    "assessments:evaluation-rate": _same(404, staff=403, appraiser=302, personnel_officer=403, auditor=403),
    "assessments:evaluation-deliver": _same(
        404, staff=403, appraiser=302, personnel_officer=403, auditor=403
    ),
    "assessments:evaluation-mine": _same(200, foreigner=200),
    "assessments:evaluation-detail": _same(404, **_OWN),
    "assessments:evaluation-accept": _same(405, foreigner=405),
}

_RATED = datetime(2026, 7, 21, 2, 0, tzinfo=UTC)


def kwargs(world: Any, name: str) -> dict[str, int]:
    """Return the arguments of a route for the objects of world.staff; makes them at the first call."""
    period = _period(world)
    evaluation = _evaluation(world, period)
    page = name.removeprefix("assessments:")
    if page.startswith(
        (
            "period-",
            "appraisal-list",
            "achievement",
            "distribution",
            "evaluation-deliver-batch",
            "rating-",
            "calibration-unit",
        )
    ):
        if page.startswith("period-"):
            return {"pk": period.pk}
        if page in {"achievement-fix", "achievement-remind", "distribution", "calibration-unit"}:
            return {"period": period.pk, "unit": world.unit.pk}
        return {"period": period.pk}
    if page in {"evaluation-rate", "evaluation-deliver"}:
        return {"period": period.pk, "pk": evaluation.pk}
    if page.startswith("calibration-"):
        session = _session(world, period)
        change = session.changes.get()
        if page == "calibration-move":
            return {"pk": session.pk, "evaluation": change.evaluation_id}
        return {"pk": session.pk} | ({"change": change.pk} if page == "calibration-comment" else {})
    if page in {"evaluation-detail", "evaluation-accept"}:
        return {"pk": evaluation.pk}
    return {}


def _period(world: Any) -> Period:
    found = Period.objects.filter(cycle__government=world.government, kind="periodic", number=2).first()
    return found or world.make_periods()[1]


def _evaluation(world: Any, period: Period) -> Evaluation:
    found = Evaluation.objects.filter(employee=world.staff, period=period).first()
    if found is not None:
        return found
    if not world.staff.skp.filter(status="approved", year=2026).exists():
        world.make_skp(world.staff)
    closing.prepare_unit(period_id=period.pk, unit_id=world.unit.pk, at=_RATED)
    evaluation = Evaluation.objects.get(employee=world.staff, period=period)
    evaluations.rate_evaluation(
        evaluation_id=evaluation.pk,
        work_result="meets_expectation",
        behavior="meets_expectation",
        by=world.head,
        at=_RATED,
    )
    evaluations.deliver_evaluation(evaluation_id=evaluation.pk, by=world.head, at=_RATED)
    objections.file_objection(evaluation_id=evaluation.pk, reason="Alasan", by=world.staff, at=_RATED)
    return evaluation


def _session(world: Any, period: Period) -> CalibrationSession:
    """Return a closed calibration of world.unit, in which the colleague's rating was moved."""
    found = CalibrationSession.objects.filter(unit=world.unit, period=period).first()
    if found is not None:
        return found
    world.make_skp(world.colleague)
    closing.prepare_unit(period_id=period.pk, unit_id=world.unit.pk, at=_RATED)
    evaluation = Evaluation.objects.get(employee=world.colleague, period=period)
    ratings = {"work_result": "meets_expectation", "behavior": "meets_expectation"}
    evaluations.rate_evaluation(evaluation_id=evaluation.pk, by=world.head, at=_RATED, **ratings)
    session = calibration.open_session(unit=world.unit, period=period, by=world.agency_head, at=_RATED)
    calibration.move_rating(
        session_id=session.pk,
        evaluation_id=evaluation.pk,
        by=world.agency_head,
        at=_RATED,
        reason="Standar yang sama.",
        **{**ratings, "behavior": "above_expectation"},
    )
    return calibration.close_session(session_id=session.pk, by=world.agency_head, at=_RATED)
