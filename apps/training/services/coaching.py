"""Coaching talks (pembinaan): what was seen and agreed, and what came of it."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.assessments.models import Evaluation
from apps.assessments.services.actors import account_of, stamp_names
from apps.core import audit, notify, stamps
from apps.employees.models import Employee
from apps.feedback.labels import AlertActionKind
from apps.feedback.models import ServiceAlert
from apps.feedback.services import alerts

from ..models import CoachingNote, CoachingPlan, TrainingNeed
from ..rules.need_lifecycle import NeedAction, NeedStatus
from ..rules.needs import COACHING
from . import needs

IMPROVED, NOT_IMPROVED = "improved", "not_improved"

_ADDED = gettext_noop("%(coach)s has written down your coaching talk. Look at what was agreed.")
_CLOSED = gettext_noop("The outcome of your coaching talk was written down.")


class CoachingOfOneself(ValueError):
    """Raised when coach and coached are the same person."""


class EvaluationOfSomebodyElse(ValueError):
    """Raised when the evaluation that a talk is about belongs to another person."""


class PlanOfSomebodyElse(ValueError):
    """Raised when a talk is to belong to the plan of another person, or to one that is closed."""


class CoachingClosed(ValueError):
    """Raised when the outcome has been written down before."""


class OutcomeMissing(ValueError):
    """Raised when a talk is closed without saying what came of it."""


@transaction.atomic
def add_coaching_note(
    *,
    employee: Employee,
    observation: str,
    agreement: str,
    follow_up_on: date,
    by: Employee,
    at: datetime,
    evaluation: Evaluation | None = None,
    service_alert: ServiceAlert | None = None,
    plan: CoachingPlan | None = None,
    is_confidential: bool = False,
) -> CoachingNote:
    """Write a talk down; the person sees it at once, and an open need for coaching is planned with it.

    A notice about a service that it follows up counts as acted on. A confidential one is read by the two and the
    personnel officer alone. `plan` is the plan of coaching it belongs to.

    :raises CoachingOfOneself: if `by` is the person.
    :raises PlanOfSomebodyElse: if the plan is not the person's, or is closed.
    :raises EvaluationOfSomebodyElse: if the evaluation is not the person's.
    :raises apps.core.rules.lifecycle.TransitionNotAllowed: if the notice is finished.
    """
    if by.pk == employee.pk:
        raise CoachingOfOneself
    if evaluation is not None and evaluation.employee_id != employee.pk:
        raise EvaluationOfSomebodyElse
    if plan is not None and (plan.employee_id != employee.pk or not plan.is_open):
        raise PlanOfSomebodyElse
    note = CoachingNote.objects.create(
        employee=employee,
        coach=by,
        evaluation=evaluation,
        service_alert=service_alert,
        plan=plan,
        is_confidential=is_confidential,
        observation=observation.strip(),
        agreement=agreement.strip(),
        follow_up_on=follow_up_on,
        at=at,
    )
    if service_alert is not None:
        alerts.note_step(
            alert_id=service_alert.pk,
            kind=AlertActionKind.COACHING,
            reference=note.pk,
            by=account_of(by),
            at=at,
        )
    _move_needs(employee, (NeedStatus.PROPOSED,), NeedAction.PLAN, by, at)
    _audit("added", note, by, at)
    notify.send(
        employee.user, _ADDED, url=reverse("training:coaching-detail", args=[note.pk]), coach=by.full_name
    )
    stamps.bump(*stamp_names(employee, by))
    return note


@transaction.atomic
def close_coaching(
    *, note: CoachingNote, improved: bool, outcome: str, by: Any, at: datetime
) -> CoachingNote:
    """Write down what came of a talk; an improvement closes the need for coaching.

    :raises CoachingClosed: if that was done before.
    :raises OutcomeMissing: without a sentence about it.
    """
    if not outcome.strip():
        raise OutcomeMissing
    row = (
        CoachingNote.objects.select_for_update(of=("self",))
        .select_related("employee__user", "employee__government", "coach")
        .get(pk=note.pk)
    )
    if not row.is_open:
        raise CoachingClosed
    row.status = IMPROVED if improved else NOT_IMPROVED
    row.outcome = outcome.strip()
    row.closed_at = at
    row.save(update_fields=["status", "outcome", "closed_at"])
    if improved:
        _move_needs(row.employee, (NeedStatus.PROPOSED, NeedStatus.PLANNED), NeedAction.FULFIL, by, at)
    _audit("closed", row, by, at)
    notify.send(row.employee.user, _CLOSED, url=reverse("training:coaching-detail", args=[row.pk]))
    stamps.bump(*stamp_names(row.employee, row.coach))
    return row


def _move_needs(
    employee: Employee, statuses: tuple[NeedStatus, ...], action: NeedAction, by: Any, at: datetime
) -> None:
    waiting = TrainingNeed.objects.select_for_update().filter(
        employee=employee, topic__code=COACHING, status__in=[status.value for status in statuses]
    )
    for need in waiting:
        needs.move_need(need_id=need.pk, action=action, by=by, at=at)


def _audit(verb: str, note: CoachingNote, by: Any, at: datetime) -> None:
    audit.record(
        f"training.coaching.{verb}",
        target=note,
        by=account_of(by),
        scope=note.employee.government.code,
        at=at,
        employee=note.employee_id,
        status=note.status,
    )
