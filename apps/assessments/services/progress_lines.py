"""Many lines at once, from a pasted or imported sheet or copied: checked one by one, saved together or not at all."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.core import audit, stamps
from apps.core.localtime import local_date
from apps.employees.models import Employee
from apps.employees.services.staff_rows import parse_date
from apps.indicators.forms import NumberField

from ..models import ProgressEntry
from ..rules.entry_lines import LineProblem, RawLine
from ..selectors import progress as lines
from ..selectors import reporting
from ..selectors.progress import Lock, Target
from .actors import account_of, stamp_names
from .progress import NotTheWriter, lock_reports
from .reports import is_written_by, refresh_drafts

__all__ = [
    "MAX_LINES",
    "CheckedLine",
    "LineDraft",
    "LinesRefused",
    "NotTheWriter",
    "TooManyLines",
    "add_lines",
    "check_lines",
    "drafts_from",
]

MAX_LINES = 300
TEXT_LIMIT = 500
_LOCKED = {
    Lock.SENT: LineProblem.REPORT_SENT,
    Lock.CLOSED: LineProblem.PERIOD_CLOSED,
    Lock.RATED: LineProblem.PERIOD_RATED,
}


@dataclass(frozen=True)
class LineDraft:
    """A line as somebody typed it; `target` is the number of a planned result, or of one of its indicators."""

    number: int
    date: str
    text: str
    quantity: str = ""
    target: str = ""
    is_left_out: bool = False
    extra: int = 0


@dataclass(frozen=True)
class CheckedLine:
    """A line with what it means, and what keeps it from being saved: the field, and why."""

    draft: LineDraft
    day: date | None = None
    target: Target | None = None
    quantity: Decimal | None = None
    problems: tuple[tuple[str, LineProblem], ...] = ()

    @property
    def is_wanted(self) -> bool:
        """Whether it is to be saved at all."""
        return not self.draft.is_left_out

    @property
    def is_there_already(self) -> bool:
        """Whether nothing is wrong with it but that it stands there already."""
        return {code for _field, code in self.problems} in (
            {LineProblem.THERE_ALREADY},
            {LineProblem.TWICE_HERE},
        )


class LinesRefused(Exception):
    """Raised when a line that is wanted has a problem; nothing is saved."""

    def __init__(self, checked: Sequence[CheckedLine]) -> None:
        super().__init__(f"{sum(bool(row.problems) for row in checked)} lines")
        self.checked = tuple(checked)


class TooManyLines(ValueError):
    """Raised when there are more lines than one page can show."""


def drafts_from(raw: Iterable[RawLine], targets: Mapping[str, Target]) -> list[LineDraft]:
    """Turn the cells of a sheet into lines: the unit tells which indicator of a planned result is meant.

    :raises TooManyLines: beyond `MAX_LINES`.
    """
    drafts = [
        LineDraft(
            number=line.number,
            date=line.date,
            text=line.text,
            quantity=line.quantity,
            target=_target_code(line, targets),
            extra=line.extra,
        )
        for line in raw
    ]
    if len(drafts) > MAX_LINES:
        raise TooManyLines
    return drafts


def _target_code(line: RawLine, targets: Mapping[str, Target]) -> str:
    """Return the number meant by the cells RHK and unit; what cannot be told stays as it was typed."""
    wanted = re.sub(r"(?<=\d),(?=\d)", ".", line.result.strip().rstrip("."))
    if wanted not in targets:
        plain = wanted.casefold()
        same = [
            code
            for code, row in targets.items()
            if row.indicator is None and row.result.text.casefold() == plain
        ]
        only = [code for code, row in targets.items() if row.indicator is None]
        wanted = same[0] if len(same) == 1 else only[0] if not wanted and len(only) == 1 else wanted
    if wanted not in targets or targets[wanted].indicator is not None or not line.quantity:
        return wanted
    own = [row for row in targets.values() if row.indicator and row.result.pk == targets[wanted].result.pk]
    unit = line.unit.casefold()
    for choice in (
        [row for row in own if unit and row.indicator and row.indicator.measure.casefold() == unit],
        [row for row in own if row.is_summed],
        own,
    ):
        if len(choice) == 1:
            return choice[0].code
    return wanted


def check_lines(*, employee: Employee, drafts: Sequence[LineDraft], at: datetime) -> list[CheckedLine]:
    """Return each line with its problems; the queries do not grow with the lines."""
    today = local_date(at, employee.government.timezone)
    targets = lines.targets_of(reporting.writable_results(employee, today))
    read = [_read(draft, targets, today) for draft in drafts]
    days = {row.day for row in read if row.day}
    locks = lines.day_locks([(row.target.result.skp, row.day) for row in read if row.target and row.day], at)
    present = {
        (row.date, row.result_id, row.indicator_id, row.text, row.quantity)
        for row in ProgressEntry.objects.filter(employee=employee, date__in=days)
    }
    seen: set[Any] = set()
    checked = []
    for row in read:
        problems = list(row.problems)
        if row.day and row.target:
            if row.day not in row.target.result.skp.period:
                problems.append(("date", LineProblem.OUTSIDE_PLAN))
            elif lock := locks.get((row.target.result.skp_id, row.day)):
                problems.append(("date", _LOCKED[lock]))
            same = (row.day, *_ids(row.target), row.draft.text, row.quantity)
            if row.is_wanted and not problems:
                if same in present:
                    problems.append(("text", LineProblem.THERE_ALREADY))
                elif same in seen:
                    problems.append(("text", LineProblem.TWICE_HERE))
                seen.add(same)
        checked.append(replace(row, problems=tuple(problems)))
    return checked


def _ids(target: Target) -> tuple[int, int | None]:
    return target.result.pk, target.indicator.pk if target.indicator else None


def _read(draft: LineDraft, targets: Mapping[str, Target], today: date) -> CheckedLine:
    """Return what a line's cells say, and which of them cannot be read."""
    problems: list[tuple[str, LineProblem]] = []
    day = quantity = None
    try:
        day = parse_date(draft.date)
        if day is None:
            problems.append(("date", LineProblem.NO_DATE))
        elif day > today:
            problems.append(("date", LineProblem.IN_FUTURE))
    except ValueError:
        problems.append(("date", LineProblem.DATE_UNKNOWN))
    if draft.extra:
        problems.append(("text", LineProblem.TOO_MANY_CELLS))
    if not draft.text:
        problems.append(("text", LineProblem.NO_TEXT))
    elif len(draft.text) > TEXT_LIMIT:
        problems.append(("text", LineProblem.TEXT_TOO_LONG))
    target = targets.get(draft.target)
    if target is None:
        missing = LineProblem.RESULT_UNKNOWN if draft.target else LineProblem.NO_RESULT
        problems.append(("target", missing))
    try:
        quantity = NumberField(required=False, min_value=Decimal(0)).clean(draft.quantity)
    except ValidationError:
        problems.append(("quantity", LineProblem.QUANTITY_UNKNOWN))
    else:
        if quantity is not None and target is not None and target.indicator is None:
            problems.append(("target", LineProblem.QUANTITY_NEEDS_INDICATOR))
        if quantity is None and target is not None and target.indicator is not None:
            problems.append(("quantity", LineProblem.INDICATOR_NEEDS_QUANTITY))
    return CheckedLine(draft, day, target, quantity, tuple(problems))


