"""An evaluation from the appraiser's ratings to the person's answer: one function per verb.

What leads where: rules/evaluation_lifecycle.py. The predikat comes from the matrix and nothing else (MTX-4).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, holidays, notify, policy, stamps
from apps.core.localtime import local_date
from apps.core.rules.working_days import DayKind
from apps.employees import screens
from apps.employees.models import Employee
from apps.indicators.models import WorkResult
from apps.indicators.rules.forms import BEHAVIOR_VALUES

from ..models import CalibrationSession, Evaluation, EvaluationNote, RatingChange, RatingDraft
from ..permissions import is_appraiser
from ..rules.evaluation_lifecycle import EvaluationAction, EvaluationStatus, TransitionNotAllowed, next_status
from ..rules.objection import clock_basis, objection_deadline
from ..rules.predikat import RULE_VERSION, Rating, predikat_for
from ..rules.rating_kinds import ChangeKind
from ..selectors.calibration import is_being_calibrated
from ..selectors.distribution import distribution_blocks
from ..selectors.evaluating import LOW_PREDIKAT, HeadResult, head_result
from . import yearly
from .actors import account_of, employee_behind, stamp_names
from .credit import promise_conversion

__all__ = [
    "AchievementMissing",
    "AlreadyCalibrated",
    "BatchResult",
    "CalibrationOpen",
    "DistributionUnexplained",
    "NotTheAppraiser",
    "NotTheEmployee",
    "NoteText",
    "ReasonMissing",
    "ResultFollowsUnit",
    "TransitionNotAllowed",
    "UnknownNoteTarget",
    "accept_evaluation",
    "deliver_evaluation",
    "deliver_rated",
    "lapse_due",
    "rate_evaluation",
]

BEHAVIOR_CODES = frozenset(value.code for value in BEHAVIOR_VALUES)

_DELIVERED = gettext_noop(
    "Your evaluation for %(starts_on)s to %(ends_on)s is here. You may object until %(due_on)s."
)
_ACCEPTED = gettext_noop("An evaluation you made was accepted (%(starts_on)s to %(ends_on)s).")
_LAPSED = gettext_noop(
    "The time to object to your evaluation for %(starts_on)s to %(ends_on)s has ended; it is final."
)


class NotTheAppraiser(ValueError):
    """Raised when somebody else than the appraiser rates or hands over."""


class NotTheEmployee(ValueError):
    """Raised when somebody else than the evaluated person answers."""


class ReasonMissing(ValueError):
    """Raised when the highest or lowest rating, or a change, has no reason."""


class AchievementMissing(ValueError):
    """Raised when the head of a unit is rated before the unit's achievement is fixed (ORG-4)."""


class ResultFollowsUnit(ValueError):
    """Raised when a head's result rating is not what the unit's achievement gives (ORG-4)."""


class CalibrationOpen(ValueError):
    """Raised while the unit's ratings are being calibrated: nothing is changed or handed over meanwhile."""


class AlreadyCalibrated(ValueError):
    """Raised when an appraiser would take back on their own what a calibration has agreed."""


class DistributionUnexplained(ValueError):
    """Raised where the agency lets the distribution block and nobody has given the reason for it (DIST-4)."""


class UnknownNoteTarget(ValueError):
    """Raised when feedback names a result of another plan, or a value that does not exist."""


@dataclass(frozen=True)
class NoteText:
    """Feedback on one planned result or on one value of behavior (forms 6.5)."""

    text: str
    result_id: int | None = None
    behavior_value: str = ""


@dataclass(frozen=True)
class BatchResult:
    """What a batch handed over, and what it left for a talk or because it is no longer ready."""

    delivered: list[int]
    left: list[int]


def locked_evaluation(evaluation_id: int) -> Evaluation:
    """Return an evaluation with its row locked."""
    return (
        Evaluation.objects.select_for_update(of=("self",))
        .select_related("government", "period__cycle", "employee__user", "appraiser__user", "skp", "unit")
        .get(pk=evaluation_id)
    )


