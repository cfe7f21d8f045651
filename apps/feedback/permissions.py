"""Who may do what with complaints and surveys, once they can see them.

The unit complained about works on its complaints, but whoever heads it never closes or refuses one
(feedback sheet
3.2, point 5): that is for the complaint officer, for a head further up, and above all for the reporter.
"""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from apps.core.localtime import today
from apps.employees.models import AppraiserLink, Placement, RoleAssignment, WorkUnit
from apps.employees.querysets import WorkUnitQuerySet

from .models import (
    Commitment,
    Complaint,
    ComplaintContact,
    ImprovementItem,
    PendingAnswer,
    ReportedOfficer,
    Service,
    ServiceAlert,
)
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


def _handles_by_office(user: Any, complaint: Complaint) -> bool:
    return _is_below(complaint.unit_id, WorkUnit.objects.led_by(user)) or _is_officer(user, complaint.unit_id)


def is_named(user: Any, complaint: Complaint) -> bool:
    """Whether the complaint names the user."""
    return complaint.reported_officers.standing().filter(employee__user_id=user.pk).exists()


def may_handle(user: Any, complaint: Complaint) -> bool:
    """Whether the user may work on it: head of the unit or of one above, complaint officer, or whoever it was
    given to; never somebody whom it names.
    """
    if is_named(user, complaint):
        return False
    return complaint.assignee_id == user.pk or _handles_by_office(user, complaint)


def may_direct(user: Any, complaint: Complaint) -> bool:
    """Whether the user may give it to somebody, pass it on, hide words and put it under a cause: who handles it by
    office, and not only because it was given to them.
    """
    return _handles_by_office(user, complaint) and not is_named(user, complaint)


def is_independent(user: Any, complaint: Complaint) -> bool:
    """Whether the user is neither named nor the superior of somebody who is.

    Superior: heads the unit complained about, or a unit the employee works in, or appraises them.
    """
    day = today()
    named = complaint.reported_officers.standing()
    if not named.exists():
        return True
    employees = list(named.values_list("employee", flat=True))
    if is_named(user, complaint) or _leads(user, complaint.unit_id):
        return False
    workplaces = Placement.objects.active_on(day).filter(employee__in=employees)
    if WorkUnit.objects.led_by(user, on=day).filter(pk__in=workplaces.values("position__unit")).exists():
        return False
    links = AppraiserLink.objects.active_on(day).filter(employee__in=employees, appraiser__user=user)
    return not links.exists()


def was_refused_by(user: Any, complaint: Complaint) -> bool:
    """Whether the user is the one whose refusal the reporter has contested: a second look is another's."""
    last = complaint.events.filter(action=ComplaintAction.REJECT.value).order_by("-at", "-id").first()
    return last is not None and last.by_id == user.pk


def may_reject(user: Any, complaint: Complaint) -> bool:
    """Whether the user may refuse it, or take it out of the spam folder: never the head of the reported
    unit, a superior of somebody it names, or whoever has refused it before.
    """
    if _leads(user, complaint.unit_id) or not may_direct(user, complaint):
        return False
    return is_independent(user, complaint) and not was_refused_by(user, complaint)


def may_name_officer(user: Any, complaint: Complaint) -> bool:
    """Whether the user may say which employee it is about, and take a name back: complaint officers who do not
    lead the unit.
    """
    if _leads(user, complaint.unit_id) or is_named(user, complaint):
        return False
    return _is_officer(user, complaint.unit_id)


def may_decide_allegation(user: Any, reported: ReportedOfficer) -> bool:
    """Whether the user may make the finding: works on it by office, and is independent."""
    return may_direct(user, reported.complaint) and is_independent(user, reported.complaint)


def may_decide_objection(user: Any, reported: ReportedOfficer) -> bool:
    """Whether the user may decide on an objection: like the finding, but another person."""
    return may_decide_allegation(user, reported) and reported.decided_by_id != user.pk


def may_release_answer(user: Any, pending: PendingAnswer) -> bool:
    """Whether the user may let an answer go: independent, and not its writer."""
    complaint = pending.complaint
    return (
        pending.written_by_id != user.pk and may_direct(user, complaint) and is_independent(user, complaint)
    )


def may_read_original(user: Any, complaint: Complaint) -> bool:
    """Whether the user may read what was hidden: auditors only, and every reading stays on record."""
    if is_named(user, complaint):
        return False
    return _is_below(complaint.unit_id, WorkUnit.objects.with_role(user, "auditor"))


def may_manage_causes(user: Any) -> bool:
    """Whether the user may add causes and templates: complaint officers, and heads of units."""
    return (
        WorkUnit.objects.with_role(user, "feedback_officer").exists()
        or WorkUnit.objects.led_by(user).exists()
    )


def sees_complaints(user: Any) -> bool:
    """Whether the inbox is meant for this user at all."""
    return (
        WorkUnit.objects.led_by(user).exists()
        or WorkUnit.objects.with_role(user, "feedback_officer", "leadership", "auditor").exists()
        or Complaint.objects.open().filter(assignee_id=user.pk).exists()
    )


def may_open_contact(user: Any, complaint: Complaint) -> bool:
    """Whether the user may see who reported: never whoever leads the unit, and nobody if there is no author.

    An anonymous reporter is known to complaint officers only; another one to everybody who handles the report.
    """
    if complaint.has_no_author or _leads(user, complaint.unit_id) or not is_independent(user, complaint):
        return False
    if not ComplaintContact.objects.filter(complaint=complaint).exists():
        return False
    if complaint.is_anonymous:
        return _is_officer(user, complaint.unit_id)
    return may_handle(user, complaint)


