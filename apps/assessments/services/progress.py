"""Daily lines of work: written in a minute, added up for the report (EXE-5, EXE-6)."""

from collections.abc import Iterable, Sequence
from datetime import date as Day
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from apps.core import audit, stamps
from apps.core.localtime import local_date
from apps.employees.models import Employee
from apps.indicators.models import Indicator, Skp, WorkResult

from ..labels import PeriodKind
from ..models import ProgressEntry, SelfReport
from ..selectors import reporting
from ..selectors.progress import Lock, day_locks
from .actors import account_of, stamp_names
from .reports import NotTheWriter, is_written_by, refresh_drafts

__all__ = [
    "DayOutsidePlan",
    "EntryInFuture",
    "EntryLocked",
    "NotTheWriter",
    "PlanNotApproved",
    "QuantityNeedsIndicator",
    "WrongIndicator",
    "add_entry",
    "change_entry",
    "copy_day",
    "lock_reports",
    "remove_entry",
]


class EntryInFuture(ValueError):
    """Raised when the day has not come yet."""


class DayOutsidePlan(ValueError):
    """Raised when the plan does not cover the day."""


class PlanNotApproved(ValueError):
    """Raised when the planned result is somebody else's, or its plan is not approved."""


class WrongIndicator(ValueError):
    """Raised when the indicator belongs to another planned result."""


class QuantityNeedsIndicator(ValueError):
    """Raised when a quantity comes without an indicator, or is negative."""


class EntryLocked(Exception):
    """Raised when the report of the day is sent, or its period is over; `lock` says which."""

    def __init__(self, lock: Lock) -> None:
        super().__init__(lock.value)
        self.lock = lock


@transaction.atomic
def add_entry(
    *,
    employee: Employee,
    result: WorkResult,
    date: Day,
    text: str,
    by: Any,
    indicator: Indicator | None = None,
    quantity: Decimal | None = None,
    at: datetime | None = None,
) -> ProgressEntry:
    """Write one line of work. `at` is now, for the check that the day has come.

    :raises NotTheWriter: if `by` is somebody else.
    :raises PlanNotApproved, DayOutsidePlan, EntryInFuture, WrongIndicator, QuantityNeedsIndicator: see there.
    :raises EntryLocked: if the report of that day is sent, or its period is over.
    """
    _require_writer(employee, by)
    skp = _require_fitting(employee, result, date, indicator, quantity, at)
    _require_open(skp, date, at)
    entry = ProgressEntry.objects.create(
        employee=employee, result=result, indicator=indicator, date=date, text=text.strip(), quantity=quantity
    )
    _after("added", entry, skp, by, [date])
    return entry


@transaction.atomic
def change_entry(
    *,
    entry_id: int,
    result: WorkResult,
    date: Day,
    text: str,
    by: Any,
    at: datetime,
    indicator: Indicator | None = None,
    quantity: Decimal | None = None,
) -> ProgressEntry:
    """Rewrite a line of work, while its report is not sent and its period not over.

    :raises NotTheWriter, EntryLocked: see there; and whatever `add_entry` raises.
    """
    entry = (
        ProgressEntry.objects.select_for_update(of=("self",))
        .select_related("employee", "result__skp")
        .get(pk=entry_id)
    )
    _require_writer(entry.employee, by)
    _require_open(entry.result.skp, entry.date, at)
    skp = _require_fitting(entry.employee, result, date, indicator, quantity, at)
    _require_open(skp, date, at)
    days, old_skp = [entry.date, date], entry.result.skp
    entry.result, entry.indicator, entry.date = result, indicator, date
    entry.text, entry.quantity = text.strip(), quantity
    entry.save()
    _after("changed", entry, skp, by, days)
    if old_skp.pk != skp.pk:
        refresh_drafts(skp=old_skp, days=days)
    return entry


