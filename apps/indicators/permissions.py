"""Who may do what with a plan. Whether it fits the plan's status is the table's matter (rules/lifecycle.py).

An appraiser without an account (elected mayor or regent, PLN-9) decides on paper; the personnel officer of
the unit then records the decision here. Who acts for an appraiser who left, or comes next: deciders.py.
"""

from typing import Any

from django.core.exceptions import PermissionDenied

from apps.core.localtime import today
from apps.employees.labels import Role
from apps.employees.models import Mandate, WorkUnit

from .deciders import deciders_of
from .models import Skp, SkpTemplate
from .rules.lifecycle import SkpAction, SkpStatus, allowed_actions

OWNERS_ACTIONS = frozenset({SkpAction.SUBMIT, SkpAction.RECALL, SkpAction.WITHDRAW})
DECISIONS = frozenset({SkpAction.RETURN, SkpAction.APPROVE, SkpAction.MERGE})


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
    if skp.appraiser is None:
        return is_personnel_officer_for(user, skp.unit)
    if skp.appraiser.user_id is not None and skp.appraiser.user_id == user.pk:
        return True
    if not WorkUnit.objects.led_by(user, on=today()).exists():
        return False
    return any(row.employee.user_id == user.pk for row in deciders_of([skp], today())[skp.pk])


def actions_for(user: Any, skp: Skp) -> tuple[SkpAction, ...]:
    """Return the actions this user has now: the buttons of the page."""
    possible = allowed_actions(SkpStatus(skp.status), is_copy=skp.is_revision)
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


def may_make_template(user: Any, skp: Skp) -> bool:
    """Whether the user may make a template from this plan: the personnel officer of its unit, once it is approved."""
    return (
        not skp.is_revision
        and skp.status in {SkpStatus.APPROVED.value, SkpStatus.CLOSED.value}
        and is_personnel_officer_for(user, skp.unit)
    )


def may_keep_template(user: Any, template: SkpTemplate) -> bool:
    """Whether the user may rename or retire a template: whoever made it, or the officer of the whole government."""
    if not SkpTemplate.objects.kept_by(user, today()).filter(pk=template.pk).exists():
        return False
    roots = WorkUnit.objects.with_role(user, str(Role.PERSONNEL_OFFICER), on=today())
    return (
        template.made_by_id == user.pk
        or roots.filter(government=template.government_id, parent__isnull=True).exists()
    )


def may_revise(user: Any, skp: Skp) -> bool:
    """Whether the user may begin a change of an approved plan: its owner, or whoever decides on it."""
    if skp.is_revision or skp.status != SkpStatus.APPROVED.value:
        return False
    return is_owner(user, skp) or decides(user, skp)


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


def acts_for(user: Any, skp: Skp) -> bool:
    """Whether the user has a mandate today for the post of the plan's owner (ACT-1)."""
    mandates = Mandate.objects.active_on(today()).filter(position=skp.placement.position_id)
    return mandates.filter(holder__user=user).exists()


def may_edit_matrix(user: Any, skp: Skp) -> bool:
    """Whether the user writes the matrix of this leader's plan: the leader, or who acts in the leader's post.

    Everybody else who sees the plan may look.
    """
    if skp.is_revision or skp.status == SkpStatus.CLOSED.value:
        return False
    return is_owner(user, skp) or acts_for(user, skp)
