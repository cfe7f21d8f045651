"""Who is told when, while a complaint waits for its office (feedback sheet 2.3, 2.4).

Every step says from which due date (or receipt) on it holds, never "exactly today": a tick that was missed is made
up for by the next one.
"""

from collections.abc import Container
from datetime import date, timedelta
from enum import IntEnum

from apps.core.rules.working_days import add_working_days, count_working_days

ROOT_DAYS = 5
OMBUDSMAN_DAYS = 60


class Step(IntEnum):
    """Rungs of the ladder, upward."""

    UNIT = 1
    HEAD_ABOVE = 2
    GOVERNMENT = 3
    OMBUDSMAN = 4


def due_before(today: date, soon_days: int, holidays: Container[date]) -> date:
    """Return the first due date that is not "due soon" yet: those before it have at most `soon_days` left."""
    return add_working_days(today, soon_days + 1, holidays)


def latest_before(today: date, working_days: int, holidays: Container[date]) -> date:
    """Return the latest day after which more than so many working days have passed by today.

    `latest_before(today, 0, ...)` is the latest due date that is overdue on a working day.
    """
    day = today
    while count_working_days(day, today, holidays) <= working_days:
        day -= timedelta(days=1)
    return day
