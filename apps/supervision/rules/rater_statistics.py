"""How an appraiser rates, held against the others who rate the same job family (UX sheet 4.1 and 4.2, S16).

A prompt for a talk about one standard, shown to the appraiser first; never a correction. Nothing in here changes
a rating: removing a rater's mean hurts those whose team is really better (the sheet's simulation). One person
counts once, with the mean of their dimensions; the figures of the family are those of the *other* raters, so that
nobody is compared with themselves. Comparisons are exact, only what is shown is rounded. docs/rules/raters-and-load.md.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import combinations

from apps.core.rules.roots import square_root
from apps.core.rules.rounding import half_up
from apps.feedback.rules.comparison import Sums
from apps.feedback.rules.intervals import Interval, wilson_interval

PLACES = 3
SITTING_GAP = timedelta(minutes=30)


class FlagCode(StrEnum):
    """What a page says about an appraiser: *lunak, ketat, mengumpul, halo, tempel, menit terakhir*."""

    LENIENT = "lenient"
    STRICT = "strict"
    BUNCHED = "bunched"
    HALO = "halo"
    PASTED = "pasted"
    LAST_MINUTE = "last_minute"


@dataclass(frozen=True, slots=True)
class RaterThresholds:
    """From where on something is said; `version` is stored with what was shown.

    The sheet names the first six. How many raters make a family, and how many equal rows over how many dimensions
    are pasted, are choices of this project: on two dimensions of three words rows are equal by nature.
    """

    version: str = "rater-statistics/1"
    minimum_ratings: int = 5
    mean_z: Decimal = Decimal("2.5758")  # 99 %
    bunched_ratio: Fraction = Fraction(1, 2)
    halo_correlation: Fraction = Fraction(9, 10)
    halo_people: int = 8
    hurried_share: Fraction = Fraction(1, 2)
    hurried_seconds: int = 30
    minimum_other_raters: int = 3
    pasted_share: Fraction = Fraction(1, 2)
    pasted_people: int = 3
    pasted_dimensions: int = 3


DEFAULT_THRESHOLDS = RaterThresholds()


@dataclass(frozen=True, slots=True)
class Timing:
    """In which sitting one score was given, and how long it took; None if that is not known."""

    sitting: int
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one rater gave one person: a score per dimension, the band it came to, and one timing per score."""

    person: int
    scores: Mapping[str, Decimal]
    band: str
    timings: tuple[Timing, ...] = ()


@dataclass(frozen=True, slots=True)
class Flag:
    """A code and the numbers behind it; `value` lies beyond `limit`.

    `n` are the people (for `LAST_MINUTE` the scores) it was found in, `count` how many of them, `reference` the
    figure of the family. Shares are in percent.
    """

    code: FlagCode
    value: Decimal
    limit: Decimal
    n: int
    count: int | None = None
    reference: Decimal | None = None


@dataclass(frozen=True, slots=True)
class BandShare:
    """How often a band was given, with its 95 % Wilson interval in percent, and how often the others gave it."""

    band: str
    count: int
    percent: Decimal
    interval: Interval
    family_percent: Decimal | None


@dataclass(frozen=True, slots=True)
class FamilyFigures:
    """The other raters together; `low` and `high` are the limits for a rater with as many people as this one.

    The limits are None if the others show no spread: then nothing can be told apart from chance.
    """

    raters: int
    people: int
    mean: Decimal
    spread: Decimal
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class Figures:
    mean: Decimal
    spread: Decimal
    shares: tuple[BandShare, ...]
    family: FamilyFigures | None
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class RaterCard:
    """A rater's figures, or None if they rated fewer than `needed` people."""

    n: int
    needed: int
    version: str
    figures: Figures | None

    @property
    def flags(self) -> tuple[Flag, ...]:
        """The flags; none while the figures are hidden."""
        return self.figures.flags if self.figures else ()


@dataclass(frozen=True, slots=True)
class _Group:
    """Several raters added up: people, their scores, and the squares within each rater."""

    raters: int
    n: int
    total: Fraction
    within: Fraction
    bands: Counter[str]

    def minus(self, other: "_Group") -> "_Group":
        bands = Counter(self.bands)
        bands.subtract(other.bands)
        return _Group(
            self.raters - other.raters,
            self.n - other.n,
            self.total - other.total,
            self.within - other.within,
            bands,
        )

    @property
    def variance(self) -> Fraction | None:
        degrees = self.n - self.raters
        return self.within / degrees if degrees > 0 else None


