"""What the office does with a complaint."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from apps.core import policy, stamps
from apps.core.localtime import local_date
from apps.employees.models import WorkUnit

from ... import permissions
from ...labels import PendingAnswerStatus, RejectReason
from ...models import AnswerTemplate, Complaint, ComplaintAssignment, ComplaintContact, ComplaintEvent
from ...rules.complaint_lifecycle import (
    ComplaintAction,
)
from ...selectors.handling import receiver_name
from .steps import (
    UnitCannotReceive,
    add_event,
    keep_record,
    locked,
    move,
    new_reply_by,
    restart_clock,
    tell_unit,
    words_of,
)
from .wording import ANSWER, ASK_INFO, REJECT, check_wording

WAITING, _RELEASED, RETURNED = PendingAnswerStatus.values


class NoContact(LookupError):
    """Raised when there is no contact to open: none was given."""


class ReleaseNeeded(Exception):
    """Raised when an answer is to be sent alone although the report names an employee."""


class NotIndependent(Exception):
    """Raised when somebody decides about a report that names them, or somebody they lead."""


class SamePerson(Exception):
    """Raised when the second look would be the first one again."""


@transaction.atomic
def start(*, complaint_id: int, by: Any, at: datetime) -> Complaint:
    """Begin to handle a complaint.

    :raises TransitionNotAllowed: if that does not fit its status.
    """
    complaint = locked(complaint_id)
    move(complaint, ComplaintAction.START, at=at, by=by)
    return complaint


@transaction.atomic
def ask_info(
    *, complaint_id: int, text: str, by: Any, at: datetime, template: AnswerTemplate | None = None
) -> Complaint:
    """Ask the reporter for something; our clock rests, theirs begins.

    :raises TransitionNotAllowed: if that does not fit its status.
    :raises TextMissing: if there is no question.
    :raises TemplateNotEdited: if it is nothing but a template.
    """
    complaint = locked(complaint_id)
    check_wording(complaint, words_of(text), ASK_INFO, template, by=by, at=at)
    complaint.reply_by = new_reply_by(complaint, at)
    move(complaint, ComplaintAction.ASK_INFO, text=words_of(text), at=at, by=by)
    return complaint


@transaction.atomic
def forward(
    *, complaint_id: int, to_unit: WorkUnit, text: str, by: Any, at: datetime, receiver: str = ""
) -> Complaint:
    """Pass a complaint on to the unit that is competent; the reporter sees its name and who receives it there.

    Without a name given, the receiver is the head of the unit.

    If the policy says so, and the complaint is still in time, the receiver gets a new clock.

    :raises TransitionNotAllowed: if that does not fit its status.
    :raises UnitCannotReceive: if the unit is the present one, is closed, or belongs to another government.
    """
    complaint = locked(complaint_id)
    if (
        to_unit.pk == complaint.unit_id
        or not to_unit.is_active
        or to_unit.government_id != complaint.government_id
    ):
        raise UnitCannotReceive
    government = complaint.government
    today = local_date(at, government.timezone)
    before = complaint.unit_id
    # A late complaint does not become timely by being handed around.
    if today <= complaint.due_on and policy.get(
        "feedback.forward_restarts_clock", on=today, scope=government.code
    ):
        restart_clock(complaint, today)
    complaint.unit = to_unit
    # Whoever had it worked for the unit before.
    if complaint.assignee_id is not None:
        complaint.assignee = None
        ComplaintAssignment.objects.create(complaint=complaint, assignee=None, by=by, at=at)
    complaint.pending_answers.filter(status=WAITING).update(status=RETURNED, decided_at=at)
    move(
        complaint,
        ComplaintAction.FORWARD,
        text=text.strip(),
        to_unit=to_unit,
        receiver=receiver.strip()[:150] or receiver_name(to_unit, today),
        at=at,
        by=by,
        from_unit=before,
    )
    tell_unit(complaint, gettext_noop("Complaint %(number)s was passed on to your unit."), at)
    stamps.bump(f"unit:{before}")
    return complaint


@transaction.atomic
def answer(
    *, complaint_id: int, text: str, by: Any, at: datetime, template: AnswerTemplate | None = None
) -> Complaint:
    """Answer the reporter, who now says whether it is solved.

    :raises TransitionNotAllowed: if that does not fit its status.
    :raises TextMissing: if there is no answer.
    :raises TemplateNotEdited: if it is nothing but a template.
    :raises ReleaseNeeded: if the report names an employee; then `two_persons.propose_answer` is the way.
    """
    complaint = locked(complaint_id)
    words = words_of(text)
    if complaint.reported_officers.standing().exists():
        raise ReleaseNeeded
    check_wording(complaint, words, ANSWER, template, by=by, at=at)
    send_answer(complaint, words, by=by, at=at)
    return complaint


def send_answer(complaint: Complaint, words: str, *, by: Any, at: datetime) -> None:
    """Send an answer that may go: the reporter's days begin."""
    complaint.answered_at = at
    complaint.reply_by = new_reply_by(complaint, at)
    move(complaint, ComplaintAction.ANSWER, text=words, at=at, by=by)


