"""Did a programme or a coaching help? Before and after, beside people like the participants.

Source: issue 5 and the UX sheet 4.2, 4.4; no regulation asks for it. Page: docs/rules/development.md.

Difference in differences: what changed for the participants minus what changed for comparable people who did not take
part. What changed for everybody (a new system, an easier target) falls out. With p and c for the two groups, the
change d = after - before of each person, its mean m, its variance s² (divided by n - 1):

    effect   = m_p - m_c
    error²   = s_p² / n_p + s_c² / n_c                                  variances may differ (Welch)
    degrees  = error⁴ / ((s_p²/n_p)² / (n_p - 1) + (s_c²/n_c)² / (n_c - 1))
    interval = effect ± t(97.5 %, degrees) x error

The degrees are taken down to the next ones in the table, which makes the interval a little wider, never narrower.

Regression to the mean: whoever was picked because a value was low had, on average, bad luck as well, and looks better
the next time without any training. Beside people who were not low, that would count as an effect. So `comparable`
finds, for each participant, somebody of the same job family and level who was just as low. It can only know the
values given: if participants differ in another way (chosen because a leader believes in them), that stays in it.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from apps.core.rules.roots import square_root
from apps.core.rules.rounding import half_up
from apps.feedback.rules.intervals import Interval
from apps.feedback.rules.service_alert import Effect

__all__ = [
    "Comparison",
    "Effect",
    "MatchKey",
    "Measured",
    "TrainingEffect",
    "comparable",
    "matched_effect",
    "t_quantile",
    "training_effect",
]


# Student's t, 97.5 %: degrees of freedom -> quantile (any textbook; the test integrates the density).
_T_975: dict[int, Decimal] = {
    degrees: Decimal(quantile)
    for degrees, quantile in enumerate(
        "12.706 4.303 3.182 2.776 2.571 2.447 2.365 2.306 2.262 2.228 "
        "2.201 2.179 2.160 2.145 2.131 2.120 2.110 2.101 2.093 2.086 "
        "2.080 2.074 2.069 2.064 2.060 2.056 2.052 2.048 2.045 2.042".split(),
        start=1,
    )
} | {
    40: Decimal("2.021"),
    50: Decimal("2.009"),
    60: Decimal("2.000"),
    80: Decimal("1.990"),
    100: Decimal("1.984"),
    120: Decimal("1.980"),
    1000: Decimal("1.962"),
}
_DEGREES = sorted(_T_975)


@dataclass(frozen=True, slots=True)
class MatchKey:
    """Who is comparable at all: people of one job family and one level."""

    job_family: str
    level: str


@dataclass(frozen=True, slots=True)
class Measured:
    """One person (or unit) with a value before and after; both on the same scale."""

    identifier: str
    key: MatchKey
    before: Decimal
    after: Decimal

    @property
    def change(self) -> Fraction:
        return Fraction(self.after) - Fraction(self.before)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Participants with the person found for each, and participants for whom nobody was found."""

    pairs: tuple[tuple[Measured, Measured], ...]
    unmatched: tuple[Measured, ...]


@dataclass(frozen=True, slots=True)
class TrainingEffect:
    """The effect in the unit of the values, positive is better, and from how many on both sides.

    Figures are None where too few were measured. `interval` is None too if nobody in either group changed differently
    from the others: without any spread a certainty cannot be worked out. `start_gap` is by how much participants
    started higher than the others: near 0 after matching. `unmatched` participants are in none of the figures.
    """

    verdict: Effect
    participants: int
    others: int
    unmatched: int = 0
    participants_change: Decimal | None = None
    others_change: Decimal | None = None
    effect: Decimal | None = None
    interval: Interval | None = None
    start_gap: Decimal | None = None


def comparable(participants: Sequence[Measured], others: Sequence[Measured], caliper: Decimal) -> Comparison:
    """Return for each participant one other person with the same key whose value before is within `caliper`.

    The closest pairs are made first and nobody stands for two. The result does not depend on the order of what is
    given, and never looks at the values after. The value before must be the one by which participants were chosen;
    matched on another, regression to the mean comes back.

    :raises ValueError: if the caliper is negative, or somebody is named twice or on both sides.
    """
    if caliper < 0:
        raise ValueError("a caliper is not negative")
    names = [person.identifier for person in (*participants, *others)]
    if len(set(names)) != len(names):
        raise ValueError("each person is in one group, once")
    taken: set[str] = set()
    found: dict[str, tuple[Measured, Measured]] = {}
    for participant, other in _candidates(participants, others, caliper):
        if participant.identifier not in found and other.identifier not in taken:
            found[participant.identifier] = (participant, other)
            taken.add(other.identifier)
    ordered = sorted(participants, key=lambda person: person.identifier)
    return Comparison(
        pairs=tuple(found[person.identifier] for person in ordered if person.identifier in found),
        unmatched=tuple(person for person in ordered if person.identifier not in found),
    )