@transaction.atomic
def add_lines(
    *, employee: Employee, drafts: Sequence[LineDraft], by: Any, at: datetime
) -> list[ProgressEntry]:
    """Save all lines that are not left out, in one transaction.

    :raises NotTheWriter: if `by` is somebody else.
    :raises TooManyLines: beyond `MAX_LINES`.
    :raises LinesRefused: if one of them has a problem.
    """
    if not is_written_by(employee, by):
        raise NotTheWriter
    if len(drafts) > MAX_LINES:
        raise TooManyLines
    # Two pages saved at once: the second waits here and then finds the lines of the first.
    Employee.objects.select_for_update(of=("self",)).get(pk=employee.pk)
    first = check_lines(employee=employee, drafts=drafts, at=at)
    skps = {row.target.result.skp_id: row.target.result.skp for row in first if row.target and row.is_wanted}
    days = [row.day for row in first if row.day and row.is_wanted]
    if days:
        lock_reports(skps, days)
    checked = check_lines(employee=employee, drafts=drafts, at=at)
    wanted = [row for row in checked if row.is_wanted]
    if any(row.problems for row in wanted):
        raise LinesRefused(checked)
    added = ProgressEntry.objects.bulk_create(
        ProgressEntry(
            employee=employee,
            result=row.target.result,
            indicator=row.target.indicator,
            date=row.day,
            text=row.draft.text,
            quantity=row.quantity,
        )
        for row in wanted
        if row.target
    )
    if added:
        audit.record(
            "assessments.progress.lines_added",
            target=employee,
            by=account_of(by),
            scope=employee.government.code,
            at=at,
            entries=[row.pk for row in added],
            first_day=min(days),
            last_day=max(days),
        )
        for skp in skps.values():
            refresh_drafts(skp=skp, days=days)
        stamps.bump(*stamp_names(employee))
    return added
