"""How a share of a unit stands among units of its kind: funnel limits for k of n, bands and never ranks.

Source: UX sheet 4.2 and 4.4 (Spiegelhalter's funnel plot). Page: docs/rules/unit-figures.md. The index of satisfaction
has its own limits in apps/feedback/rules/comparison.py; the words and the limits as a value are the same here.

    p = K / N of all units of the kind; limits for n things: p ± z x root(p (1 - p) / n)

Whatever lies between 0 and 1 spreads at most as much as yes-or-no does, so the limits hold for shares of hours as well,
with n people: they are then too wide, never too narrow. Duties of one leader hang together; for them only the
99.8 % limits name a band.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from apps.core.rules.roots import square_root
from apps.core.rules.rounding import half_up
from apps.feedback.rules.comparison import Z_95, Z_998, Band, Funnel
from apps.feedback.rules.intervals import Interval

__all__ = ["Band", "Family", "Funnel", "Share", "share_band", "share_funnel"]


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`, counted on `n` things. Part and whole may be hours, n is then a number of people."""

    part: Fraction
    whole: Fraction
    n: int

    @classmethod
    def of(cls, k: int, n: int) -> "Share":
        """Return the share of k things of n."""
        return cls(Fraction(k), Fraction(n), n)

    @property
    def percent(self) -> Fraction | None:
        """The share in percent, exactly; None of nothing."""
        return self.part * 100 / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Family:
    """Units of a kind added up once, so that holding each against the others does not add them up each time."""

    part: Fraction = Fraction(0)
    whole: Fraction = Fraction(0)
    units: int = 0

    @classmethod
    def of(cls, rows: Iterable[Share]) -> "Family":
        """Add up the units that have any of these things."""
        counted = [row for row in rows if _counts(row)]
        return cls(
            sum((row.part for row in counted), Fraction(0)),
            sum((row.whole for row in counted), Fraction(0)),
            len(counted),
        )

    def without(self, row: Share) -> "Family":
        """Return the others of a unit that is one of these."""
        if not _counts(row):
            return self
        return Family(self.part - row.part, self.whole - row.whole, self.units - 1)


def _counts(row: Share) -> bool:
    return row.n > 0 and bool(row.whole)


def share_funnel(n: int, family: Family) -> Funnel | None:
    """Return the limits in percent for `n` things among a family of units; None if there is nothing to compare."""
    if n < 1 or not family.whole:
        return None
    mean = family.part / family.whole
    error = square_root(mean * (1 - mean) / n)
    return Funnel(
        mean=half_up(mean * 100), inner=_around(mean, Z_95 * error), outer=_around(mean, Z_998 * error)
    )


def share_band(
    own: Share, others: Family, *, minimum: int, peers: int, is_strict: bool = False
) -> tuple[Band, Funnel | None]:
    """Return the word for a unit's share, and the limits behind it.

    Unknown with fewer than `minimum` things, or fewer than `peers` other units that have any. `is_strict` takes the
    99.8 % limits, for things that do not fall independently.
    """
    percent = own.percent
    if percent is None or own.n < max(minimum, 1) or others.units < peers:
        return Band.UNKNOWN, None
    limits = share_funnel(own.n, others)
    if limits is None:
        return Band.UNKNOWN, None
    chosen = limits.outer if is_strict else limits.inner
    shown = half_up(percent)
    if shown > chosen.high:
        return Band.ABOVE, limits
    if shown < chosen.low:
        return Band.BELOW, limits
    return Band.AROUND, limits


def _around(mean: Fraction, half_width: Fraction) -> Interval:
    low, high = max(Fraction(0), mean - half_width), min(Fraction(1), mean + half_width)
    return Interval(low=half_up(low * 100), high=half_up(high * 100))
