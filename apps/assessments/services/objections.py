"""Objection (keberatan): in writing, with reasons, to the appraiser's superior, whose decision is final
(OBJ-1, OBJ-2).
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, holidays, notify, policy, sequences, stamps
from apps.core.localtime import local_date
from apps.core.rules.working_days import DayKind
from apps.employees import selectors as people
from apps.employees.models import Employee
from apps.employees.services.organization import derived_appraiser

from ..models import Evaluation, Objection
from ..permissions import is_decider
from ..rules.evaluation_lifecycle import EvaluationAction, EvaluationStatus, TransitionNotAllowed, next_status
from ..rules.objection import decision_deadline, is_late
from ..rules.predikat import Rating
from .actors import account_of, employee_behind, stamp_names
from .evaluations import NotTheEmployee, ReasonMissing, locked_evaluation, note_change, set_ratings

__all__ = [
    "NotTheDecider",
    "NotTheEmployee",
    "NothingChanged",
    "ReasonMissing",
    "TooLate",
    "TransitionNotAllowed",
    "decide_objection",
    "file_objection",
]

_FILED = gettext_noop("An objection (%(number)s) waits for your decision until %(due_on)s.")
_FILED_APPRAISER = gettext_noop("An objection (%(number)s) was filed against an evaluation you made.")
_DECIDED = gettext_noop("Your objection %(number)s has been decided. Read the reason.")
_DECIDED_APPRAISER = gettext_noop("The objection %(number)s against an evaluation you made has been decided.")


class TooLate(ValueError):
    """Raised when the last day to object has passed."""


class NotTheDecider(ValueError):
    """Raised when somebody else than the appraiser's superior decides."""


class NothingChanged(ValueError):
    """Raised when an objection is upheld but both ratings stay as they were."""


@transaction.atomic
def file_objection(*, evaluation_id: int, reason: str, by: Employee, at: datetime) -> Objection:
    """Object to one's own evaluation; the decision clock starts.

    :raises NotTheEmployee: if `by` is somebody else.
    :raises TransitionNotAllowed: if it is not waiting for an answer.
    :raises TooLate: after the last day to object.
    :raises ReasonMissing: without a reason.
    """
    evaluation = locked_evaluation(evaluation_id)
    if evaluation.employee_id != getattr(employee_behind(by), "pk", None):
        raise NotTheEmployee
    status = next_status(EvaluationStatus(evaluation.status), EvaluationAction.OBJECT)
    government = evaluation.government
    today = local_date(at, government.timezone)
    if evaluation.answer_due_on is None or is_late(today, evaluation.answer_due_on):
        raise TooLate
    if not reason.strip():
        raise ReasonMissing
    evaluation.status = status.value
    evaluation.answered_at = at
    evaluation.save(update_fields=["status", "answered_at"])
    decider = _decider(evaluation, today)
    objection = Objection.objects.create(
        evaluation=evaluation,
        number=sequences.receipt_number("KB", government.code, today.year),
        reason=reason.strip(),
        filed_at=at,
        decider=decider,
        decision_due_on=decision_deadline(
            today,
            policy.get("assessments.decision_days", on=today, scope=government.code),
            DayKind(policy.get("assessments.objection_day_kind", on=today, scope=government.code)),
            holidays.holidays_around(today, scope=government.code),
        ),
    )
    audit.record(
        "assessments.objection.filed",
        target=objection,
        by=account_of(by),
        scope=government.code,
        at=at,
        evaluation=evaluation.pk,
        decider=decider.pk if decider else None,
        decision_due_on=objection.decision_due_on,
    )
    if decider is not None:
        notify.send(
            decider.user,
            _FILED,
            url=reverse("assessments:objection-detail", args=[objection.pk]),
            number=objection.number,
            due_on=f"{objection.decision_due_on:%d/%m/%Y}",
        )
    if evaluation.appraiser is not None:
        notify.send(
            evaluation.appraiser.user,
            _FILED_APPRAISER,
            url=reverse("assessments:evaluation-detail", args=[evaluation.pk]),
            number=objection.number,
        )
    stamps.bump(
        *stamp_names(evaluation.employee, evaluation.appraiser, decider), f"unit:{evaluation.unit_id}"
    )
    return objection


def _decider(evaluation: Evaluation, day: date) -> Employee | None:
    """Return the appraiser's superior of the day; None if only an elected official is above."""
    if evaluation.appraiser is None:
        return None
    link = people.appraiser_link_on(evaluation.appraiser, day)
    decider = link.appraiser if link is not None else derived_appraiser(evaluation.appraiser, day)
    # Nobody decides on an objection against their own evaluation.
    return None if decider is not None and decider.pk == evaluation.employee_id else decider


@transaction.atomic
def decide_objection(
    *,
    objection_id: int,
    is_upheld: bool,
    decision_reason: str,
    by: Any,
    at: datetime,
    work_result: str | None = None,
    behavior: str | None = None,
) -> Objection:
    """Decide an objection, finally: uphold it with new ratings, or reject it; always with a reason.

    A rating that is left out stays. A late decision is still a decision; the clock shows that it was late.

    :raises TransitionNotAllowed: if it has been decided.
    :raises NotTheDecider: if `by` does not decide it.
    :raises ReasonMissing: without a reason.
    :raises NothingChanged: if it is upheld but no rating changes.
    """
    filed = Objection.objects.only("evaluation_id").get(pk=objection_id)
    # The evaluation first: every verb on it takes this lock, so the order is the same everywhere.
    evaluation = locked_evaluation(filed.evaluation_id)
    objection = (
        Objection.objects.select_for_update(of=("self",)).select_related("decider__user").get(pk=objection_id)
    )
    objection.evaluation = evaluation
    status = next_status(EvaluationStatus(evaluation.status), EvaluationAction.DECIDE)
    if not is_decider(by, objection):
        raise NotTheDecider
    decision_reason = decision_reason.strip()
    if not decision_reason:
        raise ReasonMissing
    before = (evaluation.work_result_rating, evaluation.behavior_rating)
    if is_upheld:
        after = (Rating(work_result or before[0]), Rating(behavior or before[1]))
        if (after[0].value, after[1].value) == before:
            raise NothingChanged
        set_ratings(evaluation, *after, at)
        note_change(evaluation, by=by, reason=decision_reason, at=at)
    evaluation.status = status.value
    evaluation.save()
    objection.decided_at = at
    objection.is_upheld = is_upheld
    objection.decision_reason = decision_reason
    objection.save(update_fields=["decided_at", "is_upheld", "decision_reason"])
    audit.record(
        "assessments.objection.decided",
        target=objection,
        by=account_of(by),
        scope=evaluation.government.code,
        at=at,
        evaluation=evaluation.pk,
        is_upheld=is_upheld,
        before=list(before),
        after=[evaluation.work_result_rating, evaluation.behavior_rating],
        predikat=evaluation.predikat,
    )
    notify.send(
        evaluation.employee.user,
        _DECIDED,
        url=reverse("assessments:evaluation-detail", args=[evaluation.pk]),
        number=objection.number,
    )
    if evaluation.appraiser is not None:
        notify.send(
            evaluation.appraiser.user,
            _DECIDED_APPRAISER,
            url=reverse("assessments:evaluation-detail", args=[evaluation.pk]),
            number=objection.number,
        )
    stamps.bump(
        *stamp_names(evaluation.employee, evaluation.appraiser, objection.decider),
        f"unit:{evaluation.unit_id}",
    )
    return objection
