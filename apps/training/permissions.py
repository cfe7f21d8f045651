"""Who may do what in training. Whether somebody may see a thing at all is the querysets' matter (404)."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.core.localtime import local_date
from apps.employees import selectors as people
from apps.employees.models import Employee, Government, WorkUnit
from apps.feedback.models import Complaint
from apps.feedback.rules.complaint_lifecycle import ComplaintStatus

from .models import CoachingNote, CoachingPlan, FollowUp, TrainingPlan
from .querysets import OFFICERS, developed_by, led_by, people_in
from .rules.follow_up import RULES, Decider, FollowUpKind

READERS = ("training_officer", "personnel_officer", "leadership", "auditor")


def require(is_allowed: bool) -> None:
    """Refuse with 403 what somebody may see but not do.

    :raises PermissionDenied: if it is not allowed.
    """
    if not is_allowed:
        raise PermissionDenied


def today_of(government: Government) -> date:
    """Return the day it is now in a government's zone."""
    return local_date(timezone.now(), government.timezone)


def sees_needs(user: Any, government: Government | None) -> bool:
    """Whether the page of other people's needs is meant for this user: who leads, appraises, or has a role for it."""
    if government is None:
        return False
    day = today_of(government)
    return (
        WorkUnit.objects.led_by(user, on=day).exists()
        or Employee.objects.appraised_by(user, on=day).exists()
        or WorkUnit.objects.with_role(user, *READERS, on=day).exists()
    )


def developable(user: Any, government: Government) -> QuerySet[Employee]:
    """Return the people whose needs the user decides on and whom the user may enrol."""
    return developed_by(user, today_of(government)).filter(government=government)


def may_develop(user: Any, employee: Employee) -> bool:
    """Whether the user plans the learning of this person; nobody decides on their own needs."""
    return developable(user, employee.government).filter(pk=employee.pk).exists()


def may_manage_programmes(user: Any, government: Government | None) -> bool:
    """Whether the user adds programmes and sessions, and says who took part."""
    if government is None:
        return False
    offices = WorkUnit.objects.with_role(user, *OFFICERS, on=today_of(government))
    return offices.filter(government=government).exists()


def may_verify(user: Any, employee: Employee) -> bool:
    """Whether the user verifies certificates of this person: a training or personnel officer, never for oneself."""
    day = today_of(employee.government)
    if employee.user_id is not None and employee.user_id == user.pk:
        return False
    placement = people.placement_on(employee, day)
    offices = WorkUnit.objects.with_role(user, *OFFICERS, on=day).filter(government=employee.government_id)
    if placement is None:
        return offices.filter(parent__isnull=True).exists()
    return WorkUnit.objects.below_any(offices).filter(pk=placement.position.unit_id).exists()


def coachable(user: Any, government: Government) -> QuerySet[Employee]:
    """Return the people the user holds coaching talks with and opens plans for: those supervised (also on loan) and
    led, never oneself; none for an account without a staff record.
    """
    if people.employee_of(user) is None:
        return Employee.objects.none()
    day = today_of(government)
    reached = Q(pk__in=Employee.objects.supervised_by(user, on=day).values("pk")) | Q(
        pk__in=led_by(user, day).values("pk")
    )
    return Employee.objects.filter(reached, government=government).exclude(user=user)


def may_coach(user: Any, employee: Employee) -> bool:
    """Whether the user holds coaching talks with this person: the appraiser, who supervises on loan, or who leads."""
    return coachable(user, employee.government).filter(pk=employee.pk).exists()


def coachable_for(user: Any, complaint: Complaint) -> QuerySet[Employee]:
    """Return with whom the user may open a plan because of a complaint: the people of the unit (and below) whom they
    coach.

    Nobody while it is unread as spam or was refused. Not a person whom it names before that is decided: until then
    it is an allegation, and an allegation is used nowhere else.
    """
    if complaint.is_quarantined or complaint.status == ComplaintStatus.REJECTED.value:
        return Employee.objects.none()
    units = WorkUnit.objects.below_any(WorkUnit.objects.filter(pk=complaint.unit_id))
    return (
        coachable(user, complaint.government)
        .filter(pk__in=people_in(units, today_of(complaint.government)))
        .exclude(pk__in=complaint.reported_officers.undecided().values("employee"))
    )


def may_close_coaching(user: Any, note: CoachingNote) -> bool:
    """Whether the user says what came of a talk: who held it, or who leads the person now."""
    if not note.is_open or note.employee.user_id == user.pk:
        return False
    return note.coach.user_id == user.pk or may_coach(user, note.employee)


def may_recognize_person(user: Any, employee: Employee) -> bool:
    """Whether the user recognizes this person: a leader of theirs."""
    return may_coach(user, employee)


