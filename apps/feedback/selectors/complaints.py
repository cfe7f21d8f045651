"""Questions about complaints, and who looks after them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from apps.core.localtime import local_date
from apps.core.rules.rounding import half_up
from apps.employees import selectors as organization
from apps.employees.models import RoleAssignment, WorkUnit

from ..models import (
    Complaint,
)
from .outcomes import OutcomeFigures, outcome_figures

__all__ = [
    "OutcomeFigures",
    "ancestors_and_self",
    "complaints_on_time_percent",
    "open_complaints",
    "outcome_figures",
    "people_to_tell",
]


def open_complaints(units: QuerySet[WorkUnit] | Sequence[WorkUnit]) -> QuerySet[Complaint]:
    """Return the unfinished complaints about some units, most urgent first."""
    return (
        Complaint.objects.open()
        .filter(unit__in=units, is_quarantined=False)
        .select_related("unit", "service")
        .order_by("due_on", "id")
    )


def complaints_on_time_percent(
    unit: WorkUnit, starts_on: date, ends_on: date, *, today: date | None = None
) -> Decimal | None:
    """Return the share of complaints due in a span that were answered, or refused with a reason, by their
    date.

    Those that wait for the reporter are left out, and so are unanswered ones whose day has not passed yet;
    later they count as late. None if nothing was due.
    """
    due = complaints_due(unit.government.timezone, starts_on, ends_on, today=today)
    found = due.filter(unit__path__startswith=unit.path).aggregate(all=Count("pk"), in_time=IN_TIME)
    return percent_in_time(found["in_time"], found["all"])


IN_TIME = Count("pk", filter=Q(done_on__lte=F("due_on")))


def complaints_due(
    zone: str, starts_on: date, ends_on: date, *, today: date | None = None
) -> QuerySet[Complaint]:
    """Return the complaints due in a span that say something about the clock, with the day they were done."""
    day = today or local_date(timezone.now(), zone)
    return (
        Complaint.objects.filter(is_quarantined=False, due_on__range=(starts_on, ends_on))
        .exclude(status="incomplete")
        .annotate(done_on=TruncDate(Coalesce("answered_at", "closed_at"), tzinfo=ZoneInfo(zone)))
        .exclude(done_on__isnull=True, due_on__gte=day)
    )


def percent_in_time(in_time: int, due: int) -> Decimal | None:
    """Return the share that was done in time; None if nothing was due."""
    return half_up(Fraction(in_time * 100, due)) if due else None


def people_to_tell(unit: WorkUnit, day: date) -> list[Any]:
    """Return the users who look after a unit's complaints: its head, and the complaint officers above it."""
    users = {}
    head = organization.head_on(unit, day)
    if head is not None and head.user is not None:
        users[head.user_id] = head.user
    officers = RoleAssignment.objects.active_on(day).filter(
        role="feedback_officer", unit__in=ancestors_and_self(unit)
    )
    for assignment in officers.select_related("user"):
        users[assignment.user_id] = assignment.user
    return list(users.values())


def ancestors_and_self(unit: WorkUnit) -> QuerySet[WorkUnit]:
    """Return the units on the way from the root to a unit."""
    return WorkUnit.objects.filter(pk__in=[int(part) for part in unit.path.split("/") if part])
