"""Whose documents a user may see: the same people whose evaluations and plans they may see."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from apps.assessments.models import Evaluation
from apps.employees.models import WorkUnit
from apps.indicators.models import Skp

PACK_ROLES = ("personnel_officer", "leadership", "auditor")


class DocumentQuerySet(models.QuerySet):
    """Issued documents."""

    def visible_to(self, user: Any, on: date | None = None) -> "DocumentQuerySet":
        """Documents of visible evaluations and plans; packs of units one leads or has a role for."""
        units = WorkUnit.objects.below_any(
            WorkUnit.objects.filter(
                Q(pk__in=WorkUnit.objects.led_by(user, on=on).values("pk"))
                | Q(pk__in=WorkUnit.objects.with_role(user, *PACK_ROLES, on=on).values("pk"))
            )
        )
        return self.filter(
            Q(evaluation__in=Evaluation.objects.visible_to(user, on=on).values("pk"))
            | Q(skp__in=Skp.objects.visible_to(user, on=on).values("pk"))
            | Q(evaluation__isnull=True, skp__isnull=True, unit__in=units)
        )
