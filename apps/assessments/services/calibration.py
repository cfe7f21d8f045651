"""Calibration: ratings of a unit are held against one standard before anybody reads them.

Each move has an author and a reason and is kept beside the original; the predikat comes from the matrix and
nothing else (MTX-4). While a session is open nothing of the unit is handed over; afterwards it never changes.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, notify, stamps
from apps.employees import screens
from apps.employees.models import Employee, WorkUnit

from ..models import CalibrationComment, CalibrationSession, Evaluation, Period, RatingChange
from ..permissions import is_appraiser, may_calibrate
from ..rules.calibration_lifecycle import (
    CalibrationAction,
    CalibrationStatus,
    TransitionNotAllowed,
    next_status,
)
from ..rules.evaluation_lifecycle import EvaluationAction, EvaluationStatus
from ..rules.evaluation_lifecycle import next_status as next_evaluation_status
from ..rules.predikat import Rating
from ..rules.rating_kinds import ChangeKind
from ..selectors import calibration as selectors
from ..selectors.evaluating import head_result
from .actors import account_of, employee_behind, stamp_names
from .evaluations import ReasonMissing, ResultFollowsUnit, locked_evaluation, note_change, set_ratings

__all__ = [
    "AlreadyOpen",
    "NotOfThisUnit",
    "NotTheAppraiser",
    "NotTheCalibrator",
    "NothingMoved",
    "NothingToCalibrate",
    "ReasonMissing",
    "ResultFollowsUnit",
    "TransitionNotAllowed",
    "close_session",
    "comment_move",
    "move_rating",
    "open_session",
]

_INVITED = gettext_noop("You are asked to take part in calibrating the ratings of %(unit)s.")
_MOVED = gettext_noop("A calibration changed a rating you gave. Read the reason; you may comment on it.")
_COMMENTED = gettext_noop("An appraiser commented on a change made in the calibration of %(unit)s.")
_CLOSED = gettext_noop("The calibration of %(unit)s is closed. The evaluations can be handed over.")


class AlreadyOpen(ValueError):
    """Raised when the unit is being calibrated already."""


class NothingToCalibrate(ValueError):
    """Raised when no evaluation of the unit is rated and not yet handed over."""


class NotTheCalibrator(ValueError):
    """Raised when somebody acts who leads neither the unit nor one above, or about their own result."""


class NotTheAppraiser(ValueError):
    """Raised when somebody else than the appraiser comments."""


class NotOfThisUnit(ValueError):
    """Raised when an evaluation, or a participant, has nothing to do with the session's unit."""


class NothingMoved(ValueError):
    """Raised when a move leaves both ratings as they are."""


@transaction.atomic
def open_session(
    *, unit: WorkUnit, period: Period, by: Any, at: datetime, participants: Iterable[int] = (), note: str = ""
) -> CalibrationSession:
    """Open the calibration of a unit; from now on its evaluations wait with the hand-over.

    :raises NotTheCalibrator: if `by` leads neither the unit nor one above it.
    :raises AlreadyOpen: if one is open.
    :raises NothingToCalibrate: if nothing is rated and not handed over.
    :raises NotOfThisUnit: if a participant appraises nobody of the unit.
    """
    if not may_calibrate(by, unit):
        raise NotTheCalibrator
    # Whoever hands one of them over at this moment is waited for, or waits and then meets the session.
    statuses = list(
        Evaluation.objects.select_for_update()
        .filter(unit=unit, period=period, is_part=False)
        .order_by("pk")
        .values_list("status", flat=True)
    )
    if selectors.is_being_calibrated(unit.pk, period.pk):
        raise AlreadyOpen
    if EvaluationStatus.RATED.value not in statuses:
        raise NothingToCalibrate
    wanted = set(participants)
    invited = list(selectors.candidates_for(unit, period).filter(pk__in=wanted).select_related("user"))
    if len(invited) != len(wanted):
        raise NotOfThisUnit
    try:
        with transaction.atomic():
            session = CalibrationSession.objects.create(
                unit=unit,
                period=period,
                opened_by=employee_behind(by),
                opened_at=at,
                note=note.strip(),
            )
    except IntegrityError as error:
        raise AlreadyOpen from error
    session.participants.set(invited)
    _record("opened", session, by, at, participants=len(invited))
    for person in invited:
        notify.send(person.user, _INVITED, url=_address(session), unit=unit.name)
    stamps.bump(f"unit:{unit.pk}", *stamp_names(*invited))
    return session


