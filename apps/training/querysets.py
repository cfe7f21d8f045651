"""Whose training records a user may see."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from apps.employees.models import Employee, Government, Placement, WorkUnit

OPEN_NEEDS = ("proposed", "planned")
OFFICERS = ("training_officer", "personnel_officer")


def governments_of(user: Any) -> models.QuerySet:
    """Governments a user belongs to, by employment or by role."""
    if not getattr(user, "is_authenticated", False):
        return Government.objects.none()
    return Government.objects.filter(
        Q(pk__in=Employee.objects.filter(user=user).values("government"))
        | Q(pk__in=WorkUnit.objects.with_any_role(user).values("government"))
    )


def people_in(units: models.QuerySet, day: date) -> models.QuerySet:
    """Keys of the people with their main place in one of the units on a day."""
    return Placement.objects.filter(is_main=True, period__contains=day, position__unit__in=units).values(
        "employee"
    )


def led_by(user: Any, day: date) -> models.QuerySet:
    """People whose appraiser the user is, or whose unit the user leads (or one above it); never oneself."""
    units = WorkUnit.objects.below_any(WorkUnit.objects.led_by(user, on=day))
    return Employee.objects.filter(
        Q(pk__in=Employee.objects.appraised_by(user, on=day).values("pk")) | Q(pk__in=people_in(units, day))
    ).exclude(user=user)


def developed_by(user: Any, day: date) -> models.QuerySet:
    """People whose learning the user plans: those led, and those of the training and personnel officers."""
    offices = WorkUnit.objects.below_any(WorkUnit.objects.with_role(user, *OFFICERS, on=day))
    return Employee.objects.filter(
        Q(pk__in=led_by(user, day).values("pk")) | Q(pk__in=people_in(offices, day))
    ).exclude(user=user)


class EmployeeOwnedQuerySet(models.QuerySet):
    """Rows that belong to one employee."""

    def visible_to(self, user: Any, on: date | None = None) -> "EmployeeOwnedQuerySet":
        """Rows of visible people."""
        return self.filter(employee__in=Employee.objects.visible_to(user, on=on).values("pk"))


class OfGovernmentQuerySet(models.QuerySet):
    """Rows that belong to one government."""

    def visible_to(self, user: Any) -> "OfGovernmentQuerySet":
        """Those of the user's government."""
        return self.filter(government__in=governments_of(user))


class StandardQuerySet(models.QuerySet):
    """What posts ask for: no secret within a government."""

    def visible_to(self, user: Any) -> "StandardQuerySet":
        """Those of the user's government."""
        return self.filter(competence__government__in=governments_of(user))

    def active_on(self, day: date) -> "StandardQuerySet":
        """Those that hold on a day."""
        return self.filter(period__contains=day)


class AssessmentQuerySet(EmployeeOwnedQuerySet):
    """Assessed levels of people."""

    def valid(self) -> "AssessmentQuerySet":
        """Those nobody has taken back."""
        return self.filter(revoked_at__isnull=True)


PLAN_READERS = ("training_officer", "personnel_officer", "leadership", "auditor")


class PlanQuerySet(models.QuerySet):
    """Plans of a year: they name people and their needs."""

    def visible_to(self, user: Any, on: date) -> "PlanQuerySet":
        """Those of the units one leads, or has a role for that reads them."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        units = WorkUnit.objects.below_any(
            WorkUnit.objects.filter(
                Q(pk__in=WorkUnit.objects.led_by(user, on=on).values("pk"))
                | Q(pk__in=WorkUnit.objects.with_role(user, *PLAN_READERS, on=on).values("pk"))
            )
        )
        return self.filter(unit__in=units)


class LearningFormQuerySet(models.QuerySet):
    """Forms of learning."""

    def known_to(self, government: Any) -> "LearningFormQuerySet":
        """Rows of a government and of the whole installation."""
        return self.filter(Q(government=government) | Q(government=None))


class ProgrammeQuerySet(models.QuerySet):
    """Programmes: an offer that everybody of the government may know."""

    def visible_to(self, user: Any) -> "ProgrammeQuerySet":
        """Programmes of the user's government."""
        return self.filter(government__in=governments_of(user))


class SessionQuerySet(models.QuerySet):
    """Sessions of programmes."""

    def visible_to(self, user: Any) -> "SessionQuerySet":
        """Sessions of the user's government."""
        return self.filter(programme__government__in=governments_of(user))

    def not_cancelled(self) -> "SessionQuerySet":
        """Those that take place."""
        return self.filter(cancelled_at__isnull=True)


