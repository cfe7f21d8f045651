"""The blind vote: who may, what stays hidden, and that the database keeps a closed one as it was."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from apps.assessments.models import Evaluation
from apps.core.models import AuditEntry, Notification
from apps.supervision.models import PreVote, PreVoteBallot, PreVoteVoter
from apps.supervision.selectors.pre_votes import is_borderline, room_of
from apps.supervision.services import pre_votes as services

from .rated import RATED_AT, USUAL, rate, session_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(world: Any) -> Any:
    """A session with two borderline people, the head and another appraiser taking part."""
    world.period = world.make_periods()[1]
    world.second = world.make_employee("Penilai Kedua", world.unit, position_class="pengawas")
    world.borderline = rate(world, world.period, world.head, USUAL[:3])
    world.session = session_of(world, world.period, world.head, world.second)
    return world


def _open(room: Any, **values: Any) -> PreVote:
    return services.open_vote(
        **{
            "session_id": room.session.pk,
            "evaluations": [row.pk for row in room.borderline[:2]],
            "voters": [room.head.pk, room.second.pk],
            "by": room.agency_head,
            "at": RATED_AT,
            **values,
        }
    )


def _cast(vote: PreVote, room: Any, by: Any, first: str, second: str) -> None:
    bands = {room.borderline[0].pk: first, room.borderline[1].pk: second}
    services.cast(vote_id=vote.pk, bands=bands, by=by, at=RATED_AT)


def test_from_opening_to_the_conclusion(room: Any) -> None:
    vote = _open(room)
    _cast(vote, room, room.head, "baik", "kurang")
    _cast(vote, room, room.head, "baik", "baik")
    with pytest.raises(services.VotesHidden):
        services.close_vote(vote_id=vote.pk, by=room.agency_head, at=RATED_AT)
    with pytest.raises(services.VotesHidden):
        room_of(PreVote.objects.get()).machine.votes()
    _cast(vote, room, room.second, "kurang", "baik")
    services.close_vote(vote_id=vote.pk, by=room.agency_head, at=RATED_AT)
    outcomes = room_of(PreVote.objects.get()).machine.outcomes()
    # baik and kurang are two steps apart; the other person is unanimous.
    assert [(row.person, row.spread, row.agreement) for row in outcomes] == [
        (room.borderline[0].employee_id, 2, 0),
        (room.borderline[1].employee_id, 0, 100),
    ]
    with pytest.raises(services.TransitionNotAllowed):
        services.conclude(vote_id=vote.pk, conclusion="Cepat.", by=room.agency_head, at=RATED_AT)
    services.discuss(vote_id=vote.pk, by=room.agency_head, at=RATED_AT)
    with pytest.raises(services.ConclusionMissing):
        services.conclude(vote_id=vote.pk, conclusion=" ", by=room.agency_head, at=RATED_AT)
    done = services.conclude(vote_id=vote.pk, conclusion="Sama.", by=room.agency_head, at=RATED_AT)
    assert (done.status, done.conclusion) == ("decided", "Sama.")
    assert set(Evaluation.objects.values_list("status", flat=True)) == {"rated"}, "a vote moves no rating"
    assert Notification.objects.filter(recipient=room.second.user).count() == 2
    entries = AuditEntry.objects.filter(action__startswith="supervision.pre_vote.")
    assert [entry.action.rsplit(".", 1)[1] for entry in entries.order_by("pk")] == [
        "opened",
        "cast",
        "cast",
        "cast",
        "closed",
        "discussed",
        "concluded",
    ]
    assert not any("kurang" in str(entry.data) or "baik" in str(entry.data) for entry in entries)
    assert str(PreVoteBallot.objects.first()).startswith("ballot ")


def test_who_opens_what(room: Any) -> None:
    stranger = rate(room, room.period, room.stranger_head, USUAL[:1], unit=room.other_agency)[0]
    handed_over = room.borderline[2]
    Evaluation.objects.filter(pk=handed_over.pk).update(status="delivered", delivered_at=RATED_AT)
    for error, values in (
        (services.NotTheCalibrator, {"by": room.stranger_head}),
        (services.NotTheCalibrator, {"by": room.second}),
        (services.NotToVoteOn, {"evaluations": []}),
        (services.NotToVoteOn, {"evaluations": [stranger.pk]}),
        (services.NotToVoteOn, {"evaluations": [handed_over.pk]}),
        (services.NotInThisRoom, {"voters": [room.head.pk, room.colleague.pk]}),
        (services.TooFewVoters, {"voters": [room.head.pk]}),
    ):
        with pytest.raises(error):
            _open(room, **values)
    assert not PreVote.objects.exists()
    _open(room)
    with pytest.raises(services.AlreadyVoting):
        _open(room)
    assert PreVote.objects.count() == 1


def test_only_those_present_vote_and_only_on_others(room: Any) -> None:
    vote = _open(room, voters=[room.head.pk, room.second.pk, room.agency_head.pk])
    own = PreVote.objects.get()
    with pytest.raises(services.NotInThisRoom):
        _cast(vote, room, room.colleague, "baik", "baik")
    with pytest.raises(services.NotToVoteOn):
        services.cast(vote_id=vote.pk, bands={room.borderline[2].pk: "baik"}, by=room.head, at=RATED_AT)
    with pytest.raises(ValueError, match="is not a band"):
        _cast(vote, room, room.head, "baik", "hebat")
    assert not PreVoteBallot.objects.exists()
    with pytest.raises(services.NotTheCalibrator):
        services.leave(vote_id=vote.pk, voter_id=room.head.pk, by=room.second, at=RATED_AT)
    _cast(vote, room, room.second, "baik", "")
    services.leave(vote_id=vote.pk, voter_id=room.second.pk, by=room.second, at=RATED_AT)
    assert not PreVoteBallot.objects.exists()
    with pytest.raises(services.NotInThisRoom):
        _cast(vote, room, room.second, "baik", "baik")
    _cast(vote, room, room.head, "baik", "baik")
    _cast(vote, room, room.agency_head, "baik", "")
    assert services.close_vote(vote_id=own.pk, by=room.agency_head, at=RATED_AT).status == "voted"


def test_nobody_votes_on_themselves(room: Any) -> None:
    mine = rate(room, room.period, room.agency_head, USUAL[:1], people=[room.head])[0]
    vote = _open(room, evaluations=[mine.pk, room.borderline[0].pk])
    with pytest.raises(services.NotToVoteOn):
        services.cast(vote_id=vote.pk, bands={mine.pk: "sangat_baik"}, by=room.head, at=RATED_AT)
    services.cast(vote_id=vote.pk, bands={room.borderline[0].pk: "baik"}, by=room.head, at=RATED_AT)
    assert room_of(vote).machine.missing == {room.second.pk}


def test_nothing_happens_in_a_closed_session(room: Any) -> None:
    vote = _open(room)
    room.session.status, room.session.closed_at = "closed", RATED_AT
    room.session.save()
    with pytest.raises(services.SessionClosed):
        _cast(vote, room, room.head, "baik", "baik")
    with pytest.raises(services.SessionClosed):
        _open(room)
    assert not PreVoteBallot.objects.exists()


def test_the_database_keeps_a_closed_vote(room: Any) -> None:
    vote = _open(room)
    _cast(vote, room, room.head, "baik", "baik")
    _cast(vote, room, room.second, "kurang", "baik")
    services.close_vote(vote_id=vote.pk, by=room.agency_head, at=RATED_AT)
    ballot = PreVoteBallot.objects.first()
    for attempt in (
        lambda: PreVoteBallot.objects.filter(pk=ballot.pk).update(band="sangat_baik"),
        lambda: PreVoteBallot.objects.filter(pk=ballot.pk).delete(),
        lambda: PreVote.objects.update(status="open", closed_at=None),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    for constraint, values in (
        ("pre_vote_closed_has_its_time", {"closed_at": None}),
        ("pre_vote_decided_with_a_conclusion", {"status": "decided", "decided_at": RATED_AT}),
        ("pre_vote_status_is_a_known_one", {"status": "x"}),
        ("pre_vote_of_two_at_least", {"minimum_voters": 1}),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            PreVote.objects.update(**values)
    voter = PreVoteVoter.objects.first()
    with pytest.raises(IntegrityError, match="pre_vote_voter_once"), transaction.atomic():
        PreVoteVoter.objects.create(vote=voter.vote, voter=voter.voter)


def test_a_case_is_borderline_if_the_figures_say_otherwise(room: Any) -> None:
    evaluation = room.borderline[0]
    assert not is_borderline(evaluation)
    evaluation.hint_rating = "above_expectation"
    assert is_borderline(evaluation)
