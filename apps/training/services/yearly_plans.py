"""Plans of a year: budget, approval that freezes what gets in and why, and what came of it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from apps.assessments.services.actors import account_of
from apps.core import audit
from apps.core.actors import account_behind
from apps.core.localtime import local_date
from apps.employees.models import WorkUnit

from ..labels import PlanStatus
from ..models import PlanLine, TrainingPlan
from ..selectors import plans as selectors

DRAFT, APPROVED = PlanStatus("draft").value, PlanStatus("approved").value
EVALUATED = PlanStatus("evaluated").value


class PlanExists(ValueError):
    """Raised when the unit has a plan of the year."""


class PlanNotOpen(ValueError):
    """Raised when a plan is approved already: its budget is not changed, and it is not approved twice."""


class PlanNotApproved(ValueError):
    """Raised when a plan is opened again, or evaluated, before it was approved."""


class NothingPlanned(ValueError):
    """Raised when the budget takes not a single need."""


class EvaluationMissing(ValueError):
    """Raised when a plan is evaluated without a word."""


def _locked(plan_id: int) -> TrainingPlan:
    return (
        TrainingPlan.objects.select_for_update(of=("self",))
        .select_related("government", "unit")
        .get(pk=plan_id)
    )


def _record(verb: str, plan: TrainingPlan, by: Any, at: datetime, **more: Any) -> None:
    audit.record(
        f"training.plan.{verb}",
        target=plan,
        by=account_of(by),
        scope=plan.government.code,
        at=at,
        unit=plan.unit_id,
        year=plan.year,
        **more,
    )


@transaction.atomic
def create_plan(
    *, unit: WorkUnit, year: int, hours: Decimal, seats: int, money: Decimal | None, by: Any, at: datetime
) -> TrainingPlan:
    """Begin the plan of a unit for a year.

    :raises PlanExists: if it has one.
    """
    try:
        with transaction.atomic():
            plan = TrainingPlan.objects.create(
                government=unit.government,
                unit=unit,
                year=year,
                hours=hours,
                seats=seats,
                money=money,
                created_by=account_behind(by),
                created_at=at,
            )
    except IntegrityError as error:
        if "training_plan_once_per_unit_and_year" in str(error):
            raise PlanExists from error
        raise
    _record("created", plan, by, at, hours=hours, seats=seats)
    return plan


@transaction.atomic
def change_budget(
    *, plan_id: int, hours: Decimal, seats: int, money: Decimal | None, by: Any, at: datetime
) -> TrainingPlan:
    """Change the budget of a draft.

    :raises PlanNotOpen: if it is approved.
    """
    plan = _locked(plan_id)
    if plan.status != DRAFT:
        raise PlanNotOpen
    plan.hours, plan.seats, plan.money = hours, seats, money
    plan.save(update_fields=["hours", "seats", "money"])
    _record("budget_changed", plan, by, at, hours=hours, seats=seats)
    return plan


@transaction.atomic
def approve_plan(*, plan_id: int, by: Any, at: datetime) -> TrainingPlan:
    """Freeze what the budget takes, and why each need is in or out, as the next version.

    :raises PlanNotOpen: if it is approved already.
    :raises NothingPlanned: if the budget takes no need.
    """
    plan = _locked(plan_id)
    if plan.status != DRAFT:
        raise PlanNotOpen
    rows = selectors.decisions(plan, local_date(at, plan.government.timezone))
    sums = selectors.sums_of(rows)
    if not sums.taken:
        raise NothingPlanned
    plan.version += 1
    plan.status, plan.approved_by, plan.approved_at = APPROVED, account_behind(by), at
    plan.save(update_fields=["version", "status", "approved_by", "approved_at"])
    PlanLine.objects.bulk_create(
        PlanLine(
            plan=plan,
            version=plan.version,
            order=order,
            need=row.need,
            hours=row.decision.need.hours,
            score=row.decision.score,
            parts=[[part.code, part.points] for part in row.decision.parts],
            outcome=row.outcome,
            left_hours=row.decision.left.hours,
            left_seats=row.decision.left.seats,
        )
        for order, row in enumerate(rows, start=1)
    )
    _record("approved", plan, by, at, version=plan.version, taken=sums.taken, waiting=sums.waiting)
    return plan


@transaction.atomic
def reopen_plan(*, plan_id: int, by: Any, at: datetime) -> TrainingPlan:
    """Make an approved plan a draft again, for example after a change of the budget; its version stays on record.

    :raises PlanNotApproved: if it is a draft, or evaluated.
    """
    plan = _locked(plan_id)
    if plan.status != APPROVED:
        raise PlanNotApproved
    plan.status = DRAFT
    plan.save(update_fields=["status"])
    _record("reopened", plan, by, at, version=plan.version)
    return plan


@transaction.atomic
def evaluate_plan(*, plan_id: int, text: str, by: Any, at: datetime) -> TrainingPlan:
    """Say in words what came of a plan; the figures of its realisation stand beside it. May be written again.

    :raises EvaluationMissing: without a word.
    :raises PlanNotApproved: if it is a draft.
    """
    if not text.strip():
        raise EvaluationMissing
    plan = _locked(plan_id)
    if plan.status == DRAFT:
        raise PlanNotApproved
    plan.status, plan.evaluation, plan.evaluated_at = EVALUATED, text.strip(), at
    plan.save(update_fields=["status", "evaluation", "evaluated_at"])
    _record("evaluated", plan, by, at)
    return plan
