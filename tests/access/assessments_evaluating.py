"""Who gets what from the pages of the evaluating half; objects belong to world.staff and world.unit.

The evaluation is handed over and objected to; staff is its owner, the appraiser is world.head.
"""

from datetime import UTC, datetime
from typing import Any

from apps.assessments.models import Evaluation, Objection, Period
from apps.assessments.services import closing, evaluations, objections

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
    "assessments:achievement-list": _same(403),
    "assessments:achievement-fix": _same(404),
    "assessments:appraisal-index": _same(302, foreigner=200),
    "assessments:appraisal-list": _same(200),
    "assessments:evaluation-deliver-batch": _same(200),
    "assessments:distribution": _same(403, appraiser=200, stranger=404, personnel_officer=200, auditor=200),
    # Handed over already, so the appraiser is sent on to the explanation.
    "assessments:evaluation-rate": _same(404, staff=403, appraiser=302, personnel_officer=403, auditor=403),
    "assessments:evaluation-deliver": _same(
        404, staff=403, appraiser=302, personnel_officer=403, auditor=403
    ),
    "assessments:objection-list": _same(200, foreigner=200),
    "assessments:objection-detail": _same(404, **_OWN),
    "assessments:evaluation-mine": _same(200, foreigner=200),
    "assessments:evaluation-detail": _same(404, **_OWN),
    "assessments:evaluation-accept": _same(405, foreigner=405),
    "assessments:objection-file": _same(404, staff=200, appraiser=403, personnel_officer=403, auditor=403),
}

_RATED = datetime(2026, 7, 21, 2, 0, tzinfo=UTC)


def kwargs(world: Any, name: str) -> dict[str, int]:
    """Return the arguments of a route for the objects of world.staff; makes them at the first call."""
    period = _period(world)
    evaluation = _evaluation(world, period)
    page = name.removeprefix("assessments:")
    if page.startswith(
        ("period-", "appraisal-list", "achievement", "distribution", "evaluation-deliver-batch")
    ):
        if page.startswith("period-"):
            return {"pk": period.pk}
        if page in {"achievement-fix", "distribution"}:
            return {"period": period.pk, "unit": world.unit.pk}
        return {"period": period.pk}
    if page in {"evaluation-rate", "evaluation-deliver"}:
        return {"period": period.pk, "pk": evaluation.pk}
    if page == "objection-detail":
        return {"pk": Objection.objects.get(evaluation=evaluation).pk}
    if page in {"evaluation-detail", "evaluation-accept", "objection-file"}:
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
