"""How sure a share or a mean is: 95 % intervals (UX sheet 4.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from apps.core.rules.roots import square_root
from apps.core.rules.rounding import half_up

Z_95 = Decimal("1.96")
LOWEST_IKM = Fraction(25)
HIGHEST_IKM = Fraction(100)


@dataclass(frozen=True, slots=True)
class Interval:
    """Both ends with two decimals."""

    low: Decimal
    high: Decimal


def wilson_interval(successes: int, n: int, z: Decimal = Z_95) -> Interval | None:
    """Return the Wilson interval of a share, in percent, or None if there are no answers.

    :raises ValueError: if the successes are not within 0 to `n`.
    """
    if not 0 <= successes <= n:
        raise ValueError("successes lie between 0 and n")
    if n == 0:
        return None
    share, factor = Fraction(successes, n), Fraction(z)
    spread = share * (1 - share) / n + factor**2 / (4 * n**2)
    denominator = 1 + factor**2 / n
    center = (share + factor**2 / (2 * n)) / denominator
    half_width = factor * square_root(spread) / denominator
    return _clamped(center, half_width, scale=100, lowest=Fraction(0), highest=Fraction(100))


def ikm_interval(indices: Sequence[Decimal | Fraction], z: Decimal = Z_95) -> Interval | None:
    """Return the interval of an IKM from one index (25 to 100) per respondent.

    None if there are fewer than two: one answer has no spread, and would look perfectly certain.
    """
    exact = [Fraction(index) for index in indices]
    squares = sum((index**2 for index in exact), Fraction(0))
    return ikm_interval_from_sums(len(exact), sum(exact, Fraction(0)), squares, z)


def ikm_interval_from_sums(
    n: int, total: Decimal | Fraction, total_of_squares: Decimal | Fraction, z: Decimal = Z_95
) -> Interval | None:
    """Return the same interval from what SQL can add up: the indices, and their squares."""
    if n < 2:
        return None
    mean = Fraction(total) / n
    # A sum of rounded squares may fall a hair short; a variance is never negative.
    variance = max(Fraction(0), (Fraction(total_of_squares) - n * mean**2) / (n - 1))
    half_width = Fraction(z) * square_root(variance / n)
    return _clamped(mean, half_width, scale=1, lowest=LOWEST_IKM, highest=HIGHEST_IKM)


def _clamped(
    center: Fraction, half_width: Fraction, *, scale: int, lowest: Fraction, highest: Fraction
) -> Interval:
    low = max(lowest, (center - half_width) * scale)
    high = min(highest, (center + half_width) * scale)
    return Interval(low=half_up(low), high=half_up(high))
