from collections.abc import Callable
from dataclasses import fields
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.supervision.rules.pre_vote import (
    TRANSITIONS,
    Outcome,
    PreVote,
    PreVoteAction,
    PreVoteStatus,
    TransitionNotAllowed,
    VotesHidden,
    allowed_actions,
    is_closed,
    next_status,
    open_vote,
    outcome_of,
)

BANDS = ("kurang", "butuh_perbaikan", "baik", "sangat_baik")

TABLE = """
open      vote>open leave>open close>voted
voted     discuss>discussed
discussed decide>decided
decided
"""
EXPECTED = {
    (status, pair.split(">")[0]): pair.split(">")[1]
    for status, *pairs in (line.split() for line in TABLE.strip().splitlines())
    for pair in pairs
}


def room(people: tuple[int, ...] = (101,), present: tuple[int, ...] = (1, 2, 3)) -> PreVote:
    return open_vote(bands=BANDS, people=people, present=present)


@pytest.mark.parametrize("action", list(PreVoteAction))
@pytest.mark.parametrize("status", list(PreVoteStatus))
def test_every_pair_of_status_and_action(status: PreVoteStatus, action: PreVoteAction) -> None:
    expected = EXPECTED.get((status.value, action.value))
    if expected is None:
        with pytest.raises(TransitionNotAllowed):
            next_status(status, action)
        assert action not in allowed_actions(status)
    else:
        assert next_status(status, action).value == expected
        assert action in allowed_actions(status)


def test_every_status_can_be_reached() -> None:
    assert {PreVoteStatus.OPEN, *TRANSITIONS.values()} == set(PreVoteStatus)


def test_a_room_from_the_first_vote_to_the_decision() -> None:
    vote = room()
    assert vote.missing == {1, 2, 3}
    vote = vote.vote(1, 101, "baik").vote(2, 101, "kurang").vote(1, 101, "sangat_baik")
    assert vote.missing == {3}
    assert vote.own_votes(1) == {101: "sangat_baik"}
    with pytest.raises(VotesHidden):
        vote.close()
    closed = vote.vote(3, 101, "baik").close()
    assert closed.votes() == {(1, 101): "sangat_baik", (2, 101): "kurang", (3, 101): "baik"}
    assert closed.outcomes() == (Outcome(101, 3, 0, Decimal("0.00"), "baik", "baik", 3),)
    assert closed.discuss().decide().status is PreVoteStatus.DECIDED
    # The room talks about what it saw; the votes stay as they were.
    assert closed.discuss().decide().votes() == closed.votes()


@pytest.mark.parametrize(
    ("votes", "agreement", "low", "high", "spread"),
    [
        pytest.param("baik baik baik baik", "100.00", "baik", "baik", 0, id="unanimous"),
        # Three alike among four: 3 of 6 pairs.
        pytest.param("baik baik baik kurang", "50.00", "baik", "baik", 2, id="one apart"),
        pytest.param("kurang kurang baik baik", "33.33", "kurang", "baik", 2, id="two middles"),
        pytest.param("baik sangat_baik", "0.00", "baik", "sangat_baik", 1, id="two voters"),
        pytest.param("baik", None, "baik", "baik", 0, id="one vote"),
    ],
)
def test_outcomes_worked_by_hand(votes: str, agreement: str | None, low: str, high: str, spread: int) -> None:
    found = outcome_of(7, [*votes.split(), None], BANDS)
    assert (found.median_low, found.median_high, found.spread) == (low, high, spread)
    assert found.agreement == (None if agreement is None else Decimal(agreement))
    assert (found.n, found.abstained) == (len(votes.split()), 1)
    assert found.is_unanimous == (spread == 0)


def test_all_abstained_is_no_agreement() -> None:
    found = outcome_of(7, [None, None], BANDS)
    assert found == Outcome(7, 0, 2, None, None, None, None)
    assert not found.is_unanimous


def test_those_the_room_differs_on_most_come_first() -> None:
    vote = room((101, 102, 103, 104), (1, 2, 3))
    for person, bands in {
        101: "baik baik baik",
        102: "baik baik sangat_baik",
        103: "kurang baik sangat_baik",
    }.items():
        for voter, band in enumerate(bands.split(), start=1):
            vote = vote.vote(voter, person, band)
    for voter in (1, 2, 3):
        vote = vote.vote(voter, 104, None)
    assert [row.person for row in vote.close().outcomes()] == [103, 102, 101, 104]


def test_with_the_same_spread_the_smaller_agreement_comes_first() -> None:
    vote = room((101, 102), (1, 2, 3, 4))
    for person, bands in {
        101: "baik baik baik sangat_baik",
        102: "baik baik sangat_baik sangat_baik",
    }.items():
        for voter, band in enumerate(bands.split(), start=1):
            vote = vote.vote(voter, person, band)
    assert [row.person for row in vote.close().outcomes()] == [102, 101]


def test_who_left_is_not_waited_for_and_does_not_count() -> None:
    vote = room().vote(1, 101, "baik").vote(2, 101, "baik").vote(3, 101, "kurang")
    assert set(vote.leave(3).close().votes()) == {(1, 101), (2, 101)}
    waiting = room().vote(1, 101, "baik").vote(2, 101, "baik")
    assert not waiting.can_close
    assert waiting.leave(3).can_close


