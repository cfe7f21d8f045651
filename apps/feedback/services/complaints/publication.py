"""Words of a report that everybody may read. A person writes or checks them; nothing is published by itself (3.2)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from ...models import Complaint
from ...rules.redaction import redact
from .steps import add_event, keep_record, locked, words_of


class NotForThePublic(ValueError):
    """Raised for a secret report, suspected spam, or a suspicion against people."""


@transaction.atomic
def publish(*, complaint_id: int, subject: str, text: str, by: Any, at: datetime) -> Complaint:
    """Release a report in checked words; numbers and addresses that slipped through are hidden all the same.

    :raises NotForThePublic: if the report may not be public.
    :raises TextMissing: if there is no subject.
    """
    complaint = locked(complaint_id)
    if not Complaint.objects.listed().filter(pk=complaint.pk).exists():
        raise NotForThePublic
    complaint.public_subject = redact(words_of(subject))[:150]
    complaint.public_text = redact(text.strip())
    complaint.published_at = at
    complaint.save(update_fields=["public_subject", "public_text", "published_at"])
    add_event(complaint, "publish", at=at, by=by, is_public=False)
    keep_record(complaint, "published", by=by, at=at)
    return complaint


@transaction.atomic
def unpublish(*, complaint_id: int, by: Any, at: datetime) -> Complaint:
    """Take a report out of the public list again."""
    complaint = locked(complaint_id)
    if complaint.published_at is not None:
        complaint.published_at = None
        complaint.save(update_fields=["published_at"])
        add_event(complaint, "unpublish", at=at, by=by, is_public=False)
        keep_record(complaint, "unpublished", by=by, at=at)
    return complaint
