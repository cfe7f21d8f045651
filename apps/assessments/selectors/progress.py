"""Questions about daily lines: what repeats, what can still change, and the log of a day or month."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Count, Max, QuerySet

from apps.employees.models import Employee
from apps.indicators.models import Indicator, Skp, WorkResult

from ..labels import EvaluationStatusChoices, PeriodKind, ReportStatusChoices
from ..models import Evaluation, Period, ProgressEntry, SelfReport
from . import reporting

CHIP_DAYS = 180
COPY_LIMIT = 150


class Lock(StrEnum):
    """Why a day takes no lines any more."""

    SENT = "sent"
    CLOSED = "closed"
    RATED = "rated"


Place = tuple[int, date]


def day_locks(places: Iterable[tuple[Skp, date]], at: datetime | None) -> dict[Place, Lock]:
    """Return which days of which plans are locked, and why; the same queries for one day and a year.

    A report that came back may be filled in again, whatever the calendar says. Without `at`, only the schedule has
    closed a period.
    """
    listed = list(places)
    if not listed:
        return {}
    skps = {skp.pk: skp for skp, _day in listed}
    days = [day for _skp, day in listed]
    periods = list(
        Period.objects.filter(
            cycle__government__in={skp.government_id for skp in skps.values()},
            kind=PeriodKind.PERIODIC,
            starts_on__lte=max(days),
            ends_on__gte=min(days),
        ).select_related("cycle__government")
    )
    reports = {
        (row.skp_id, row.period_id): row
        for row in SelfReport.objects.filter(skp__in=skps, period__in=periods)
    }
    rated = set(
        Evaluation.objects.filter(skp__in=skps, period__in=periods)
        .exclude(status=EvaluationStatusChoices.PREPARED)
        .values_list("skp", "period")
    )
    takes_late: dict[int, bool] = {}
    locks: dict[Place, Lock] = {}
    for skp, day in listed:
        period = next((row for row in periods if row.starts_on <= day <= row.ends_on), None)
        if period is None:
            continue
        report = reports.get((skp.pk, period.pk))
        if report is not None and not report.is_editable:
            locks[skp.pk, day] = Lock.SENT
        elif reporting.is_past(period, at or period.opens_at):
            if period.cycle_id not in takes_late:
                takes_late[period.cycle_id] = reporting.late_allowed(period)
            returned = report is not None and report.status == ReportStatusChoices.RETURNED
            if (skp.pk, period.pk) in rated:
                locks[skp.pk, day] = Lock.RATED
            elif not (takes_late[period.cycle_id] or returned):
                locks[skp.pk, day] = Lock.CLOSED
    return locks


def locked_entries(entries: Sequence[ProgressEntry], at: datetime) -> dict[int, Lock]:
    """Return which of some entries can no longer change, and why."""
    locks = day_locks([(entry.result.skp, entry.date) for entry in entries], at)
    return {
        entry.pk: locks[entry.result.skp_id, entry.date]
        for entry in entries
        if (entry.result.skp_id, entry.date) in locks
    }


# Repeating


def repeated_lines(employee: Employee, today: date, limit: int = 6) -> list[ProgressEntry]:
    """Return the lines a person writes most often, of plans that cover today: each filled in with one touch."""
    groups = (
        ProgressEntry.objects.filter(
            employee=employee,
            date__gt=today - timedelta(days=CHIP_DAYS),
            result__skp__status__in=reporting.PLANS_IN_FORCE,
            result__skp__period__contains=today,
        )
        .order_by()
        .values("text", "result")
        .annotate(times=Count("pk"), newest=Max("pk"))
        .order_by("-times", "-newest")
        .values_list("newest", flat=True)[:limit]
    )
    order = list(groups)
    rows = ProgressEntry.objects.filter(pk__in=order).select_related("result")
    return sorted(rows, key=lambda row: order.index(row.pk))


def last_day_before(employee: Employee, day: date) -> date | None:
    """Return the newest day before another on which a person wrote something, within two weeks."""
    newest: date | None = ProgressEntry.objects.filter(
        employee=employee, date__lt=day, date__gte=day - timedelta(days=14)
    ).aggregate(newest=Max("date"))["newest"]
    return newest


def lines_to_copy(employee: Employee, first: date, last: date) -> list[ProgressEntry]:
    """Return the different lines of some days, each once in its newest form, oldest day first."""
    newest = (
        ProgressEntry.objects.filter(employee=employee, date__range=(first, last))
        .order_by()
        .values("text", "result", "indicator")
        .annotate(newest=Max("pk"))
        .values_list("newest", flat=True)
    )
    return list(
        ProgressEntry.objects.filter(pk__in=newest)
        .select_related("result__skp", "indicator")
        .order_by("date", "pk")[:COPY_LIMIT]
    )


# Where a line belongs


@dataclass(frozen=True)
class Target:
    """A planned result with its number on the list, perhaps narrowed to one indicator: `2`, `2.1`."""

    code: str
    result: WorkResult
    indicator: Indicator | None

    @property
    def is_summed(self) -> bool:
        """Whether the lines add up to the indicator's realization."""
        return self.indicator is not None and self.indicator.source == "progress_sum"


def targets_of(results: Iterable[WorkResult]) -> dict[str, Target]:
    """Number planned results and their indicators with a target, in the order of the list."""
    found: dict[str, Target] = {}
    for number, result in enumerate(results, start=1):
        found[str(number)] = Target(str(number), result, None)
        counted = [row for row in result.indicators.all() if row.target is not None]
        for place, indicator in enumerate(counted, start=1):
            code = f"{number}.{place}"
            found[code] = Target(code, result, indicator)
    return found


def codes_by_row(targets: Mapping[str, Target]) -> dict[tuple[int, int | None], str]:
    """Return the numbers by planned result and indicator."""
    return {
        (target.result.pk, target.indicator.pk if target.indicator else None): code
        for code, target in targets.items()
    }


# The log (EXE-6)


def log_entries(employee: Employee, first: date, last: date) -> QuerySet[ProgressEntry]:
    """Return the lines of some days in the order they are printed."""
    return (
        ProgressEntry.objects.filter(employee=employee, date__range=(first, last))
        .select_related("result", "indicator")
        .order_by("date", "pk")
    )


def months_with_lines(employee: Employee, limit: int = 24) -> list[date]:
    """Return the first days of the months in which a person wrote something, newest first."""
    months: Any = ProgressEntry.objects.filter(employee=employee).dates("date", "month", order="DESC")
    return list(months[:limit])
