"""The blind pre-vote of a calibration room: everybody says a band before anybody hears one (UX sheet 1.7, 4.1).

Who speaks first moves the others; therefore all present vote on every person before a vote can be read. The
outcome says where the room differs and is never a rating: what is moved is moved in the calibration, with a reason.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from apps.core.rules.lifecycle import StateTable, TransitionNotAllowed
from apps.core.rules.rounding import half_up

__all__ = [
    "MINIMUM_VOTERS",
    "TRANSITIONS",
    "Outcome",
    "PreVote",
    "PreVoteAction",
    "PreVoteStatus",
    "TransitionNotAllowed",
    "VotesHidden",
    "allowed_actions",
    "is_closed",
    "next_status",
    "open_vote",
    "outcome_of",
]

# One voter alone hides nothing from anybody.
MINIMUM_VOTERS = 2


class PreVoteStatus(StrEnum):
    OPEN = "open"
    VOTED = "voted"
    DISCUSSED = "discussed"
    DECIDED = "decided"


class PreVoteAction(StrEnum):
    VOTE = "vote"
    LEAVE = "leave"
    CLOSE = "close"
    DISCUSS = "discuss"
    DECIDE = "decide"


TRANSITIONS: dict[tuple[PreVoteStatus, PreVoteAction], PreVoteStatus] = {
    (PreVoteStatus.OPEN, PreVoteAction.VOTE): PreVoteStatus.OPEN,
    (PreVoteStatus.OPEN, PreVoteAction.LEAVE): PreVoteStatus.OPEN,
    (PreVoteStatus.OPEN, PreVoteAction.CLOSE): PreVoteStatus.VOTED,
    (PreVoteStatus.VOTED, PreVoteAction.DISCUSS): PreVoteStatus.DISCUSSED,
    (PreVoteStatus.DISCUSSED, PreVoteAction.DECIDE): PreVoteStatus.DECIDED,
}

_TABLE = StateTable(TRANSITIONS)
next_status = _TABLE.next_status
allowed_actions = _TABLE.allowed_actions


def is_closed(status: PreVoteStatus) -> bool:
    """Tell whether the voting is over; exactly then votes can be read."""
    return status is not PreVoteStatus.OPEN


class VotesHidden(Exception):
    """Raised when votes are asked for, or the voting is closed, while somebody present has not voted."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a room sees one person.

    `agreement` is the share of pairs of voters with the same band, in percent, None below two votes. `spread` is
    the number of steps between the lowest and the highest band. With an even number of votes the two middle
    ones may differ: then `median_low` and `median_high` do, and the room settles it, not a rounding rule.
    """

    person: int
    n: int
    abstained: int
    agreement: Decimal | None
    median_low: str | None
    median_high: str | None
    spread: int | None

    @property
    def is_unanimous(self) -> bool:
        """Whether all votes are one band; an outcome without votes is not."""
        return self.spread == 0


@dataclass(frozen=True, slots=True, eq=False)
class PreVote:
    """One vote of one room. Made by `open_vote`, changed only by its verbs, each of which returns a new one.

    Two votes are never equal: a comparison would be a way to guess. The ballots are left out of `repr` too.
    """

    bands: tuple[str, ...]
    people: frozenset[int]
    present: frozenset[int]
    minimum_voters: int = MINIMUM_VOTERS
    status: PreVoteStatus = PreVoteStatus.OPEN
    _ballots: Mapping[tuple[int, int], str | None] = field(default_factory=dict, repr=False)

    @property
    def missing(self) -> frozenset[int]:
        """Who is present and has not voted on everybody; that much the room may know."""
        return frozenset(
            voter
            for voter in self.present
            if any((voter, person) not in self._ballots for person in self.people)
        )

    @property
    def can_close(self) -> bool:
        """Whether everybody present has voted, and there are enough of them."""
        return not is_closed(self.status) and self._is_complete

    @property
    def _is_complete(self) -> bool:
        return len(self.present) >= self.minimum_voters and not self.missing

    def vote(self, voter: int, person: int, band: str | None) -> "PreVote":
        """Put in a vote, or change it while the voting is open; None abstains and counts as having voted.

        :raises TransitionNotAllowed: once the voting is closed.
        :raises ValueError: if the voter is not present, is the person voted on, or person or band are unknown.
        """
        status = next_status(self.status, PreVoteAction.VOTE)
        if voter not in self.present:
            raise ValueError("only those present vote")
        if person not in self.people:
            raise ValueError("this person is not voted on")
        if voter == person and band is not None:
            raise ValueError("nobody votes on themselves")
        if band is not None and band not in self.bands:
            raise ValueError(f"{band} is not a band")
        return replace(self, status=status, _ballots={**self._ballots, (voter, person): band})

    def leave(self, voter: int) -> "PreVote":
        """Take out somebody who left before the closing, with their votes.

        :raises TransitionNotAllowed: once the voting is closed.
        :raises ValueError: if they are not present.
        """
        status = next_status(self.status, PreVoteAction.LEAVE)
        if voter not in self.present:
            raise ValueError("only those present can leave")
        kept = {key: band for key, band in self._ballots.items() if key[0] != voter}
        return replace(self, status=status, present=self.present - {voter}, _ballots=kept)

    def close(self) -> "PreVote":
        """End the voting; from here on votes can be read and none can be changed.

        :raises TransitionNotAllowed: if it is closed already.
        :raises VotesHidden: while somebody is missing or there are too few voters.
        """
        status = next_status(self.status, PreVoteAction.CLOSE)
        if not self._is_complete:
            raise VotesHidden("not everybody present has voted")
        return replace(self, status=status)

    def discuss(self) -> "PreVote":
        """Note that the room has talked.

        :raises TransitionNotAllowed: unless the votes are open to all and not yet discussed.
        """
        return replace(self, status=next_status(self.status, PreVoteAction.DISCUSS))

    def decide(self) -> "PreVote":
        """Note that the room has decided.

        :raises TransitionNotAllowed: before a discussion, or twice.
        """
        return replace(self, status=next_status(self.status, PreVoteAction.DECIDE))

    def own_votes(self, voter: int) -> dict[int, str | None]:
        """Return what one voter has voted, by person; for that voter only."""
        return {
            person: band
            for (who, person), band in sorted(self._ballots.items(), key=lambda row: row[0])
            if who == voter
        }

    def votes(self) -> dict[tuple[int, int], str | None]:
        """Return all votes by voter and person.

        :raises VotesHidden: until the voting is closed.
        """
        if not is_closed(self.status):
            raise VotesHidden("votes are hidden until all present have voted")
        return dict(sorted(self._ballots.items(), key=lambda row: row[0]))

    def outcomes(self) -> tuple[Outcome, ...]:
        """Return the outcome of each person, those the room differs on most first.

        :raises VotesHidden: until the voting is closed.
        """
        votes = self.votes()
        found = [
            outcome_of(person, (votes[voter, person] for voter in self.present), self.bands)
            for person in self.people
        ]
        return tuple(sorted(found, key=_most_different_first))


def open_vote(
    *,
    bands: Sequence[str],
    people: Iterable[int],
    present: Iterable[int],
    minimum_voters: int = MINIMUM_VOTERS,
) -> PreVote:
    """Return a new vote without any ballot; `bands` are in order, whichever end comes first.

    Somebody present who is voted on abstains on themselves.

    :raises ValueError: without people, with fewer than two bands or one twice, or with a minimum below 2.
    """
    ordered, persons, voters = tuple(bands), frozenset(people), frozenset(present)
    if len(ordered) < 2 or len(set(ordered)) != len(ordered):
        raise ValueError("bands are at least two different ones")
    if not persons:
        raise ValueError("there is nobody to vote on")
    if minimum_voters < MINIMUM_VOTERS:
        raise ValueError("one voter alone hides nothing")
    themselves: dict[tuple[int, int], str | None] = {(person, person): None for person in persons & voters}
    return PreVote(ordered, persons, voters, minimum_voters, _ballots=themselves)


def outcome_of(person: int, votes: Iterable[str | None], bands: Sequence[str]) -> Outcome:
    """Return the outcome of one person from all votes on them.

    :raises ValueError: if a vote is none of the bands.
    """
    cast = list(votes)
    places = sorted(bands.index(band) for band in cast if band is not None)
    n = len(places)
    if not n:
        return Outcome(person, 0, len(cast), None, None, None, None)
    pairs = sum(count * (count - 1) for count in Counter(places).values())
    return Outcome(
        person=person,
        n=n,
        abstained=len(cast) - n,
        agreement=half_up(Fraction(100 * pairs, n * (n - 1))) if n > 1 else None,
        median_low=bands[places[(n - 1) // 2]],
        median_high=bands[places[n // 2]],
        spread=places[-1] - places[0],
    )


def _most_different_first(outcome: Outcome) -> tuple[int, Decimal, int]:
    spread = -1 if outcome.spread is None else outcome.spread
    agreement = Decimal(100) if outcome.agreement is None else outcome.agreement
    return (-spread, agreement, outcome.person)