def actions_for(user: Any, complaint: Complaint) -> tuple[ComplaintAction, ...]:
    """Return what the user may do now, in the order of the buttons."""
    if not may_handle(user, complaint):
        return ()
    possible = allowed_actions(ComplaintStatus(complaint.status))
    refuses = may_reject(user, complaint)
    directs = may_direct(user, complaint)
    forbidden = {
        *(() if refuses else (ComplaintAction.REJECT,)),
        *(() if directs else (ComplaintAction.FORWARD,)),
    }
    return tuple(action for action in OFFICER_ACTIONS if action in possible and action not in forbidden)


def require_action(user: Any, action: ComplaintAction, complaint: Complaint) -> None:
    """Stop a user who may not do this, whatever the status of the complaint.

    :raises PermissionDenied: if they may not.
    """
    allowed = {ComplaintAction.REJECT: may_reject, ComplaintAction.FORWARD: may_direct}
    if not allowed.get(action, may_handle)(user, complaint):
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
    """Whether the user may decide on held-back ratings and release remarks: a feedback officer who is not of the
    rated unit, so neither its head, nor placed in it, nor its own officer only.
    """
    roles = WorkUnit.objects.with_role(user, "feedback_officer")
    if service.unit.parent_id is not None:
        roles = roles.exclude(pk=service.unit_id)
    if not _is_below(service.unit_id, roles) or _leads(user, service.unit_id):
        return False
    placed = Placement.objects.filter(
        employee__user=user, position__unit=service.unit_id, period__contains=today()
    )
    return not placed.exists()


def case_deciders(service: Service, day: date) -> list[Any]:
    """Return the users who may decide on held-back ratings of a service."""
    above = [int(part) for part in service.unit.path.split("/") if part]
    officers = RoleAssignment.objects.active_on(day).filter(role="feedback_officer", unit__in=above)
    users = {row.user_id: row.user for row in officers.select_related("user")}
    return [user for user in users.values() if may_judge_ratings(user, service)]


def may_see_retention(user: Any) -> bool:
    """Whether the user sees proofs of deletion and requests about personal data: officers, leadership, auditors."""
    return WorkUnit.objects.with_role(user, "feedback_officer", "leadership", "auditor").exists()


def may_answer_rights(user: Any, complaint: Complaint) -> bool:
    """Whether the user may answer what a reporter asks about their own data: complaint officers only."""
    return _is_officer(user, complaint.unit_id) and not _leads(user, complaint.unit_id)


def may_see_alerts(user: Any) -> bool:
    """Whether notices that a service turned bad concern the user: heads, officers, leadership, auditors."""
    return (
        WorkUnit.objects.led_by(user).exists()
        or WorkUnit.objects.with_role(user, "feedback_officer", "leadership", "auditor").exists()
    )


def may_act_on_alert(user: Any, alert: ServiceAlert) -> bool:
    """Whether the user does something about a notice: head of the unit or of one above, or feedback
    officer.
    """
    return managed_units(user).filter(pk=alert.service.unit_id).exists()


def leads_unit_or_above(user: Any, unit: WorkUnit) -> bool:
    """Whether the user leads this unit or one above it."""
    return _is_below(unit.pk, WorkUnit.objects.led_by(user))


def may_plan(user: Any, unit: WorkUnit) -> bool:
    """Whether the user may put something on a unit's improvement plan, or prepare a meeting with the public."""
    return managed_units(user).filter(pk=unit.pk).exists()


def may_work_on(user: Any, item: ImprovementItem) -> bool:
    """Whether the user may begin, prove and report an item: the responsible person, or who manages the unit."""
    return item.responsible.user_id == user.pk or may_plan(user, item.unit)


def may_decide_on(user: Any, item: ImprovementItem) -> bool:
    """Whether the user may accept, send back, move or drop an item: never one's own, nor what one reported."""
    return user.pk not in {item.responsible.user_id, item.reported_by_id} and may_plan(user, item.unit)


def may_approve_wording(user: Any, unit: WorkUnit) -> bool:
    """Whether the user speaks for the unit in public: its head, or a head above."""
    return _is_below(unit.pk, WorkUnit.objects.led_by(user))


def may_work_on_promise(user: Any, commitment: Commitment) -> bool:
    """Whether the user may begin a promise and say how far it is: its owner, or who manages the unit."""
    return commitment.owner.user_id == user.pk or may_plan(user, commitment.point.consultation.unit)


def may_settle_promise(user: Any, commitment: Commitment) -> bool:
    """Whether the user may say that a promise was kept, or take it up again: never its owner."""
    return commitment.owner.user_id != user.pk and may_plan(user, commitment.point.consultation.unit)


# --- questionnaires

_KEEPERS = ("personnel_officer", "feedback_officer")


def may_edit_questionnaires(user: Any, government: Any) -> bool:
    """Whether the user may make versions and put them into use: a personnel or feedback officer of the whole
    government.
    """
    return WorkUnit.objects.with_role(user, *_KEEPERS).filter(government=government, parent=None).exists()


def may_read_questionnaires(user: Any, government: Any) -> bool:
    """Whether the user may read the versions: whoever edits them, manages a survey, or inspects."""
    return (
        may_edit_questionnaires(user, government)
        or managed_units(user).filter(government=government).exists()
        or WorkUnit.objects.with_role(user, "leadership", "auditor").filter(government=government).exists()
    )