@transaction.atomic
def rate_evaluation(
    *,
    evaluation_id: int,
    work_result: str | None,
    behavior: str,
    by: Any,
    at: datetime,
    reason: str = "",
    notes: Sequence[NoteText] = (),
    recommendation: str = "",
    scored_at: Mapping[str, datetime] | None = None,
) -> Evaluation:
    """Set the two ratings; the predikat follows from the matrix and is stored with the version of the rule.

    The highest and the lowest rating, and every change, need a reason. The result rating of the head of a
    unit follows from the unit's achievement and may be left out. `notes` replace the feedback given before.
    `scored_at` says when each dimension was decided, if that was before.

    :raises TransitionNotAllowed: if it has been handed over.
    :raises NotTheAppraiser: if `by` is not the appraiser.
    :raises AchievementMissing: for the head of a unit whose achievement is not fixed.
    :raises ResultFollowsUnit: if the head's result rating is another one than the unit's achievement gives.
    :raises ReasonMissing: if a reason is needed and missing.
    :raises CalibrationOpen: if ratings would change while the unit is being calibrated.
    :raises AlreadyCalibrated: if they would undo what a calibration has agreed.
    :raises UnknownNoteTarget: if a note names something that is not in the plan.
    """
    evaluation = locked_evaluation(evaluation_id)
    status = next_status(EvaluationStatus(evaluation.status), EvaluationAction.RATE)
    if not is_appraiser(by, evaluation):
        raise NotTheAppraiser
    result, result_is_judged = _result_rating(evaluation, work_result)
    attitude = Rating(behavior)
    reason = reason.strip()
    changed = evaluation.predikat != "" and (evaluation.work_result_rating, evaluation.behavior_rating) != (
        result.value,
        attitude.value,
    )
    if changed:
        _refuse_undoing_calibration(evaluation, result, attitude, result_is_judged)
    extreme = attitude is not Rating.MEETS or (result_is_judged and result is not Rating.MEETS)
    if not reason and (extreme or changed):
        raise ReasonMissing
    first = evaluation.predikat == ""
    same_reason = evaluation.reason == reason
    set_ratings(evaluation, result, attitude, at)
    evaluation.status = status.value
    evaluation.reason = reason
    evaluation.recommendation = recommendation.strip()
    evaluation.save()
    if first or changed or not same_reason:
        kind = ChangeKind.RATED if first else ChangeKind.CORRECTED
        note_change(evaluation, by=by, reason=reason, at=at, kind=kind.value, scored_at=scored_at)
    _replace_notes(evaluation, notes)
    _drop_drafts(evaluation, by)
    audit.record(
        "assessments.evaluation.rated",
        target=evaluation,
        by=account_of(by),
        scope=evaluation.government.code,
        at=at,
        work_result=result.value,
        behavior=attitude.value,
        predikat=evaluation.predikat,
        rule_version=RULE_VERSION,
        changed=changed,
    )
    yearly.follow_period(
        employee_id=evaluation.employee_id,
        period=evaluation.period,
        mark=f"rated:{evaluation.pk}:{at.isoformat()}",
    )
    stamps.bump(*stamp_names(evaluation.appraiser), *screens.of_unit(evaluation.unit))
    return evaluation


def _refuse_undoing_calibration(
    evaluation: Evaluation, result: Rating, behavior: Rating, result_is_judged: bool
) -> None:
    if is_being_calibrated(evaluation.unit_id, evaluation.period_id):
        raise CalibrationOpen
    # A head's result follows the unit's achievement, also when that is corrected after the calibration.
    follows_only = not result_is_judged and behavior.value == evaluation.behavior_rating
    if not follows_only and evaluation.changes.filter(kind=ChangeKind.CALIBRATED.value).exists():
        raise AlreadyCalibrated


def _result_rating(evaluation: Evaluation, given: str | None) -> tuple[Rating, bool]:
    """Return the result rating, and whether it is the appraiser's own judgement."""
    head = head_result(evaluation)
    if head is None:
        if not given:
            raise ValueError("a result rating is needed")
        return Rating(given), True
    if head.rating is None:
        raise AchievementMissing
    if given and Rating(given) is not head.rating:
        raise ResultFollowsUnit
    return head.rating, False


def set_ratings(evaluation: Evaluation, result: Rating, behavior: Rating, at: datetime) -> None:
    """Write two ratings and their predikat into an evaluation, without saving it."""
    evaluation.work_result_rating = result.value
    evaluation.behavior_rating = behavior.value
    evaluation.predikat = predikat_for(work_result=result, behavior=behavior).value
    evaluation.rule_version = RULE_VERSION
    evaluation.rated_at = at


