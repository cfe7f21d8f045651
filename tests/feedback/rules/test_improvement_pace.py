from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.feedback.rules.complaint_clock import ClockState
from apps.feedback.rules.improvement_pace import Pace, add_months, counted_from, pace
from apps.feedback.rules.plan_clock import clock_state


@pytest.mark.parametrize(
    ("done_on", "expected"),
    [
        (date(2026, 1, 31), Pace.UNDER_3),
        (date(2026, 4, 29), Pace.UNDER_3),
        (date(2026, 4, 30), Pace.UNDER_6),
        (date(2026, 7, 30), Pace.UNDER_6),
        (date(2026, 7, 31), Pace.LONGER),
    ],
)
def test_the_two_limits_of_the_instrument(done_on: date, expected: Pace) -> None:
    assert pace(date(2026, 1, 31), done_on) is expected


def test_months_end_where_the_month_ends() -> None:
    assert add_months(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert add_months(date(2027, 11, 30), 3) == date(2028, 2, 29)
    assert add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)


def test_a_late_plan_is_no_fast_one() -> None:
    assert counted_from(date(2026, 9, 1), date(2026, 6, 30)) == date(2026, 6, 30)
    assert counted_from(date(2026, 6, 1), date(2026, 6, 30)) == date(2026, 6, 1)
    assert counted_from(date(2026, 6, 1), None) == date(2026, 6, 1)


@settings(max_examples=80, deadline=None)
@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 600), st.integers(0, 60))
def test_later_is_never_faster(start: date, days: int, more: int) -> None:
    order = list(Pace)
    first, second = (pace(start, start + timedelta(days=n)) for n in (days, days + more))
    assert order.index(first) <= order.index(second)


def test_the_day_itself_is_in_time() -> None:
    due = date(2026, 9, 15)
    assert clock_state(date(2026, 9, 16), due) is ClockState.OVERDUE
    assert clock_state(date(2026, 9, 15), due) is ClockState.DUE_SOON
    assert clock_state(date(2026, 9, 8), due) is ClockState.DUE_SOON
    assert clock_state(date(2026, 9, 7), due) is ClockState.ON_TIME
