"""What happens to a complaint when its time is over."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from apps.core import audit, notify, stamps
from apps.core.localtime import local_date

from ... import selectors
from ...models import Complaint
from ...rules.complaint_lifecycle import (
    ComplaintAction,
    ComplaintStatus,
    clock_runs,
)
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
    """Tell the superior unit about every overdue complaint, once per clock; return how many."""
    running = [status.value for status in ComplaintStatus if clock_runs(status)]
    late = Complaint.objects.filter(
        status__in=running, escalated_at__isnull=True, is_quarantined=False, due_on__lte=now.date()
    ).select_related("government")
    told = 0
    for complaint in late.order_by("due_on", "id"):
        if local_date(now, complaint.government.timezone) > complaint.due_on:
            told += _escalate(complaint.pk, now)
    return told


@transaction.atomic
def _escalate(complaint_id: int, now: datetime) -> int:
    complaint = locked(complaint_id)
    if complaint.escalated_at is not None or not clock_runs(ComplaintStatus(complaint.status)):
        return 0
    today = local_date(now, complaint.government.timezone)
    complaint.escalated_at = now
    complaint.save(update_fields=["escalated_at"])
    add_event(complaint, "escalate", at=now, by=None)
    keep_record(complaint, "escalated", by=None, at=now, due_on=complaint.due_on)
    superior = head_above(complaint.unit, today)
    people = selectors.people_to_tell(complaint.unit, today) + ([superior.user] if superior else [])
    for user in {user.pk: user for user in people if user is not None}.values():
        notify.send(
            user,
            gettext_noop("Complaint %(number)s is past its date (%(due)s) and still open."),
            url=inside_url(complaint),
            key=f"complaint:{complaint.pk}:late:{complaint.due_on}:{user.pk}",
            number=complaint.number,
            due=complaint.due_on.isoformat(),
        )
        stamps.bump(f"user:{user.pk}")
    return 1