@transaction.atomic
def remove_entry(*, entry_id: int, by: Any, at: datetime) -> None:
    """Delete a line of work, while its report is not sent and its period not over.

    :raises NotTheWriter, EntryLocked: see there.
    """
    entry = (
        ProgressEntry.objects.select_for_update(of=("self",))
        .select_related("employee", "result__skp")
        .get(pk=entry_id)
    )
    _require_writer(entry.employee, by)
    skp = entry.result.skp
    _require_open(skp, entry.date, at)
    # Written before the row goes: afterwards it has no number any more.
    audit.record(
        "assessments.progress.removed",
        target=entry,
        by=account_of(by),
        scope=skp.government.code,
        at=at,
        day=entry.date,
    )
    entry.delete()
    refresh_drafts(skp=skp, days=[entry.date])
    stamps.bump(*stamp_names(entry.employee))


@transaction.atomic
def copy_day(*, employee: Employee, from_day: Day, to_day: Day, by: Any, at: datetime) -> list[ProgressEntry]:
    """Write the lines of one day again on another; what stands there already is not doubled.

    :raises NotTheWriter, EntryLocked, EntryInFuture, DayOutsidePlan: see there.
    """
    _require_writer(employee, by)
    Employee.objects.select_for_update(of=("self",)).get(
        pk=employee.pk
    )  # a second touch waits and finds them all
    present = {_sameness(row) for row in ProgressEntry.objects.filter(employee=employee, date=to_day)}
    added = []
    for row in reporting.entries_of(employee).filter(date=from_day).order_by("pk"):
        if _sameness(row) not in present:
            present.add(_sameness(row))
            added.append(
                add_entry(
                    employee=employee,
                    result=row.result,
                    date=to_day,
                    text=row.text,
                    by=by,
                    indicator=row.indicator,
                    quantity=row.quantity,
                    at=at,
                )
            )
    return added


def _sameness(entry: ProgressEntry) -> tuple[Any, ...]:
    return (entry.result_id, entry.indicator_id, entry.text, entry.quantity)


def _require_writer(employee: Employee, by: Any) -> None:
    if not is_written_by(employee, by):
        raise NotTheWriter


def _require_fitting(
    employee: Employee,
    result: WorkResult,
    date: Day,
    indicator: Indicator | None,
    quantity: Decimal | None,
    at: datetime | None,
) -> Skp:
    skp = Skp.objects.select_related("government", "unit").get(pk=result.skp_id)
    if skp.employee_id != employee.pk or skp.status not in reporting.PLANS_IN_FORCE:
        raise PlanNotApproved
    if date not in skp.period:
        raise DayOutsidePlan
    if at is not None and date > local_date(at, skp.government.timezone):
        raise EntryInFuture
    if indicator is not None and indicator.result_id != result.pk:
        raise WrongIndicator
    if quantity is not None and (indicator is None or quantity < 0):
        raise QuantityNeedsIndicator
    return skp


def lock_reports(skps: Iterable[int], days: Sequence[Day]) -> None:
    """Keep the reports that cover some days from being sent between our look at them and our change."""
    list(
        SelfReport.objects.select_for_update(of=("self",))
        .filter(
            skp__in=list(skps),
            period__kind=PeriodKind.PERIODIC,
            period__starts_on__lte=max(days),
            period__ends_on__gte=min(days),
        )
        .order_by("pk")
    )


def _require_open(skp: Skp, date: Day, at: datetime | None) -> None:
    lock_reports([skp.pk], [date])
    lock = day_locks([(skp, date)], at).get((skp.pk, date))
    if lock is not None:
        raise EntryLocked(lock)


def _after(what: str, entry: ProgressEntry, skp: Skp, by: Any, days: list[Day]) -> None:
    audit.record(
        f"assessments.progress.{what}",
        target=entry,
        by=account_of(by),
        scope=skp.government.code,
        day=entry.date,
        result=entry.result_id,
        indicator=entry.indicator_id,
        quantity=entry.quantity,
    )
    refresh_drafts(skp=skp, days=days)
    stamps.bump(*stamp_names(entry.employee))
