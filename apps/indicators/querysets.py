"""Whose plans a user may see."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from apps.employees.models import Employee


class SkpQuerySet(models.QuerySet):
    """Yearly plans."""

    def visible_to(self, user: Any, on: date | None = None) -> "SkpQuerySet":
        """Plans of visible people, and those this user was to appraise when they were made."""
        return self.filter(
            Q(employee__in=Employee.objects.visible_to(user, on=on).values("pk")) | Q(appraiser__user=user)
        )

    def of_year(self, year: int) -> "SkpQuerySet":
        """Plans of a year."""
        return self.filter(year=year)

    def awaiting(self, user: Any) -> "SkpQuerySet":
        """Plans waiting for this appraiser's approval."""
        return self.filter(appraiser__user=user, status="submitted")
