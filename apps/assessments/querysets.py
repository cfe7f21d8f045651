"""Whose reports and evaluations a user may see."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from apps.employees.models import Employee


def _visible_employees(user: Any, on: date | None) -> Any:
    return Employee.objects.visible_to(user, on=on).values("pk")


class ProgressQuerySet(models.QuerySet):
    """Progress entries."""

    def visible_to(self, user: Any, on: date | None = None) -> "ProgressQuerySet":
        """Entries of visible people."""
        return self.filter(employee__in=_visible_employees(user, on))


class SelfReportQuerySet(models.QuerySet):
    """Self-reports."""

    def visible_to(self, user: Any, on: date | None = None) -> "SelfReportQuerySet":
        """One's own; of others what has been sent at least once. A draft belongs to its writer alone."""
        return self.filter(
            Q(employee__user=user)
            | (
                Q(version__gt=0)
                & (Q(employee__in=_visible_employees(user, on)) | Q(skp__appraiser__user=user))
            )
        )


class EvaluationQuerySet(models.QuerySet):
    """Evaluations."""

    def visible_to(self, user: Any, on: date | None = None) -> "EvaluationQuerySet":
        """The person sees theirs once handed over; appraisers and leaders above see theirs at every stage."""
        others = Employee.objects.visible_to(user, on=on).exclude(user=user).values("pk")
        return self.filter(
            Q(employee__user=user, delivered_at__isnull=False)
            | Q(employee__in=others)
            | Q(appraiser__user=user)
            | Q(objection__decider__user=user)
        )

    def to_rate(self, user: Any) -> "EvaluationQuerySet":
        """Those waiting for this appraiser's ratings."""
        return self.filter(appraiser__user=user, status="prepared")


class FeedbackNoteQuerySet(models.QuerySet):
    """Continuing feedback."""

    def visible_to(self, user: Any, on: date | None = None) -> "FeedbackNoteQuerySet":
        """Notes on visible people."""
        return self.filter(employee__in=_visible_employees(user, on))


class ObjectionQuerySet(models.QuerySet):
    """Objections."""

    def visible_to(self, user: Any, on: date | None = None) -> "ObjectionQuerySet":
        """Those of visible people, and those this user decides."""
        return self.filter(Q(evaluation__employee__in=_visible_employees(user, on)) | Q(decider__user=user))
