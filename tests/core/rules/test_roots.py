"""The root is exact where it can be, and close where it cannot."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.rules.roots import square_root


@pytest.mark.parametrize(("value", "root"), [("0", "0"), ("1", "1"), ("1/4", "1/2"), ("2.25", "1.5")])
def test_exact_roots(value: str, root: str) -> None:
    assert square_root(Fraction(value)) == Fraction(root)


@given(st.fractions(min_value=0, max_value=10**9))
def test_it_is_the_largest_value_whose_square_is_not_above(value: Fraction) -> None:
    root = square_root(value)
    assert root**2 <= value < (root + Fraction(1, 10**40)) ** 2


def test_a_negative_value_has_none() -> None:
    with pytest.raises(ValueError, match="nonnegative"):
        square_root(Fraction(-1))
