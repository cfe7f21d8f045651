"""The clocks beside an independent calendar library: dateutil's recurrence rules know nothing of our arithmetic."""

from datetime import date, datetime, time, timedelta

import pytest
from dateutil.rrule import DAILY, FR, MO, TH, TU, WE, rrule, rruleset
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.assessments.rules.objection import (
    clock_basis,
    deadline_from,
    decision_deadline,
    is_late,
    objection_deadline,
)
from apps.core.rules.working_days import DayKind, count_working_days

START = st.dates(date(2024, 1, 1), date(2030, 12, 31))
DAYS = st.integers(1, 30)
# Days off as offsets from the start, so that they fall into the span of the clock and often on each other.
OFF = st.sets(st.integers(-3, 45), max_size=20)


def _by_dateutil(start: date, days: int, off: set[date]) -> date:
    """The n-th working day after a start, from a rule set with excluded dates."""
    days_of_work = rruleset()
    first = datetime.combine(start + timedelta(days=1), time())
    days_of_work.rrule(rrule(DAILY, dtstart=first, byweekday=(MO, TU, WE, TH, FR)))
    for day in off:
        days_of_work.exdate(datetime.combine(day, time()))
    found = iter(days_of_work)
    for _n in range(days - 1):
        next(found)
    return next(found).date()


@given(START, DAYS, OFF)
@settings(max_examples=150, deadline=None)
def test_working_day_clocks_agree(start: date, days: int, offsets: set[int]) -> None:
    off = {start + timedelta(days=offset) for offset in offsets}
    expected = _by_dateutil(start, days, off)
    assert objection_deadline(start, days, DayKind.WORKING, off) == expected
    assert decision_deadline(start, days, DayKind.WORKING, off) == expected
    assert count_working_days(start, expected, off) == days
    assert not is_late(expected, expected)
    assert is_late(expected + timedelta(days=1), expected)


@given(START, DAYS)
@settings(max_examples=60, deadline=None)
def test_calendar_day_clocks_agree(start: date, days: int) -> None:
    expected = list(rrule(DAILY, dtstart=datetime.combine(start, time()), count=days + 1))[-1].date()
    assert objection_deadline(start, days, DayKind.CALENDAR, frozenset()) == expected


@given(START, DAYS, OFF, st.sampled_from(list(DayKind)))
@settings(max_examples=100, deadline=None)
def test_the_stored_basis_gives_the_same_day_whatever_holidays_come_later(
    start: date, days: int, offsets: set[int], kind: DayKind
) -> None:
    off = {start + timedelta(days=offset) for offset in offsets}
    deadline = objection_deadline(start, days, kind, off)
    assert deadline_from(clock_basis(start, days, kind, off, deadline)) == deadline


@pytest.mark.parametrize("missing", ["from", "days", "kind", "days_off"])
def test_a_basis_with_a_hole_is_not_guessed(missing: str) -> None:
    basis = clock_basis(date(2026, 1, 2), 14, DayKind.WORKING, set(), date(2026, 1, 22))
    del basis[missing]
    with pytest.raises(KeyError):
        deadline_from(basis)
