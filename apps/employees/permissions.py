"""Who may do what with people, units and settings. Views and templates ask here."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from apps.core.compiled import PersonQuestion
from apps.core.localtime import today

from .labels import Role
from .models import Employee, Government, WorkUnit


def require(is_allowed: bool) -> None:
    """Refuse with 403 what is visible but not allowed.

    :raises PermissionDenied: if it is not allowed.
    """
    if not is_allowed:
        raise PermissionDenied


def manages_employee(user: Any, employee: Employee) -> bool:
    """Whether the user is a personnel officer for this person."""
    return Employee.objects.managed_by(user).filter(pk=employee.pk).exists()


def managed_units(user: Any) -> Any:
    """Return the units for which the user is a personnel officer, with all below."""
    return WorkUnit.objects.below_any(
        WorkUnit.objects.with_role(user, Role.PERSONNEL_OFFICER.value, on=today())
    )


def manages_somewhere(user: Any) -> bool:
    """Whether the user is a personnel officer of any unit."""
    return WorkUnit.objects.with_role(user, Role.PERSONNEL_OFFICER.value, on=today()).exists()


def manages_government(user: Any, government: Government | int | None) -> bool:
    """Whether the user is a personnel officer of the whole government: imports, roles, settings."""
    if government is None:
        return False
    number = government.pk if isinstance(government, Government) else government
    return bool(_MANAGES.rows(user, today(), number))


_MANAGES = PersonQuestion(
    lambda user, day, government: _root_roles(user, day, government, Role.PERSONNEL_OFFICER).values_list(
        "pk"
    ),
    int,
)


def reads_settings(user: Any, government: Government | None) -> bool:
    """Whether the user may look at policy values and holidays: who sets them, leads, or audits."""
    return _has_root_role(user, government, Role.PERSONNEL_OFFICER, Role.AUDITOR, Role.LEADERSHIP)


def _has_root_role(user: Any, government: Government | None, *roles: Role) -> bool:
    if government is None:
        return False
    return bool(_root_roles(user, today(), government.pk, *roles).exists())


def _root_roles(user: Any, day: date, government: int, *roles: Role) -> Any:
    units = WorkUnit.objects.with_role(user, *(role.value for role in roles), on=day)
    return units.filter(government=government, parent__isnull=True)


def may_ask_correction(user: Any, employee: Employee) -> bool:
    """Whether the user may say that the recorded supervisor is wrong: only the person concerned."""
    return employee.user_id is not None and employee.user_id == getattr(user, "pk", None)


def helper_units(user: Any) -> Any:
    """Return the units whose helper the user names: those they lead or are personnel officer for, with all below."""
    return WorkUnit.objects.filter(
        Q(pk__in=WorkUnit.objects.below_any(WorkUnit.objects.led_by(user)).values("pk"))
        | Q(pk__in=managed_units(user).values("pk"))
    )
