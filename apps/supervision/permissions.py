"""Who may do what in supervision."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from apps.core.localtime import today
from apps.employees import selectors as people
from apps.employees.models import Employee, RoleAssignment, SupervisionLoan, WorkUnit

from .models import AuditEngagement, ReviewDraw
from .querysets import granted_units, overseen_by

# --- load, loans and cover


def load_units(user: Any, day: date) -> QuerySet[WorkUnit]:
    """Return the units whose appraisers' load a user sees: led, or kept as personnel officer, with all below."""
    if not getattr(user, "is_authenticated", False):
        return WorkUnit.objects.none()
    led = WorkUnit.objects.led_by(user, on=day)
    offices = WorkUnit.objects.with_role(user, "personnel_officer", on=day)
    return WorkUnit.objects.below_any(
        WorkUnit.objects.filter(Q(pk__in=led.values("pk")) | Q(pk__in=offices.values("pk")))
    )


def may_lend(user: Any, *, employee: Employee, lender: Employee, holder: Employee, day: date) -> bool:
    """Whether a user lends a person: who leads a unit above both appraisers, or is the personnel officer of all three.

    Nobody lends what is about themselves, whatever their office.
    """
    if not getattr(user, "is_authenticated", False):
        return False
    if user.pk in {employee.user_id, lender.user_id, holder.user_id}:
        return False
    three = {employee.pk, lender.pk, holder.pk}
    if Employee.objects.managed_by(user, on=day).filter(pk__in=three).count() == len(three):
        return True
    led = WorkUnit.objects.below_any(WorkUnit.objects.led_by(user, on=day))
    places = [people.placement_on(person, day) for person in (lender, holder)]
    units = {place.position.unit_id for place in places if place is not None}
    return None not in places and led.filter(pk__in=units).count() == len(units)


def may_end_loan(user: Any, loan: SupervisionLoan, day: date) -> bool:
    """Whether a user ends a loan: who could grant it, and the appraiser, whose person it is."""
    if loan.lender.user_id is not None and loan.lender.user_id == getattr(user, "pk", None):
        return True
    return may_lend(user, employee=loan.employee, lender=loan.lender, holder=loan.holder, day=day)


# --- samples, batches, second readers


def reviews_people(user: Any, day: date) -> bool:
    """Whether a user reviews reports of anybody on a day."""
    return people.employee_of(user) is not None and Employee.objects.supervised_by(user, on=day).exists()


def may_see_agreement(user: Any, day: date) -> bool:
    """Whether a user sees how far two readers agree: who leads a unit, serves or audits one."""
    return overseen_by(user, day).exists()


def is_supervisor_of(user: Any, draw: ReviewDraw) -> bool:
    """Whether a draw is this user's own: only they open what was drawn, judge it and accept the rest."""
    return draw.supervisor.user_id is not None and draw.supervisor.user_id == getattr(user, "pk", None)


# --- the auditor's room


def is_auditor(user: Any) -> bool:
    """Whether the user has the role of auditor anywhere."""
    return WorkUnit.objects.with_role(user, "auditor").exists()


def may_grant_audits(user: Any) -> bool:
    """Whether the user may let auditors in: personnel office and leadership of any unit."""
    return WorkUnit.objects.with_role(user, "personnel_officer", "leadership").exists()


def require_granter(user: Any) -> None:
    """Refuse who may not let auditors in.

    :raises PermissionDenied: then.
    """
    if not may_grant_audits(user):
        raise PermissionDenied


def units_to_open(user: Any) -> QuerySet[WorkUnit]:
    """Return the units whose records the user may open to an auditor, in tree order."""
    units: QuerySet[WorkUnit] = granted_units(user).filter(is_active=True).order_by("path", "pk")
    return units


def auditors_for(user: Any) -> list[Any]:
    """Return the users with the role of auditor for a unit that the user answers for, or for one above it."""
    governments = units_to_open(user).order_by().values("government")
    roles = (
        RoleAssignment.objects.active_on(today())
        .filter(role="auditor", unit__government__in=governments)
        .exclude(user_id=user.pk)
        .select_related("user")
    )
    found = {role.user_id: role.user for role in roles}
    return sorted(found.values(), key=lambda one: (one.display_name, one.pk))


def may_end_engagement(user: Any, engagement: AuditEngagement) -> bool:
    """Whether the user may shut a room: who answers for its unit, and not its auditor."""
    if engagement.auditor_id == user.pk:
        return False
    return granted_units(user).filter(pk=engagement.unit_id).exists()


def is_in_audit_room(user: Any, engagement: AuditEngagement, at: datetime) -> bool:
    """Whether the room of an engagement is open to the user at an instant."""
    return AuditEngagement.objects.open_to(user, at).filter(pk=engagement.pk).exists()


# --- career


CAREER_ROLES = ("personnel_officer", "leadership")


def career_units(user: Any, day: date) -> QuerySet[WorkUnit]:
    """Return the units whose talent a user looks at: personnel officers and leadership, with all below."""
    if not getattr(user, "is_authenticated", False):
        return WorkUnit.objects.none()
    return WorkUnit.objects.below_any(WorkUnit.objects.with_role(user, *CAREER_ROLES, on=day))


def keeps_careers(user: Any, employee: Employee, day: date) -> bool:
    """Whether a user enters punishments and talent scores of a person: their personnel officer, never for oneself."""
    if employee.user_id is not None and employee.user_id == getattr(user, "pk", None):
        return False
    return Employee.objects.managed_by(user, on=day).filter(pk=employee.pk).exists()


def sees_career(user: Any, employee: Employee, day: date) -> bool:
    """Whether a user opens the career file: the person, their personnel officer, and leadership above them."""
    if employee.user_id is not None and employee.user_id == getattr(user, "pk", None):
        return True
    if Employee.objects.managed_by(user, on=day).filter(pk=employee.pk).exists():
        return True
    place = people.placement_on(employee, day)
    led = WorkUnit.objects.below_any(WorkUnit.objects.with_role(user, "leadership", on=day))
    return place is not None and led.filter(pk=place.position.unit_id).exists()


# --- the practice period


def practises_reviewing(user: Any, day: date) -> bool:
    """Whether the tasks of supervisors are for this person: who supervises somebody, or leads a unit."""
    return people.supervises(user, day) or WorkUnit.objects.led_by(user, on=day).exists()
