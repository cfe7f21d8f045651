"""Answers to reports that name an employee: one person writes, an independent one lets go."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from apps.core import notify, stamps
from apps.core.localtime import local_date

from ... import permissions
from ...labels import PendingAnswerStatus
from ...models import AnswerTemplate, PendingAnswer
from ...rules.complaint_lifecycle import ComplaintAction, ComplaintStatus, TransitionNotAllowed, next_status
from ...selectors.handling import independent_people
from .handling import NotIndependent, SamePerson, send_answer
from .steps import add_event, inside_url, keep_record, locked, words_of
from .wording import ANSWER, check_wording

WAITING, RELEASED, RETURNED = PendingAnswerStatus.values


class AnswerWaits(Exception):
    """Raised when an answer is waiting for the second person already."""


@transaction.atomic
def propose_answer(
    *, complaint_id: int, text: str, by: Any, at: datetime, template: AnswerTemplate | None = None
) -> PendingAnswer:
    """Write an answer that somebody else will let go, and tell who may do so.

    :raises TransitionNotAllowed: if the complaint cannot be answered now.
    :raises TextMissing: if there is no answer.
    :raises TemplateNotEdited: if it is nothing but a template.
    :raises AnswerWaits: if another one is waiting.
    """
    complaint = locked(complaint_id)
    words = words_of(text)
    next_status(ComplaintStatus(complaint.status), ComplaintAction.ANSWER)
    if complaint.pending_answers.filter(status=WAITING).exists():
        raise AnswerWaits
    check_wording(complaint, words, ANSWER, template, by=by, at=at)
    pending = PendingAnswer.objects.create(
        complaint=complaint, text=words, template=template, written_by=by, written_at=at
    )
    add_event(complaint, "propose", is_public=False, at=at, by=by)
    keep_record(complaint, "answer_proposed", by=by, at=at)
    today = local_date(at, complaint.government.timezone)
    for user in independent_people(complaint, today, but=by.pk):
        if not permissions.is_independent(user, complaint):
            continue
        notify.send(
            user,
            gettext_noop("An answer to complaint %(number)s waits for a second person. Please read it."),
            url=inside_url(complaint),
            number=complaint.number,
        )
        stamps.bump(f"user:{user.pk}")
    return pending


def _waiting(pending_id: int, by: Any) -> PendingAnswer:
    row = PendingAnswer.objects.select_related("complaint").get(pk=pending_id)
    complaint = locked(row.complaint_id)
    pending = PendingAnswer.objects.select_for_update().get(pk=pending_id)
    pending.complaint = complaint
    if pending.status != WAITING:
        raise TransitionNotAllowed(ComplaintStatus(complaint.status), ComplaintAction.ANSWER)
    if pending.written_by_id == by.pk:
        raise SamePerson
    if not permissions.is_independent(by, complaint):
        raise NotIndependent
    return pending


@transaction.atomic
def release_answer(*, pending_id: int, by: Any, at: datetime) -> PendingAnswer:
    """Let an answer go to the reporter.

    :raises TransitionNotAllowed: if it waits no more, or the complaint has changed.
    :raises SamePerson: if the user wrote it.
    :raises NotIndependent: if the report names the user, or somebody they lead.
    """
    pending = _waiting(pending_id, by)
    _decide(pending, RELEASED, "", by, at)
    send_answer(pending.complaint, pending.text, by=pending.written_by, at=at)
    keep_record(pending.complaint, "answer_released", by=by, at=at)
    return pending


@transaction.atomic
def return_answer(*, pending_id: int, note: str, by: Any, at: datetime) -> PendingAnswer:
    """Send an answer back to its writer with a note.

    :raises TransitionNotAllowed: if it waits no more.
    :raises TextMissing: if there is no note.
    :raises SamePerson: if the user wrote it.
    :raises NotIndependent: if the report names the user, or somebody they lead.
    """
    words = words_of(note)
    pending = _waiting(pending_id, by)
    _decide(pending, RETURNED, words, by, at)
    add_event(pending.complaint, "send_back", text=words, is_public=False, at=at, by=by)
    keep_record(pending.complaint, "answer_returned", by=by, at=at)
    notify.send(
        pending.written_by,
        gettext_noop("Your answer to complaint %(number)s came back. Please read the note."),
        url=inside_url(pending.complaint),
        number=pending.complaint.number,
    )
    if pending.written_by_id:
        stamps.bump(f"user:{pending.written_by_id}")
    return pending


def _decide(pending: PendingAnswer, status: str, note: str, by: Any, at: datetime) -> None:
    pending.status = status
    pending.note = note
    pending.decided_by = by
    pending.decided_at = at
    pending.save(update_fields=["status", "note", "decided_by", "decided_at"])
