"""How a promised day stands: improvement items and commitments. Calendar days; the day itself is in time."""

from datetime import date

from .complaint_clock import ClockState

SOON_DAYS = 7


def clock_state(today: date, due_on: date, soon_days: int = SOON_DAYS) -> ClockState:
    """Return whether the day has passed, comes within `soon_days`, or is further away."""
    if today > due_on:
        return ClockState.OVERDUE
    return ClockState.DUE_SOON if (due_on - today).days <= soon_days else ClockState.ON_TIME
