from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.rules.rounding import half_up, half_up_ratio


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (Decimal("5.625"), 2, "5.63"),
        (Decimal("0.9375"), 2, "0.94"),
        (Decimal("3.125"), 2, "3.13"),
        (Decimal("88.305"), 2, "88.31"),
        (Decimal("2.5"), 0, "3"),
        (Decimal("-2.345"), 2, "-2.35"),
        (Decimal("-0.004"), 2, "0.00"),
        (Decimal("7"), 2, "7.00"),
        (Fraction(1, 3), 4, "0.3333"),
        (Fraction(2, 3), 4, "0.6667"),
        (Fraction(0), 2, "0.00"),
    ],
)
def test_half_up_rounds_ties_away_from_zero(value: Decimal | Fraction, places: int, expected: str) -> None:
    assert str(half_up(value, places)) == expected


def test_half_up_ignores_the_precision_of_the_context() -> None:
    with localcontext() as context:
        context.prec = 3
        assert half_up(Decimal("123456.785")) == Decimal("123456.79")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_half_up_refuses_what_is_not_finite(value: str) -> None:
    with pytest.raises(ValueError, match="finite"):
        half_up(Decimal(value))


def test_half_up_refuses_negative_places() -> None:
    with pytest.raises(ValueError, match="places"):
        half_up(Decimal(1), -1)


@settings(max_examples=60, deadline=None)
@given(st.decimals(min_value=-(10**6), max_value=10**6, places=5))
def test_half_up_agrees_with_the_decimal_module(value: Decimal) -> None:
    assert half_up(value) == value.quantize(Decimal("0.01"), ROUND_HALF_UP)


@settings(max_examples=60, deadline=None)
@given(st.fractions(min_value=-1000, max_value=1000), st.integers(0, 6))
def test_half_up_is_at_most_half_a_unit_away(value: Fraction, places: int) -> None:
    assert abs(Fraction(half_up(value, places)) - value) * 10**places <= Fraction(1, 2)


@settings(max_examples=100, deadline=None)
@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6), st.integers(0, 6))
def test_a_ratio_of_whole_numbers_is_rounded_like_the_fraction(top: int, bottom: int, places: int) -> None:
    rounded = half_up_ratio(top, bottom, places)
    assert rounded.as_tuple() == half_up(Fraction(top, bottom), places).as_tuple()
    units = abs(Fraction(top, bottom)) * 10**places + Fraction(1, 2)
    assert abs(rounded) * 10**places == units.__floor__()
