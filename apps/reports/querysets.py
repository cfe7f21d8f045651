"""Whose documents a user may see: the same people whose evaluations and plans they may see."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from apps.assessments.models import CreditConversion, CreditPak, Evaluation, Objection
from apps.employees.models import Employee, WorkUnit
from apps.employees.querysets import WorkUnitQuerySet
from apps.feedback.models import Service
from apps.indicators.models import Skp
from apps.training.models import Certificate, Nomination

PACK_KINDS = ("evaluation_pack", "cycle_recap")
PACK_ROLES = ("personnel_officer", "leadership", "auditor")
SURVEY_ROLES = ("feedback_officer", "leadership", "auditor")


def pack_units(user: Any, on: date | None = None) -> WorkUnitQuerySet:
    """Return the units whose packs and recaps a user may ask for and read: led, or by role, with all below."""
    return _units(user, PACK_ROLES, on)


def survey_units(user: Any, on: date | None = None) -> WorkUnitQuerySet:
    """Return the units whose survey reports a user may ask for and read: those whose surveys they see inside."""
    return _units(user, SURVEY_ROLES, on)


def _units(user: Any, roles: tuple[str, ...], on: date | None) -> WorkUnitQuerySet:
    return WorkUnit.objects.below_any(
        WorkUnit.objects.filter(
            Q(pk__in=WorkUnit.objects.led_by(user, on=on).values("pk"))
            | Q(pk__in=WorkUnit.objects.with_role(user, *roles, on=on).values("pk"))
        )
    )


class DocumentQuerySet(models.QuerySet):
    """Issued documents."""

    def visible_to(self, user: Any, on: date | None = None) -> "DocumentQuerySet":
        """Documents of what one may see (evaluations, plans, objections, angka kredit, surveys, certificates,
        recognition); packs of units one leads or has a role for.
        """
        if not getattr(user, "is_authenticated", False):
            return self.none()
        people = Employee.objects.visible_to(user, on=on)
        return self.filter(
            Q(evaluation__in=Evaluation.objects.visible_to(user, on=on).values("pk"))
            | Q(skp__in=Skp.objects.visible_to(user, on=on).values("pk"))
            | Q(objection__in=Objection.objects.visible_to(user, on=on).values("pk"))
            | Q(conversion__in=CreditConversion.objects.visible_to(user, on=on).values("pk"))
            | Q(pak__in=CreditPak.objects.visible_to(user, on=on).values("pk"))
            | Q(certificate__in=Certificate.objects.visible_to(user, on=on).values("pk"))
            | Q(employee__in=people.values("pk"))
            | Q(kind__in=PACK_KINDS, unit__in=pack_units(user, on))
            | Q(survey_period__service__in=Service.objects.visible_to(user, on=on).values("pk"))
            | Q(kind="survey_span", unit__in=survey_units(user, on))
            | Q(nomination__in=Nomination.objects.visible_to(user, on=on).values("pk"))
        )

    def packs(self) -> "DocumentQuerySet":
        """Packs and recaps of units."""
        return self.filter(kind__in=PACK_KINDS)

    def survey_spans(self) -> "DocumentQuerySet":
        """Survey reports of units."""
        return self.filter(kind="survey_span")
