from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.rules.rounding import half_up
from apps.feedback.rules.intervals import (
    Interval,
    ikm_interval,
    ikm_interval_from_sums,
    wilson_interval,
)

indices = st.lists(st.decimals(min_value=25, max_value=100, places=2), min_size=2, max_size=15)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(1, 1, 21, 100), (3, 3, 44, 100), (9, 10, 60, 98), (45, 50, 79, 96), (180, 200, 85, 93)],
)
def test_the_wilson_table(successes: int, n: int, low: int, high: int) -> None:
    interval = wilson_interval(successes, n)
    assert interval is not None
    assert (half_up(interval.low, 0), half_up(interval.high, 0)) == (low, high)


def test_ends_have_two_decimals_and_stay_on_the_scale() -> None:
    assert wilson_interval(9, 10) == Interval(Decimal("59.58"), Decimal("98.21"))
    assert wilson_interval(0, 5) == Interval(Decimal("0.00"), Decimal("43.45"))


def test_no_answers_no_interval() -> None:
    assert wilson_interval(0, 0) is None


@pytest.mark.parametrize(("successes", "n"), [(2, 1), (-1, 3), (1, 0)])
def test_impossible_shares_are_refused(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="between 0 and n"):
        wilson_interval(successes, n)


def test_an_interval_worked_by_hand() -> None:
    # Mean 75, standard deviation 5, standard error 2.5: 1.96 x 2.5 = 4.9.
    values = [Decimal(75)] * 2 + [Decimal(75) + step for step in (Decimal("-6.125"), Decimal("6.125"))]
    assert sum((value - 75) ** 2 for value in values) == Decimal("75.03125")
    assert ikm_interval(values) == Interval(Decimal("70.10"), Decimal("79.90"))


@pytest.mark.parametrize("values", [[], [Decimal(100)]])
def test_one_respondent_has_no_interval(values: list[Decimal]) -> None:
    assert ikm_interval(values) is None


def test_equal_answers_have_a_point_and_ends_are_clamped() -> None:
    assert ikm_interval([Decimal(80)] * 5) == Interval(Decimal("80.00"), Decimal("80.00"))
    assert ikm_interval([Decimal(100), Decimal(60)]) == Interval(Decimal("40.80"), Decimal("100.00"))
    assert ikm_interval([Decimal(25), Decimal(30)]) == Interval(Decimal("25.00"), Decimal("32.40"))


@settings(max_examples=40, deadline=None)
@given(indices)
def test_the_mean_lies_inside_and_sums_agree(values: list[Decimal]) -> None:
    interval = ikm_interval(values)
    total = sum(values, Decimal(0))
    assert interval is not None
    assert interval.low <= half_up(Fraction(total) / len(values)) <= interval.high
    squares = sum((value * value for value in values), Decimal(0))
    assert ikm_interval_from_sums(len(values), total, squares) == interval


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_contains_the_share_and_mirrors(pair: tuple[int, int]) -> None:
    successes, n = pair
    interval, mirror = wilson_interval(successes, n), wilson_interval(n - successes, n)
    assert interval is not None
    assert mirror is not None
    assert interval.low <= half_up(Fraction(successes, n) * 100) <= interval.high
    assert abs(interval.low + mirror.high - 100) <= Decimal("0.01")