def note_change(
    evaluation: Evaluation,
    *,
    by: Any,
    reason: str,
    at: datetime,
    kind: str = ChangeKind.RATED.value,
    session: CalibrationSession | None = None,
    scored_at: Mapping[str, datetime] | None = None,
) -> RatingChange:
    """Keep who set which ratings when, why, and by which rule."""
    return RatingChange.objects.create(
        evaluation=evaluation,
        work_result_rating=evaluation.work_result_rating,
        behavior_rating=evaluation.behavior_rating,
        predikat=evaluation.predikat,
        rule_version=evaluation.rule_version,
        version=evaluation.version,
        reason=reason,
        kind=ChangeKind(kind).value,
        session=session,
        by=employee_behind(by),
        at=at,
        scored_at={dimension: moment.isoformat() for dimension, moment in (scored_at or {}).items()},
    )


def _drop_drafts(evaluation: Evaluation, by: Any) -> None:
    """Forget the actor's drafts of an evaluation: its ratings are set."""
    employee = employee_behind(by)
    author = employee.user_id if employee is not None else getattr(by, "pk", None)
    RatingDraft.objects.filter(evaluation=evaluation, author=author).delete()


def _replace_notes(evaluation: Evaluation, notes: Sequence[NoteText]) -> None:
    kept = [note for note in notes if note.text.strip()]
    result_ids = {note.result_id for note in kept if note.result_id is not None}
    if WorkResult.objects.filter(skp=evaluation.skp_id, pk__in=result_ids).count() != len(result_ids):
        raise UnknownNoteTarget
    if any((note.result_id is None) == (note.behavior_value == "") for note in kept):
        raise UnknownNoteTarget
    if not {note.behavior_value for note in kept if note.behavior_value} <= BEHAVIOR_CODES:
        raise UnknownNoteTarget
    evaluation.notes.all().delete()
    EvaluationNote.objects.bulk_create(
        EvaluationNote(
            evaluation=evaluation,
            result_id=note.result_id,
            behavior_value=note.behavior_value,
            text=note.text.strip(),
        )
        for note in kept
    )


@transaction.atomic
def deliver_evaluation(*, evaluation_id: int, by: Any, at: datetime, talked: bool = False) -> Evaluation:
    """Hand an evaluation to the person; from now on the objection clock runs (OBJ-4).

    `talked` notes that the appraiser has spoken with the person; the page asks for it when the predikat is
    low.

    :raises TransitionNotAllowed: if it is not rated, or handed over already.
    :raises NotTheAppraiser: if `by` is not the appraiser.
    :raises ResultFollowsUnit: if the unit's achievement was changed after its head was rated.
    :raises CalibrationOpen: while the unit's ratings are being calibrated.
    :raises DistributionUnexplained: if the agency lets the distribution block and it is not explained.
    """
    evaluation = locked_evaluation(evaluation_id)
    status = next_status(EvaluationStatus(evaluation.status), EvaluationAction.DELIVER)
    if not is_appraiser(by, evaluation):
        raise NotTheAppraiser
    head = head_result(evaluation)
    if head is not None and (head.rating is None or head.rating.value != evaluation.work_result_rating):
        raise ResultFollowsUnit
    if is_being_calibrated(evaluation.unit_id, evaluation.period_id):
        raise CalibrationOpen
    if distribution_blocks(evaluation.unit, evaluation.period):
        raise DistributionUnexplained
    scope = evaluation.government.code
    today = local_date(at, evaluation.government.timezone)
    evaluation.status = status.value
    evaluation.delivered_at = at
    days = policy.get("assessments.objection_days", on=today, scope=scope)
    kind = DayKind(policy.get("assessments.objection_day_kind", on=today, scope=scope))
    off = holidays.holidays_around(today, scope=scope)
    evaluation.answer_due_on = objection_deadline(today, days, kind, off)
    evaluation.basis = {
        "answer": clock_basis(today, days, kind, off, evaluation.answer_due_on),
        **({"head": _head_basis(head, evaluation)} if head is not None else {}),
    }
    evaluation.save(update_fields=["status", "delivered_at", "answer_due_on", "basis"])
    audit.record(
        "assessments.evaluation.delivered",
        target=evaluation,
        by=account_of(by),
        scope=scope,
        at=at,
        answer_due_on=evaluation.answer_due_on,
        talked=talked,
    )
    notify.send(
        evaluation.employee.user,
        _DELIVERED,
        url=reverse("assessments:evaluation-detail", args=[evaluation.pk]),
        due_on=f"{evaluation.answer_due_on:%d/%m/%Y}",
        **_days_of(evaluation),
    )
    _bump(evaluation)
    return evaluation


