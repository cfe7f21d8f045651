"""Which ordinary reports are really opened before a batch is accepted: a draw that nobody can steer.

Source: issue 5 and the UX sheet, section 3 (S4 to S6, S11); no regulation asks for it, so rates and shares are
policy values that the caller brings. Commit and reveal: the hash of the seed is published before the period
closes, the seed after the draw. The order is HMAC-SHA256 (RFC 2104) and not a random generator, so that anybody
recomputes it from the seed and the list with any tool, in any year. It also depends on the whole list: as long
as one report may still come in, not even the holder of the seed knows who will be drawn.
"""

import hmac
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from math import comb

from apps.core.rules.rounding import half_up

# The hash of a short seed is undone by trying all of them: 32 hexadecimal digits are 128 bits.
SHORTEST_SEED = 32
RATE_PLACES = 4


@dataclass(frozen=True, slots=True)
class StratumSample:
    """What was drawn from one stratum of `population` reports, in the order of the draw."""

    stratum: str
    population: int
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """A draw: the hash of the list it was made from, and the strata by name."""

    frame: str
    strata: tuple[StratumSample, ...]

    @property
    def ids(self) -> tuple[int, ...]:
        """All that are to be opened, stratum by stratum."""
        return tuple(report for stratum in self.strata for report in stratum.ids)


@dataclass(frozen=True, slots=True)
class RatePolicy:
    """How far a rate may go, how much of itself it loses after a clean sample, and how large that must be.

    :raises ValueError: unless 0 < floor <= ceiling <= 1, 0 < fall < 1 and at least one report makes a sample.
    """

    floor: Decimal
    ceiling: Decimal
    fall: Decimal
    clean_minimum: int

    def __post_init__(self) -> None:
        if not 0 < self.floor <= self.ceiling <= 1:
            raise ValueError("a floor is above 0 and not above the ceiling, a ceiling not above 1")
        if not 0 < self.fall < 1:
            raise ValueError("a rate falls by a share of itself between 0 and 1")
        if self.clean_minimum < 1:
            raise ValueError("a sample without reports shows nothing")


def commitment(seed: str) -> str:
    """Return the SHA-256 of a seed in hexadecimal, to be published before the period closes.

    :raises ValueError: if the seed is so short that it can be found from its hash.
    """
    _refuse_short(seed)
    return sha256(seed.encode()).hexdigest()


def verify(published: str, seed: str) -> bool:
    """Tell whether a seed is the one that was committed to; a seed that could have been guessed is not."""
    return len(seed) >= SHORTEST_SEED and hmac.compare_digest(
        sha256(seed.encode()).hexdigest().encode(), published.strip().lower().encode()
    )


def late_seed(seed: str, frame: str, head: str) -> str:
    """Return the seed of a draw whose hash came only after the closing, when the list could be known already.

    SHA-256 of `late:seed:frame:head`: the list is frozen before, and `head`, the newest hash of the audit chain at the
    draw, depends on what everybody did meanwhile. Weaker than a commitment in time; whoever shows it says so.

    :raises ValueError: for a short seed, or without the hash of the list or of the chain.
    """
    _refuse_short(seed)
    if not frame or not head:
        raise ValueError("a late seed is mixed with the frozen list and the audit chain")
    return sha256(f"late:{seed}:{frame}:{head}".encode()).hexdigest()


def frame_of(strata: Mapping[str, Iterable[int]]) -> str:
    """Return the hash of the list: SHA-256 of its JSON without spaces, names and numbers sorted.

    A stratum without reports is the same as none.

    :raises ValueError: if a report stands in the list twice.
    """
    return _frame(_sorted(strata))


def draw(seed: str, strata: Mapping[str, Iterable[int]], rate: Decimal, minimum: int) -> Sample:
    """Return the reports to be opened: of every stratum the rate, rounded up, and at least the minimum.

    :raises ValueError: for a short seed, a rate outside 0 < rate <= 1, a minimum under 1, or a report that
        stands in the list twice.
    """
    _refuse_short(seed)
    _refuse_share(rate)
    if minimum < 1:
        raise ValueError("every stratum is looked at")
    listed = _sorted(strata)
    frame = _frame(listed)
    key = _key(seed, "draw", frame)
    return Sample(
        frame=frame,
        strata=tuple(
            StratumSample(name, len(ids), _first(key, ids, _size(len(ids), rate, minimum)))
            for name, ids in listed.items()
        ),
    )


def unopened(sample: Sample, opened: Collection[int]) -> tuple[int, ...]:
    """Return what still has to be opened before the batch may be accepted."""
    return tuple(report for report in sample.ids if report not in opened)


def second_reads(seed: str, sample: Sample, share: Decimal) -> tuple[int, ...]:
    """Return which of the drawn reports a second reader from another unit reads: the share, at least one.

    An order of its own: being drawn early says nothing about being read twice.

    :raises ValueError: for a short seed or a share outside 0 < share <= 1.
    """
    _refuse_short(seed)
    _refuse_share(share)
    return _first(_key(seed, "second", sample.frame), sample.ids, _size(len(sample.ids), share, 1))


def next_rate(present: Decimal, opened: int, found: int, policy: RatePolicy) -> Decimal:
    """Return the rate of the next period (S6): one finding brings the ceiling back, a clean sample a little less.

    A clean sample smaller than `clean_minimum` changes nothing. A rate outside the bounds, because they were
    changed, is moved to the nearer one.

    :raises ValueError: if more was found than opened, or a number is negative.
    """
    if not 0 <= found <= opened:
        raise ValueError("what was found lies between 0 and what was opened")
    if found:
        return policy.ceiling
    rate = present
    if opened >= policy.clean_minimum:
        rate = half_up(Fraction(present) * (1 - Fraction(policy.fall)), RATE_PLACES)
    return min(policy.ceiling, max(policy.floor, rate))


def chance_to_find(population: int, wrong: int, opened: int) -> Fraction:
    """Return how likely a draw of `opened` out of `population` holds at least one of the `wrong` (S4).

    :raises ValueError: if one of the two is negative or larger than the population.
    """
    if not (0 <= wrong <= population and 0 <= opened <= population):
        raise ValueError("parts lie between 0 and the whole")
    return 1 - Fraction(comb(population - wrong, opened), comb(population, opened))


def _sorted(strata: Mapping[str, Iterable[int]]) -> dict[str, list[int]]:
    listed = {name: sorted(strata[name]) for name in sorted(strata)}
    everybody = [report for ids in listed.values() for report in ids]
    if len(everybody) != len(set(everybody)):
        raise ValueError("a report stands in one stratum, once")
    return {name: ids for name, ids in listed.items() if ids}


def _frame(listed: Mapping[str, list[int]]) -> str:
    return sha256(json.dumps(listed, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _key(seed: str, purpose: str, frame: str) -> bytes:
    return hmac.digest(seed.encode(), f"{purpose}:{frame}".encode(), "sha256")


def _first(key: bytes, ids: Iterable[int], size: int) -> tuple[int, ...]:
    return tuple(sorted(ids, key=lambda report: hmac.digest(key, str(report).encode(), "sha256"))[:size])


def _size(population: int, share: Decimal, minimum: int) -> int:
    return min(population, max(minimum, (population * Fraction(share)).__ceil__()))


def _refuse_short(seed: str) -> None:
    if len(seed) < SHORTEST_SEED:
        raise ValueError(f"a seed has at least {SHORTEST_SEED} characters")


def _refuse_share(share: Decimal) -> None:
    if not 0 < share <= 1:
        raise ValueError("a rate lies above 0 and not above 1")
