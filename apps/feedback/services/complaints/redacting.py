"""Hiding words of a report from its readers, and reading what was hidden."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.core import audit

from ...models import Complaint, ComplaintEvent, ComplaintRedaction
from .steps import add_event, keep_record, locked, words_of


@dataclass(frozen=True)
class Original:
    """What the reporter wrote, word for word."""

    subject: str
    body: str
    messages: list[tuple[datetime, str]]


@transaction.atomic
def redact_report(
    *, complaint_id: int, subject: str, text: str, reason: str, by: Any, at: datetime
) -> ComplaintRedaction:
    """Store a new version of what may be read of a report. The original stays; only an auditor reads it.

    :raises TextMissing: if a part or the reason is empty.
    """
    complaint = locked(complaint_id)
    return _new_version(
        complaint, None, subject=words_of(subject), text=words_of(text), reason=reason, by=by, at=at
    )


@transaction.atomic
def redact_message(
    *, event: ComplaintEvent, text: str, reason: str, by: Any, at: datetime
) -> ComplaintRedaction:
    """Store a new version of what may be read of one message.

    :raises TextMissing: if the text or the reason is empty.
    """
    complaint = locked(event.complaint_id)
    return _new_version(complaint, event, subject="", text=words_of(text), reason=reason, by=by, at=at)


def _new_version(
    complaint: Complaint,
    event: ComplaintEvent | None,
    *,
    subject: str,
    text: str,
    reason: str,
    by: Any,
    at: datetime,
) -> ComplaintRedaction:
    words = words_of(reason)
    version = complaint.redactions.filter(event=event).count() + 1
    row = ComplaintRedaction.objects.create(
        complaint=complaint,
        event=event,
        version=version,
        subject=subject,
        text=text,
        reason=words,
        by=by,
        at=at,
    )
    add_event(complaint, "redact", text=words, is_public=False, at=at, by=by)
    keep_record(complaint, "redacted", by=by, at=at, version=version, event=event.pk if event else None)
    return row


@transaction.atomic
def read_original(*, complaint_id: int, reason: str, by: Any, at: datetime) -> Original:
    """Return what the reporter wrote, and keep on record who looked and why.

    :raises TextMissing: if no reason is given.
    """
    complaint = locked(complaint_id)
    words = words_of(reason)
    add_event(complaint, "original", text=words, is_public=False, at=at, by=by)
    keep_record(complaint, "original_read", by=by, at=at)
    written = complaint.events.filter(action__in=["citizen_reply", "message", "reopen"]).exclude(text="")
    return Original(complaint.subject, complaint.body, [(event.at, event.text) for event in written])


def note_secret_reading(*, complaint: Complaint, by: Any, at: datetime) -> None:
    """Keep on record that somebody opened a report whose content is secret."""
    audit.record(
        "feedback.complaint.secret_read", target=complaint, by=by, scope=complaint.government.code, at=at
    )