def family_cards(
    judgements: Mapping[int, Sequence[Judgement]],
    *,
    bands: Sequence[str],
    thresholds: RaterThresholds = DEFAULT_THRESHOLDS,
) -> dict[int, RaterCard]:
    """Return a card for each rater of one job family; whoever rated nobody is no rater of it.

    :raises ValueError: if a person was rated twice by the same rater, on other dimensions than the first, with a
        band that is none of `bands`, or with timings that are not one for each score.
    """
    rated = {rater: tuple(rows) for rater, rows in judgements.items() if rows}
    _check([row for rows in rated.values() for row in rows], bands)
    groups = {rater: _group(rows) for rater, rows in rated.items()}
    everybody = _Group(
        raters=len(groups),
        n=sum(group.n for group in groups.values()),
        total=sum((group.total for group in groups.values()), Fraction(0)),
        within=sum((group.within for group in groups.values()), Fraction(0)),
        bands=sum((group.bands for group in groups.values()), Counter[str]()),
    )
    return {
        rater: RaterCard(
            n=len(rows),
            needed=thresholds.minimum_ratings,
            version=thresholds.version,
            figures=_figures(rows, groups[rater], everybody.minus(groups[rater]), bands, thresholds)
            if len(rows) >= max(thresholds.minimum_ratings, 2)
            else None,
        )
        for rater, rows in rated.items()
    }


def timings(instants: Sequence[datetime], gap: timedelta = SITTING_GAP) -> list[Timing]:
    """Return the sitting of each saved score, and the seconds since the one before it, in the order given.

    A pause longer than `gap` starts a new sitting; how long its first score took is not known.
    """
    found: dict[int, Timing] = {}
    sitting = 0
    before: datetime | None = None
    for place in sorted(range(len(instants)), key=lambda number: (instants[number], number)):
        instant = instants[place]
        if before is None or instant - before > gap:
            sitting += 1
            found[place] = Timing(sitting, None)
        else:
            found[place] = Timing(sitting, int((instant - before).total_seconds()))
        before = instant
    return [found[place] for place in range(len(instants))]


def correlation(pairs: Sequence[tuple[Decimal, Decimal]]) -> Fraction | None:
    """Return Pearson's correlation of pairs, or None if one side does not vary."""
    n = len(pairs)
    if n < 2:
        return None
    left, right = [Fraction(x) for x, _ in pairs], [Fraction(y) for _, y in pairs]
    across = sum((x * y for x, y in zip(left, right, strict=True)), Fraction(0))
    across -= sum(left, Fraction(0)) * sum(right, Fraction(0)) / n
    product = _sums(left)[1] * _sums(right)[1]
    if not product:
        return None
    # The root of the quotient, so that a perfect correlation is exactly 1.
    root = square_root(across**2 / product)
    return root if across > 0 else -root


def _check(rows: Sequence[Judgement], bands: Sequence[str]) -> None:
    if not rows:
        return
    dimensions = set(rows[0].scores)
    if not dimensions:
        raise ValueError("a judgement has at least one score")
    for row in rows:
        if set(row.scores) != dimensions:
            raise ValueError("everybody in a family is rated on the same dimensions")
        if row.band not in bands:
            raise ValueError(f"{row.band} is not a band")
        if row.timings and len(row.timings) != len(dimensions):
            raise ValueError("timings are one for each score")


def _group(rows: Sequence[Judgement]) -> _Group:
    if len({row.person for row in rows}) != len(rows):
        raise ValueError("a rater rates a person once")
    values = [_mean_of(row) for row in rows]
    sums, within = _sums(values)
    return _Group(1, sums.n, sums.total, within, Counter(row.band for row in rows))


def _figures(
    rows: Sequence[Judgement], own: _Group, others: _Group, bands: Sequence[str], thresholds: RaterThresholds
) -> Figures:
    known = others.raters >= max(thresholds.minimum_other_raters, 1) and others.variance is not None
    flags = [
        *(_against_family(own, others, thresholds) if known else ()),
        *_halo(rows, thresholds),
        *_pasted(rows, thresholds),
        *_last_minute(rows, thresholds),
    ]
    return Figures(
        mean=_shown(own.total / own.n),
        spread=_shown(square_root(own.variance or Fraction(0))),
        shares=tuple(_share(band, own, others if known else None) for band in bands),
        family=_family(own.n, others, thresholds) if known else None,
        flags=tuple(flags),
    )


def _limits(n: int, others: _Group, thresholds: RaterThresholds) -> tuple[Fraction, Fraction] | None:
    variance = others.variance
    if not variance:
        return None
    # The mean of the others is a sample too, therefore its share of the error.
    half_width = Fraction(thresholds.mean_z) * square_root(
        variance * (Fraction(1, n) + Fraction(1, others.n))
    )
    mean = others.total / others.n
    return mean - half_width, mean + half_width


