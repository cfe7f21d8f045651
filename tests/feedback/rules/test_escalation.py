"""Thresholds instead of days: a missed tick loses nothing."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.rules.working_days import count_working_days
from apps.feedback.rules.complaint_clock import ClockState, clock_state
from apps.feedback.rules.escalation import due_before, latest_before

DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
HOLIDAYS = st.frozensets(DAYS, max_size=20)


@settings(max_examples=60)
@given(DAYS, st.integers(0, 60), st.integers(0, 5), HOLIDAYS)
def test_due_soon_is_what_the_clock_calls_so(today, ahead, soon, holidays):
    due = today + timedelta(days=ahead)
    is_soon = due < due_before(today, soon, holidays)
    assert is_soon == (clock_state(today, due, holidays, soon) is ClockState.DUE_SOON)


@settings(max_examples=60)
@given(DAYS, st.integers(0, 70), HOLIDAYS)
def test_more_than_so_many_working_days_ago(today, days, holidays):
    latest = latest_before(today, days, holidays)
    assert count_working_days(latest, today, holidays) > days
    assert count_working_days(latest + timedelta(days=1), today, holidays) <= days


def test_sixty_working_days_by_hand():
    # Sixty working days after Tuesday 15 September 2026, without holidays: Tuesday 8 December.
    assert latest_before(date(2026, 12, 8), 60, frozenset()) == date(2026, 9, 14)
    assert latest_before(date(2026, 12, 9), 60, frozenset()) == date(2026, 9, 15)
