"""Which day a deadline falls on: working days over a holiday calendar, or calendar days (OBJ-4).

Saturday and Sunday are off. Holidays are given by the caller: the national list and *cuti bersama*
differ by year, and a government may add local days.
"""

from collections.abc import Container
from datetime import date, timedelta
from enum import StrEnum

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


class DayKind(StrEnum):
    WORKING = "working"
    CALENDAR = "calendar"


def is_working_day(day: date, holidays: Container[date]) -> bool:
    """Tell whether offices are open on that day."""
    return day.weekday() < _SATURDAY and day not in holidays


def add_working_days(start: date, days: int, holidays: Container[date]) -> date:
    """Return the day that is `days` working days later; day 1 is the working day after `start`.

    :raises ValueError: if `days` is negative.
    """
    if days < 0:
        raise ValueError("a deadline lies after its start")
    day = start
    left = days
    while left:
        day += _ONE_DAY
        left -= is_working_day(day, holidays)
    return day


def count_working_days(after: date, until: date, holidays: Container[date]) -> int:
    """Count the working days after the first day, up to and including the second; 0 if there are none."""
    span = (until - after).days
    return sum(is_working_day(after + timedelta(days=step), holidays) for step in range(1, span + 1))


def add_days(start: date, days: int, kind: DayKind, holidays: Container[date]) -> date:
    """Return the last day of a deadline whose first day is the one after `start`.

    :raises ValueError: if `days` is negative.
    """
    if kind is DayKind.WORKING:
        return add_working_days(start, days, holidays)
    if days < 0:
        raise ValueError("a deadline lies after its start")
    return start + timedelta(days=days)
