"""Who and what an engagement opens. Nothing here asks `visible_to`: the window and the scope are the permission."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Count, Q, QuerySet

from apps.employees.models import Employee, Placement

from ..models import AuditEngagement, AuditSample, AuditSampleItem


def end_of(day: date, zone: str) -> datetime:
    """Return the last instant of a local day."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)) - timedelta(microseconds=1)


def span_of(engagement: AuditEngagement) -> DateRange:
    """Return the days of the years in scope."""
    return DateRange(date(engagement.year_from, 1, 1), date(engagement.year_to + 1, 1, 1))


def places_in_scope(engagement: AuditEngagement) -> QuerySet[Placement]:
    """Return the main posts held in the unit or below it during the years in scope."""
    return Placement.objects.filter(
        is_main=True,
        position__unit__path__startswith=engagement.unit.path,
        period__overlap=span_of(engagement),
    )


def people_of(engagement: AuditEngagement) -> QuerySet[Employee]:
    """Return everybody who worked in the scope, also those who have left since."""
    return Employee.objects.filter(pk__in=places_in_scope(engagement).values("employee"))


def strata_of(engagement: AuditEngagement, as_of: date) -> dict[str, list[int]]:
    """Return the list to draw from: who had the main post in the scope on a day, by unit."""
    rows = (
        Placement.objects.active_on(as_of)
        .filter(is_main=True, position__unit__path__startswith=engagement.unit.path)
        .order_by("position__unit_id", "employee_id")
        .values_list("position__unit_id", "employee_id")
    )
    strata: dict[str, list[int]] = defaultdict(list)
    for unit, person in rows:
        strata[str(unit)].append(person)
    return dict(strata)


def samples_of(engagement: AuditEngagement) -> QuerySet[Any]:
    """Return the draws of an engagement with how many of the drawn records were opened, newest first."""
    return (
        AuditSample.objects.filter(engagement=engagement)
        .annotate(drawn=Count("items"), opened=Count("items", filter=Q(items__opened_at__isnull=False)))
        .order_by("-drawn_at", "-id")
    )


def items_of(sample: AuditSample) -> QuerySet[AuditSampleItem]:
    """Return the drawn people in the order of the draw."""
    return AuditSampleItem.objects.filter(sample=sample).select_related("employee", "unit").order_by("order")
