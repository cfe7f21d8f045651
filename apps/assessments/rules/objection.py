"""Until when an employee may object, and until when the objection is decided (OBJ-1 to OBJ-6).

The numbers and the kind of day are policy values with a validity date; the constants here are the
defaults of that policy. Source and examples: docs/rules/deadlines.md.
"""

from collections.abc import Container
from datetime import date

from apps.core.rules.working_days import DayKind, add_days

OBJECTION_DAYS = 14
DECISION_DAYS = 7
OBJECTION_DAY_KIND = DayKind.WORKING


def objection_deadline(received_on: date, days: int, kind: DayKind, holidays: Container[date]) -> date:
    """Return the last day on which the employee may object; day 1 is the day after receipt."""
    return add_days(received_on, days, kind, holidays)


def decision_deadline(objected_on: date, days: int, kind: DayKind, holidays: Container[date]) -> date:
    """Return the last day for the decision; day 1 is the day after the objection."""
    return add_days(objected_on, days, kind, holidays)


def is_late(acted_on: date, deadline: date) -> bool:
    """Tell whether something done on a day missed the deadline; the last day itself is in time."""
    return acted_on > deadline
