"""What was said during the year: feedback, notes of talks, rounds of peers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from apps.core.rules.periods import first_instant_of
from apps.employees.models import Employee
from apps.indicators.models import Skp, WorkResult
from apps.indicators.rules.forms import BEHAVIOR_VALUES

from ..models import (
    DialogueNote,
    FeedbackNote,
    NamedPeerAnswer,
    PeerAnswer,
    PeerInvitation,
    PeerRound,
    Period,
    ReportVersion,
    SelfReport,
)
from ..rules.peer_feedback import PeerRelation, is_anonymous, may_show, shuffled

VALUE_LABELS = {value.code: value.label for value in BEHAVIOR_VALUES}
SEEN_LIMIT = 6


@dataclass
class PersonNotes:
    """What was said to and with one person in the days of a period, newest first.

    `dialogues` are agreed by both; `rounds` are closed rounds of peers (their texts: `results_of`).
    """

    feedback: list[FeedbackNote] = field(default_factory=list)
    dialogues: list[DialogueNote] = field(default_factory=list)
    rounds: list[PeerRound] = field(default_factory=list)


def notes_for(employees: Iterable[Employee], period: Period) -> dict[int, PersonNotes]:
    """Return for every person (by id) what was said in the days of a period; three queries for everybody.

    Days are those of the government's own zone.
    """
    zone = period.cycle.government.timezone
    begins = first_instant_of(period.starts_on, zone)
    ends = first_instant_of(period.ends_on + timedelta(days=1), zone)
    found = {employee.pk: PersonNotes() for employee in employees}
    for note in (
        feedback_notes()
        .filter(employee__in=found, at__gte=begins, at__lt=ends)
        .select_related("author", "on_behalf_of", "result", "reaction", "report__period", "evidence")
    ):
        found[note.employee_id].feedback.append(note)
    for talk in (
        DialogueNote.objects.agreed()
        .filter(employee__in=found, talk_on__range=(period.starts_on, period.ends_on))
        .select_related("appraiser", "employee")
        .order_by("-talk_on", "-pk")
    ):
        found[talk.employee_id].dialogues.append(talk)
    for round_ in PeerRound.objects.filter(
        employee__in=found, status="closed", closed_at__gte=begins, closed_at__lt=ends
    ).order_by("-closed_at", "-pk"):
        found[round_.employee_id].rounds.append(round_)
    return found


# --- continuing feedback


def feedback_notes() -> QuerySet[FeedbackNote]:
    """Return pieces of feedback, newest first."""
    return FeedbackNote.objects.order_by("-at", "-pk")


def feedback_on(employee: Employee) -> QuerySet[FeedbackNote]:
    """Return what was said to a person, with reactions, newest first."""
    return (
        feedback_notes()
        .filter(employee=employee)
        .select_related("author", "on_behalf_of", "result", "reaction", "report__period", "evidence__report")
    )


def feedback_by(author: Employee) -> QuerySet[FeedbackNote]:
    """Return what somebody said to others, with reactions, newest first."""
    return (
        feedback_notes()
        .filter(author=author)
        .select_related("employee", "result", "reaction", "report__period", "evidence__report")
    )


def filter_feedback(
    notes: QuerySet[FeedbackNote], target: str, period: Period | None
) -> QuerySet[FeedbackNote]:
    """Narrow to one target (`rhk:12`, `nilai:loyal`, `umum`) and to the days of a period."""
    kind, _colon, name = target.partition(":")
    if kind == "rhk" and name.isascii() and name.isdigit() and len(name) < 15:
        notes = notes.filter(result=int(name))
    elif kind == "nilai" and name in VALUE_LABELS:
        notes = notes.filter(behavior_value=name)
    elif kind == "umum":
        notes = notes.filter(result__isnull=True, behavior_value="")
    if period is not None:
        zone = period.cycle.government.timezone
        notes = notes.filter(
            at__gte=first_instant_of(period.starts_on, zone),
            at__lt=first_instant_of(period.ends_on + timedelta(days=1), zone),
        )
    return notes


def results_spoken_of(notes: QuerySet[FeedbackNote]) -> list[WorkResult]:
    """Return the planned results that feedback is about, for the filter of a list."""
    return list(
        WorkResult.objects.filter(pk__in=notes.filter(result__isnull=False).order_by().values("result"))
        .select_related("skp")
        .order_by("-skp__year", "-kind", "order", "pk")
    )


def periods_of(employee: Employee, day: date) -> list[Period]:
    """Return the periods of this year and the one before that have begun, newest first."""
    return list(
        Period.objects.filter(
            cycle__government=employee.government_id,
            cycle__year__in=(day.year, day.year - 1),
            starts_on__lte=day,
        )
        .select_related("cycle__government")
        .order_by("-starts_on", "kind", "-number")
    )


def reports_seen(employee: Employee) -> list[ReportVersion]:
    """Return the newest sent reports of a person as they were sent, for "what did you see?"."""
    reports = SelfReport.objects.filter(employee=employee, version__gt=0).order_by(
        "-period__starts_on", "-pk"
    )
    newest = {report.pk: report for report in reports.select_related("period")[:SEEN_LIMIT]}
    versions = {
        (version.report_id, version.version): version
        for version in ReportVersion.objects.filter(report__in=newest).order_by("pk")
    }
    found = []
    for report in newest.values():
        version = versions.get((report.pk, report.version))
        if version is not None:
            version.report = report
            found.append(version)
    return found


# --- notes of talks


def dialogues_of(employee: Employee, user: Any, day: date) -> QuerySet[DialogueNote]:
    """Return the notes of a person's talks that a user may read, newest talk first."""
    return (
        DialogueNote.objects.visible_to(user, on=day)
        .filter(employee=employee)
        .select_related("skp", "written_by", "appraiser", "on_behalf_of", "amends")
        .order_by("-talk_on", "-pk")
    )