def _family(n: int, others: _Group, thresholds: RaterThresholds) -> FamilyFigures:
    limits = _limits(n, others, thresholds)
    return FamilyFigures(
        raters=others.raters,
        people=others.n,
        mean=_shown(others.total / others.n),
        spread=_shown(square_root(others.variance or Fraction(0))),
        low=_shown(limits[0]) if limits else None,
        high=_shown(limits[1]) if limits else None,
    )


def _share(band: str, own: _Group, others: _Group | None) -> BandShare:
    count = own.bands[band]
    interval = wilson_interval(count, own.n)
    assert interval is not None  # there is at least one rating
    return BandShare(
        band=band,
        count=count,
        percent=_percent(Fraction(count, own.n)),
        interval=interval,
        family_percent=_percent(Fraction(others.bands[band], others.n)) if others else None,
    )


def _against_family(own: _Group, others: _Group, thresholds: RaterThresholds) -> Iterable[Flag]:
    mean, family_mean = own.total / own.n, others.total / others.n
    limits = _limits(own.n, others, thresholds)
    if limits and not limits[0] <= mean <= limits[1]:
        lenient = mean > limits[1]
        yield Flag(
            FlagCode.LENIENT if lenient else FlagCode.STRICT,
            value=_shown(mean),
            limit=_shown(limits[1] if lenient else limits[0]),
            n=own.n,
            reference=_shown(family_mean),
        )
    own_variance, variance = own.variance or Fraction(0), others.variance or Fraction(0)
    if own_variance < thresholds.bunched_ratio**2 * variance:
        yield Flag(
            FlagCode.BUNCHED,
            value=_shown(square_root(own_variance)),
            limit=_shown(thresholds.bunched_ratio * square_root(variance)),
            n=own.n,
            reference=_shown(square_root(variance)),
        )


def _halo(rows: Sequence[Judgement], thresholds: RaterThresholds) -> Iterable[Flag]:
    """Halo only if all dimensions go together: two that are close by nature are no halo."""
    if len(rows) < thresholds.halo_people:
        return
    found = [
        correlation([(row.scores[one], row.scores[other]) for row in rows])
        for one, other in combinations(sorted(rows[0].scores), 2)
    ]
    measured = [value for value in found if value is not None]
    if measured and min(measured) > thresholds.halo_correlation:
        yield Flag(
            FlagCode.HALO,
            value=_shown(min(measured)),
            limit=_shown(thresholds.halo_correlation),
            n=len(rows),
            count=len(measured),
        )


def _pasted(rows: Sequence[Judgement], thresholds: RaterThresholds) -> Iterable[Flag]:
    dimensions = sorted(rows[0].scores)
    if len(dimensions) < thresholds.pasted_dimensions:
        return
    most = max(Counter(tuple(row.scores[name] for name in dimensions) for row in rows).values())
    share = Fraction(most, len(rows))
    if most >= thresholds.pasted_people and share > thresholds.pasted_share:
        yield Flag(
            FlagCode.PASTED,
            value=_percent(share),
            limit=_percent(thresholds.pasted_share),
            n=len(rows),
            count=most,
        )


def _last_minute(rows: Sequence[Judgement], thresholds: RaterThresholds) -> Iterable[Flag]:
    scores = sum(len(row.scores) for row in rows)
    hurried = Counter(
        timing.sitting
        for row in rows
        for timing in row.timings
        if timing.seconds is not None and timing.seconds < thresholds.hurried_seconds
    )
    most = max(hurried.values(), default=0)
    if Fraction(most, scores) > thresholds.hurried_share:
        yield Flag(
            FlagCode.LAST_MINUTE,
            value=_percent(Fraction(most, scores)),
            limit=_percent(thresholds.hurried_share),
            n=scores,
            count=most,
        )


def _mean_of(row: Judgement) -> Fraction:
    return sum((Fraction(score) for score in row.scores.values()), Fraction(0)) / len(row.scores)


def _sums(values: Sequence[Fraction]) -> tuple[Sums, Fraction]:
    """Return the sums, and the squares around their own mean."""
    total = sum(values, Fraction(0))
    squares = sum((value**2 for value in values), Fraction(0))
    return Sums(len(values), total, squares), squares - total**2 / len(values)


def _shown(value: Fraction) -> Decimal:
    return half_up(value, PLACES)


def _percent(share: Fraction) -> Decimal:
    return half_up(share * 100)
