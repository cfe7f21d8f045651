"""A square root that does not depend on the decimal context of the caller, for intervals and spreads."""

from fractions import Fraction
from math import isqrt

_SCALE = 10**40


def square_root(value: Fraction) -> Fraction:
    """Return the root of a value to 40 decimals, rounded down.

    :raises ValueError: if the value is negative.
    """
    return Fraction(isqrt(value.numerator * _SCALE**2 // value.denominator), _SCALE)
