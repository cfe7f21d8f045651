"""The same problem again: somebody adds a voice instead of a report. Counted, without anything that says who."""

from datetime import datetime

from django.db import transaction

from apps.core import audit

from ...models import Complaint
from .steps import PUBLIC, locked


class NotOffered(LookupError):
    """Raised when a report is not public, or is closed."""


@transaction.atomic
def add_voice(*, complaint_id: int, at: datetime) -> Complaint:
    """Count one more person with the same problem.

    :raises NotOffered: if the report is not open to the public.
    """
    complaint = locked(complaint_id)
    if not Complaint.objects.published().open().filter(pk=complaint.pk).exists():
        raise NotOffered
    complaint.voices += 1
    complaint.save(update_fields=["voices"])
    audit.record(
        "feedback.complaint.voice_added",
        target=complaint,
        by=PUBLIC,
        scope=complaint.government.code,
        at=at,
        voices=complaint.voices,
    )
    return complaint
