from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.feedback.rules.complaint_clock import (
    DEFAULT_DAYS,
    ClockState,
    ComplaintKind,
    clock_state,
    due_on,
    reply_until,
)

FRIDAY = date(2026, 1, 2)
NO_HOLIDAYS: frozenset[date] = frozenset()


@pytest.mark.parametrize(
    ("kind", "days", "expected"),
    [
        ("ringan", 2, date(2026, 1, 6)),
        ("normatif", 5, date(2026, 1, 9)),
        ("tidak_berkadar_pengawasan", 14, date(2026, 1, 22)),
        ("berkadar_pengawasan", 60, date(2026, 3, 27)),
    ],
)
def test_the_default_table(kind: str, days: int, expected: date) -> None:
    assert DEFAULT_DAYS[ComplaintKind(kind)] == days
    assert due_on(FRIDAY, ComplaintKind(kind), NO_HOLIDAYS) == expected


def test_every_kind_has_a_default() -> None:
    assert set(DEFAULT_DAYS) == set(ComplaintKind)


def test_another_table_and_holidays_can_be_given() -> None:
    holidays = {date(2026, 1, 5)}
    assert due_on(FRIDAY, ComplaintKind.RINGAN, holidays) == date(2026, 1, 7)
    assert due_on(FRIDAY, ComplaintKind.RINGAN, holidays, {ComplaintKind.RINGAN: 1}) == date(2026, 1, 6)


def test_waiting_for_the_citizen_moves_the_day() -> None:
    assert due_on(FRIDAY, ComplaintKind.RINGAN, NO_HOLIDAYS, paused_days=3) == date(2026, 1, 9)
    with pytest.raises(ValueError, match="pause"):
        due_on(FRIDAY, ComplaintKind.RINGAN, NO_HOLIDAYS, paused_days=-1)


def test_the_citizen_has_ten_working_days() -> None:
    assert reply_until(FRIDAY, NO_HOLIDAYS) == date(2026, 1, 16)
    assert reply_until(FRIDAY, NO_HOLIDAYS, days=1) == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 1, 6), ClockState.ON_TIME),
        (date(2026, 1, 7), ClockState.DUE_SOON),
        (date(2026, 1, 9), ClockState.DUE_SOON),
        (date(2026, 1, 10), ClockState.OVERDUE),
    ],
)
def test_the_clock_warns_two_working_days_ahead(today: date, expected: ClockState) -> None:
    assert clock_state(today, date(2026, 1, 9), NO_HOLIDAYS) is expected


def test_a_weekend_does_not_count_as_time_left() -> None:
    assert clock_state(FRIDAY, date(2026, 1, 6), NO_HOLIDAYS) is ClockState.DUE_SOON
    assert clock_state(FRIDAY, date(2026, 1, 6), NO_HOLIDAYS, soon_days=1) is ClockState.ON_TIME


@settings(max_examples=40, deadline=None)
@given(st.dates(date(2025, 1, 1), date(2027, 1, 1)), st.sampled_from(ComplaintKind), st.integers(0, 20))
def test_a_pause_never_shortens_the_time(received: date, kind: ComplaintKind, paused: int) -> None:
    assert due_on(received, kind, NO_HOLIDAYS, paused_days=paused) >= due_on(received, kind, NO_HOLIDAYS)
