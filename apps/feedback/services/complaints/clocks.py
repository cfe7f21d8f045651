"""What happens to a complaint when its time is over."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_noop

from apps.core import audit, notify, stamps
from apps.core.localtime import local_date
from apps.core.rules.periods import first_instant_of
from apps.employees import selectors as organization
from apps.employees.alike import Alike, alike
from apps.employees.models import Government, RoleAssignment, WorkUnit

from ...models import Complaint, EscalationStep
from ...rules.complaint_lifecycle import (
    ComplaintAction,
    ComplaintStatus,
    clock_runs,
)
from ...rules.escalation import Step, due_before, latest_before
from ...selectors import handling
from .steps import add_event, head_above, inside_url, keep_record, locked, move


def lapse_due(*, now: datetime) -> int:
    """Close what waited for its reporter beyond the days given; return how many."""
    waiting = Complaint.objects.filter(
        status__in=[ComplaintStatus.ANSWERED.value, ComplaintStatus.INCOMPLETE.value],
        reply_by__lte=now.date(),
    ).select_related("government")
    closed = 0
    for complaint in waiting.order_by("reply_by", "id"):
        if local_date(now, complaint.government.timezone) > complaint.reply_by:
            closed += _lapse(complaint.pk, complaint.reply_by, now)
    return closed


@transaction.atomic
def _lapse(complaint_id: int, seen_reply_by: date, now: datetime) -> int:
    complaint = locked(complaint_id)
    if complaint.reply_by != seen_reply_by:
        return 0
    move(complaint, ComplaintAction.LAPSE, at=now, by=None, actor=audit.SYSTEM)
    return 1


def escalate_due(*, now: datetime) -> int:
    """Climb the ladder where it is time; return how many steps were taken.

    Each step once per clock: whatever has no row and is past its threshold is due, so a missed tick is made up for.
    """
    taken = 0
    for group in alike(now, *_THRESHOLDS, with_days_off=True):
        for step, due in _due_steps(group):
            for complaint_id in due.order_by("due_on", "id").values_list("pk", flat=True):
                taken += _take_step(complaint_id, step, now)
    return taken


_THRESHOLDS = ("feedback.soon_days", "feedback.escalate_root_days", "feedback.ombudsman_days")


def _due_steps(group: Alike) -> list[tuple[Step, QuerySet[Complaint]]]:
    """Return per step the complaints that should have it by today and do not; each is one query."""
    today, holidays = group.today, group.days_off
    soon, root_days, long_days = group.values
    running = Complaint.objects.filter(
        government__in=group.ids,
        status__in=[status.value for status in ComplaintStatus if clock_runs(status)],
        is_quarantined=False,
    )
    taken = EscalationStep.objects.filter(complaint=OuterRef("pk"))

    def without(step: Step) -> QuerySet[Complaint]:
        return running.exclude(Exists(taken.filter(step=step, clock_number=OuterRef("clock_number"))))

    received_before = first_instant_of(
        latest_before(today, long_days, holidays) + timedelta(days=1), group.zone
    )
    return [
        # Once it is overdue, a reminder that it will be so helps nobody.
        (
            Step.UNIT,
            without(Step.UNIT).filter(due_on__gte=today, due_on__lt=due_before(today, soon, holidays)),
        ),
        (Step.HEAD_ABOVE, without(Step.HEAD_ABOVE).filter(due_on__lt=today)),
        (
            Step.GOVERNMENT,
            without(Step.GOVERNMENT).filter(due_on__lte=latest_before(today, root_days, holidays)),
        ),
        # The way to the Ombudsman counts from receipt, whatever clocks there were.
        (
            Step.OMBUDSMAN,
            running.exclude(Exists(taken.filter(step=Step.OMBUDSMAN))).filter(
                received_at__lt=received_before
            ),
        ),
    ]


_EVENTS = {
    Step.UNIT: "soon",
    Step.HEAD_ABOVE: "escalate",
    Step.GOVERNMENT: "government",
    Step.OMBUDSMAN: "ombudsman",
}
_TEXTS = {
    Step.UNIT: gettext_noop("Complaint %(number)s is due on %(due)s."),
    Step.HEAD_ABOVE: gettext_noop("Complaint %(number)s is past its date (%(due)s) and still open."),
    Step.GOVERNMENT: gettext_noop(
        "Complaint %(number)s is long past its date (%(due)s). The unit and the head above were told before."
    ),
}


@transaction.atomic
def _take_step(complaint_id: int, step: Step, now: datetime) -> int:
    complaint = locked(complaint_id)
    if not clock_runs(ComplaintStatus(complaint.status)):
        return 0
    _row, created = EscalationStep.objects.get_or_create(
        complaint=complaint,
        clock_number=complaint.clock_number,
        step=step.value,
        defaults={"unit": complaint.unit, "due_on": complaint.due_on, "at": now},
    )
    if not created:
        return 0
    today = local_date(now, complaint.government.timezone)
    if step is Step.HEAD_ABOVE:
        complaint.escalated_at = now
        complaint.save(update_fields=["escalated_at"])
    # The reporter sees what concerns them; that somebody was reminded in time is the office's own matter.
    add_event(complaint, _EVENTS[step], is_public=step is not Step.UNIT, at=now, by=None)
    keep_record(complaint, "escalated", by=None, at=now, due_on=complaint.due_on, step=step.value)
    for user in _people_of(complaint, step, today):
        notify.send(
            user,
            _TEXTS[step],
            url=inside_url(complaint),
            key=f"complaint:{complaint.pk}:step{step.value}:{complaint.clock_number}:{user.pk}",
            number=complaint.number,
            due=complaint.due_on.isoformat(),
        )
        stamps.bump(f"user:{user.pk}")
    return 1


def _people_of(complaint: Complaint, step: Step, today: date) -> list[Any]:
    """Return whom a step tells; never somebody whom the complaint names."""
    if step is Step.OMBUDSMAN:
        return []
    if step is Step.GOVERNMENT:
        people = leaders_of(complaint.government, today)
    else:
        people = handling.people_for(complaint, today)
        if step is Step.HEAD_ABOVE:
            superior = head_above(complaint.unit, today)
            people += [superior.user] if superior else []
    named = handling.named_users(complaint)
    return list({user.pk: user for user in people if user.pk not in named}.values())


def leaders_of(government: Government, day: date) -> list[Any]:
    """Return who answers for the whole government: its head, the leadership role, the head of the inspectorate."""
    units = WorkUnit.objects.filter(government=government)
    top = units.filter(Q(parent__isnull=True) | Q(kind="inspektorat", is_active=True))
    heads = [organization.head_on(unit, day) for unit in top]
    users = [head.user for head in heads if head is not None and head.user is not None]
    roles = RoleAssignment.objects.active_on(day).filter(
        role="leadership", unit__in=units.filter(parent__isnull=True)
    )
    return users + [assignment.user for assignment in roles.select_related("user")]
