"""Whose training records a user may see."""

from datetime import date
from typing import Any

from django.db import models

from apps.employees.models import Employee


class EmployeeOwnedQuerySet(models.QuerySet):
    """Rows that belong to one employee."""

    def visible_to(self, user: Any, on: date | None = None) -> "EmployeeOwnedQuerySet":
        """Rows of visible people."""
        return self.filter(employee__in=Employee.objects.visible_to(user, on=on).values("pk"))
