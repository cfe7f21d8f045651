"""How an office's complaints end: what was answered in time, what the reporter confirmed, what merely closed.

Inside an office, with the small-number rule all the same: under the minimum there are counts and no shares.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate

from apps.core import policy
from apps.core.holidays import holidays_between
from apps.core.rules.periods import first_instant_of
from apps.core.rules.rounding import half_up
from apps.core.rules.working_days import count_working_days
from apps.employees.models import Government

from ..models import Complaint


@dataclass(frozen=True)
class Share:
    """k of n, and the percentage if n is large enough to say one."""

    k: int
    n: int
    percent: Decimal | None


@dataclass(frozen=True)
class OfficeFigures:
    """The figures of one unit, one kind, or all together."""

    key: str
    label: str
    received: int
    on_time: Share
    solved: Share
    no_reply: int
    rejected: int
    reopened: int
    still_open: int
    median_days: Decimal | None
    answered: int


def minimum(government: Government, day: date) -> int:
    """Return from how many complaints a share or a median is shown."""
    return int(policy.get("feedback.figures_minimum", on=day, scope=government.code))


def share(k: int, n: int, minimum: int) -> Share:
    """Return a share; without a percentage under the minimum."""
    return Share(k, n, half_up(Fraction(k * 100, n)) if n >= minimum and n else None)


def figures(
    rows: QuerySet[Complaint], government: Government, starts_on: date, ends_on: date, today: date
) -> tuple[OfficeFigures, list[OfficeFigures], list[OfficeFigures]]:
    """Return the figures of the complaints received in a span: all, per unit, per kind; five queries."""
    zone = ZoneInfo(government.timezone)
    least = minimum(government, today)
    received = rows.filter(
        is_quarantined=False,
        received_at__gte=first_instant_of(starts_on, government.timezone),
        received_at__lt=first_instant_of(ends_on + timedelta(days=1), government.timezone),
    )
    reopened = Q(events__action="reopen")
    counted = received.annotate(
        done_on=TruncDate(Coalesce("answered_at", "closed_at"), tzinfo=zone),
    )

    def grouped(*fields: str) -> dict[Any, dict[str, Any]]:
        found = counted.values(*fields) if fields else counted.values(one=F("government"))
        in_time = Q(done_on__lte=F("due_on"))
        due = Q(done_on__isnull=False) | (Q(due_on__lt=today) & ~Q(status="incomplete"))
        totals = found.annotate(
            received=Count("pk", distinct=True),
            due=Count("pk", filter=due, distinct=True),
            in_time=Count("pk", filter=in_time, distinct=True),
            solved=Count("pk", filter=Q(status="confirmed_solved"), distinct=True),
            no_reply=Count("pk", filter=Q(status="closed_no_reply"), distinct=True),
            rejected=Count("pk", filter=Q(status="rejected"), distinct=True),
            reopened=Count("pk", filter=reopened, distinct=True),
            still_open=Count("pk", filter=Q(closed_at__isnull=True), distinct=True),
        )
        return {row[fields[0]] if fields else "": row for row in totals}

    holidays = holidays_between(starts_on, today + timedelta(days=1), scope=government.code)
    days: list[tuple[int, str, int]] = [
        (unit, kind, count_working_days(first, done, holidays))
        for unit, kind, first, done in received.exclude(answered_at=None).values_list(
            "unit", "kind", TruncDate("received_at", tzinfo=zone), TruncDate("answered_at", tzinfo=zone)
        )
    ]

    def make(key: str, label: str, row: dict[str, Any] | None, is_mine: Callable[..., bool]) -> OfficeFigures:
        row = row or {}
        spans = [span for unit, kind, span in days if is_mine(unit, kind)]
        closed = row.get("solved", 0) + row.get("no_reply", 0)
        return OfficeFigures(
            key=key,
            label=label,
            received=row.get("received", 0),
            on_time=share(row.get("in_time", 0), row.get("due", 0), least),
            # Refused ones are no solution and no failure to solve.
            solved=share(row.get("solved", 0), closed, least),
            no_reply=row.get("no_reply", 0),
            rejected=row.get("rejected", 0),
            reopened=row.get("reopened", 0),
            still_open=row.get("still_open", 0),
            median_days=half_up(Fraction(median(spans)), 1) if len(spans) >= least else None,
            answered=len(spans),
        )

    units = dict(received.order_by("unit__path").values_list("unit", "unit__name").distinct())
    by_unit, by_kind = grouped("unit"), grouped("kind")
    everything = make("", "", grouped().get(""), lambda unit, kind: True)
    per_unit = [
        make(str(pk), name, by_unit.get(pk), lambda unit, kind, pk=pk: unit == pk)
        for pk, name in units.items()
    ]
    per_kind = [
        make(str(kind), str(kind), row, lambda unit, found, kind=kind: found == kind)
        for kind, row in sorted(by_kind.items())
    ]
    return everything, per_unit, per_kind
