"""The days off of a government: entered one by one, or as the list of a year."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from apps.core import audit
from apps.core.models import Holiday
from apps.core.sheets.reading import read_table

from ..models import Government
from .staff_rows import parse_date

COLUMNS = {
    "date": ("Tanggal", "Date", "Hari/Tanggal"),
    "name": ("Keterangan", "Nama", "Hari Libur", "Name", "Uraian"),
}
MAX_NAME = 120


class AlreadyListed(ValueError):
    """Raised when the day is already a day off."""


@dataclass
class HolidayList:
    """A list as read: days to add, days already known, and rows that cannot be used."""

    days: dict[date, str] = field(default_factory=dict)
    known: int = 0
    bad_rows: list[int] = field(default_factory=list)


@transaction.atomic
def add_holiday(*, government: Government, day: date, name: str, by: Any) -> Holiday:
    """Add a day off.

    :raises AlreadyListed: if it is one already, here or everywhere.
    """
    if Holiday.objects.filter(scope__in=["", government.code], date=day).exists():
        raise AlreadyListed
    holiday = Holiday.objects.create(scope=government.code, date=day, name=name)
    audit.record("core.holiday.added", target=holiday, by=by, scope=government.code, day=day)
    return holiday


@transaction.atomic
def remove_holiday(*, holiday: Holiday, government: Government, by: Any) -> None:
    """Remove a day off of the government's own list. Deadlines that are already stored keep their days."""
    audit.record("core.holiday.removed", target=holiday, by=by, scope=government.code, day=holiday.date)
    holiday.delete()


def read_list(*, government: Government, content: bytes, file_name: str) -> HolidayList:
    """Read the list of a year; nothing changes.

    :raises SheetRefused: if the file cannot be used.
    """
    table = read_table(content, file_name, aliases=COLUMNS, required=("date", "name"))
    known = set(Holiday.objects.filter(scope__in=["", government.code]).values_list("date", flat=True))
    found = HolidayList()
    for row in table.rows:
        name = " ".join(str(row.values.get("name") or "").split())[:MAX_NAME]
        try:
            day = parse_date(row.values.get("date"))
        except ValueError:
            day = None
        if day is None or not name:
            found.bad_rows.append(row.number)
        elif day in known or day in found.days:
            found.known += 1
        else:
            found.days[day] = name
    return found


@transaction.atomic
def add_holidays(*, government: Government, days: Iterable[tuple[date, str]], by: Any) -> int:
    """Add the days of a list that are not there yet; return how many."""
    known = set(Holiday.objects.filter(scope__in=["", government.code]).values_list("date", flat=True))
    added = 0
    for day, name in days:
        if day not in known:
            add_holiday(government=government, day=day, name=name, by=by)
            known.add(day)
            added += 1
    return added
