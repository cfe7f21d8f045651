"""Whose plans a user may see."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from apps.employees.labels import Role
from apps.employees.models import Employee, WorkUnit


def ever_in(plan_id: int, path: str) -> Q:
    """Rows whose planned result (`path` leads to it) stands in a plan or was dropped from it by a revision.

    A dropped result moved to the working copy that dropped it; what was noted for it before still belongs to the
    person's year.
    """
    return Q(**{f"{path}__skp": plan_id}) | Q(
        **{f"{path}__skp__revises": plan_id, f"{path}__skp__status": "merged"}
    )


class SkpQuerySet(models.QuerySet):
    """Yearly plans."""

    def visible_to(self, user: Any, on: date | None = None) -> "SkpQuerySet":
        """Plans of visible people, and those this user was to appraise when they were made."""
        return self.filter(
            Q(employee__in=Employee.objects.visible_to(user, on=on).values("pk")) | Q(appraiser__user=user)
        )

    def plans(self) -> "SkpQuerySet":
        """Plans themselves: not the working copies of approved ones."""
        return self.filter(revises__isnull=True)

    def open_revisions(self) -> "SkpQuerySet":
        """Working copies somebody still writes or decides on."""
        return self.filter(revises__isnull=False, status__in=["draft", "submitted", "returned"])

    def of_year(self, year: int) -> "SkpQuerySet":
        """Plans of a year."""
        return self.filter(year=year)

    def awaiting(self, user: Any) -> "SkpQuerySet":
        """Plans waiting for this appraiser's approval."""
        return self.filter(appraiser__user=user, status="submitted")


class SkpTemplateQuerySet(models.QuerySet):
    """Plans to begin from."""

    def kept_by(self, user: Any, on: date) -> "SkpTemplateQuerySet":
        """Those of governments in which this user is personnel officer."""
        officed = WorkUnit.objects.with_role(user, str(Role.PERSONNEL_OFFICER), on=on)
        return self.filter(government__in=officed.values("government"))

    def fitting(self, *, government: Any, job_family: str, level: str, layout: str) -> "SkpTemplateQuerySet":
        """Those for a position: of its job family and form, for its level or for every level."""
        if not job_family:
            return self.none()
        return self.filter(
            Q(level="") | Q(level=level),
            government=government,
            job_family__iexact=job_family,
            layout=layout,
            is_active=True,
        )
