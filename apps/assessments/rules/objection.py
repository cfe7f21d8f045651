"""Until when an employee may object, and until when the objection is decided (OBJ-1 to OBJ-6).

The numbers and the kind of day are policy values with a validity date; the constants here are the
defaults of that policy. Source and examples: docs/rules/deadlines.md.
"""

from collections.abc import Collection, Container, Mapping
from datetime import date
from typing import Any

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


def clock_basis(
    start: date, days: int, kind: DayKind, holidays: Collection[date], deadline: date
) -> dict[str, Any]:
    """Return what a deadline was computed from, to be stored with it: a later policy or holiday changes nothing."""
    return {
        "from": start.isoformat(),
        "days": days,
        "kind": kind.value,
        "days_off": sorted(day.isoformat() for day in holidays if start < day <= deadline),
    }


def deadline_from(basis: Mapping[str, Any]) -> date:
    """Return the deadline that a stored basis gives.

    :raises KeyError, ValueError: if something is missing from it, or cannot be read.
    """
    days_off = {date.fromisoformat(day) for day in basis["days_off"]}
    return add_days(date.fromisoformat(basis["from"]), int(basis["days"]), DayKind(basis["kind"]), days_off)
