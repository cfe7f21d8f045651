"""How a published number is rounded: half-up, once, on exact values (CRD-3, SKM 1.5)."""

from decimal import Decimal
from fractions import Fraction


def half_up(value: Decimal | Fraction, places: int = 2) -> Decimal:
    """Return the value with exactly `places` decimals, ties going away from zero.

    The result does not depend on the decimal context of the caller.

    :raises ValueError: if the value is not a finite number, or `places` is negative.
    """
    if isinstance(value, Decimal) and not value.is_finite():
        raise ValueError("only a finite number can be rounded")
    numerator, denominator = value.as_integer_ratio()
    return half_up_ratio(numerator, denominator, places)


def half_up_ratio(numerator: int, denominator: int, places: int = 2) -> Decimal:
    """Return a quotient of whole numbers as `half_up` does; `denominator` is above zero.

    Pages and closings round it a hundred thousand times, and whole numbers are many times quicker than fractions.

    :raises ValueError: if `places` is negative.
    """
    if places < 0:
        raise ValueError("places must not be negative")
    # Whole numbers all the way: quantize() would obey the precision of whatever context is active.
    units = (2 * abs(numerator) * 10**places + denominator) // (2 * denominator)
    sign = "-" if numerator < 0 and units else ""
    return Decimal(f"{sign}{units}E-{places}")
