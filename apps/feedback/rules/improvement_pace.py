"""How fast a plan is carried out: steps under three and under six months (PEKPPP 9.a, feedback sheet 1.8).

Where the time begins is not said in our source. It begins with the last day of the survey period an item follows
from, if that is earlier than the day the item was written down: a late plan is no fast one.
"""

import calendar
from datetime import date
from enum import StrEnum

FAST_MONTHS = 3
MEDIUM_MONTHS = 6


class Pace(StrEnum):
    UNDER_3 = "under_3"
    UNDER_6 = "under_6"
    LONGER = "longer"


def counted_from(written_on: date, period_ended_on: date | None) -> date:
    """Return the day from which the months of an item are counted."""
    return written_on if period_ended_on is None else min(written_on, period_ended_on)


def add_months(day: date, months: int) -> date:
    """Return the same day some months later; the last of the month if there is no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def pace(start: date, done_on: date) -> Pace:
    """Return the class of an item that was finished on a day."""
    if done_on < add_months(start, FAST_MONTHS):
        return Pace.UNDER_3
    return Pace.UNDER_6 if done_on < add_months(start, MEDIUM_MONTHS) else Pace.LONGER
