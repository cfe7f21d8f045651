"""Questions about people and units, always asked with a day."""

from datetime import date
from typing import Any

from .models import AppraiserLink, Employee, Government, Placement, Position, RoleAssignment, WorkUnit


def placement_on(employee: Employee, day: date) -> Placement | None:
    """Return the main placement of a day, with position and unit."""
    return (
        Placement.objects.active_on(day)
        .filter(employee=employee, is_main=True)
        .select_related("position__unit__government")
        .first()
    )


def appraiser_link_on(employee: Employee, day: date) -> AppraiserLink | None:
    """Return who appraises an employee on a day."""
    return AppraiserLink.objects.active_on(day).filter(employee=employee).select_related("appraiser__user").first()


def appraiser_on(employee: Employee, day: date) -> Employee | None:
    """Return the appraiser of a day; None if there is none, or an elected official without NIP."""
    link = appraiser_link_on(employee, day)
    return link.appraiser if link else None


def head_on(unit: WorkUnit, day: date) -> Employee | None:
    """Return who leads a unit on a day: the holder of the head's post, else who has a mandate for it."""
    position = Position.objects.filter(unit=unit, is_head=True).first()
    if position is None:
        return None
    placement = Placement.objects.active_on(day).filter(position=position).select_related("employee__user").first()
    if placement is not None:
        return placement.employee
    mandate = position.mandates.active_on(day).select_related("holder__user").first()
    return mandate.holder if mandate else None


def heads_unit(employee: Employee, day: date) -> WorkUnit | None:
    """Return the unit whose head's post the employee holds on a day."""
    placement = placement_on(employee, day)
    return placement.position.unit if placement and placement.position.is_head else None


def employee_of(user: Any) -> Employee | None:
    """Return the civil servant behind a user; None for outside auditors and operators."""
    if not getattr(user, "is_authenticated", False):
        return None
    return Employee.objects.select_related("government").filter(user=user).first()


def government_of(user: Any) -> Government | None:
    """Return the one government a user belongs to: by employment, else by role."""
    employee = employee_of(user)
    if employee is not None:
        return employee.government
    if not getattr(user, "is_authenticated", False):
        return None
    assignment = (
        RoleAssignment.objects.filter(user=user).select_related("unit__government").order_by("-period").first()
    )
    return assignment.unit.government if assignment else None


def roles_of(user: Any, day: date) -> frozenset[str]:
    """Return the names of the roles a user has anywhere on a day."""
    if not getattr(user, "is_authenticated", False):
        return frozenset()
    return frozenset(RoleAssignment.objects.active_on(day).filter(user=user).values_list("role", flat=True))
