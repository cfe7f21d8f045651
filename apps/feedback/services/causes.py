"""Causes of reports: a government's list, what was put under each, and telling the heads when one comes back."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, notify, stamps
from apps.employees import selectors as organization
from apps.employees.alike import alike
from apps.employees.models import Government, WorkUnit

from ..models import Cause, CauseImprovement, Complaint, RepeatCauseReport
from ..selectors.causes import THRESHOLDS, RepeatCause, repeated
from ..selectors.complaints import people_to_tell
from .complaints.steps import add_event, head_above, keep_record, locked


class CauseElsewhere(ValueError):
    """Raised when a report is put under a cause of another government, or one that is no longer used."""


class CauseExists(ValueError):
    """Raised when there is a cause of that name."""


@transaction.atomic
def add_cause(*, government: Government, name: str, description: str, by: Any, at: datetime) -> Cause:
    """Add a cause to a government's list.

    :raises CauseExists: if there is one of that name, however it is written.
    """
    words = " ".join(name.split())
    if Cause.objects.filter(government=government, name__iexact=words).exists():
        raise CauseExists
    cause = Cause.objects.create(
        government=government, name=words, description=description.strip(), created_by=by, created_at=at
    )
    audit.record("feedback.cause.added", target=cause, by=by, scope=government.code, at=at)
    return cause


@transaction.atomic
def set_cause(*, complaint_id: int, cause: Cause | None, by: Any, at: datetime) -> Complaint:
    """Put a report under a cause, or take it out again. The same cause again changes nothing.

    :raises CauseElsewhere: if the cause is another government's, or no longer used.
    """
    complaint = locked(complaint_id)
    if cause is not None and (cause.government_id != complaint.government_id or not cause.is_active):
        raise CauseElsewhere
    if complaint.cause_id == (cause.pk if cause else None):
        return complaint
    complaint.cause = cause
    complaint.save(update_fields=["cause"])
    add_event(complaint, "cause", text=cause.name if cause else "", is_public=False, at=at, by=by)
    keep_record(complaint, "cause_set", by=by, at=at, cause=cause.pk if cause else None)
    return complaint


@transaction.atomic
def note_improvement(cause: Cause, item_id: int, *, by: Any = None, at: datetime) -> CauseImprovement:
    """Keep in mind that an improvement item was begun because of a cause; a second time changes nothing."""
    row, created = CauseImprovement.objects.get_or_create(
        cause=cause, item_id=item_id, defaults={"by": by, "at": at}
    )
    if created:
        scope = cause.government.code
        audit.record("feedback.cause.improved", target=cause, by=by, scope=scope, at=at, item=item_id)
    return row


def report_repeats(*, now: datetime) -> int:
    """Tell the heads about causes that came back and were not reported within the span; return how many."""
    told = 0
    for group in alike(now, *THRESHOLDS):
        today, (count, days) = group.today, group.values
        rows = Complaint.objects.filter(government__in=group.ids)
        known = set(
            RepeatCauseReport.objects.filter(
                cause__government__in=group.ids, reported_on__gt=today - timedelta(days=days)
            ).values_list("cause", "unit", "service")
        )
        for found in repeated(rows, group.zone, today, count, days):
            if (found.cause_id, found.unit_id, found.service_id) not in known:
                told += _report(found, today, now)
    return told


@transaction.atomic
def _report(found: RepeatCause, today: date, now: datetime) -> int:
    # Two ticks at once: the second one waits here and then finds the row.
    cause = Cause.objects.select_for_update().select_related("government").get(pk=found.cause_id)
    _row, created = RepeatCauseReport.objects.get_or_create(
        cause=cause,
        unit_id=found.unit_id,
        service_id=found.service_id,
        reported_on=today,
        defaults={"n": found.n, "at": now},
    )
    if not created:
        return 0
    unit = WorkUnit.objects.select_related("government").get(pk=found.unit_id)
    audit.record(
        "feedback.cause.repeated",
        target=cause,
        by=audit.SYSTEM,
        scope=cause.government.code,
        at=now,
        unit=unit.pk,
        service=found.service_id,
        n=found.n,
    )
    people = {user.pk: user for user in people_to_tell(unit, today)}
    head, above = organization.head_on(unit, today), head_above(unit, today)
    for employee in (head, above):
        if employee is not None and employee.user is not None:
            people[employee.user_id] = employee.user
    for user in people.values():
        notify.send(
            user,
            gettext_noop(
                "“%(cause)s” has come back: %(n)s reports about %(unit)s. Solve the cause, not only the case."
            ),
            url=reverse("feedback:cause-detail", args=[cause.pk]),
            cause=cause.name,
            n=found.n,
            unit=unit.name,
        )
        stamps.bump(f"user:{user.pk}")
    return 1
