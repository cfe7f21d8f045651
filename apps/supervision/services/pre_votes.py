"""The blind vote of a calibration room: everybody says a band before anybody reads one.

It moves no rating. What the room agrees on is moved in the calibration, by its own verb and with a reason. The audit
trail tells that somebody voted and never what: it would be a way to read votes early.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.assessments.models import CalibrationSession
from apps.assessments.permissions import may_calibrate
from apps.assessments.rules.calibration_lifecycle import CalibrationStatus
from apps.assessments.services.actors import account_of, employee_behind, stamp_names
from apps.core import audit, notify, policy, stamps
from apps.core.localtime import local_date
from apps.employees.models import Employee

from ..labels import PreVoteStatusChoices
from ..models import PreVote, PreVoteBallot, PreVotePerson, PreVoteVoter
from ..rules.pre_vote import TransitionNotAllowed, VotesHidden
from ..selectors.pre_votes import Room, candidates_of, may_take_part, room_of

__all__ = [
    "AlreadyVoting",
    "ConclusionMissing",
    "NotInThisRoom",
    "NotTheCalibrator",
    "NotToVoteOn",
    "SessionClosed",
    "TooFewVoters",
    "TransitionNotAllowed",
    "VotesHidden",
    "cast",
    "close_vote",
    "conclude",
    "discuss",
    "leave",
    "open_vote",
]

_CALLED = gettext_noop("You are asked for a blind vote in the calibration of %(unit)s.")
_OPENED = gettext_noop("All have voted in the calibration of %(unit)s. The votes can be read now.")


class SessionClosed(ValueError):
    """Raised when the calibration is closed: nothing of it changes any more."""


class NotTheCalibrator(ValueError):
    """Raised when somebody acts who leads neither the unit nor one above."""


class AlreadyVoting(ValueError):
    """Raised when a vote of the session is open."""


class NotToVoteOn(ValueError):
    """Raised for nobody, or somebody who is not rated, handed over already, or of another unit."""


class NotInThisRoom(ValueError):
    """Raised when somebody votes, or is to vote, who does not take part."""


class TooFewVoters(ValueError):
    """Raised when there would be fewer voters than the office asks for."""


class ConclusionMissing(ValueError):
    """Raised when a vote is concluded without a word on what came of it."""


@transaction.atomic
def open_vote(
    *, session_id: int, evaluations: Iterable[int], voters: Iterable[int], by: Any, at: datetime
) -> PreVote:
    """Ask some participants for a blind vote on borderline people.

    :raises SessionClosed: if the calibration is closed.
    :raises NotTheCalibrator: if `by` leads neither the unit nor one above it.
    :raises NotToVoteOn: if nobody is named, or somebody who is not rated and waiting in this session.
    :raises NotInThisRoom: if a voter neither takes part nor opens the vote.
    :raises TooFewVoters: if there are fewer than the policy asks for.
    :raises AlreadyVoting: if a vote is open.
    """
    session = _open_session(session_id)
    if not may_calibrate(by, session.unit):
        raise NotTheCalibrator
    wanted, asked = set(evaluations), set(voters)
    people = list(candidates_of(session).filter(pk__in=wanted))
    if not wanted or len(people) != len(wanted):
        raise NotToVoteOn
    allowed = may_take_part(session, employee_behind(by))
    if not asked <= allowed.keys():
        raise NotInThisRoom
    government = session.unit.government
    minimum = policy.get(
        "supervision.pre_vote_voters", on=local_date(at, government.timezone), scope=government.code
    )
    if len(asked) < minimum:
        raise TooFewVoters
    try:
        with transaction.atomic():
            vote = PreVote.objects.create(
                session=session, minimum_voters=minimum, opened_by=employee_behind(by), opened_at=at
            )
    except IntegrityError as error:
        raise AlreadyVoting from error
    PreVotePerson.objects.bulk_create(PreVotePerson(vote=vote, evaluation=row) for row in people)
    PreVoteVoter.objects.bulk_create(PreVoteVoter(vote=vote, voter=allowed[pk]) for pk in sorted(asked))
    _record("opened", vote, by, at, people=len(people), voters=len(asked))
    _tell(vote, [allowed[pk] for pk in sorted(asked)], _CALLED, by)
    return vote


@transaction.atomic
def cast(*, vote_id: int, bands: Mapping[int, str], by: Employee, at: datetime) -> None:
    """Put in one's bands by evaluation, or change them; an empty one abstains.

    :raises SessionClosed: if the calibration is closed.
    :raises TransitionNotAllowed: once the vote is closed.
    :raises NotInThisRoom: if `by` is not present.
    :raises NotToVoteOn: if an evaluation is not voted on, or about `by`.
    :raises ValueError: for a band that is none.
    """
    room = _locked(vote_id)
    voter = room.voters.get(by.pk)
    if voter is None or voter.left_at is not None:
        raise NotInThisRoom
    people = {row.evaluation_id: row for row in room.people.values()}
    machine = room.machine
    for evaluation, band in bands.items():
        if evaluation not in people or people[evaluation].evaluation.employee_id == by.pk:
            raise NotToVoteOn
        machine = machine.vote(by.pk, people[evaluation].evaluation.employee_id, band or None)
    for evaluation, band in bands.items():
        PreVoteBallot.objects.update_or_create(
            voter=voter, person=people[evaluation], defaults={"band": band, "at": at}
        )
    _record("cast", room.vote, by, at, people=len(bands))
    stamps.bump(f"unit:{room.vote.session.unit_id}")


@transaction.atomic
def leave(*, vote_id: int, voter_id: int, by: Any, at: datetime) -> None:
    """Take out somebody who left before the closing, with their votes: themselves, or who calibrates.

    :raises SessionClosed: if the calibration is closed.
    :raises TransitionNotAllowed: once the vote is closed.
    :raises NotInThisRoom: if they are not present.
    :raises NotTheCalibrator: if somebody else takes them out who leads neither the unit nor one above it.
    """
    room = _locked(vote_id)
    voter = room.voters.get(voter_id)
    if voter is None or voter.left_at is not None:
        raise NotInThisRoom
    acting = employee_behind(by)
    if (acting is None or acting.pk != voter_id) and not may_calibrate(by, room.vote.session.unit):
        raise NotTheCalibrator
    room.machine.leave(voter_id)
    # Their votes go first: the database keeps the ballots of whoever has left as they are.
    voter.ballots.all().delete()
    voter.left_at = at
    voter.save(update_fields=["left_at"])
    _record("left", room.vote, by, at, voter=voter_id)
    stamps.bump(f"unit:{room.vote.session.unit_id}")


@transaction.atomic
def close_vote(*, vote_id: int, by: Any, at: datetime) -> PreVote:
    """End the voting; from now on the votes can be read and none can be changed.

    :raises SessionClosed: if the calibration is closed.
    :raises NotTheCalibrator: if `by` leads neither the unit nor one above it.
    :raises TransitionNotAllowed: if it is closed already.
    :raises VotesHidden: while somebody present has not voted on everybody.
    """
    room = _locked(vote_id)
    _require_calibrator(room, by)
    vote = _moved(room, room.machine.close().status.value, closed_at=at)
    _record("closed", vote, by, at)
    _tell(vote, [row.voter for row in room.voters.values() if row.left_at is None], _OPENED, by)
    return vote


@transaction.atomic
def discuss(*, vote_id: int, by: Any, at: datetime) -> PreVote:
    """Note that the room has talked about the votes.

    :raises SessionClosed: if the calibration is closed.
    :raises NotTheCalibrator: if `by` leads neither the unit nor one above it.
    :raises TransitionNotAllowed: unless the votes are open to all and not yet talked about.
    """
    room = _locked(vote_id)
    _require_calibrator(room, by)
    vote = _moved(room, room.machine.discuss().status.value, discussed_at=at)
    _record("discussed", vote, by, at)
    return vote


@transaction.atomic
def conclude(*, vote_id: int, conclusion: str, by: Any, at: datetime) -> PreVote:
    """Write down what the room agreed on; ratings are moved in the calibration.

    :raises SessionClosed: if the calibration is closed.
    :raises NotTheCalibrator: if `by` leads neither the unit nor one above it.
    :raises TransitionNotAllowed: before a talk, or twice.
    :raises ConclusionMissing: without a text.
    """
    room = _locked(vote_id)
    _require_calibrator(room, by)
    status = room.machine.decide().status.value
    if not conclusion.strip():
        raise ConclusionMissing
    vote = _moved(room, status, decided_at=at, conclusion=conclusion.strip())
    _record("concluded", vote, by, at)
    return vote


def _open_session(session_id: int) -> CalibrationSession:
    session = (
        CalibrationSession.objects.select_for_update(of=("self",))
        .select_related("unit__government", "period")
        .get(pk=session_id)
    )
    if session.status != CalibrationStatus.OPEN.value:
        raise SessionClosed
    return session


def _locked(vote_id: int) -> Room:
    # The session first, as everywhere: a closing waits for the vote or is seen by it.
    session = _open_session(PreVote.objects.values_list("session_id", flat=True).get(pk=vote_id))
    vote = PreVote.objects.select_for_update(of=("self",)).get(pk=vote_id)
    vote.session = session
    return room_of(vote)


def _require_calibrator(room: Room, by: Any) -> None:
    if not may_calibrate(by, room.vote.session.unit):
        raise NotTheCalibrator


def _moved(room: Room, status: str, **values: Any) -> PreVote:
    vote = room.vote
    vote.status = PreVoteStatusChoices(status).value
    for name, value in values.items():
        setattr(vote, name, value)
    vote.save(update_fields=["status", *values])
    stamps.bump(f"unit:{vote.session.unit_id}")
    return vote


def _tell(vote: PreVote, people: Iterable[Employee], text: str, by: Any) -> None:
    acting = employee_behind(by)
    others = [person for person in people if acting is None or person.pk != acting.pk]
    for person in others:
        notify.send(
            person.user,
            text,
            url=reverse("supervision:pre-vote", args=[vote.pk]),
            unit=vote.session.unit.name,
        )
    stamps.bump(f"unit:{vote.session.unit_id}", *stamp_names(*others))


def _record(verb: str, vote: PreVote, by: Any, at: datetime, **data: Any) -> None:
    audit.record(
        f"supervision.pre_vote.{verb}",
        target=vote,
        by=account_of(by),
        scope=vote.session.unit.government.code,
        at=at,
        session=vote.session_id,
        **data,
    )