def test_one_voter_alone_hides_nothing() -> None:
    vote = room().vote(1, 101, "baik").leave(2).leave(3)
    assert not vote.missing
    with pytest.raises(VotesHidden):
        vote.close()


def test_nobody_votes_on_themselves() -> None:
    vote = room((1, 101))
    assert vote.own_votes(1) == {1: None}
    with pytest.raises(ValueError, match="themselves"):
        vote.vote(1, 1, "sangat_baik")
    vote = vote.vote(1, 101, "baik")
    assert vote.missing == {2, 3}


@pytest.mark.parametrize(
    ("voter", "person", "band", "message"),
    [(9, 101, "baik", "present"), (1, 999, "baik", "not voted on"), (1, 101, "hebat", "not a band")],
)
def test_votes_that_do_not_count(voter: int, person: int, band: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        room().vote(voter, person, band)
    with pytest.raises(ValueError, match="leave"):
        room().leave(9)


@pytest.mark.parametrize(
    ("bands", "people", "minimum"),
    [(("baik",), (1,), 2), (("baik", "baik"), (1,), 2), (BANDS, (), 2), (BANDS, (1,), 1)],
)
def test_a_vote_needs_bands_people_and_voters(
    bands: tuple[str, ...], people: tuple[int, ...], minimum: int
) -> None:
    with pytest.raises(ValueError):
        open_vote(bands=bands, people=people, present=(1, 2), minimum_voters=minimum)


def test_after_the_closing_nothing_is_changed() -> None:
    vote = room().vote(1, 101, "baik").vote(2, 101, "baik").vote(3, 101, "kurang").close()
    for verb in (lambda: vote.vote(1, 101, "kurang"), lambda: vote.leave(1), vote.close, vote.decide):
        with pytest.raises(TransitionNotAllowed):
            verb()


def readable(vote: PreVote) -> list[str]:
    """Everything that a room can be asked, as text; own votes are for their voter alone."""
    found = [repr(vote), str(vote)]
    for name in dir(vote):
        if name.startswith("_") or name in {"own_votes", "vote", "leave", "discuss", "decide"}:
            continue
        value = getattr(vote, name)
        if not callable(value):
            found.append(f"{name}={value}")
        elif name != "close":
            with pytest.raises(VotesHidden):
                value()
    return found


VOTERS, PEOPLE = (1, 2, 3, 101), (101, 102)
BALLOT = st.tuples(st.sampled_from(VOTERS), st.sampled_from(PEOPLE))


@settings(max_examples=50, deadline=None)
@given(st.lists(BALLOT, max_size=20), st.data())
def test_no_vote_can_be_read_before_the_closing(ballots: list[tuple[int, int]], data: st.DataObject) -> None:
    """Two rooms in which the same voters vote differently look the same from outside."""
    one = other = room(PEOPLE, VOTERS)
    for voter, person in ballots:
        if voter == person:
            continue
        one = one.vote(voter, person, data.draw(st.sampled_from(BANDS)))
        other = other.vote(voter, person, data.draw(st.sampled_from(BANDS)))
        assert readable(one) == readable(other)
        assert one != other
        assert not any(band in repr(one).split("bands=")[1].split(")", 1)[1] for band in BANDS)
    if one.missing:
        with pytest.raises(VotesHidden):
            one.close()
    else:
        assert one.close().votes()
    assert {row.name for row in fields(one) if row.repr is False} == {"_ballots"}


Verb = Callable[[PreVote], PreVote]
VERBS: st.SearchStrategy[Verb] = st.one_of(
    st.builds(
        lambda ballot, band: lambda vote: vote.vote(*ballot, band),
        st.tuples(st.integers(1, 3), st.just(101)),
        st.sampled_from([*BANDS, None]),
    ),
    st.integers(1, 3).map(lambda voter: lambda vote: vote.leave(voter)),
    st.sampled_from([PreVote.close, PreVote.discuss, PreVote.decide]),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(VERBS, max_size=30))
def test_whatever_is_done_votes_are_read_only_when_all_present_have_voted(verbs: list[Verb]) -> None:
    vote, seen = room(), None
    for verb in verbs:
        try:
            vote = verb(vote)
        except (TransitionNotAllowed, VotesHidden, ValueError):
            continue
        if is_closed(vote.status):
            assert not vote.missing
            assert len(vote.present) >= 2
            assert {voter for voter, _ in vote.votes()} == vote.present
            assert seen in (None, vote.votes()), "a vote that was read is never changed"
            seen = vote.votes()
        else:
            for read in (vote.votes, vote.outcomes):
                with pytest.raises(VotesHidden):
                    read()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*BANDS, None]), max_size=9), st.randoms(use_true_random=False))
def test_the_order_of_the_votes_does_not_matter(votes: list[str | None], random: object) -> None:
    shuffled = list(votes)
    random.shuffle(shuffled)
    found = outcome_of(7, votes, BANDS)
    assert outcome_of(7, shuffled, BANDS) == found
    assert found.n + found.abstained == len(votes)
    if found.n > 1:
        assert (found.agreement == 100) == found.is_unanimous
        assert BANDS.index(found.median_low) <= BANDS.index(found.median_high)
