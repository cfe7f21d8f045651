from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.rules.working_days import (
    DayKind,
    add_days,
    add_working_days,
    count_working_days,
    is_working_day,
)

NEW_YEAR = date(2026, 1, 1)
NO_HOLIDAYS: frozenset[date] = frozenset()

days_of_2026 = st.dates(date(2026, 1, 1), date(2026, 12, 31))
holiday_sets = st.frozensets(days_of_2026, max_size=20)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 1, 1), False),
        (date(2026, 1, 2), True),
        (date(2026, 1, 3), False),
        (date(2026, 1, 4), False),
        (date(2026, 1, 5), True),
    ],
)
def test_weekends_and_holidays_are_off(day: date, expected: bool) -> None:
    assert is_working_day(day, {NEW_YEAR}) is expected


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (date(2026, 1, 2), 1, date(2026, 1, 5)),
        (date(2026, 1, 2), 14, date(2026, 1, 22)),
        (date(2026, 1, 3), 1, date(2026, 1, 5)),
        (date(2026, 1, 2), 0, date(2026, 1, 2)),
    ],
)
def test_day_one_is_the_working_day_after_the_start(start: date, days: int, expected: date) -> None:
    assert add_working_days(start, days, {NEW_YEAR}) == expected


def test_a_holiday_moves_the_deadline() -> None:
    assert add_working_days(date(2026, 1, 2), 14, {date(2026, 1, 16)}) == date(2026, 1, 23)


@pytest.mark.parametrize("kind", list(DayKind))
def test_a_negative_number_of_days_is_refused(kind: DayKind) -> None:
    with pytest.raises(ValueError, match="after its start"):
        add_days(date(2026, 1, 2), -1, kind, NO_HOLIDAYS)


def test_add_days_follows_the_kind() -> None:
    received = date(2026, 1, 2)
    assert add_days(received, 14, DayKind.CALENDAR, {NEW_YEAR}) == date(2026, 1, 16)
    assert add_days(received, 0, DayKind.CALENDAR, {NEW_YEAR}) == received
    assert add_days(received, 14, DayKind.WORKING, {NEW_YEAR}) == date(2026, 1, 22)


def test_counting_starts_after_the_first_day_and_includes_the_last() -> None:
    friday, monday = date(2026, 1, 2), date(2026, 1, 5)
    assert count_working_days(friday, monday, NO_HOLIDAYS) == 1
    assert count_working_days(friday, monday, {monday}) == 0
    assert count_working_days(friday, friday, NO_HOLIDAYS) == 0
    assert count_working_days(monday, friday, NO_HOLIDAYS) == 0


@settings(max_examples=50, deadline=None)
@given(days_of_2026, st.integers(1, 40), holiday_sets)
def test_counting_undoes_adding(start: date, days: int, holidays: frozenset[date]) -> None:
    end = add_working_days(start, days, holidays)
    assert is_working_day(end, holidays)
    assert count_working_days(start, end, holidays) == days


@settings(max_examples=50, deadline=None)
@given(days_of_2026, st.integers(1, 30), holiday_sets)
def test_a_working_deadline_is_never_before_the_calendar_one(
    start: date, days: int, holidays: frozenset[date]
) -> None:
    assert add_working_days(start, days, holidays) >= start + timedelta(days=days)
