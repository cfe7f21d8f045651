"""Which periods lie before and after."""

from datetime import date

import pytest

from apps.training.rules.effect_windows import around

QUARTERS = [
    (date(2026, 1, 1), date(2026, 3, 31)),
    (date(2026, 4, 1), date(2026, 6, 30)),
    (date(2026, 7, 1), date(2026, 9, 30)),
]


def test_the_period_of_the_training_is_neither_before_nor_after() -> None:
    assert around(QUARTERS, date(2026, 5, 4), date(2026, 5, 6)) == (0, 2)


def test_the_first_and_the_last_day_of_a_period_belong_to_it() -> None:
    assert around(QUARTERS, date(2026, 4, 1), date(2026, 6, 30)) == (0, 2)
    assert around(QUARTERS, date(2026, 3, 31), date(2026, 3, 31)) is None
    assert around(QUARTERS, date(2026, 7, 1), date(2026, 7, 1)) is None


def test_the_nearest_ones_are_taken_in_whatever_order_they_come() -> None:
    assert around(QUARTERS[::-1], date(2026, 5, 4), date(2026, 5, 6)) == (2, 0)


def test_days_end_after_they_begin() -> None:
    with pytest.raises(ValueError, match="end"):
        around(QUARTERS, date(2026, 5, 6), date(2026, 5, 4))