@transaction.atomic
def move_rating(
    *,
    session_id: int,
    evaluation_id: int,
    work_result: str | None,
    behavior: str,
    reason: str,
    by: Any,
    at: datetime,
) -> RatingChange:
    """Change the ratings of one person in a session; the original stays beside them.

    :raises TransitionNotAllowed: if the session is closed, or the evaluation is not rated or handed over.
    :raises NotTheCalibrator: if `by` does not lead the session's unit or one above, or it is their own result.
    :raises NotOfThisUnit: if the evaluation is of another unit or period.
    :raises ReasonMissing: without a reason.
    :raises ResultFollowsUnit: if a head's result would differ from what the unit's achievement gives (ORG-4).
    :raises NothingMoved: if both ratings stay.
    """
    session = _locked(session_id)
    next_status(CalibrationStatus(session.status), CalibrationAction.MOVE)
    evaluation = locked_evaluation(evaluation_id)
    if (
        evaluation.unit_id != session.unit_id
        or evaluation.period_id != session.period_id
        or evaluation.is_part
    ):
        raise NotOfThisUnit
    if not may_calibrate(by, session.unit) or _is_about(evaluation, by):
        raise NotTheCalibrator
    status = next_evaluation_status(EvaluationStatus(evaluation.status), EvaluationAction.CALIBRATE)
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    before = (evaluation.work_result_rating, evaluation.behavior_rating)
    after = (Rating(work_result or before[0]), Rating(behavior))
    head = head_result(evaluation)
    if head is not None and after[0] is not head.rating:
        raise ResultFollowsUnit
    if (after[0].value, after[1].value) == before:
        raise NothingMoved
    set_ratings(evaluation, *after, at)
    evaluation.status = status.value
    evaluation.save()
    change = note_change(
        evaluation,
        by=by,
        reason=reason,
        at=at,
        kind=ChangeKind.CALIBRATED.value,
        session=session,
    )
    _record(
        "moved",
        session,
        by,
        at,
        evaluation=evaluation.pk,
        before=list(before),
        after=[evaluation.work_result_rating, evaluation.behavior_rating],
        predikat=evaluation.predikat,
    )
    if evaluation.appraiser is not None and not is_appraiser(by, evaluation):
        notify.send(evaluation.appraiser.user, _MOVED, url=_address(session))
    stamps.bump(*screens.of_unit(session.unit), *stamp_names(evaluation.appraiser))
    return change


@transaction.atomic
def comment_move(*, change_id: int, text: str, by: Any, at: datetime) -> CalibrationComment:
    """Comment as the appraiser on a move, while the session is open.

    :raises TransitionNotAllowed: if the session is closed.
    :raises NotTheAppraiser: if `by` did not rate this person.
    :raises ReasonMissing: without a text.
    """
    change = RatingChange.objects.select_related(
        "evaluation__employee", "evaluation__appraiser", "evaluation__unit", "by__user"
    ).get(pk=change_id, session__isnull=False)
    session = _locked(change.session_id)  # type: ignore[arg-type]
    next_status(CalibrationStatus(session.status), CalibrationAction.COMMENT)
    if not is_appraiser(by, change.evaluation):
        raise NotTheAppraiser
    if not text.strip():
        raise ReasonMissing
    comment = CalibrationComment.objects.create(
        change=change, by=employee_behind(by), text=text.strip(), at=at
    )
    _record("commented", session, by, at, change=change.pk)
    if change.by is not None:
        notify.send(change.by.user, _COMMENTED, url=_address(session), unit=session.unit.name)
    stamps.bump(f"unit:{session.unit_id}", *stamp_names(change.by))
    return comment


@transaction.atomic
def close_session(*, session_id: int, by: Any, at: datetime) -> CalibrationSession:
    """Close a session for good: its moves stand, and the evaluations may be handed over.

    :raises TransitionNotAllowed: if it is closed.
    :raises NotTheCalibrator: if `by` leads neither the unit nor one above it.
    """
    session = _locked(session_id)
    status = next_status(CalibrationStatus(session.status), CalibrationAction.CLOSE)
    if not may_calibrate(by, session.unit):
        raise NotTheCalibrator
    session.status = status.value
    session.closed_by = employee_behind(by)
    session.closed_at = at
    session.save(update_fields=["status", "closed_by", "closed_at"])
    moves = RatingChange.objects.filter(session=session).count()
    _record("closed", session, by, at, moves=moves)
    told = list(
        Employee.objects.filter(
            pk__in=Evaluation.objects.filter(
                unit=session.unit_id, period=session.period_id, appraiser__isnull=False
            ).values("appraiser")
        ).select_related("user")
    )
    for person in told:
        notify.send(
            person.user,
            _CLOSED,
            url=reverse("assessments:appraisal-list", args=[session.period_id]),
            unit=session.unit.name,
        )
    stamps.bump(f"unit:{session.unit_id}", *stamp_names(*told))
    return session


def _locked(session_id: int) -> CalibrationSession:
    return (
        CalibrationSession.objects.select_for_update(of=("self",))
        .select_related("unit__government", "period")
        .get(pk=session_id)
    )


def _is_about(evaluation: Evaluation, by: Any) -> bool:
    user = by.user if isinstance(by, Employee) else by
    return user is not None and evaluation.employee.user_id == user.pk


def _address(session: CalibrationSession) -> str:
    return reverse("assessments:calibration-detail", args=[session.pk])


def _record(verb: str, session: CalibrationSession, by: Any, at: datetime, **data: Any) -> None:
    audit.record(
        f"assessments.calibration.{verb}",
        target=session,
        by=account_of(by),
        scope=session.unit.government.code,
        at=at,
        unit=session.unit_id,
        period=session.period_id,
        **data,
    )
