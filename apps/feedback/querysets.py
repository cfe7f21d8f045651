"""Which services and complaints a user may see inside. Public pages use selectors that return only public
fields.
"""

from datetime import date
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from apps.employees.models import Employee, WorkUnit

COMPLAINT_ROLES = ("feedback_officer", "leadership", "auditor")


def _model(name: str) -> Any:
    # By name: models import their querysets, not the other way round.
    return apps.get_model("feedback", name)


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
        """Complaints about units the user leads, or is responsible for by role, and those given to them.

        Never one that names the user: they read what concerns them on a page of their own, without the reporter.
        """
        return self.filter(
            Q(unit__in=_units_open_to(user, on)) | Q(assignee_id=getattr(user, "pk", None))
        ).exclude(
            pk__in=_model("ReportedOfficer")
            .objects.standing()
            .filter(employee__user_id=getattr(user, "pk", None))
            .values("complaint")
        )

    def open(self) -> "ComplaintQuerySet":
        """Those whose work is not finished."""
        return self.exclude(status__in=["confirmed_solved", "closed_no_reply", "rejected"])

    def listed(self) -> "ComplaintQuerySet":
        """Those whose existence everybody may know of: not secret, no spam, no suspicion against people."""
        return self.filter(is_secret=False, is_quarantined=False).exclude(kind="berkadar_pengawasan")

    def published(self) -> "ComplaintQuerySet":
        """Listed ones whose words a person has checked and released."""
        return self.listed().filter(published_at__isnull=False)


class ServiceAlertQuerySet(models.QuerySet):
    """Notices that a service turned bad."""

    def visible_to(self, user: Any, on: date | None = None) -> "ServiceAlertQuerySet":
        """Notices about services of units the user leads, or is responsible for by role."""
        return self.filter(service__unit__in=_units_open_to(user, on))

    def running(self) -> "ServiceAlertQuerySet":
        """Those about which somebody still has something to do, or to see."""
        return self.filter(status__in=["open", "acted"])


class QuarantineCaseQuerySet(models.QuerySet):
    """Cases of held-back ratings."""

    def visible_to(self, user: Any, on: date | None = None) -> "QuarantineCaseQuerySet":
        """Cases of services of units the user leads, or is responsible for by role."""
        return self.filter(service__unit__in=_units_open_to(user, on))


class PaperBatchQuerySet(models.QuerySet):
    """Batches of paper questionnaires."""

    def visible_to(self, user: Any, on: date | None = None) -> "PaperBatchQuerySet":
        """Batches of services of units the user leads, or is responsible for by role."""
        return self.filter(survey_period__service__unit__in=_units_open_to(user, on))


class QuestionnaireQuerySet(models.QuerySet):
    """Versions of the questionnaire."""

    def of_government(self, government: Any) -> "QuestionnaireQuerySet":
        """The national ones and those of the government."""
        return self.filter(Q(government=government) | Q(government=None))


class ImprovementQuerySet(models.QuerySet):
    """Items of improvement plans."""

    def visible_to(self, user: Any, on: date | None = None) -> "ImprovementQuerySet":
        """One's own items, those of the people one appraises, and those of units one leads or has a role for."""
        return self.filter(
            Q(unit__in=_units_open_to(user, on))
            | Q(responsible__user=user)
            | Q(responsible__in=Employee.objects.appraised_by(user, on=on).values("pk"))
        )

    def open(self) -> "ImprovementQuerySet":
        """Those with something left to do or to check."""
        return self.filter(status__in=["planned", "in_progress", "reported"])

    def done(self) -> "ImprovementQuerySet":
        """Those whose proof somebody else has accepted."""
        return self.filter(status__in=["done", "measured"])


class ConsultationQuerySet(models.QuerySet):
    """Meetings with the public."""

    def visible_to(self, user: Any, on: date | None = None) -> "ConsultationQuerySet":
        """Those of units the user leads, or is responsible for by role."""
        return self.filter(unit__in=_units_open_to(user, on))

    def public(self) -> "ConsultationQuerySet":
        """Those that were announced; a cancelled one stays visible as such."""
        return self.filter(announced_at__isnull=False)


class CommitmentQuerySet(models.QuerySet):
    """Promises made at meetings with the public."""

    def visible_to(self, user: Any, on: date | None = None) -> "CommitmentQuerySet":
        """One's own, those of the people one appraises, and those of units one leads or has a role for."""
        return self.filter(
            Q(point__consultation__unit__in=_units_open_to(user, on))
            | Q(owner__user=user)
            | Q(owner__in=Employee.objects.appraised_by(user, on=on).values("pk"))
        )

    def open(self) -> "CommitmentQuerySet":
        """Those that somebody still has to keep."""
        return self.filter(status__in=["open", "in_progress"])


class AnswerTemplateQuerySet(models.QuerySet):
    """Beginnings of answers."""

    def for_unit(self, unit: Any) -> "AnswerTemplateQuerySet":
        """Those that an officer of the unit may begin with: of the unit, of one above, of the government."""
        above = [int(part) for part in unit.path.split("/") if part]
        return self.filter(
            Q(unit__isnull=True) | Q(unit__in=above), government_id=unit.government_id, is_active=True
        )


class CauseQuerySet(models.QuerySet):
    """Causes of reports."""

    def of(self, government: Any) -> "CauseQuerySet":
        """Those in use in a government."""
        return self.filter(government=government, is_active=True)


class ReportedOfficerQuerySet(models.QuerySet):
    """Allegations against named employees."""

    def standing(self) -> "ReportedOfficerQuerySet":
        """Those whose name was not taken back."""
        return self.exclude(status="withdrawn")

    def undecided(self) -> "ReportedOfficerQuerySet":
        """Those that have not come to their end."""
        return self.exclude(status__in=["final", "withdrawn"])

    def about(self, user: Any) -> "ReportedOfficerQuerySet":
        """Those that concern the user."""
        return self.standing().filter(employee__user_id=getattr(user, "pk", None) or 0)

    def quotable(self) -> "ReportedOfficerQuerySet":
        """Those that may be used elsewhere: decided for good. Before that there is only an allegation."""
        return self.filter(status="final")
