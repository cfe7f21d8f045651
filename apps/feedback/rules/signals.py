"""Signs that ratings are not what they seem, and when ratings are held back for a person to look at.

UX sheet 4.3: normal arrivals are steady and unrelated to the score; attacks are bursty and move the score. One sign
alone never holds anything back. Two signs count as two only if they come from different families: a burst in one
hour and rushes at several units are both about numbers, and say one thing. How many came from one network supports a
finding and never makes one: mobile operators and office Wi-Fi share addresses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, time
from decimal import Decimal, localcontext
from enum import StrEnum
from fractions import Fraction
from math import comb

VERSION = "signals 1"
_DIGITS = 50
BURST_TAIL = Decimal("0.0001")
# 99 % of a normal distribution lie within this many standard deviations.
Z99 = Decimal("2.5758")


class Signal(StrEnum):
    BURST = "burst"
    TOGETHER = "together"
    DELIVERED = "delivered"
    SHIFT = "shift"
    STRAIGHT = "straight"
    TOP_SHARE = "top_share"
    TEXT = "text"
    TOO_FAST = "too_fast"
    HOURS = "hours"
    OWN_NETWORK = "own_network"
    RECEIPT = "receipt"
    UNPROVEN = "unproven"
    CROWD = "crowd"


class Family(StrEnum):
    NUMBERS = "numbers"
    ANSWERS = "answers"
    WORDS = "words"
    PACE = "pace"
    PLACE = "place"
    STAFF = "staff"
    RECEIPT = "receipt"
    PROOF = "proof"


# CROWD is in no family: it is told to whoever decides, and decides nothing.
FAMILIES: Mapping[Signal, Family] = {
    Signal.BURST: Family.NUMBERS,
    Signal.TOGETHER: Family.NUMBERS,
    Signal.DELIVERED: Family.NUMBERS,
    Signal.SHIFT: Family.ANSWERS,
    Signal.STRAIGHT: Family.ANSWERS,
    Signal.TOP_SHARE: Family.ANSWERS,
    Signal.TEXT: Family.WORDS,
    Signal.TOO_FAST: Family.PACE,
    Signal.HOURS: Family.PLACE,
    Signal.OWN_NETWORK: Family.STAFF,
    Signal.RECEIPT: Family.RECEIPT,
    Signal.UNPROVEN: Family.PROOF,
}
NEEDED_FAMILIES = 2


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The numbers behind the signals; a government may set others from a day on."""

    burst_tail: Decimal = BURST_TAIL
    lowest_rate: Decimal = Decimal("0.5")
    history_weeks: int = 8
    history_answers: int = 30
    group_answers: int = 3
    together_units: int = 3
    text_similarity: Decimal = Decimal("0.8")
    text_length: int = 20
    straight_share: Decimal = Decimal("0.15")
    top_difference: Decimal = Decimal("0.25")
    top_answers: int = 10
    crowd_per_hour: int = 60
    attack_minutes: int = 60
    puzzle_bits: int = 14

    @classmethod
    def of(cls, table: Mapping[str, object]) -> "Thresholds":
        """Return the thresholds of a policy table; what it does not name, or names wrongly, stays as it is."""
        values: dict[str, Decimal | int] = {}
        for field in fields(cls):
            if field.name not in table:
                continue
            kind: type[Decimal] | type[int] = Decimal if isinstance(field.default, Decimal) else int
            try:
                values[field.name] = kind(str(table[field.name]))
            except (ValueError, ArithmeticError):
                continue
        return cls(**values)  # type: ignore[arg-type]

    def as_table(self) -> dict[str, str | int]:
        """Return them as they are stored with a case."""
        return {name: value if isinstance(value, int) else str(value) for name, value in asdict(self).items()}


def families(signals: Iterable[str]) -> frozenset[Family]:
    """Return the families that signals come from."""
    return frozenset(FAMILIES[Signal(code)] for code in signals if Signal(code) in FAMILIES)


def is_held(signals: Iterable[str]) -> bool:
    """Tell whether signals hold a rating back: two families at least."""
    return len(families(signals)) >= NEEDED_FAMILIES