def _head_basis(head: HeadResult, evaluation: Evaluation) -> dict[str, Any]:
    """Return what the head's result rating followed from: the achievement, and the table of that day (ORG-5)."""
    table = policy.get(
        "assessments.head_ratings", on=evaluation.period.ends_on, scope=evaluation.government.code
    )
    return {
        "unit": head.unit.pk,
        "org_predicate": head.achievement.org_predicate if head.achievement else "",
        "ratings": dict(table),
    }


@transaction.atomic
def deliver_rated(*, evaluation_ids: Sequence[int], by: Any, at: datetime) -> BatchResult:
    """Hand over those of the named evaluations that are rated and not low; the others stay for a talk."""
    result = BatchResult([], [])
    for evaluation_id in sorted(set(evaluation_ids)):
        evaluation = locked_evaluation(evaluation_id)
        is_ready = evaluation.status == EvaluationStatus.RATED.value and is_appraiser(by, evaluation)
        if not is_ready or evaluation.predikat in LOW_PREDIKAT:
            result.left.append(evaluation_id)
            continue
        try:
            deliver_evaluation(evaluation_id=evaluation_id, by=by, at=at)
        except (ResultFollowsUnit, CalibrationOpen, DistributionUnexplained):
            result.left.append(evaluation_id)
        else:
            result.delivered.append(evaluation_id)
    return result


@transaction.atomic
def accept_evaluation(*, evaluation_id: int, by: Employee, at: datetime) -> Evaluation:
    """Accept one's own evaluation: it is final.

    :raises NotTheEmployee: if `by` is somebody else.
    :raises TransitionNotAllowed: if it is not waiting for an answer.
    """
    evaluation = locked_evaluation(evaluation_id)
    if evaluation.employee_id != getattr(employee_behind(by), "pk", None):
        raise NotTheEmployee
    evaluation.status = next_status(EvaluationStatus(evaluation.status), EvaluationAction.ACCEPT).value
    evaluation.answered_at = at
    evaluation.save(update_fields=["status", "answered_at"])
    promise_conversion(evaluation)
    audit.record(
        "assessments.evaluation.accepted",
        target=evaluation,
        by=account_of(by),
        scope=evaluation.government.code,
        at=at,
    )
    if evaluation.appraiser is not None:
        notify.send(
            evaluation.appraiser.user,
            _ACCEPTED,
            url=reverse("assessments:evaluation-detail", args=[evaluation.pk]),
            **_days_of(evaluation),
        )
    _bump(evaluation)
    return evaluation


def lapse_due(*, now: datetime, limit: int = 1000) -> int:
    """Accept what nobody answered in time (OBJ-4); return how many. `answered_at` stays empty: it was
    silence.
    """
    # No local day is more than a day behind the latest one, so this reaches every zone without one query per
    # zone.
    latest_day = (now + timedelta(hours=14)).date()
    waiting = (
        Evaluation.objects.filter(status=EvaluationStatus.DELIVERED.value, answer_due_on__lt=latest_day)
        .order_by("answer_due_on", "pk")
        .values_list("pk", "answer_due_on", "government__timezone")[:limit]
    )
    due = [pk for pk, last_day, zone in waiting if last_day < local_date(now, zone)]
    return sum(_lapse(evaluation_id, now) for evaluation_id in due)


@transaction.atomic
def _lapse(evaluation_id: int, now: datetime) -> bool:
    evaluation = locked_evaluation(evaluation_id)
    try:
        status = next_status(EvaluationStatus(evaluation.status), EvaluationAction.LAPSE)
    except TransitionNotAllowed:
        return False  # answered, or lapsed by a parallel tick, while we waited for the row
    evaluation.status = status.value
    evaluation.save(update_fields=["status"])
    promise_conversion(evaluation)
    audit.record(
        "assessments.evaluation.lapsed", target=evaluation, by=None, scope=evaluation.government.code, at=now
    )
    notify.send(
        evaluation.employee.user,
        _LAPSED,
        url=reverse("assessments:evaluation-detail", args=[evaluation.pk]),
        key=f"lapsed:{evaluation.pk}",
        **_days_of(evaluation),
    )
    _bump(evaluation)
    return True


def _days_of(evaluation: Evaluation) -> dict[str, str]:
    period = evaluation.period
    return {"starts_on": f"{period.starts_on:%d/%m/%Y}", "ends_on": f"{period.ends_on:%d/%m/%Y}"}


def _bump(evaluation: Evaluation) -> None:
    stamps.bump(*stamp_names(evaluation.employee, evaluation.appraiser), *screens.of_unit(evaluation.unit))
