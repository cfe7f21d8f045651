"""Who may sit in a jury of recognition, and what its votes come to. docs/rules/recognition.md.

Nobody judges their own deed, their own proposal, their own unit, their leader or the people they appraise. Numbers are
policy values; the sheets name a jury with a conflict-of-interest rule and no more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

MINIMUM_JURY = 2  # one alone is no jury


class Conflict(StrEnum):
    NOMINEE = "nominee"
    NOMINATOR = "nominator"
    SAME_UNIT = "same_unit"
    APPRAISER = "appraiser"
    APPRAISEE = "appraisee"


class Ballot(StrEnum):
    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"


class Tie(StrEnum):
    """What equal votes mean."""

    DECLINED = "declined"
    CHAIR = "chair"


class Verdict(StrEnum):
    OPEN = "open"
    AWARDED = "awarded"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Nominated:
    """A nomination as the rule sees it.

    `nominee` is None for a deed of a whole unit; then `appraisers` and `appraisees` are those of whoever leads it.
    Who supervises on loan counts as an appraiser.
    """

    nominee: int | None
    unit: int
    nominator: int
    appraisers: frozenset[int] = frozenset()
    appraisees: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody for the jury; `units` are the unit they work in and all above it."""

    person: int
    units: frozenset[int]


@dataclass(frozen=True, slots=True)
class JuryRules:
    """From how many votes a jury decides, and what a tie means; `version` is stored with the decision."""

    minimum_votes: int = 3
    tie: Tie = Tie.DECLINED
    version: str = "jury/1"


@dataclass(frozen=True, slots=True)
class Cast:
    ballot: Ballot
    is_chair: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What the votes come to; `missing` is how many more are needed before anything can be decided."""

    verdict: Verdict
    yes: int
    no: int
    abstained: int
    missing: int
    is_tie: bool = False


def conflicts(candidate: Candidate, nominated: Nominated) -> tuple[Conflict, ...]:
    """Return why somebody may not vote on a nomination; empty if they may.

    Whoever works in the unit or below it shares in its deed; whoever works above it does not.
    """
    found = {
        Conflict.NOMINEE: candidate.person == nominated.nominee,
        Conflict.NOMINATOR: candidate.person == nominated.nominator,
        Conflict.SAME_UNIT: nominated.unit in candidate.units,
        Conflict.APPRAISER: candidate.person in nominated.appraisers,
        Conflict.APPRAISEE: candidate.person in nominated.appraisees,
    }
    return tuple(conflict for conflict, is_so in found.items() if is_so)


def decide(votes: Iterable[Cast], rules: JuryRules) -> Decision:
    """Return what some votes come to. Abstentions do not count towards the minimum: they say nothing.

    With a tie the vote of the chair decides if the rules say so and the chair did not abstain; else it is declined.

    :raises ValueError: for a jury of one, or with more than one chair.
    """
    if rules.minimum_votes < MINIMUM_JURY:
        raise ValueError("one alone is no jury")
    cast = list(votes)
    chairs = [vote for vote in cast if vote.is_chair]
    if len(chairs) > 1:
        raise ValueError("a jury has one chair")
    yes = sum(vote.ballot is Ballot.YES for vote in cast)
    no = sum(vote.ballot is Ballot.NO for vote in cast)
    abstained = len(cast) - yes - no
    missing = max(rules.minimum_votes - yes - no, 0)
    if missing:
        return Decision(Verdict.OPEN, yes, no, abstained, missing)
    is_tie = yes == no
    if is_tie:
        chair_says_yes = bool(chairs) and chairs[0].ballot is Ballot.YES
        is_awarded = rules.tie is Tie.CHAIR and chair_says_yes
    else:
        is_awarded = yes > no
    verdict = Verdict.AWARDED if is_awarded else Verdict.DECLINED
    return Decision(verdict, yes, no, abstained, 0, is_tie)
