"""Coaching plans (pembinaan): a goal, steps with days, notes of both, and what came of it.

The coached person ticks their own steps and writes along; who coaches opens, adds and closes. What was known on the
first and the last day is kept, so that the effect can be looked at later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.assessments.models import Evaluation
from apps.assessments.services.actors import account_of, employee_behind, stamp_names
from apps.core import audit, notify, stamps
from apps.employees.alike import alike
from apps.employees.models import Employee
from apps.feedback.models import Complaint, ServiceAlert

from ..labels import CoachingPlanCause, CoachingPlanStatus
from ..models import CoachingPlan, CoachingPlanNote, CoachingStep, FollowUp
from ..permissions import coachable_for, may_coach, may_keep_plan, may_write_in_plan
from ..selectors.coaching_plans import figures_of

CHUNK = 500
CLOSINGS = (
    CoachingPlanStatus.ACHIEVED.value,  # type: ignore[attr-defined]
    CoachingPlanStatus.PARTLY.value,  # type: ignore[attr-defined]
    CoachingPlanStatus.NOT_ACHIEVED.value,  # type: ignore[attr-defined]
)

_OPENED = gettext_noop("%(coach)s opened a coaching plan with you. Read the goal and the steps.")
_STEP_ADDED = gettext_noop("A step was added to your coaching plan: until %(day)s.")
_STEP_DONE = gettext_noop("%(name)s finished a step of the coaching plan.")
_NOTED = gettext_noop("%(name)s wrote a note in the coaching plan.")
_CLOSED = gettext_noop("Your coaching plan was closed. Read what came of it.")
_DUE_SOON = gettext_noop("A step of your coaching plan is due on %(day)s.")
_DUE_SOON_COACH = gettext_noop("A step of the coaching plan of %(name)s is due on %(day)s.")
_ENDS_SOON = gettext_noop("The coaching plan of %(name)s ends on %(day)s. Write down what came of it.")


class NotForYou(ValueError):
    """Raised when somebody opens or changes a plan who does not coach the person, or is the person."""


class PlanClosed(ValueError):
    """Raised when a plan that was closed is to change."""


class GoalMissing(ValueError):
    """Raised when a plan has no goal."""


class StepsMissing(ValueError):
    """Raised when a plan has no step, or a step has no words."""


class DaysWrong(ValueError):
    """Raised when a plan ends before it begins, or a step is due outside of it."""


class CauseOfSomebodyElse(ValueError):
    """Raised when what led to a plan is about another person, or an allegation that nobody has decided yet."""


class DecisionHasAPlan(ValueError):
    """Raised when a plan was opened for the decision before."""


class OutcomeMissing(ValueError):
    """Raised when a plan is closed without a word, or without saying whether the goal was reached."""


class EmptyNote(ValueError):
    """Raised when a note has no text."""


@dataclass(frozen=True)
class Cause:
    """What led to a plan, in words and as the thing itself where it is one."""

    kind: CoachingPlanCause
    words: str = ""
    evaluation: Evaluation | None = None
    follow_up: FollowUp | None = None
    service_alert: ServiceAlert | None = None
    complaint: Complaint | None = None
    exception_kind: str = ""


@transaction.atomic
def open_plan(
    *,
    employee: Employee,
    cause: Cause,
    goal: str,
    steps: Sequence[tuple[str, date]],
    starts_on: date,
    ends_on: date,
    by: Employee,
    at: datetime,
) -> CoachingPlan:
    """Open a plan with its first steps; the person is told and reads all of it.

    :raises NotForYou, GoalMissing, StepsMissing, DaysWrong, CauseOfSomebodyElse, DecisionHasAPlan: see there.
    """
    if by.user is None or not may_coach(by.user, employee):
        raise NotForYou
    if not goal.strip():
        raise GoalMissing
    if ends_on <= starts_on:
        raise DaysWrong
    if not steps:
        raise StepsMissing
    for owned in (cause.evaluation, cause.follow_up):
        if owned is not None and owned.employee_id != employee.pk:
            raise CauseOfSomebodyElse
    if cause.complaint is not None and not coachable_for(by.user, cause.complaint).contains(employee):
        raise CauseOfSomebodyElse
    if cause.follow_up is not None:
        FollowUp.objects.select_for_update(of=("self",)).get(pk=cause.follow_up.pk)
        if cause.follow_up.coaching_plans.exists():
            raise DecisionHasAPlan
    plan = CoachingPlan.objects.create(
        employee=employee,
        coach=by,
        cause=cause.kind.value,
        cause_words=cause.words.strip()[:500],
        evaluation=cause.evaluation,
        follow_up=cause.follow_up,
        service_alert=cause.service_alert,
        complaint=cause.complaint,
        exception_kind=cause.exception_kind,
        goal=_clean(goal),
        starts_on=starts_on,
        ends_on=ends_on,
        before=figures_of(employee),
        opened_at=at,
    )
    for text, due_on in steps:
        _make_step(plan, text, due_on)
    _audit("opened", plan, by, at, cause=plan.cause, steps=len(steps))
    _tell(employee, _OPENED, plan, f"opened:{plan.pk}", coach=by.full_name)
    return plan


@transaction.atomic
def add_step(*, plan_id: int, text: str, due_on: date, by: Any, at: datetime) -> CoachingStep:
    """Add a step to a plan that is under way.

    :raises PlanClosed, NotForYou, StepsMissing, DaysWrong: see there.
    """
    plan = _locked(plan_id)
    _require_keeper(plan, by)
    step = _make_step(plan, text, due_on)
    _audit("step_added", plan, by, at, step=step.pk)
    _tell(plan.employee, _STEP_ADDED, plan, f"step:{step.pk}", day=f"{due_on:%d/%m/%Y}")
    return step


@transaction.atomic
def tick_step(*, step_id: int, is_done: bool, by: Employee, at: datetime) -> CoachingStep:
    """Say that a step is done, or that it is not after all; saying the same twice changes nothing.

    :raises PlanClosed: if the plan was closed.
    :raises NotForYou: if it is neither the coached person nor who keeps the plan.
    """
    plan = _locked(CoachingStep.objects.values_list("plan", flat=True).get(pk=step_id))
    _require_writer(plan, by)
    step = CoachingStep.objects.select_for_update().get(pk=step_id)
    if (step.done_at is not None) == is_done:
        return step
    step.done_at = at if is_done else None
    step.done_by = by if is_done else None
    step.save(update_fields=["done_at", "done_by"])
    _audit("step_done" if is_done else "step_reopened", plan, by, at, step=step.pk)
    if is_done and by.pk != plan.coach_id:
        _tell(plan.coach, _STEP_DONE, plan, f"step-done:{step.pk}:{at:%Y%m%d}", name=by.full_name)
    _bump(plan)
    return step


@transaction.atomic
def add_note(*, plan_id: int, text: str, by: Employee, at: datetime) -> CoachingPlanNote:
    """Write something into a plan; the other one is told.

    :raises PlanClosed, NotForYou, EmptyNote: see there.
    """
    plan = _locked(plan_id)
    _require_writer(plan, by)
    if not text.strip():
        raise EmptyNote
    note = CoachingPlanNote.objects.create(plan=plan, author=by, text=_clean(text), at=at)
    _audit("noted", plan, by, at, note=note.pk)
    other = plan.coach if by.pk == plan.employee_id else plan.employee
    _tell(other, _NOTED, plan, f"note:{note.pk}", name=by.full_name)
    return note


@transaction.atomic
def close_plan(*, plan_id: int, status: str, outcome: str, by: Any, at: datetime) -> CoachingPlan:
    """Close a plan with what came of it; the figures of today are kept beside those of the first day.

    :raises PlanClosed, NotForYou, OutcomeMissing: see there.
    """
    plan = _locked(plan_id)
    _require_keeper(plan, by)
    if status not in CLOSINGS or not outcome.strip():
        raise OutcomeMissing
    plan.status = status
    plan.outcome = _clean(outcome)
    plan.after = figures_of(plan.employee)
    plan.closed_at = at
    plan.closed_by = employee_behind(by)
    plan.save(update_fields=["status", "outcome", "after", "closed_at", "closed_by"])
    _audit("closed", plan, by, at, status=status)
    _tell(plan.employee, _CLOSED, plan, f"closed:{plan.pk}")
    return plan


# The schedule


def remind_due(*, now: datetime, limit: int = CHUNK) -> int:
    """Remind of steps and ends that come within the days of the policy; each is told once. Return how many."""
    told = 0
    for group in alike(now, "training.plan_reminder_days"):
        (ahead,) = group.values
        today, until = group.today, group.today + timedelta(days=ahead)
        plans = CoachingPlan.objects.open().filter(employee__government__in=group.ids)
        steps = (
            CoachingStep.objects.filter(
                plan__in=plans.values("pk"), done_at__isnull=True, due_on__range=(today, until)
            )
            .select_related("plan__employee__user", "plan__coach__user")
            .order_by("due_on", "pk")[:limit]
        )
        for step in steps:
            told += _remind(step)
        for plan in (
            plans.filter(ends_on__range=(today, until))
            .select_related("employee", "coach__user")
            .order_by("ends_on", "pk")[:limit]
        ):
            sent = notify.send(
                plan.coach.user,
                _ENDS_SOON,
                url=reverse("training:plan-detail", args=[plan.pk]),
                key=f"coaching-plan:ends:{plan.pk}:{plan.ends_on}",
                name=plan.employee.full_name,
                day=f"{plan.ends_on:%d/%m/%Y}",
            )
            told += sent is not None
    return told


@transaction.atomic
def _remind(step: CoachingStep) -> bool:
    plan = step.plan
    key = f"coaching-plan:due:{step.pk}:{step.due_on}"
    values = {"url": reverse("training:plan-detail", args=[plan.pk]), "day": f"{step.due_on:%d/%m/%Y}"}
    first = notify.send(plan.employee.user, _DUE_SOON, key=f"{key}:own", **values)
    second = notify.send(
        plan.coach.user, _DUE_SOON_COACH, key=f"{key}:coach", name=plan.employee.full_name, **values
    )
    return first is not None or second is not None


# Shared


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _locked(plan_id: int) -> CoachingPlan:
    return (
        CoachingPlan.objects.select_for_update(of=("self",))
        .select_related("employee__government", "employee__user", "coach__user")
        .get(pk=plan_id)
    )


def _require_keeper(plan: CoachingPlan, by: Any) -> None:
    if not plan.is_open:
        raise PlanClosed
    if not may_keep_plan(account_of(by), plan):
        raise NotForYou


def _require_writer(plan: CoachingPlan, by: Any) -> None:
    if not plan.is_open:
        raise PlanClosed
    if not may_write_in_plan(account_of(by), plan):
        raise NotForYou


def _make_step(plan: CoachingPlan, text: str, due_on: date) -> CoachingStep:
    if not text.strip():
        raise StepsMissing
    if not plan.starts_on <= due_on <= plan.ends_on:
        raise DaysWrong
    return CoachingStep.objects.create(plan=plan, text=text.strip(), due_on=due_on)


def _tell(who: Employee, text: str, plan: CoachingPlan, mark: str, **values: Any) -> None:
    notify.send(
        who.user,
        text,
        url=reverse("training:plan-detail", args=[plan.pk]),
        key=f"coaching-plan:{mark}",
        **values,
    )
    _bump(plan)


def _bump(plan: CoachingPlan) -> None:
    stamps.bump(*stamp_names(plan.employee, plan.coach))


def _audit(verb: str, plan: CoachingPlan, by: Any, at: datetime, **data: Any) -> None:
    audit.record(
        f"training.coaching_plan.{verb}",
        target=plan,
        by=account_of(by),
        scope=plan.employee.government.code,
        at=at,
        employee=plan.employee_id,
        **data,
    )