class CoachingQuerySet(models.QuerySet):
    """Coaching notes: a talk between two, so fewer people may read it than other records."""

    def visible_to(self, user: Any, on: date) -> "CoachingQuerySet":
        """Those about oneself, written by oneself, about the people one leads or is a personnel officer for.

        A confidential one is kept from those who only lead.
        """
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(
            Q(employee__user=user)
            | Q(coach__user=user)
            | Q(employee__in=led_by(user, on).values("pk"), is_confidential=False)
            | Q(employee__in=Employee.objects.managed_by(user, on=on).values("pk"))
        )


class CoachingPlanQuerySet(models.QuerySet):
    """Plans of coaching: a matter of two, and of those who answer for the person."""

    def visible_to(self, user: Any, on: date) -> "CoachingPlanQuerySet":
        """One's own, those one keeps, those of people one supervises, leads or is a personnel officer for."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(
            Q(employee__user=user)
            | Q(coach__user=user)
            | Q(employee__in=Employee.objects.supervised_by(user, on=on).values("pk"))
            | Q(employee__in=led_by(user, on).values("pk"))
            | Q(employee__in=Employee.objects.managed_by(user, on=on).values("pk"))
        )

    def open(self) -> "CoachingPlanQuerySet":
        """Those under way."""
        return self.filter(status="open")


class RecognitionQuerySet(models.QuerySet):
    """Recognitions: meant to be seen by those who work there."""

    def visible_to(self, user: Any, on: date | None = None) -> "RecognitionQuerySet":
        """Those of visible units and of visible people."""
        return self.filter(
            Q(unit__in=WorkUnit.objects.visible_to(user, on=on).values("pk"))
            | Q(employee__in=Employee.objects.visible_to(user, on=on).values("pk"))
        )


SHOWN_TO_THE_PERSON = ("decided", "concluded")


class FollowUpQuerySet(models.QuerySet):
    """Consequences of results: few people read about them."""

    def visible_to(self, user: Any, on: date) -> "FollowUpQuerySet":
        """Those about people one leads or keeps the personnel data of; about oneself once they are decided."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.about_others(user, on) | self.filter(employee__user=user, status__in=SHOWN_TO_THE_PERSON)

    def about_others(self, user: Any, on: date) -> "FollowUpQuerySet":
        """Those about people one leads, decides for as leadership, or keeps the personnel data of; never oneself."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        offices = WorkUnit.objects.below_any(
            WorkUnit.objects.with_role(user, "leadership", "personnel_officer", on=on)
        )
        return self.filter(
            Q(employee__in=led_by(user, on).values("pk"))
            | Q(evaluation__appraiser__user=user)
            | Q(employee__in=people_in(offices, on))
        ).exclude(employee__user=user)


# Who may read how a nomination came about; a leader of the unit reads it once it is decided.
NOMINATION_ROLES = (*OFFICERS, "leadership", "auditor")


class NominationQuerySet(models.QuerySet):
    """Nominations for recognition: few people read them before they are decided."""

    def visible_to(self, user: Any, on: date | None = None) -> "NominationQuerySet":
        """One's own, those one judges, those of units one answers for; awarded ones also to the person, to whoever
        leads the unit, and those of a whole unit to whoever works there.
        """
        if not getattr(user, "is_authenticated", False):
            return self.none()
        offices = WorkUnit.objects.below_any(WorkUnit.objects.with_role(user, *NOMINATION_ROLES, on=on))
        led = WorkUnit.objects.below_any(WorkUnit.objects.led_by(user, on=on))
        # An officer who is nominated learns of it like everybody else.
        return self.filter(
            Q(nominated_by__user=user)
            | Q(
                pk__in=self.model.objects.filter(
                    jurors__employee__user=user, convened_at__isnull=False
                ).values("pk")
            )
            | (Q(unit__in=offices.values("pk")) & (Q(employee__isnull=True) | ~Q(employee__user=user)))
            | Q(status="awarded", employee__user=user)
            | Q(status="awarded", unit__in=led.values("pk"))
            | Q(
                status="awarded",
                employee__isnull=True,
                unit__in=WorkUnit.objects.visible_to(user, on=on).values("pk"),
            )
        )

    def of_office(self, user: Any, on: date | None = None) -> "NominationQuerySet":
        """Those a training or personnel officer takes care of; never one's own, nor one of oneself."""
        offices = WorkUnit.objects.below_any(WorkUnit.objects.with_role(user, *OFFICERS, on=on))
        return self.filter(unit__in=offices.values("pk")).exclude(
            Q(nominated_by__user=user) | Q(employee__isnull=False, employee__user=user)
        )


class TrainingEffectQuerySet(models.QuerySet):
    """What came of programmes and of coaching; sums of groups, without a name."""

    def visible_to(self, user: Any) -> "TrainingEffectQuerySet":
        """Those of the user's government."""
        return self.filter(government__in=governments_of(user))
