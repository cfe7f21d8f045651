"""Who may do what with complaints and surveys, once they can see them.

The unit complained about works on its complaints, but whoever heads it never closes or refuses one
(feedback sheet
3.2, point 5): that is for the complaint officer, for a head further up, and above all for the reporter.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from apps.employees.models import WorkUnit
from apps.employees.querysets import WorkUnitQuerySet

from .models import Complaint, Service
from .rules.complaint_lifecycle import ComplaintAction, ComplaintStatus, allowed_actions

OFFICER_ACTIONS = (
    ComplaintAction.START,
    ComplaintAction.ASK_INFO,
    ComplaintAction.FORWARD,
    ComplaintAction.ANSWER,
    ComplaintAction.REJECT,
)


def _is_below(unit_id: int, roots: Any) -> bool:
    return WorkUnit.objects.filter(pk=unit_id).below_any(roots).exists()


def _leads(user: Any, unit_id: int) -> bool:
    return WorkUnit.objects.led_by(user).filter(pk=unit_id).exists()


def _is_officer(user: Any, unit_id: int) -> bool:
    return _is_below(unit_id, WorkUnit.objects.with_role(user, "feedback_officer"))


def may_handle(user: Any, complaint: Complaint) -> bool:
    """Whether the user may work on it: head of the unit or of one above, or complaint officer."""
    return _is_below(complaint.unit_id, WorkUnit.objects.led_by(user)) or _is_officer(user, complaint.unit_id)


def may_reject(user: Any, complaint: Complaint) -> bool:
    """Whether the user may refuse it, or take it out of the spam folder: never the head of the reported
    unit.
    """
    if _leads(user, complaint.unit_id):
        return False
    return may_handle(user, complaint)


def may_open_contact(user: Any, complaint: Complaint) -> bool:
    """Whether the user may see who reported: complaint officers only, and nobody if it was sent without a
    name.
    """
    if complaint.is_anonymous or _leads(user, complaint.unit_id):
        return False
    return _is_officer(user, complaint.unit_id)


def actions_for(user: Any, complaint: Complaint) -> tuple[ComplaintAction, ...]:
    """Return what the user may do now, in the order of the buttons."""
    if not may_handle(user, complaint):
        return ()
    possible = allowed_actions(ComplaintStatus(complaint.status))
    refuses = may_reject(user, complaint)
    return tuple(
        action
        for action in OFFICER_ACTIONS
        if action in possible and (action is not ComplaintAction.REJECT or refuses)
    )


def require_action(user: Any, action: ComplaintAction, complaint: Complaint) -> None:
    """Stop a user who may not do this, whatever the status of the complaint.

    :raises PermissionDenied: if they may not.
    """
    allowed = may_reject if action is ComplaintAction.REJECT else may_handle
    if not allowed(user, complaint):
        raise PermissionDenied


def managed_units(user: Any) -> WorkUnitQuerySet:
    """Return the units whose services and surveys the user manages: as head of the unit or of one above, or
    as feedback officer.
    """
    return WorkUnit.objects.below_any(
        WorkUnit.objects.filter(
            Q(pk__in=WorkUnit.objects.led_by(user).values("pk"))
            | Q(pk__in=WorkUnit.objects.with_role(user, "feedback_officer").values("pk"))
        )
    )


def may_manage_survey(user: Any, service: Service) -> bool:
    """Whether the user may add counters, open survey periods and record numbers."""
    return managed_units(user).filter(pk=service.unit_id).exists()


def may_judge_ratings(user: Any, service: Service) -> bool:
    """Whether the user may decide on held-back ratings: an officer who does not lead the rated unit."""
    return _is_officer(user, service.unit_id) and not _leads(user, service.unit_id)
