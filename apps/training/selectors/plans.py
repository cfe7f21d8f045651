"""What a plan of a year would take of the needs, why, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from apps.core import policy
from apps.core.localtime import local_date
from apps.employees.models import Government

from ..labels import SCORE_WORDS, PlanOutcome
from ..models import Certificate, Enrolment, FollowUp, PlanLine, TrainingNeed, TrainingPlan
from ..querysets import OPEN_NEEDS, people_in
from ..rules.needs import COACHING
from ..rules.priorities import (
    Budget,
    Decision,
    Outcome,
    RankedNeed,
    ScorePart,
    Urgency,
    Weights,
    explanation,
    prioritise,
)

# Who has, or had, a place: neither invited, nor waiting for one, nor gone.
SEATED = ("enrolled", "completed", "absent")


@dataclass(frozen=True, slots=True)
class PlannedNeed:
    """A need with what the budget says about it."""

    need: TrainingNeed
    decision: Decision

    @property
    def outcome(self) -> str:
        """The stored value of the outcome."""
        return self.decision.outcome.value

    @property
    def explanation(self) -> str:
        """Why it is in or out, as one line."""
        words = {code: str(text) for code, text in SCORE_WORDS.items()}
        return explanation(self.decision, words | {value: str(label) for value, label in PlanOutcome.choices})


def weights_on(government: Government, day: date) -> Weights:
    """Return the points of reasons and urgency that hold on a day."""
    table = policy.get("training.need_weights", on=day, scope=government.code)
    points = table.get("urgency", {})
    return Weights(
        valid_from=day,
        reasons={str(code): int(value) for code, value in table.get("reasons", {}).items()},
        urgency={urgency: int(points.get(urgency.value, 0)) for urgency in Urgency},
    )


def needs_for(plan: TrainingPlan, day: date) -> QuerySet[TrainingNeed]:
    """Return the open needs of those who work in a plan's unit, or below it, on a day.

    A coaching talk takes no seat. What another approved plan of the year has taken is left to that plan.
    """
    units = plan.unit.__class__.objects.under(plan.unit)
    elsewhere = PlanLine.objects.filter(
        plan__year=plan.year, plan__status__in=["approved", "evaluated"], outcome="taken"
    ).exclude(plan=plan)
    return (
        TrainingNeed.objects.filter(
            status__in=OPEN_NEEDS, employee__in=people_in(units, day), employee__is_active=True
        )
        .exclude(topic__code=COACHING)
        .exclude(pk__in=elsewhere.values("need"))
        .select_related("topic", "employee__government")
        .prefetch_related("more_reasons")
        .order_by("pk")
    )


def decisions(plan: TrainingPlan, day: date) -> list[PlannedNeed]:
    """Return what the budget of a plan allows on a day, what comes first first; a fixed number of queries."""
    needs = {str(need.pk): need for need in needs_for(plan, day)}
    weights = weights_on(plan.government, day)
    usual = policy.get("training.need_hours", on=day, scope=plan.government.code)
    improving = set(
        FollowUp.objects.filter(
            kind="improvement_period",
            status="decided",
            starts_on__lte=day,
            ends_on__gte=day,
            employee__in={need.employee_id for need in needs.values()},
        ).values_list("employee", flat=True)
    )
    ranked = [_ranked(need, usual, need.employee_id in improving) for need in needs.values()]
    # A reason that the table of the agency does not name weighs nothing; it is no error.
    known = {code: 0 for need in ranked for code in need.reasons} | dict(weights.reasons)
    weights = Weights(weights.valid_from, known, weights.urgency)
    found = prioritise(ranked, Budget(plan.hours, plan.seats), weights)
    return [PlannedNeed(needs[decision.need.identifier], decision) for decision in found]


def _ranked(need: TrainingNeed, usual: Decimal, is_improving: bool) -> RankedNeed:
    return RankedNeed(
        identifier=str(need.pk),
        reasons=need.reason_codes,
        urgency=Urgency.NOW if is_improving else Urgency(need.urgency),
        proposed_on=local_date(need.proposed_at, need.employee.government.timezone),
        hours=need.hours or usual,
    )


def frozen(plan: TrainingPlan, version: int | None = None) -> list[PlannedNeed]:
    """Return the lines of an approved version, the last one by default."""
    rows = (
        PlanLine.objects.filter(plan=plan, version=version or plan.version)
        .select_related("need__topic", "need__employee__government")
        .order_by("order")
    )
    return [PlannedNeed(row.need, _decision(row)) for row in rows]


def _decision(row: PlanLine) -> Decision:
    need = row.need
    return Decision(
        need=RankedNeed(
            identifier=str(need.pk),
            reasons=(),
            urgency=Urgency(need.urgency),
            proposed_on=need.proposed_at.date(),
            hours=row.hours,
        ),
        score=row.score,
        parts=tuple(ScorePart(str(code), int(points)) for code, points in row.parts),
        outcome=Outcome(row.outcome),
        left=Budget(row.left_hours, row.left_seats),
    )


@dataclass(frozen=True, slots=True)
class PlanSums:
    """What a list of decisions takes of its budget."""

    taken: int
    waiting: int
    hours: Decimal


def sums_of(rows: Sequence[PlannedNeed]) -> PlanSums:
    """Count what is in and what is out."""
    taken = [row for row in rows if row.decision.outcome is Outcome.TAKEN]
    hours = sum((row.decision.need.hours for row in taken), Decimal(0))
    return PlanSums(len(taken), len(rows) - len(taken), hours)


@dataclass(frozen=True, slots=True)
class Realisation:
    """What became of the needs a plan took: places given, completed, verified hours, needs that are done."""

    planned: int
    planned_hours: Decimal
    enrolled: int
    completed: int
    hours: Decimal
    done: int
    open: int

    @property
    def percent(self) -> int:
        """How many of a hundred needs are done."""
        return round(100 * self.done / self.planned) if self.planned else 0


def realisation(plan: TrainingPlan) -> Realisation:
    """Return what became of the last approved version, in three queries."""
    lines = PlanLine.objects.filter(plan=plan, version=plan.version, outcome="taken")
    taken = list(lines.values_list("need", "hours", "need__status"))
    needs = [pk for pk, _hours, _status in taken]
    places = dict.fromkeys(needs, "")
    for need, status in Enrolment.objects.filter(need__in=needs).values_list("need", "status"):
        if status in SEATED and places[need] != "completed":
            places[need] = status
    hours = Certificate.objects.filter(enrolment__need__in=needs).aggregate(
        sum=Sum("jp", filter=Q(verified_at__isnull=False))
    )["sum"]
    return Realisation(
        planned=len(taken),
        planned_hours=sum((row[1] for row in taken), Decimal(0)),
        enrolled=sum(1 for status in places.values() if status),
        completed=sum(1 for status in places.values() if status == "completed"),
        hours=hours or Decimal(0),
        done=sum(1 for row in taken if row[2] == "done"),
        open=sum(1 for row in taken if row[2] in OPEN_NEEDS),
    )
