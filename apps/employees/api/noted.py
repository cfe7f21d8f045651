"""One record read through the API stands on the person's own list, like one read on a page."""

from typing import Any

from django.utils import timezone

from ..models import Employee
from ..services import record_views


class Noted:
    """A detail view of one person's record; put it first among the bases. `part` is a `RecordPart`."""

    part: str

    def get_object(self) -> Any:
        """Return the visible row and note that it was read."""
        row = super().get_object()  # type: ignore[misc]
        employee = row if isinstance(row, Employee) else row.employee
        record_views.note(viewer=self.request.user, employee=employee, what=self.part, at=timezone.now())  # type: ignore[attr-defined]
        return row
