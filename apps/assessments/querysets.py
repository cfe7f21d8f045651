"""Whose reports and evaluations a user may see."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from apps.employees.models import Employee, WorkUnit


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
        """Those of visible people, those against one's own judgement, and those this user decides."""
        return self.filter(
            Q(evaluation__employee__in=_visible_employees(user, on))
            | Q(evaluation__appraiser__user=user)
            | Q(decider__user=user)
        )


class EscalationQuerySet(models.QuerySet):
    """Clocks that ran out."""

    def visible_to(self, user: Any, on: date | None = None) -> "EscalationQuerySet":
        """Those addressed to the user, their own, and those of the people they keep the personnel data of."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        managed = Employee.objects.managed_by(user, on=on).values("pk")
        return self.filter(Q(to__user=user) | Q(owed_by__user=user) | Q(evaluation__employee__in=managed))

    def open(self) -> "EscalationQuerySet":
        """Those whose thing is still not done."""
        return self.filter(resolved_at__isnull=True)


class CalibrationQuerySet(models.QuerySet):
    """Calibration sessions."""

    def visible_to(self, user: Any, on: date | None = None) -> "CalibrationQuerySet":
        """Those one takes part in, of the units one leads or answers for by role, and about people one rated."""
        units = WorkUnit.objects.below_any(
            WorkUnit.objects.filter(
                Q(pk__in=WorkUnit.objects.led_by(user, on=on).values("pk"))
                | Q(
                    pk__in=WorkUnit.objects.with_role(
                        user, "leadership", "personnel_officer", "auditor", on=on
                    ).values("pk")
                )
            )
        )
        rated = self.model._meta.apps.get_model("assessments", "Evaluation").objects.filter(
            appraiser__user=user, unit=models.OuterRef("unit"), period=models.OuterRef("period")
        )
        return self.filter(
            Q(pk__in=self.model.objects.filter(participants__user=user).values("pk"))
            | Q(unit__in=units)
            | models.Exists(rated)
        )


class CreditEntryQuerySet(models.QuerySet):
    """Opening balances, diplomas and rank steps entered for functional posts."""

    def visible_to(self, user: Any, on: date | None = None) -> "CreditEntryQuerySet":
        """Those of visible people."""
        return self.filter(employee__in=_visible_employees(user, on))

    def counting(self) -> "CreditEntryQuerySet":
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class CreditConversionQuerySet(models.QuerySet):
    """Conversions of a predikat into angka kredit."""

    def visible_to(self, user: Any, on: date | None = None) -> "CreditConversionQuerySet":
        """Those of visible people."""
        return self.filter(employee__in=_visible_employees(user, on))

    def current(self) -> "CreditConversionQuerySet":
        """Those that count; the others were replaced."""
        return self.filter(replaced_at__isnull=True)


class CreditPakQuerySet(models.QuerySet):
    """Penetapan angka kredit."""

    def visible_to(self, user: Any, on: date | None = None) -> "CreditPakQuerySet":
        """Those of visible people."""
        return self.filter(employee__in=_visible_employees(user, on))


class DialogueNoteQuerySet(models.QuerySet):
    """Notes of talks between leader and employee."""

    def visible_to(self, user: Any, on: date | None = None) -> "DialogueNoteQuerySet":
        """Those of the two sides alone: the person, the appraiser of today and of the plan, who supervises on loan,
        and who agreed.

        Where an elected official appraises, leadership speaks for the office; where the appraiser is gone, whoever
        leads the unit.
        """
        if not getattr(user, "is_authenticated", False):
            return self.none()
        units = WorkUnit.objects.below_any(WorkUnit.objects.with_role(user, "leadership", on=on))
        led = WorkUnit.objects.below_any(WorkUnit.objects.led_by(user, on=on))
        gone = Q(skp__appraiser__is_active=False) | Q(skp__appraiser__user__isnull=True)
        return self.filter(
            Q(employee__user=user)
            | Q(employee__in=Employee.objects.supervised_by(user, on=on).values("pk"))
            | Q(skp__appraiser__user=user)
            | Q(appraiser__user=user)
            | Q(skp__appraiser__isnull=True, skp__unit__in=units)
            | (Q(skp__appraiser__isnull=False, skp__unit__in=led) & gone)
        )

    def agreed(self) -> "DialogueNoteQuerySet":
        """Those both sides agreed to."""
        return self.filter(status="agreed")


class PeerRoundQuerySet(models.QuerySet):
    """Rounds of feedback by peers."""

    def visible_to(self, user: Any, on: date | None = None) -> "PeerRoundQuerySet":
        """The person's own, those one opened, and those of the people one appraises. Nobody else's, whatever role."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(
            Q(employee__user=user)
            | Q(opened_by__user=user)
            | Q(employee__in=Employee.objects.appraised_by(user, on=on).values("pk"))
        )


class PeerInvitationQuerySet(models.QuerySet):
    """Who was asked for feedback about somebody."""

    def addressed_to(self, user: Any) -> "PeerInvitationQuerySet":
        """Those this user answers or declines."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(giver__user=user).exclude(status="proposed")

    def waiting(self) -> "PeerInvitationQuerySet":
        """Those of open rounds that were neither answered nor declined."""
        return self.filter(status="invited", has_answered=False, round__status="open")
