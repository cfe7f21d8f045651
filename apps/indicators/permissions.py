"""Who may do what with a plan. Whether it fits the plan's status is the table's matter (rules/lifecycle.py).

An appraiser without an account (elected mayor or regent, PLN-9) decides on paper; the personnel officer of
the unit then records the decision here.
"""

from typing import Any

from django.core.exceptions import PermissionDenied

from apps.core.localtime import today
from apps.employees.labels import Role
from apps.employees.models import WorkUnit

from .models import Skp
from .rules.lifecycle import SkpAction, SkpStatus, allowed_actions

OWNERS_ACTIONS = frozenset({SkpAction.SUBMIT, SkpAction.RECALL})
DECISIONS = frozenset({SkpAction.RETURN, SkpAction.APPROVE})


def is_owner(user: Any, skp: Skp) -> bool:
    """Whether it is this user's own plan."""
    return skp.employee.user_id is not None and skp.employee.user_id == user.pk


def is_personnel_officer_for(user: Any, unit: WorkUnit) -> bool:
    """Whether the user keeps the personnel data of a unit today."""
    officed = WorkUnit.objects.with_role(user, str(Role.PERSONNEL_OFFICER), on=today())
    return any(unit.path.startswith(path) for path in officed.values_list("path", flat=True))


def decides(user: Any, skp: Skp) -> bool:
    """Whether this user returns or approves the plan; never one's own."""
    if is_owner(user, skp):
        return False
    if skp.appraiser is not None:
        return skp.appraiser.user_id is not None and skp.appraiser.user_id == user.pk
    return is_personnel_officer_for(user, skp.unit)


def actions_for(user: Any, skp: Skp) -> tuple[SkpAction, ...]:
    """Return the actions this user has now: the buttons of the page."""
    possible = allowed_actions(SkpStatus(skp.status))
    return tuple(action for action in possible if _has_role(user, action, skp))


def require(user: Any, action: SkpAction, skp: Skp) -> None:
    """Refuse whoever has not the role for an action.

    :raises PermissionDenied: for everybody else.
    """
    if not _has_role(user, action, skp):
        raise PermissionDenied


def _has_role(user: Any, action: SkpAction, skp: Skp) -> bool:
    if action in OWNERS_ACTIONS:
        return is_owner(user, skp)
    if action in DECISIONS:
        return decides(user, skp)
    return False


def require_owner(user: Any, skp: Skp) -> None:
    """Refuse everybody but the person whose plan it is.

    :raises PermissionDenied: for everybody else.
    """
    if not is_owner(user, skp):
        raise PermissionDenied


def may_write_expectations(user: Any, skp: Skp) -> bool:
    """Whether the user may write the leader's expectations now.

    The employee may propose texts while the plan is theirs to edit; the appraiser writes until the plan is
    approved, and by approving makes them their own.
    """
    if is_owner(user, skp):
        return skp.is_editable
    return skp.status in {"draft", "submitted", "returned"} and decides(user, skp)


def may_set_unit_targets(user: Any, unit: WorkUnit) -> bool:
    """Whether the user writes the unit's indicators: its head, an acting head, or its personnel officer."""
    day = today()
    return WorkUnit.objects.led_by(user, on=day).filter(pk=unit.pk).exists() or is_personnel_officer_for(
        user, unit
    )