def dialogues_waiting(user: Any, day: date) -> QuerySet[DialogueNote]:
    """Return the notes that wait for this user's agreement, oldest first."""
    return (
        DialogueNote.objects.filter(
            Q(employee__user=user, status__in=["draft", "appraiser_agreed"])
            | Q(
                employee__in=Employee.objects.supervised_by(user, on=day).values("pk"),
                status__in=["draft", "employee_agreed"],
            )
        )
        .select_related("employee", "written_by")
        .order_by("changed_at", "pk")
    )


def plan_for_talk(employee: Employee, day: date) -> Skp | None:
    """Return the plan a talk of that day belongs to: the one in force, else the newest that covers the day."""
    plans = list(
        Skp.objects.plans()
        .filter(employee=employee, period__contains=day)
        .select_related("appraiser__user", "government", "unit", "employee__user")
        .order_by("-pk")
    )
    in_force = [plan for plan in plans if plan.status in {"approved", "closed"}]
    return next(iter(in_force or plans), None)


# --- peers


@dataclass(frozen=True)
class Section:
    """The texts of one question, in an order that says nothing."""

    title: str
    texts: list[str]


@dataclass(frozen=True)
class RelationResult:
    """What one relation answered. `sections` is empty where there are not enough answers."""

    relation: PeerRelation
    is_enough: bool
    answers: int | None
    sections: list[Section]


@dataclass(frozen=True)
class NamedResult:
    """An answer whose author said it openly."""

    relation: PeerRelation
    author: Employee
    answer: NamedPeerAnswer
    values: list[tuple[str, str]]


@dataclass(frozen=True)
class RoundResult:
    """What came of a closed round."""

    anonymous: list[RelationResult]
    named: list[NamedResult]


GOES_WELL, COULD_BE_BETTER = "goes_well", "could_be_better"


def results_of(round_: PeerRound) -> RoundResult | None:
    """Return the answers of a closed round; None while it is open.

    A relation with too few answers shows neither texts nor their number: a total could be subtracted from.
    """
    if round_.is_open:
        return None
    asked = set(
        PeerInvitation.objects.filter(round=round_)
        .exclude(status="proposed")
        .order_by()
        .values_list("relation", flat=True)
    )
    answers = list(PeerAnswer.objects.filter(round=round_))
    anonymous = [
        _relation_result(relation, [row for row in answers if row.relation == relation.value], round_.minimum)
        for relation in PeerRelation
        if relation.value in asked and is_anonymous(relation, round_is_anonymous=round_.is_anonymous)
    ]
    named = [
        NamedResult(
            PeerRelation(answer.invitation.relation), answer.invitation.giver, answer, _values(answer.values)
        )
        for answer in NamedPeerAnswer.objects.filter(invitation__round=round_)
        .select_related("invitation__giver")
        .order_by("invitation__giver__name", "pk")
    ]
    return RoundResult(anonymous, named)


def _relation_result(relation: PeerRelation, answers: list[PeerAnswer], minimum: int) -> RelationResult:
    if not may_show(len(answers), minimum):
        return RelationResult(relation, False, None, [])
    sections = [
        Section(name, shuffled(((row.pk, getattr(row, name)) for row in answers if getattr(row, name)), name))
        for name in (GOES_WELL, COULD_BE_BETTER)
    ]
    sections += [
        Section(code, shuffled(((row.pk, row.values[code]) for row in answers if row.values.get(code)), code))
        for code in VALUE_LABELS
    ]
    return RelationResult(relation, True, len(answers), [section for section in sections if section.texts])


def _values(stored: dict[str, str]) -> list[tuple[str, str]]:
    return [(VALUE_LABELS[code], stored[code]) for code in VALUE_LABELS if stored.get(code)]


def rounds_about(employee: Employee, user: Any, day: date) -> QuerySet[PeerRound]:
    """Return the rounds about a person that a user may see, newest first."""
    return (
        PeerRound.objects.visible_to(user, on=day)
        .filter(employee=employee)
        .select_related("opened_by")
        .order_by("-opened_at", "-pk")
    )


def invitations_of(user: Any) -> QuerySet[PeerInvitation]:
    """Return what a user was asked and has not answered or declined."""
    return (
        PeerInvitation.objects.addressed_to(user)
        .waiting()
        .select_related("round__employee__government", "giver")
        .order_by("round__closes_on", "pk")
    )


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be asked, and how they know the person."""

    employee: Employee
    relation: PeerRelation


def candidates(employee: Employee, day: date) -> list[Candidate]:
    """Return who is near: those with the same appraiser, and those the person appraises; by name."""
    links = Employee.objects.filter(is_active=True, user__isnull=False).exclude(pk=employee.pk)
    own = employee.appraiser_links.filter(period__contains=day, appraiser__isnull=False)
    peers = links.filter(
        appraiser_links__period__contains=day, appraiser_links__appraiser__in=own.values("appraiser")
    )
    below = links.filter(appraiser_links__period__contains=day, appraiser_links__appraiser=employee)
    return [
        *(Candidate(row, PeerRelation.PEER) for row in peers.order_by("name", "pk")),
        *(Candidate(row, PeerRelation.SUBORDINATE) for row in below.order_by("name", "pk")),
    ]
