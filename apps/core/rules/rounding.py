"""How a published number is rounded: half-up, once, on exact values (CRD-3, SKM 1.5)."""

from decimal import Decimal
from fractions import Fraction

_HALF = Fraction(1, 2)


def half_up(value: Decimal | Fraction, places: int = 2) -> Decimal:
    """Return the value with exactly `places` decimals, ties going away from zero.

    The result does not depend on the decimal context of the caller.

    :raises ValueError: if the value is not a finite number, or `places` is negative.
    """
    if places < 0:
        raise ValueError("places must not be negative")
    if isinstance(value, Decimal) and not value.is_finite():
        raise ValueError("only a finite number can be rounded")
    # Fractions all the way: quantize() would obey the precision of whatever context is active.
    scaled = abs(Fraction(value)) * 10**places
    units = (scaled + _HALF).__floor__()
    sign = 1 if value < 0 and units else 0
    return Decimal((sign, tuple(int(digit) for digit in str(units)), -places))
