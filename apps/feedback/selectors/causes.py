"""Why reports come: how often each cause, what is like what, and which causes come back."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, FloatField, Func, Max, Min, Q, QuerySet, Value

from apps.core import policy
from apps.core.rules.periods import first_instant_of
from apps.employees.models import Government, WorkUnit

from ..models import Cause, Complaint
from .handling import RUNNING

SIMILAR_FROM = 0.3
SUGGESTIONS = 3
# How many reports within how many days count as repeated.
THRESHOLDS = ("feedback.repeat_cause_count", "feedback.repeat_cause_days")


@dataclass(frozen=True)
class RepeatCause:
    """A cause that comes back at one service of a unit (or at the unit, where no service was named)."""

    cause_id: int
    cause_name: str
    unit_id: int
    unit_name: str
    service_id: int | None
    service_name: str
    n: int
    first_at: datetime
    last_at: datetime


def thresholds(government: Government, day: date) -> tuple[int, int]:
    """Return how many reports within how many days count as repeated."""
    count, days = (policy.get(key, on=day, scope=government.code) for key in THRESHOLDS)
    return count, days


def repeat_causes(unit: WorkUnit, day: date) -> list[RepeatCause]:
    """Return the causes that came back in a unit or below it in the days before, the most frequent first."""
    count, days = thresholds(unit.government, day)
    return repeated(
        Complaint.objects.filter(unit__path__startswith=unit.path), unit.government.timezone, day, count, days
    )


def repeated(rows: QuerySet[Complaint], zone: str, day: date, count: int, days: int) -> list[RepeatCause]:
    """Return what comes back among some complaints: same cause, same service, often enough; one query."""
    since = first_instant_of(day - timedelta(days=days - 1), zone)
    until = first_instant_of(day + timedelta(days=1), zone)
    found = (
        rows.filter(
            cause__isnull=False,
            is_quarantined=False,
            received_at__gte=since,
            received_at__lt=until,
        )
        .exclude(status="rejected")
        .values("cause", "cause__name", "unit", "unit__name", "service", "service__name")
        .annotate(n=Count("pk"), first_at=Min("received_at"), last_at=Max("received_at"))
        .filter(n__gte=count)
        .order_by("-n", "cause__name", "unit", "service")
    )
    return [
        RepeatCause(
            row["cause"],
            row["cause__name"],
            row["unit"],
            row["unit__name"],
            row["service"],
            row["service__name"] or "",
            row["n"],
            row["first_at"],
            row["last_at"],
        )
        for row in found
    ]


def suggested(complaint: Complaint) -> list[Cause]:
    """Return causes under which like reports were put: same government, words alike; at most three."""
    words = f"{complaint.subject} {complaint.body}"[:1000]
    like = (
        Complaint.objects.filter(government=complaint.government, cause__is_active=True)
        .exclude(pk=complaint.pk)
        .annotate(alike=_alike(words))
        .filter(alike__gte=SIMILAR_FROM)
        .values("cause")
        .annotate(best=Max("alike"))
        .order_by("-best", "cause")[:SUGGESTIONS]
    )
    order = [row["cause"] for row in like]
    causes = {cause.pk: cause for cause in Cause.objects.filter(pk__in=order)}
    return [causes[pk] for pk in order]


def similar(complaint: Complaint, visible: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """Return open reports about the same unit with like words that are under no cause yet; at most five."""
    return (
        visible.filter(unit=complaint.unit, cause__isnull=True, is_quarantined=False)
        .exclude(pk=complaint.pk)
        .annotate(alike=_alike(f"{complaint.subject} {complaint.body}"[:1000]))
        .filter(alike__gte=SIMILAR_FROM)
        .order_by("-alike", "id")[:5]
    )


def _alike(words: str) -> Any:
    # How well the few words of a stored subject are found in the many words of this report.
    return Func("subject", Value(words), function="word_similarity", output_field=FloatField())


def with_figures(causes: QuerySet[Cause], visible: QuerySet[Complaint], since: datetime) -> QuerySet[Cause]:
    """Add per cause how many visible reports there are in all, open, and since a moment; one query."""
    mine = Q(complaints__in=visible.values("pk"), complaints__is_quarantined=False)
    return causes.annotate(
        total=Count("complaints", filter=mine),
        open=Count("complaints", filter=mine & Q(complaints__status__in=RUNNING)),
        recent=Count("complaints", filter=mine & Q(complaints__received_at__gte=since)),
    ).order_by("-recent", "-total", "name", "id")
