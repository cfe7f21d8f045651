"""Whose records of supervision a user may see."""

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Q

from apps.core.localtime import today
from apps.employees.models import Employee, Placement, WorkUnit


class PreVoteQuerySet(models.QuerySet):
    """Blind votes of calibration rooms."""

    def visible_to(self, user: Any, on: date | None = None) -> "PreVoteQuerySet":
        """Those one takes part in, and those of units one leads or decides for as leadership."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        units = WorkUnit.objects.below_any(
            WorkUnit.objects.filter(
                Q(pk__in=WorkUnit.objects.led_by(user, on=on).values("pk"))
                | Q(pk__in=WorkUnit.objects.with_role(user, "leadership", on=on).values("pk"))
            )
        )
        return self.filter(
            Q(pk__in=self.model.objects.filter(voters__voter__user=user).values("pk"))
            | Q(session__unit__in=units.values("pk"))
        )


# Roles that look at whole units. Whoever leads a unit needs none.
FIGURE_ROLES = ("leadership", "personnel_officer", "auditor")


class UnitFigureQuerySet(models.QuerySet):
    """Figures of units."""

    def visible_to(self, user: Any, on: date | None = None) -> "UnitFigureQuerySet":
        """Those of units one leads or has a leading, personnel or auditing role for, and of all below."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(unit__in=overseen_by(user, on).values("pk"))


def overseen_by(user: Any, on: date | None = None) -> Any:
    """Return the units whose figures a user may see."""
    return WorkUnit.objects.below_any(
        WorkUnit.objects.filter(
            Q(pk__in=WorkUnit.objects.led_by(user, on=on).values("pk"))
            | Q(pk__in=WorkUnit.objects.with_role(user, *FIGURE_ROLES, on=on).values("pk"))
        )
    )


class ReviewDrawQuerySet(models.QuerySet):
    """Samples of ordinary reports."""

    def visible_to(self, user: Any, on: date | None = None) -> "ReviewDrawQuerySet":
        """One's own, and those of the supervisors in units one leads, personnel officers serve or auditors see."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        day = on or today()
        units = overseen_by(user, day)
        places = Placement.objects.filter(
            is_main=True, period__contains=day, position__unit__in=units.values("pk")
        )
        return self.filter(Q(supervisor__user=user) | Q(supervisor__in=places.values("employee")))

    def of(self, user: Any) -> "ReviewDrawQuerySet":
        """Those of the user as supervisor."""
        return self.filter(supervisor__user=user)


class SecondReadingQuerySet(models.QuerySet):
    """Drawn reports read again by somebody from another unit."""

    def visible_to(self, user: Any, on: date | None = None) -> "SecondReadingQuerySet":
        """Those this user reads: nobody else opens the blind page, whatever role."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(reader__user=user)

    def open(self) -> "SecondReadingQuerySet":
        """Those without a verdict."""
        return self.filter(found="")


class ExceptionCaseQuerySet(models.QuerySet):
    """States of exceptions."""

    def visible_to(self, user: Any, on: date | None = None) -> "ExceptionCaseQuerySet":
        """One's own, those of the people one supervises, and those that were passed to the user."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        supervised = Employee.objects.supervised_by(user, on=on).values("pk")
        return self.filter(Q(person__user=user) | Q(person__in=supervised) | Q(holder__user=user))

    def running(self) -> "ExceptionCaseQuerySet":
        """Those that were still true when somebody last looked."""
        return self.exclude(status="ended")


class ExceptionActQuerySet(models.QuerySet):
    """Acts of supervisors."""

    def visible_to(self, user: Any) -> "ExceptionActQuerySet":
        """One's own. Whom it concerns reads the steps of their own cases."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(by__user=user)


class AuditEngagementQuerySet(models.QuerySet):
    """Engagements of auditors."""

    def visible_to(self, user: Any, on: date | None = None) -> "AuditEngagementQuerySet":
        """One's own as an auditor, and those of the units one answers for as personnel officer or leadership."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(Q(auditor=user) | Q(unit__in=granted_units(user, on).values("pk")))

    def open_to(self, user: Any, at: datetime) -> "AuditEngagementQuerySet":
        """Those whose room the user may enter now: in their window, and still an auditor of that unit."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        audited = WorkUnit.objects.below_any(WorkUnit.objects.with_role(user, "auditor"))
        return self.filter(
            auditor=user,
            ended_at__isnull=True,
            starts_at__lte=at,
            ends_at__gt=at,
            unit__in=audited.values("pk"),
        )


def granted_units(user: Any, on: date | None = None) -> Any:
    """Return the units for which the user may let an auditor in."""
    return WorkUnit.objects.below_any(
        WorkUnit.objects.with_role(user, "personnel_officer", "leadership", on=on)
    )


# --- career


class DisciplineQuerySet(models.QuerySet):
    """Punishments: few people may know of them."""

    def visible_to(self, user: Any, on: date | None = None) -> "DisciplineQuerySet":
        """One's own, and those of the people one is a personnel officer for."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        managed = Employee.objects.managed_by(user, on=on)
        return self.filter(Q(employee__user=user) | Q(employee__in=managed.values("pk")))

    def valid(self) -> "DisciplineQuerySet":
        """Those nobody has taken back."""
        return self.filter(revoked_at__isnull=True)


# --- the practice period


class PracticeEntryQuerySet(models.QuerySet):
    """What people write for exercise."""

    def visible_to(self, user: Any) -> "PracticeEntryQuerySet":
        """One's own. No role opens anybody else's."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(person__user=user)

    def tried(self) -> "PracticeEntryQuerySet":
        """Those where something was sent or answered; a task only begun does not count as tried."""
        return self.exclude(status="draft")
