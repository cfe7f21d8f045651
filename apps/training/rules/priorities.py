"""Which needs come first when hours (JP) and seats do not suffice for all, and why (CMP-8, design choice).

A need scores what its reasons and its urgency weigh. The highest score is looked at first and taken if it still fits;
what does not fit is left out and the next one is tried, so a small need may still use what a large one cannot. Rank
and unit do not count. Every need, taken or not, says how its score came about and what was missing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from .needs import ReasonCode

OWN_WISH = "own_wish"


class Urgency(StrEnum):
    """Now: a period to improve is running, or the duty cannot be done without. Soon: in this plan year."""

    NOW = "now"
    SOON = "soon"
    LATER = "later"


class Outcome(StrEnum):
    TAKEN = "taken"
    NO_SEAT = "no_seat"
    NO_HOURS = "no_hours"
    NO_SEAT_AND_HOURS = "no_seat_and_hours"


@dataclass(frozen=True, slots=True)
class Weights:
    """What each reason and each urgency weighs, from a day on."""

    valid_from: date
    reasons: Mapping[str, int]
    urgency: Mapping[Urgency, int]


@dataclass(frozen=True, slots=True)
class RankedNeed:
    """A need as the budget sees it: why, how urgent, since when, and what it would take."""

    identifier: str
    reasons: tuple[str, ...]
    urgency: Urgency
    proposed_on: date
    hours: Decimal
    seats: int = 1


@dataclass(frozen=True, slots=True)
class Budget:
    hours: Decimal
    seats: int


@dataclass(frozen=True, slots=True)
class ScorePart:
    """The code of a reason or an urgency, and its points."""

    code: str
    points: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a need: `left` is what the budget still had when its turn came."""

    need: RankedNeed
    score: int
    parts: tuple[ScorePart, ...]
    outcome: Outcome
    left: Budget


# No source gives weights: the default of a policy value. A rating weighs more than what the unit's citizens said.
DEFAULT_WEIGHTS = Weights(
    valid_from=date(2026, 1, 1),
    reasons={
        ReasonCode.PREDIKAT_LOW: 5,
        ReasonCode.WORK_RESULT_BELOW: 4,
        ReasonCode.BEHAVIOR_BELOW: 4,
        ReasonCode.COMPETENCE_GAP: 3,
        ReasonCode.INDICATOR_WEAK: 3,
        ReasonCode.UNSUR_WEAK: 3,
        OWN_WISH: 1,
    },
    urgency={Urgency.NOW: 3, Urgency.SOON: 1, Urgency.LATER: 0},
)


def weights_on(tables: Iterable[Weights], day: date) -> Weights:
    """Return the table that holds on a day: the latest that has begun.

    :raises LookupError: if none has.
    """
    begun = [table for table in tables if table.valid_from <= day]
    if not begun:
        raise LookupError(f"no weights hold on {day}")
    return max(begun, key=lambda table: table.valid_from)


def score_parts(need: RankedNeed, weights: Weights) -> tuple[ScorePart, ...]:
    """Return what a need's score is made of, the heaviest first, without parts that weigh nothing.

    A reason counts once, however many indicators it was found in.

    :raises ValueError: if the table does not know a reason or the urgency.
    """
    points = {str(code): weights.reasons.get(code) for code in need.reasons}
    points[need.urgency.value] = weights.urgency.get(need.urgency)
    if unknown := sorted(code for code, weight in points.items() if weight is None):
        raise ValueError(f"no weight is known for {', '.join(unknown)}")
    parts = [ScorePart(code, weight) for code, weight in points.items() if weight]
    return tuple(sorted(parts, key=lambda part: (-part.points, part.code)))


def prioritise(needs: Sequence[RankedNeed], budget: Budget, weights: Weights) -> tuple[Decision, ...]:
    """Return a decision for each need, the highest score first.

    Among equal scores: who waits longer, then who takes fewer hours and seats, then the identifier (numbers in their
    order: 99 before 100); never the order in which they were given.

    :raises ValueError: if a need takes no hours or no seat, the budget or a weight is negative, an identifier comes
        twice, or a reason has no weight.
    """
    _check(needs, budget, weights)
    scored = [(need, score_parts(need, weights)) for need in needs]
    hours, seats = budget.hours, budget.seats
    decisions = []
    for need, parts in sorted(scored, key=lambda pair: _turn(*pair)):
        left = Budget(hours, seats)
        outcome = _outcome(need, left)
        if outcome is Outcome.TAKEN:
            hours, seats = hours - need.hours, seats - need.seats
        decisions.append(Decision(need, _total(parts), parts, outcome, left))
    return tuple(decisions)


def explanation(decision: Decision, words: Mapping[str, str]) -> str:
    """Return the decision as a line: "score 7: rating below expectation 4 + weak element 3; no seat left".

    `words` are those for the codes of reasons, urgencies and outcomes, and for `score`; a code without words stands
    for itself, so that a reason of another version is no error.
    """
    sum_of = " + ".join(f"{words.get(part.code, part.code)} {part.points}" for part in decision.parts)
    score = f"{words.get('score', 'score')} {decision.score}"
    outcome = words.get(decision.outcome.value, decision.outcome.value)
    return f"{score}: {sum_of}; {outcome}" if sum_of else f"{score}; {outcome}"


def _turn(need: RankedNeed, parts: Sequence[ScorePart]) -> tuple[int, date, Decimal, int, int, str]:
    identifier = need.identifier
    return -_total(parts), need.proposed_on, need.hours, need.seats, len(identifier), identifier


def _total(parts: Sequence[ScorePart]) -> int:
    return sum(part.points for part in parts)


def _outcome(need: RankedNeed, left: Budget) -> Outcome:
    no_seat, no_hours = need.seats > left.seats, need.hours > left.hours
    if no_seat and no_hours:
        return Outcome.NO_SEAT_AND_HOURS
    if no_seat:
        return Outcome.NO_SEAT
    return Outcome.NO_HOURS if no_hours else Outcome.TAKEN


def _check(needs: Sequence[RankedNeed], budget: Budget, weights: Weights) -> None:
    if budget.hours < 0 or budget.seats < 0:
        raise ValueError("a budget is not negative")
    if any(weight < 0 for weight in (*weights.reasons.values(), *weights.urgency.values())):
        raise ValueError("a weight is not negative")
    if any(need.hours <= 0 or need.seats < 1 for need in needs):
        raise ValueError("a need takes hours and a seat")
    if len({need.identifier for need in needs}) != len(needs):
        raise ValueError("each need is given once")
