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


class CoachingQuerySet(models.QuerySet):
    """Coaching notes: a talk between two, so fewer people may read it than other records."""

    def visible_to(self, user: Any, on: date) -> "CoachingQuerySet":
        """Those about oneself, written by oneself, about the people one leads or is a personnel officer for."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(
            Q(employee__user=user)
            | Q(coach__user=user)
            | Q(employee__in=led_by(user, on).values("pk"))
            | Q(employee__in=Employee.objects.managed_by(user, on=on).values("pk"))
        )


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
