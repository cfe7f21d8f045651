"""The days of LAPOR beside ours."""

from datetime import date

import pytest

from apps.feedback.rules.lapor import clean_number, clock, looks_usual


def test_three_days_then_five_then_ten_after_the_answer():
    found = clock(date(2026, 9, 15), date(2026, 9, 21), frozenset())
    assert found.verify_by == date(2026, 9, 18)
    assert found.answer_by == date(2026, 9, 25)
    assert found.reply_by == date(2026, 10, 5)


def test_holidays_count_and_without_an_answer_there_is_no_last_day():
    found = clock(date(2026, 9, 15), None, frozenset({date(2026, 9, 16)}))
    assert (found.verify_by, found.reply_by) == (date(2026, 9, 21), None)


@pytest.mark.parametrize(
    ("typed", "kept", "usual"),
    [
        ("#1234567", "1234567", True),
        (" 123 4567 ", "1234567", True),
        ("lp-12", "LP-12", False),
        ("12", "12", False),
    ],
)
def test_numbers_are_cleaned_and_only_ever_warned_about(typed, kept, usual):
    assert clean_number(typed) == kept
    assert looks_usual(kept) is usual
