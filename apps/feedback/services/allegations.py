"""A report that names an employee: told, heard, decided by somebody independent, objected to once.

Nothing of it is public. The employee reads a text written for them and never who reported.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, notify, policy, stamps
from apps.core.holidays import holidays_around
from apps.core.localtime import local_date
from apps.core.rules.working_days import add_working_days
from apps.employees.models import Employee

from .. import permissions
from ..models import Complaint, ComplaintAssignment, ReportedOfficer
from ..rules.allegation_lifecycle import (
    AllegationAction,
    AllegationStatus,
    Finding,
    TransitionNotAllowed,
    next_status,
)
from ..rules.complaint_lifecycle import ComplaintStatus, is_open
from ..selectors.handling import independent_people
from .complaints.handling import RETURNED, WAITING, NotIndependent, SamePerson
from .complaints.steps import add_event, inside_url, keep_record, locked, words_of

__all__ = [
    "AlreadyNamed",
    "CannotBeNamed",
    "NotIndependent",
    "NotYours",
    "SamePerson",
    "TransitionNotAllowed",
    "decide",
    "decide_objection",
    "give_statement",
    "lapse_statements",
    "name_officer",
    "object_to",
    "settle_due",
    "withdraw",
]


class AlreadyNamed(Exception):
    """Raised when the complaint names this employee already."""


class CannotBeNamed(ValueError):
    """Raised when somebody of another government is named, a user names themselves, or the complaint is closed."""


class NotYours(Exception):
    """Raised when somebody answers an allegation against another person."""


@transaction.atomic
def name_officer(
    *, complaint_id: int, employee: Employee, shared_text: str, by: Any, at: datetime
) -> ReportedOfficer:
    """Say which employee a complaint is about, and ask them for a statement.

    `shared_text` is what the employee reads: it is written for them, so that it does not show who reported.

    :raises TextMissing: if it is empty.
    :raises CannotBeNamed: if the employee works elsewhere, is the user, or the complaint is closed.
    :raises AlreadyNamed: if the complaint names them already.
    """
    complaint = locked(complaint_id)
    words = words_of(shared_text)
    is_closed = not is_open(ComplaintStatus(complaint.status))
    if is_closed or employee.government_id != complaint.government_id or employee.user_id == by.pk:
        raise CannotBeNamed
    if complaint.reported_officers.standing().filter(employee=employee).exists():
        raise AlreadyNamed
    reported = ReportedOfficer.objects.create(
        complaint=complaint,
        employee=employee,
        shared_text=words,
        named_by=by,
        named_at=at,
        state_by=_day_after(complaint, "feedback.statement_days", at),
    )
    if employee.user_id and complaint.assignee_id == employee.user_id:
        complaint.assignee = None
        complaint.save(update_fields=["assignee"])
        ComplaintAssignment.objects.create(complaint=complaint, assignee=None, by=by, at=at)
    # What one person wrote before the name was known must go past a second one as well.
    complaint.pending_answers.filter(status=WAITING, written_by=employee.user_id).update(
        status=RETURNED, decided_at=at
    )
    _keep(reported, complaint, "officer", "officer_named", by=by, at=at)
    _tell_employee(
        reported,
        gettext_noop(
            "A report concerns you. It is an allegation, and nothing is decided. Please read it and write your "
            "statement by %(due)s."
        ),
        due=reported.state_by.isoformat(),
    )
    return reported


@transaction.atomic
def give_statement(*, reported_id: int, text: str, by: Any, at: datetime) -> ReportedOfficer:
    """Take the named employee's statement.

    :raises NotYours: if it concerns somebody else.
    :raises TextMissing: if there is no statement.
    :raises TransitionNotAllowed: if one was given, or it is decided.
    """
    reported, complaint = _locked(reported_id)
    if reported.employee.user_id != by.pk:
        raise NotYours
    _move(reported, AllegationAction.STATE)
    reported.statement = words_of(text)
    reported.stated_at = at
    reported.save()
    keep_record(complaint, "statement_given", by=by, at=at, allegation=reported.pk)
    _tell_deciders(
        reported, gettext_noop("The employee named in complaint %(number)s has written a statement."), at
    )
    return reported


@transaction.atomic
def decide(*, reported_id: int, finding: str, reason: str, by: Any, at: datetime) -> ReportedOfficer:
    """Decide whether an allegation is proven, after the employee was heard or let the days pass.

    :raises TransitionNotAllowed: before that, or if it is decided.
    :raises NotIndependent: if the user is named, or the superior of somebody who is.
    :raises TextMissing: if there is no reason.
    """
    reported, complaint = _locked(reported_id)
    if not permissions.is_independent(by, complaint):
        raise NotIndependent
    _move(reported, AllegationAction.DECIDE)
    reported.finding = reported.first_finding = Finding(finding).value
    reported.finding_reason = words_of(reason)
    reported.decided_by = by
    reported.decided_at = at
    reported.object_by = _day_after(complaint, "feedback.allegation_objection_days", at)
    reported.save()
    _keep(reported, complaint, "finding", "finding_made", by=by, at=at, finding=reported.finding)
    _tell_employee(
        reported,
        gettext_noop("The report that concerns you was decided. You can object once, until %(due)s."),
        due=reported.object_by.isoformat(),
    )
    return reported


@transaction.atomic
def object_to(*, reported_id: int, text: str, by: Any, at: datetime) -> ReportedOfficer:
    """Take the employee's one objection.

    :raises NotYours: if it concerns somebody else.
    :raises TransitionNotAllowed: if nothing is decided, an objection was made, or its days are over.
    :raises TextMissing: if there are no words.
    """
    reported, complaint = _locked(reported_id)
    if reported.employee.user_id != by.pk:
        raise NotYours
    today = local_date(at, complaint.government.timezone)
    if reported.object_by is not None and today > reported.object_by:
        raise TransitionNotAllowed(AllegationStatus(reported.status), AllegationAction.OBJECT)
    _move(reported, AllegationAction.OBJECT)
    reported.objection = words_of(text)
    reported.objected_at = at
    reported.save()
    keep_record(complaint, "finding_objected", by=by, at=at, allegation=reported.pk)
    _tell_deciders(
        reported,
        gettext_noop("The employee named in complaint %(number)s objects to the finding."),
        at,
        but=reported.decided_by_id,
    )
    return reported


@transaction.atomic
def decide_objection(
    *, reported_id: int, finding: str, reason: str, by: Any, at: datetime
) -> ReportedOfficer:
    """Decide on an objection, for good; somebody else than who made the finding.

    :raises TransitionNotAllowed: if there is no objection to decide.
    :raises NotIndependent: if the user is named, or the superior of somebody who is.
    :raises SamePerson: if the user made the finding.
    :raises TextMissing: if there is no reason.
    """
    reported, complaint = _locked(reported_id)
    if not permissions.is_independent(by, complaint):
        raise NotIndependent
    if reported.decided_by_id == by.pk:
        raise SamePerson
    _move(reported, AllegationAction.DECIDE_OBJECTION)
    reported.finding = Finding(finding).value
    reported.objection_reason = words_of(reason)
    reported.objection_decided_by = by
    reported.closed_at = at
    reported.save()
    _keep(reported, complaint, "finding", "objection_decided", by=by, at=at, finding=reported.finding)
    _tell_employee(reported, gettext_noop("Your objection was decided. Please read the decision."))
    return reported


@transaction.atomic
def withdraw(*, reported_id: int, reason: str, by: Any, at: datetime) -> ReportedOfficer:
    """Take a name back before anything is decided: it was the wrong person, or nobody is meant.

    :raises TransitionNotAllowed: if it is decided.
    :raises TextMissing: if there is no reason.
    """
    reported, complaint = _locked(reported_id)
    _move(reported, AllegationAction.WITHDRAW)
    reported.withdrawn_reason = words_of(reason)
    reported.closed_at = at
    reported.save()
    _keep(reported, complaint, "officer_withdrawn", "officer_withdrawn", by=by, at=at)
    _tell_employee(
        reported, gettext_noop("A report that named you no longer does. Nothing is left of it for you.")
    )
    return reported


def lapse_statements(*, now: datetime) -> int:
    """Let the days for statements end that have passed; return how many."""
    waiting = ReportedOfficer.objects.filter(
        status=AllegationStatus.AWAITING.value, state_by__lte=now.date()
    ).select_related("complaint__government")
    count = 0
    for row in waiting.order_by("state_by", "id"):
        if local_date(now, row.complaint.government.timezone) > row.state_by:
            count += _lapse(row.pk, row.state_by, now)
    return count


@transaction.atomic
def _lapse(reported_id: int, seen: date, now: datetime) -> int:
    reported, complaint = _locked(reported_id)
    if reported.status != AllegationStatus.AWAITING.value or reported.state_by != seen:
        return 0
    _move(reported, AllegationAction.LAPSE)
    reported.save(update_fields=["status"])
    keep_record(complaint, "statement_lapsed", by=audit.SYSTEM, at=now, allegation=reported.pk)
    _tell_employee(
        reported,
        gettext_noop(
            "The days for your statement are over. As long as nothing is decided you can still write it."
        ),
    )
    return 1


def settle_due(*, now: datetime) -> int:
    """Make findings final whose days for an objection have passed; return how many."""
    decided = ReportedOfficer.objects.filter(
        status=AllegationStatus.DECIDED.value, object_by__lte=now.date()
    ).select_related("complaint__government")
    count = 0
    for row in decided.order_by("object_by", "id"):
        if local_date(now, row.complaint.government.timezone) > row.object_by:
            count += _settle(row.pk, now)
    return count


@transaction.atomic
def _settle(reported_id: int, now: datetime) -> int:
    reported, complaint = _locked(reported_id)
    if reported.status != AllegationStatus.DECIDED.value:
        return 0
    _move(reported, AllegationAction.SETTLE)
    reported.closed_at = now
    reported.save(update_fields=["status", "closed_at"])
    keep_record(complaint, "finding_settled", by=audit.SYSTEM, at=now, allegation=reported.pk)
    return 1


def _locked(reported_id: int) -> tuple[ReportedOfficer, Complaint]:
    # The complaint first, as every verb does: no two of them wait for each other.
    complaint = locked(ReportedOfficer.objects.values_list("complaint", flat=True).get(pk=reported_id))
    reported = (
        ReportedOfficer.objects.select_for_update(of=("self",))
        .select_related("employee__user")
        .get(pk=reported_id)
    )
    reported.complaint = complaint
    return reported, complaint


def _move(reported: ReportedOfficer, action: AllegationAction) -> None:
    reported.status = next_status(AllegationStatus(reported.status), action).value


def _day_after(complaint: Complaint, key: str, at: datetime) -> date:
    government = complaint.government
    today = local_date(at, government.timezone)
    days = policy.get(key, on=today, scope=government.code)
    return add_working_days(today, days, holidays_around(today, scope=government.code))


def _keep(
    reported: ReportedOfficer,
    complaint: Complaint,
    event: str,
    verb: str,
    *,
    by: Any,
    at: datetime,
    **data: Any,
) -> None:
    # Who is named stands in its own table only: not in the history, and not in the trail.
    add_event(complaint, event, is_public=False, at=at, by=by)
    keep_record(complaint, verb, by=by, at=at, allegation=reported.pk, **data)


def _tell_employee(reported: ReportedOfficer, text: str, **params: Any) -> None:
    user = reported.employee.user
    notify.send(user, text, url=reverse("feedback:allegation-detail", args=[reported.pk]), **params)
    if user is not None:
        stamps.bump(f"user:{user.pk}")


def _tell_deciders(reported: ReportedOfficer, text: str, at: datetime, but: int | None = None) -> None:
    complaint = reported.complaint
    today = local_date(at, complaint.government.timezone)
    for user in independent_people(complaint, today, but=but):
        if permissions.is_independent(user, complaint):
            notify.send(user, text, url=inside_url(complaint), number=complaint.number)
            stamps.bump(f"user:{user.pk}")
