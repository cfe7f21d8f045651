"""How a service stands among services like it: bands by funnel limits, never ranks (UX sheet 4.2, 4.4).

The limits are those of Spiegelhalter's funnel plot: where the figure of a service with so many answers lies, by
chance alone, in 95 % and in 99.8 % of all cases if it is as good as the family. Inside, everybody is "around".
A change over time is named only if the two intervals do not touch.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from apps.core.rules.roots import square_root
from apps.core.rules.rounding import half_up

from .intervals import HIGHEST_IKM, LOWEST_IKM, Interval

Z_95 = Fraction(196, 100)
Z_998 = Fraction(30902, 10000)
PEERS = 5


class Band(StrEnum):
    """The three words, and that nothing can be said."""

    ABOVE = "above"
    AROUND = "around"
    BELOW = "below"
    UNKNOWN = "unknown"


class Change(StrEnum):
    """What two figures one after the other say."""

    UP = "up"
    DOWN = "down"
    UNCLEAR = "unclear"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Sums:
    """What is needed of a service: number of people, sum of their own indices (25 to 100), sum of the squares."""

    n: int
    total: Fraction
    squares: Fraction


@dataclass(frozen=True, slots=True)
class Family:
    """Services added up once, so that holding each against the others does not add them up each time.

    `within` is the sum of the squared distances of people from the mean of their own service.
    """

    units: int = 0
    n: int = 0
    total: Fraction = Fraction(0)
    within: Fraction = Fraction(0)

    @classmethod
    def of(cls, rows: Iterable[Sums]) -> "Family":
        """Add up the services that have answers."""
        counted = [row for row in rows if row.n]
        return cls(
            len(counted),
            sum(row.n for row in counted),
            sum((row.total for row in counted), Fraction(0)),
            sum((_within(row) for row in counted), Fraction(0)),
        )

    def without(self, row: Sums) -> "Family":
        """Return the others of a service that is one of these."""
        if not row.n:
            return self
        return Family(self.units - 1, self.n - row.n, self.total - row.total, self.within - _within(row))


def _within(row: Sums) -> Fraction:
    return row.squares - row.total**2 / row.n


@dataclass(frozen=True, slots=True)
class Funnel:
    """The family mean, and the limits for a service with a given number of answers."""

    mean: Decimal
    inner: Interval
    outer: Interval


def funnel(n: int, family: Family) -> Funnel | None:
    """Return the limits for `n` answers, or None if the family is too small for a spread.

    The spread is the one of people within services: by it alone the figures of equally good services differ.
    """
    degrees = family.n - family.units
    if n < 1 or degrees < 1:
        return None
    mean = family.total / family.n
    error = square_root(max(Fraction(0), family.within / degrees) / n)
    return Funnel(mean=half_up(mean), inner=_around(mean, Z_95 * error), outer=_around(mean, Z_998 * error))


def band(value: Decimal, limits: Funnel | None) -> Band:
    """Return the word for a figure: outside the 95 % limits it is above or below."""
    if limits is None:
        return Band.UNKNOWN
    if value > limits.inner.high:
        return Band.ABOVE
    if value < limits.inner.low:
        return Band.BELOW
    return Band.AROUND


def is_far(value: Decimal, limits: Funnel) -> bool:
    """Tell whether a figure lies outside the 99.8 % limits too."""
    return not limits.outer.low <= value <= limits.outer.high


def change(before: Interval | None, after: Interval | None) -> Change:
    """Return whether a figure went up or down; unclear while the intervals touch or one is not known."""
    if before is None or after is None:
        return Change.UNCLEAR
    if after.low > before.high:
        return Change.UP
    if after.high < before.low:
        return Change.DOWN
    return Change.UNCLEAR


def _around(mean: Fraction, half_width: Fraction) -> Interval:
    return Interval(
        low=half_up(max(LOWEST_IKM, mean - half_width)), high=half_up(min(HIGHEST_IKM, mean + half_width))
    )