def training_effect(
    participants: Sequence[Measured],
    others: Sequence[Measured],
    *,
    minimum: int,
    higher_is_better: bool = True,
    unmatched: int = 0,
) -> TrainingEffect:
    """Return the effect of what the participants took part in, beside `others`, taken as comparable.

    `minimum` people are needed on each side; below there is no figure. The verdict is read off the interval as it is
    shown, with two decimals: better or worse only if 0 lies outside. Values where less is better are turned round.

    :raises ValueError: if `minimum` is below 2: one person has no spread.
    """
    if minimum < 2:
        raise ValueError("an interval needs at least two people on each side")
    n, m = len(participants), len(others)
    if min(n, m) < minimum:
        return TrainingEffect(verdict=Effect.TOO_FEW, participants=n, others=m, unmatched=unmatched)
    sign = 1 if higher_is_better else -1
    trained = _Spread.of([sign * person.change for person in participants])
    untrained = _Spread.of([sign * person.change for person in others])
    effect = trained.mean - untrained.mean
    interval = _interval(effect, trained, untrained)
    return TrainingEffect(
        verdict=_verdict(interval),
        participants=n,
        others=m,
        unmatched=unmatched,
        participants_change=half_up(trained.mean),
        others_change=half_up(untrained.mean),
        effect=half_up(effect),
        interval=interval,
        start_gap=half_up(_mean_before(participants) - _mean_before(others)),
    )


def matched_effect(
    participants: Sequence[Measured],
    others: Sequence[Measured],
    *,
    caliper: Decimal,
    minimum: int,
    higher_is_better: bool = True,
) -> TrainingEffect:
    """Return the effect beside people who started just as low or high: the figure that may be shown.

    :raises ValueError: as `comparable` and `training_effect`.
    """
    comparison = comparable(participants, others, caliper)
    return training_effect(
        [participant for participant, _ in comparison.pairs],
        [other for _, other in comparison.pairs],
        minimum=minimum,
        higher_is_better=higher_is_better,
        unmatched=len(comparison.unmatched),
    )


def t_quantile(degrees: Fraction) -> Decimal:
    """Return Student's t for a two-sided 95 % interval, from the next lower degrees in the table.

    :raises ValueError: if there is less than one degree of freedom.
    """
    if degrees < 1:
        raise ValueError("at least one degree of freedom is needed")
    return _T_975[_DEGREES[bisect_right(_DEGREES, degrees) - 1]]


@dataclass(frozen=True, slots=True)
class _Spread:
    n: int
    mean: Fraction
    variance_of_mean: Fraction

    @classmethod
    def of(cls, changes: Sequence[Fraction]) -> "_Spread":
        n = len(changes)
        mean = sum(changes, Fraction(0)) / n
        squares = sum(((change - mean) ** 2 for change in changes), Fraction(0))
        return cls(n, mean, squares / (n - 1) / n)


def _candidates(
    participants: Sequence[Measured], others: Sequence[Measured], caliper: Decimal
) -> list[tuple[Measured, Measured]]:
    by_key: dict[MatchKey, list[Measured]] = defaultdict(list)
    for other in sorted(others, key=lambda person: person.before):
        by_key[other.key].append(other)
    within = Fraction(caliper)
    pairs = []
    for participant in participants:
        same = by_key.get(participant.key, [])
        start = Fraction(participant.before)
        first = bisect_left(same, start - within, key=lambda person: Fraction(person.before))
        last = bisect_right(same, start + within, key=lambda person: Fraction(person.before))
        pairs += [(participant, other) for other in same[first:last]]
    return sorted(
        pairs,
        key=lambda pair: (
            abs(Fraction(pair[0].before) - Fraction(pair[1].before)),
            pair[0].identifier,
            pair[1].identifier,
        ),
    )


def _interval(effect: Fraction, trained: _Spread, untrained: _Spread) -> Interval | None:
    a, b = trained.variance_of_mean, untrained.variance_of_mean
    if a + b == 0:
        return None
    degrees = (a + b) ** 2 / (a**2 / (trained.n - 1) + b**2 / (untrained.n - 1))
    half_width = Fraction(t_quantile(degrees)) * square_root(a + b)
    return Interval(low=half_up(effect - half_width), high=half_up(effect + half_width))


def _verdict(interval: Interval | None) -> Effect:
    if interval is None or interval.low <= 0 <= interval.high:
        return Effect.UNCLEAR
    return Effect.BETTER if interval.low > 0 else Effect.WORSE


def _mean_before(people: Sequence[Measured]) -> Fraction:
    return sum((Fraction(person.before) for person in people), Fraction(0)) / len(people)