@transaction.atomic
def reject(
    *,
    complaint_id: int,
    reason_code: str,
    text: str,
    by: Any,
    at: datetime,
    template: AnswerTemplate | None = None,
) -> Complaint:
    """Refuse a complaint with a reason that the reporter sees and may contest once.

    :raises TransitionNotAllowed: if that does not fit its status.
    :raises TextMissing: if the reason is not explained.
    :raises TemplateNotEdited: if it is nothing but a template.
    :raises NotIndependent: if it names somebody whom the user is or leads.
    :raises SamePerson: if the reporter contested a refusal of the same person.
    """
    complaint = locked(complaint_id)
    code = RejectReason(reason_code).value
    words = words_of(text)
    if not permissions.is_independent(by, complaint):
        raise NotIndependent
    if permissions.was_refused_by(by, complaint):
        raise SamePerson
    check_wording(complaint, words, REJECT, template, by=by, at=at)
    move(complaint, ComplaintAction.REJECT, text=words, reason_code=code, at=at, by=by)
    return complaint


@transaction.atomic
def add_note(*, complaint_id: int, text: str, by: Any, at: datetime) -> ComplaintEvent:
    """Write something for colleagues only.

    :raises TextMissing: if there are no words.
    """
    complaint = locked(complaint_id)
    event = add_event(complaint, "note", text=words_of(text), is_public=False, at=at, by=by)
    keep_record(complaint, "noted", by=by, at=at)
    return event


@transaction.atomic
def open_contact(*, complaint_id: int, reason: str, by: Any, at: datetime) -> ComplaintContact:
    """Return how to reach the reporter, and keep on record who looked and why.

    Who may look is a question of permissions; `is_anonymous` narrows them to the complaint officers.

    :raises NoContact: if none was given.
    :raises TextMissing: if no reason is given.
    """
    complaint = locked(complaint_id)
    words = words_of(reason)
    contact = ComplaintContact.objects.filter(complaint=complaint).first()
    if contact is None:
        raise NoContact
    add_event(complaint, "contact", text=words, is_public=False, at=at, by=by)
    keep_record(complaint, "contact_opened", by=by, at=at)
    return contact


@transaction.atomic
def release(*, complaint_id: int, by: Any, at: datetime) -> Complaint:
    """Take a complaint out of the spam folder after a person has read it."""
    complaint = locked(complaint_id)
    if complaint.is_quarantined:
        complaint.is_quarantined = False
        complaint.save(update_fields=["is_quarantined"])
        add_event(complaint, "release", is_public=False, at=at, by=by)
        keep_record(complaint, "released", by=by, at=at)
        tell_unit(complaint, gettext_noop("New complaint %(number)s, to be answered by %(due)s."), at, "new")
    return complaint
