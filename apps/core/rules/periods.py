"""Which periods a year has, and at which instant a local day begins and ends (EVA-1, EVA-2)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo


class Periodicity(StrEnum):
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


_MONTHS_EACH = {Periodicity.MONTHLY: 1, Periodicity.QUARTERLY: 3}


@dataclass(frozen=True, slots=True)
class PeriodSpan:
    """One period of a year; both days belong to it."""

    number: int
    starts_on: date
    ends_on: date


def periods_of_year(year: int, periodicity: Periodicity) -> tuple[PeriodSpan, ...]:
    """Return the twelve months or the four quarters of a year, in order."""
    step = _MONTHS_EACH[periodicity]
    return tuple(
        PeriodSpan(
            number=number,
            starts_on=date(year, last_month - step + 1, 1),
            ends_on=date(year, last_month, monthrange(year, last_month)[1]),
        )
        for number, last_month in enumerate(range(step, 13, step), start=1)
    )


def first_instant_of(day: date, zone: str) -> datetime:
    """Return, in UTC, the instant of 00:00:00 on that day in the named time zone."""
    return datetime.combine(day, time(0, 0, 0), ZoneInfo(zone)).astimezone(UTC)


def last_instant_of(day: date, zone: str) -> datetime:
    """Return, in UTC, the instant of 23:59:59 on that day in the named time zone."""
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(zone)).astimezone(UTC)
