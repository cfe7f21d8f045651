"""Who opened whose record. Pages about one person call `note`; the person reads the list."""

from datetime import datetime
from typing import Any

from ..models import Employee, RecordView


def note(*, viewer: Any, employee: Employee, what: str, at: datetime) -> None:
    """Keep that somebody opened a page about a person: once an hour per part, and never about oneself."""
    if employee.user_id == viewer.pk:
        return
    RecordView.objects.bulk_create(
        [
            RecordView(
                viewer_id=viewer.pk,
                employee=employee,
                what=what,
                at=at,
                hour=at.replace(minute=0, second=0, microsecond=0),
            )
        ],
        ignore_conflicts=True,
    )