def may_recognize_unit(user: Any, unit: WorkUnit) -> bool:
    """Whether the user recognizes this unit: a civil servant who leads it or a unit above it."""
    if people.employee_of(user) is None:
        return False
    led = WorkUnit.objects.below_any(WorkUnit.objects.led_by(user, on=today_of(unit.government)))
    return led.filter(pk=unit.pk).exists()


def sees_follow_ups(user: Any, government: Government | None) -> bool:
    """Whether the page of consequences is meant for this user: who leads, appraises, or keeps personnel data."""
    if government is None:
        return False
    day = today_of(government)
    return (
        WorkUnit.objects.led_by(user, on=day).exists()
        or Employee.objects.appraised_by(user, on=day).exists()
        or WorkUnit.objects.with_role(user, "personnel_officer", "leadership", on=day).exists()
    )


def may_decide_follow_up(user: Any, follow_up: FollowUp) -> bool:
    """Whether the user decides this kind of consequence for this person; nobody does for themselves."""
    employee = follow_up.employee
    if not getattr(user, "is_authenticated", False) or employee.user_id == user.pk:
        return False
    rule = RULES[FollowUpKind(follow_up.kind)]
    day = today_of(employee.government)
    leads = rule.decider is not Decider.PERSONNEL and _leads(user, follow_up, day)
    return leads or (
        rule.decider is not Decider.LEADER and _has_office(user, employee, day, "personnel_officer")
    )


def _leads(user: Any, follow_up: FollowUp, day: date) -> bool:
    employee = follow_up.employee
    appraiser = follow_up.evaluation.appraiser
    if appraiser is not None and appraiser.user_id == user.pk:
        return True
    # Where an elected official appraises, leadership decides (PLN-9).
    return led_by(user, day).filter(pk=employee.pk).exists() or _has_office(user, employee, day, "leadership")


def _has_office(user: Any, employee: Employee, day: date, *roles: str) -> bool:
    offices = WorkUnit.objects.below_any(WorkUnit.objects.with_role(user, *roles, on=day))
    return Employee.objects.filter(pk=employee.pk, pk__in=people_in(offices, day)).exists()


# --- competences and plans


def may_assess(user: Any, employee: Employee) -> bool:
    """Whether the user enters assessed levels of this person: a training or personnel officer, never for oneself."""
    return may_verify(user, employee)


def assessable(user: Any, government: Government) -> QuerySet[Employee]:
    """Return the people whose assessed levels the user may enter."""
    day = today_of(government)
    offices = WorkUnit.objects.below_any(
        WorkUnit.objects.with_role(user, *OFFICERS, on=day).filter(government=government)
    )
    return Employee.objects.filter(pk__in=people_in(offices, day)).exclude(user=user)


def manages_catalogue(user: Any, government: Government | None) -> bool:
    """Whether the user keeps the competences and standards of a government: an officer for the whole of it."""
    if government is None:
        return False
    offices = WorkUnit.objects.with_role(user, *OFFICERS, on=today_of(government))
    return offices.filter(government=government, parent__isnull=True).exists()


def planned_units(user: Any, government: Government) -> QuerySet[WorkUnit]:
    """Return the units for which the user makes plans of a year: training and personnel officers."""
    offices = WorkUnit.objects.with_role(user, *OFFICERS, on=today_of(government))
    return WorkUnit.objects.below_any(offices).filter(government=government, is_active=True)


def may_plan_year(user: Any, plan: TrainingPlan) -> bool:
    """Whether the user changes the budget of a plan and says what came of it."""
    return planned_units(user, plan.government).filter(pk=plan.unit_id).exists()


def may_approve_year(user: Any, plan: TrainingPlan) -> bool:
    """Whether the user approves a plan: who leads its unit or one above, leadership, or the personnel officer."""
    day = today_of(plan.government)
    heads = WorkUnit.objects.filter(
        Q(pk__in=WorkUnit.objects.led_by(user, on=day).values("pk"))
        | Q(pk__in=WorkUnit.objects.with_role(user, "leadership", "personnel_officer", on=day).values("pk"))
    )
    return WorkUnit.objects.below_any(heads).filter(pk=plan.unit_id).exists()


def sees_plans(user: Any, government: Government | None) -> bool:
    """Whether the page of plans and the gap analysis are meant for this user."""
    return sees_needs(user, government)


# --- coaching plans


def may_keep_plan(user: Any, plan: CoachingPlan) -> bool:
    """Whether the user adds steps and talks to a plan and closes it: who opened it, or who coaches the person now."""
    if not plan.is_open or plan.employee.user_id == user.pk:
        return False
    return plan.coach.user_id == user.pk or may_coach(user, plan.employee)


def may_write_in_plan(user: Any, plan: CoachingPlan) -> bool:
    """Whether the user ticks steps and adds notes: the coached person, and who keeps the plan."""
    return plan.is_open and (plan.employee.user_id == user.pk or may_keep_plan(user, plan))
