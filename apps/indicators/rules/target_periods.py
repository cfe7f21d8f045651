"""Into which parts of the year the target of a unit is divided (SAK-5)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Division(StrEnum):
    QUARTERLY = "quarterly"
    MONTHLY = "monthly"


MONTHS_OF = {Division.QUARTERLY: 3, Division.MONTHLY: 1}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the year; its target is what is to be reached by its last day, counted from 1 January."""

    number: int
    starts_on: date
    ends_on: date


def parts_of(year: int, division: Division) -> list[Part]:
    """Return the parts of a year in order; together they are the year."""
    months = MONTHS_OF[division]
    starts = [date(year, month, 1) for month in range(1, 13, months)]
    ends = [start - timedelta(days=1) for start in starts[1:]] + [date(year, 12, 31)]
    return [
        Part(number, start, end)
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), start=1)
    ]


def division_of(starts_on: date, ends_on: date) -> Division | None:
    """Return to which division a stored part belongs; None for a list that follows neither."""
    for division in Division:
        if any(
            (part.starts_on, part.ends_on) == (starts_on, ends_on)
            for part in parts_of(starts_on.year, division)
        ):
            return division
    return None
