"""Questions about needs, lesson hours (JP), sessions and recognition."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from apps.core import policy
from apps.core.rules.rounding import half_up
from apps.employees.models import Employee, WorkUnit
from apps.feedback import selectors as feedback
from apps.feedback.rules.small_numbers import Disclosure

from ..models import Certificate, Enrolment, Recognition, Session, TrainingNeed
from ..querysets import OPEN_NEEDS
from ..rules.enrolment_lifecycle import SEATED, EnrolmentStatus


@dataclass(frozen=True)
class JpFigure:
    """Lesson hours of one person in one year; only verified certificates count (CMP-10)."""

    year: int
    verified: Decimal
    waiting: Decimal
    target: int

    @property
    def missing(self) -> Decimal:
        """How many hours are left to the target."""
        return max(Decimal(self.target) - self.verified, Decimal(0))

    @property
    def is_reached(self) -> bool:
        """Whether the target is reached."""
        return self.verified >= self.target


def jp_of(employee: Employee, year: int) -> JpFigure:
    """Return the lesson hours of one person in a year; a certificate belongs to the year of its last day."""
    return jp_of_many([employee], year)[employee.pk]


def jp_of_many(employees: Iterable[Employee], year: int) -> dict[int, JpFigure]:
    """Return the lesson hours of several people by their key, in a fixed number of queries per government."""
    people = list(employees)
    zero = Decimal(0)
    sums = {
        row["employee"]: row
        for row in Certificate.objects.filter(
            employee__in=people, ends_on__year=year, refused_at__isnull=True
        )
        .values("employee")
        .annotate(
            verified=Coalesce(Sum("jp", filter=Q(verified_at__isnull=False)), zero),
            waiting=Coalesce(Sum("jp", filter=Q(verified_at__isnull=True)), zero),
        )
    }
    targets: dict[tuple[str, str], int] = {}
    found = {}
    for person in people:
        key = (person.government.code, person.status)
        if key not in targets:
            targets[key] = policy.get(
                f"training.jp_target_{person.status}", on=date(year, 12, 31), scope=person.government.code
            )
        row = sums.get(person.pk)
        found[person.pk] = JpFigure(
            year=year,
            verified=row["verified"] if row else zero,
            waiting=row["waiting"] if row else zero,
            target=targets[key],
        )
    return found


# --- needs


def needs_of(employee: Employee) -> QuerySet[TrainingNeed]:
    """Return everything that was proposed for a person: what is open first, then the most urgent."""
    return (
        TrainingNeed.objects.filter(employee=employee)
        .select_related("topic")
        .annotate(is_closed=Q(status__in=["done", "declined"]))
        .order_by("is_closed", "priority", "-id")
    )


def needs_open(needs: QuerySet[TrainingNeed] | None = None) -> QuerySet[TrainingNeed]:
    """Return the open ones of some needs (all by default), the most urgent first, ready to be shown."""
    rows = TrainingNeed.objects.all() if needs is None else needs
    return (
        rows.filter(status__in=OPEN_NEEDS)
        .select_related("topic", "employee__government", "evaluation__unit", "evaluation__period")
        .order_by("priority", "-id")
    )


def sessions_for_need(need: TrainingNeed, today: date) -> QuerySet[Session]:
    """Return the sessions to come that teach the topic of a need, the next one first."""
    return with_seats(
        Session.objects.filter(
            programme__government=need.employee.government_id,
            programme__topics=need.topic_id,
            ends_on__gte=today,
            cancelled_at__isnull=True,
        )
        .select_related("programme")
        .order_by("starts_on", "id")
    )


def needs_for_session(session: Session, people: QuerySet[Employee]) -> QuerySet[TrainingNeed]:
    """Return open needs of some people that the programme of a session answers."""
    return (
        needs_open(TrainingNeed.objects.filter(employee__in=people.values("pk")))
        .filter(topic__in=session.programme.topics.all(), employee__is_active=True)
        .exclude(employee__in=_participants(session))
    )


# --- sessions


def with_seats(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Add `taken` and `free` to sessions, in the same query."""
    taken = (
        Enrolment.objects.filter(session=OuterRef("pk"), status__in=SEATED)
        .order_by()
        .values("session")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return sessions.annotate(taken=Coalesce(Subquery(taken, output_field=IntegerField()), 0)).annotate(
        free=F("seats") - F("taken")
    )


def seats_taken(session: Session) -> int:
    """Return how many seats of a session are given away; a place that was given up is free again."""
    return Enrolment.objects.filter(session=session, status__in=SEATED).count()


GONE = (EnrolmentStatus.CANCELLED, EnrolmentStatus.DECLINED)


def _participants(session: Session) -> QuerySet[Any]:
    return Enrolment.objects.filter(session=session).exclude(status__in=GONE).values("employee")


# --- certificates and recognition


def certificates_to_verify(certificates: QuerySet[Certificate]) -> QuerySet[Certificate]:
    """Return those that nobody has looked at, the oldest first."""
    return (
        certificates.filter(verified_at__isnull=True, refused_at__isnull=True)
        .select_related("employee__government", "file")
        .order_by("id")
    )


def recognitions_of(employee: Employee) -> QuerySet[Recognition]:
    """Return what a person was recognized for, the newest first."""
    return (
        Recognition.objects.filter(employee=employee)
        .select_related("given_by", "unit")
        .order_by("-at", "-id")
    )


def recognitions_for_unit(unit: WorkUnit) -> QuerySet[Recognition]:
    """Return what a unit, those below it and their people were recognized for, the newest first: no ranking."""
    return (
        Recognition.objects.filter(unit__path__startswith=unit.path)
        .select_related("given_by", "employee", "unit")
        .order_by("-at", "-id")
    )


# --- what citizens say


@dataclass(frozen=True)
class UnsurFacts:
    """Average times 25 per unsur of a unit's answers, and the names for them."""

    values: Mapping[str, Decimal]
    names: Mapping[str, str]


NO_UNSUR = UnsurFacts({}, {})


def unsur_of_unit(unit: WorkUnit, starts_on: date, ends_on: date) -> UnsurFacts:
    """Return what citizens said about a unit in a span; nothing while there are too few answers for a letter.

    Pooled like the index of a unit: one tier and one questionnaire.
    """
    figure = feedback.ikm_for_unit(unit, starts_on, ends_on)
    found = feedback.unit_answers(unit, starts_on, ends_on)
    if figure is None or found is None or figure.disclosure is not Disclosure.FULL:
        return NO_UNSUR
    sums, counts, _people = feedback.sums_per_unsur(found.responses, starts_on, ends_on)
    return UnsurFacts(
        values={code: half_up(Decimal(sums[code]) * 25 / counts[code]) for code in sums if counts[code]},
        names={row.code: row.name for row in found.questionnaire.unsur.all()},
    )