def poisson_tail(rate: Decimal | Fraction, count: int) -> Decimal:
    """Return the probability of `count` arrivals or more at a rate, to fifty digits.

    :raises ValueError: if the rate is not positive.
    """
    if rate <= 0:
        raise ValueError("a rate is positive")
    if count <= 0:
        return Decimal(1)
    with localcontext() as context:
        context.prec = _DIGITS
        if isinstance(rate, Fraction):
            rate = Decimal(rate.numerator) / Decimal(rate.denominator)
        term = (-rate).exp()
        below = Decimal(0)
        for arrived in range(count):
            below += term
            term = term * rate / (arrived + 1)
        # Far out, 1 - below has no digits left: add up the tail itself.
        total, step = Decimal(0), count
        while term > 0 and (step < rate or term > total * Decimal(10) ** -(_DIGITS - 10)):
            total += term
            step += 1
            term = term * rate / step
        return total if total < Decimal("0.5") else 1 - below


def burst_from(rate: Decimal | Fraction, tail: Decimal = BURST_TAIL) -> int:
    """Return the smallest number of arrivals that is a burst at a rate (0.5: 6; 1: 7; 2: 10; 5: 16)."""
    count = 1
    while poisson_tail(rate, count) >= tail:
        count += 1
    return count


def is_burst(count: int, rate: Decimal | Fraction, tail: Decimal = BURST_TAIL) -> bool:
    """Tell whether so many arrivals hardly ever happen at a rate."""
    return count > rate and poisson_tail(rate, count) < tail


def is_shifted(
    *, mean: Fraction, n: int, usual_mean: Fraction, usual_variance: Fraction, minimum_n: int
) -> bool:
    """Tell whether the mean of a group lies outside the 99 % limits that the service's own ratings set for
    groups of that size. Exact: squares are compared, no root is taken.
    """
    if n < minimum_n:
        return False
    return (mean - usual_mean) ** 2 * n > Fraction(Z99) ** 2 * usual_variance


def binomial_tail(share: Fraction, n: int, count: int) -> Fraction:
    """Return the exact probability of `count` or more among n, each with a share."""
    if count <= 0:
        return Fraction(1)
    return sum(
        (comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(count, n + 1)), start=Fraction(0)
    )


def is_straight_group(*, straight: int, n: int, usual_share: Fraction, thresholds: Thresholds) -> bool:
    """Tell whether far more of a group gave one answer to everything than people usually do."""
    share = max(usual_share, Fraction(thresholds.straight_share))
    if n < thresholds.group_answers or share >= 1 or straight <= share * n:
        return False
    # Beyond a few hundred the first few hundred say enough, and big fractions stay small.
    if n > 300:
        straight, n = straight * 300 // n, 300
    return binomial_tail(share.limit_denominator(1000), n, straight) < Fraction(thresholds.burst_tail)


def is_top_heavy(
    *, open_top: int, open_n: int, verified_top: int, verified_n: int, thresholds: Thresholds
) -> bool:
    """Tell whether top marks are far more frequent among open ratings than among verified ones (same desk and
    week): by a difference of shares, and by an exact test of the two (hypergeometric tail).
    """
    if min(open_n, verified_n) < thresholds.top_answers:
        return False
    difference = Fraction(open_top, open_n) - Fraction(verified_top, verified_n)
    if difference < Fraction(thresholds.top_difference):
        return False
    everybody, top = open_n + verified_n, open_top + verified_top
    at_least = sum(
        comb(top, k) * comb(everybody - top, open_n - k) for k in range(open_top, min(top, open_n) + 1)
    )
    return Fraction(at_least, comb(everybody, open_n)) < Fraction(thresholds.burst_tail)


def is_outside_hours(opening_hours: Mapping[str, object], at: datetime) -> bool:
    """Tell whether a local time lies outside the opening hours; unknown hours are never an objection."""
    if not opening_hours:
        return False
    span = opening_hours.get(str(at.weekday()))
    if not span:
        return True
    try:
        first, last = (time.fromisoformat(str(text)) for text in span)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        return False
    return not first <= at.time() <= last


def is_straight(answers: Iterable[int]) -> bool:
    """Tell whether all answers are the same; three at least, or it says nothing."""
    values = list(answers)
    return len(values) >= 3 and len(set(values)) == 1
