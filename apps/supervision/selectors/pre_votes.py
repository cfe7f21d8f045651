"""A blind vote as the rules know it: ballots leave the database only through them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from apps.assessments.models import CalibrationSession, Evaluation
from apps.assessments.rules.evaluation_lifecycle import EvaluationStatus
from apps.employees.models import Employee

from ..models import PreVote, PreVoteBallot, PreVotePerson, PreVoteVoter
from ..rules import pre_vote as rules
from .raters import BANDS


@dataclass(frozen=True)
class Room:
    """A vote: the rules' own object, and the rows behind its numbers (people and voters by their staff record)."""

    vote: PreVote
    machine: rules.PreVote
    voters: Mapping[int, PreVoteVoter]
    people: Mapping[int, PreVotePerson]


def room_of(vote: PreVote) -> Room:
    """Return a vote with what was cast so far, in three queries; secret until the rules open it."""
    voters = {
        row.voter_id: row
        for row in PreVoteVoter.objects.filter(vote=vote)
        .select_related("voter__user")
        .order_by("voter__name", "pk")
    }
    people = {
        row.evaluation.employee_id: row
        for row in PreVotePerson.objects.filter(vote=vote)
        .select_related("evaluation__employee", "evaluation__skp__placement__position")
        .order_by("evaluation__employee__name", "pk")
    }
    machine = rules.open_vote(
        bands=BANDS,
        people=people,
        present=[pk for pk, row in voters.items() if row.left_at is None],
        minimum_voters=vote.minimum_voters,
    )
    for voter, person, band in PreVoteBallot.objects.filter(
        voter__vote=vote, voter__left_at__isnull=True
    ).values_list("voter__voter", "person__evaluation__employee", "band"):
        machine = machine.vote(voter, person, band or None)
    for reached, step in (
        (vote.closed_at, rules.PreVote.close),
        (vote.discussed_at, rules.PreVote.discuss),
        (vote.decided_at, rules.PreVote.decide),
    ):
        if reached is not None:
            machine = step(machine)
    return Room(vote, machine, voters, people)


def candidates_of(session: CalibrationSession) -> QuerySet[Evaluation]:
    """Return whom a session may vote on: rated and not handed over, by name."""
    return (
        Evaluation.objects.filter(
            unit=session.unit_id,
            period=session.period_id,
            is_part=False,
            status=EvaluationStatus.RATED.value,
        )
        .select_related("employee")
        .order_by("employee__name", "pk")
    )


def is_borderline(evaluation: Evaluation) -> bool:
    """Whether the figures point to another result than the appraiser gave: a case to look at together."""
    return evaluation.hint_rating not in {"", evaluation.work_result_rating}


def may_take_part(session: CalibrationSession, chair: Employee | None) -> dict[int, Employee]:
    """Return who may vote in a session by key: who takes part in it, and who opens the vote."""
    people = {
        person.pk: person for person in session.participants.select_related("user").order_by("name", "pk")
    }
    return people | ({chair.pk: chair} if chair is not None else {})
