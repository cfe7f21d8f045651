"""Until when a complaint must be answered (feedback sheet 2.3).

The days are practice of single offices and not national law, so the tables here are defaults of
policy values. Source and examples: docs/rules/deadlines.md. Terms: docs/glossary.md.
"""

from collections.abc import Container, Mapping
from datetime import date
from enum import StrEnum

from apps.core.rules.working_days import add_working_days, count_working_days

REPLY_DAYS = 10
SOON_DAYS = 2


class ComplaintKind(StrEnum):
    """How heavy a complaint is; kadar pengawasan: it alleges wrongdoing to be inspected."""

    RINGAN = "ringan"
    NORMATIF = "normatif"
    TIDAK_BERKADAR_PENGAWASAN = "tidak_berkadar_pengawasan"
    BERKADAR_PENGAWASAN = "berkadar_pengawasan"
    ASPIRASI = "aspirasi"


class ClockState(StrEnum):
    ON_TIME = "on_time"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"


DEFAULT_DAYS: Mapping[ComplaintKind, int] = {
    ComplaintKind.RINGAN: 2,
    ComplaintKind.NORMATIF: 5,
    ComplaintKind.TIDAK_BERKADAR_PENGAWASAN: 14,
    ComplaintKind.BERKADAR_PENGAWASAN: 60,
    # The sheet names the kind (2.2) and gives no days for it: treated like a complaint without supervision.
    ComplaintKind.ASPIRASI: 14,
}


def due_on(
    received_on: date,
    kind: ComplaintKind,
    holidays: Container[date],
    days_table: Mapping[ComplaintKind, int] = DEFAULT_DAYS,
    paused_days: int = 0,
) -> date:
    """Return the last day for the answer; `paused_days` are working days spent waiting for the citizen.

    :raises ValueError: if a number of days is negative.
    """
    if paused_days < 0:
        raise ValueError("a pause is not negative")
    return add_working_days(received_on, days_table[kind] + paused_days, holidays)


def reply_until(answered_on: date, holidays: Container[date], days: int = REPLY_DAYS) -> date:
    """Return the last day on which the citizen may say whether the answer solved the matter."""
    return add_working_days(answered_on, days, holidays)


def clock_state(today: date, due: date, holidays: Container[date], soon_days: int = SOON_DAYS) -> ClockState:
    """Return how a running clock stands: due soon means at most `soon_days` working days are left."""
    if today > due:
        return ClockState.OVERDUE
    left = count_working_days(today, due, holidays)
    return ClockState.DUE_SOON if left <= soon_days else ClockState.ON_TIME
