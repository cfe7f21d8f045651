"""Which services and complaints a user may see inside. Public pages use selectors that return only public
fields.
"""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from apps.employees.models import WorkUnit

COMPLAINT_ROLES = ("feedback_officer", "leadership", "auditor")


def _units_open_to(user: Any, on: date | None) -> Any:
    return WorkUnit.objects.below_any(
        WorkUnit.objects.filter(
            Q(pk__in=WorkUnit.objects.led_by(user, on=on).values("pk"))
            | Q(pk__in=WorkUnit.objects.with_role(user, *COMPLAINT_ROLES, on=on).values("pk"))
        )
    )


class ServiceQuerySet(models.QuerySet):
    """Services."""

    def visible_to(self, user: Any, on: date | None = None) -> "ServiceQuerySet":
        """Services of units the user leads, or is responsible for by role."""
        return self.filter(unit__in=_units_open_to(user, on))

    def public(self) -> "ServiceQuerySet":
        """Services shown to citizens."""
        return self.filter(is_active=True, unit__is_active=True)


class ComplaintQuerySet(models.QuerySet):
    """Complaints."""

    def visible_to(self, user: Any, on: date | None = None) -> "ComplaintQuerySet":
        """Complaints about units the user leads, or is responsible for by role."""
        return self.filter(unit__in=_units_open_to(user, on))

    def open(self) -> "ComplaintQuerySet":
        """Those whose work is not finished."""
        return self.exclude(status__in=["confirmed_solved", "closed_no_reply", "rejected"])
