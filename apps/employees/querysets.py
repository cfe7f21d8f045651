"""Who may see whom. Every query on personal data starts with `visible_to(user)`.

A person is visible to: themselves; their appraiser (link of that day) and who supervises them on loan; whoever
heads, or has a mandate for, a unit above them; and whoever has a role for a unit above them. Another government is
never visible.
"""

from datetime import date
from typing import Any

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import ExpressionWrapper, F, Q

from apps.core.localtime import today


def _model(name: str) -> Any:
    # By name: models import their querysets, not the other way round.
    return apps.get_model("employees", name)


class DatedQuerySet(models.QuerySet):
    """Rows with a `period` of days."""

    def active_on(self, day: date) -> "DatedQuerySet":
        """Those whose range contains the day."""
        return self.filter(period__contains=day)


class WorkUnitQuerySet(models.QuerySet):
    """Units of the organization tree."""

    def under(self, unit: Any) -> "WorkUnitQuerySet":
        """The unit and everything below it."""
        return self.filter(path__startswith=unit.path)

    def led_by(self, user: Any, on: date | None = None) -> "WorkUnitQuerySet":
        """Units whose head's post the user holds, or for which they have a mandate, on a day."""
        day = on or today()
        # Two questions and their union: as one join PostgreSQL read every place and everybody of a region for it.
        held = _model("Placement").objects.active_on(day).filter(employee__user=user, position__is_head=True)
        acting = _model("Mandate").objects.active_on(day).filter(holder__user=user, position__is_head=True)
        return self.filter(
            pk__in=held.values("position__unit").union(acting.values("position__unit"), all=True)
        )

    def with_role(self, user: Any, *roles: str, on: date | None = None) -> "WorkUnitQuerySet":
        """Units for which the user has one of the roles (all below are meant as well)."""
        day = on or today()
        held = _model("RoleAssignment").objects.active_on(day).filter(user=user, role__in=roles)
        return self.filter(pk__in=held.values("unit"))

    def below_any(self, roots: "WorkUnitQuerySet") -> "WorkUnitQuerySet":
        """Units in the subtree of any of the given ones."""
        return self.filter(
            models.Exists(
                self.model.objects.filter(pk__in=roots.values("pk"))
                .annotate(
                    candidate=ExpressionWrapper(models.OuterRef("path"), output_field=models.CharField())
                )
                .filter(candidate__startswith=F("path"))
            )
        )

    def below_any_at_once(self, roots: "WorkUnitQuerySet") -> "WorkUnitQuerySet":
        """The same units as `below_any`, by the numbers on their way from the root, for a question about all units.

        The given ones are found once and not for every unit again, which in a region of 5,600 units is 300 ms.
        """
        numbers = models.Func(
            models.Func(F("path"), models.Value("/"), function="btrim", output_field=models.CharField()),
            models.Value("/"),
            function="string_to_array",
            template="%(function)s(%(expressions)s)::bigint[]",
            output_field=ArrayField(models.BigIntegerField()),
        )
        return self.alias(way=numbers).filter(way__overlap=ArraySubquery(roots.values("pk")))

    def visible_to(self, user: Any, on: date | None = None) -> "WorkUnitQuerySet":
        """Units the user leads, has a role for, or works in."""
        day = on or today()
        own = self.model.objects.filter(
            positions__placements__employee__user=user, positions__placements__period__contains=day
        )
        return self.filter(
            Q(pk__in=own.values("pk"))
            | Q(pk__in=self.model.objects.below_any(self.model.objects.led_by(user, on=day)).values("pk"))
            | Q(
                pk__in=self.model.objects.below_any(self.model.objects.with_any_role(user, on=day)).values(
                    "pk"
                )
            )
        )

    def with_any_role(self, user: Any, on: date | None = None) -> "WorkUnitQuerySet":
        """Units for which the user has any role."""
        day = on or today()
        return self.filter(
            pk__in=_model("RoleAssignment").objects.active_on(day).filter(user=user).values("unit")
        )


# Roles that open personal data of a subtree. A complaint officer's work needs no personnel records.
PERSONNEL_ROLES = ("personnel_officer", "training_officer", "leadership", "auditor")


class SupervisionLoanQuerySet(DatedQuerySet):
    """Who supervises whom for a while in the place of the appraiser."""

    def active_on(self, day: date) -> "SupervisionLoanQuerySet":
        """Those that count on a day: the lender is the appraiser of that day, and the holder is still here."""
        links = _model("AppraiserLink").objects.filter(
            employee=models.OuterRef("employee"), appraiser=models.OuterRef("lender"), period__contains=day
        )
        return self.filter(
            models.Exists(links), period__contains=day, is_withdrawn=False, holder__is_active=True
        )

    def visible_to(self, user: Any, on: date | None = None) -> "SupervisionLoanQuerySet":
        """One's own as the person, the lender or the holder, and those of visible people."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(
            Q(lender__user=user)
            | Q(holder__user=user)
            | Q(employee__in=_model("Employee").objects.visible_to(user, on=on).values("pk"))
        )


class EmployeeQuerySet(models.QuerySet):
    """Civil servants."""

    def visible_to(self, user: Any, on: date | None = None) -> "EmployeeQuerySet":
        """Those whose data the user may see on a day."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        day = on or today()
        WorkUnit = _model("WorkUnit")

        units = WorkUnit.objects.below_any(
            WorkUnit.objects.filter(
                Q(pk__in=WorkUnit.objects.led_by(user, on=day).values("pk"))
                | Q(pk__in=WorkUnit.objects.with_role(user, *PERSONNEL_ROLES, on=day).values("pk"))
            )
        )
        return self.filter(
            Q(user=user)
            | Q(pk__in=self._appraisees(user, day))
            | Q(pk__in=self._lent_to(user, day))
            | Q(pk__in=self._placed_in(units, day))
            | Q(pk__in=self.model.objects.managed_by(user, on=day).values("pk"))
        )

    def appraised_by(self, user: Any, on: date | None = None) -> "EmployeeQuerySet":
        """Those whose appraiser the user is on a day."""
        return self.filter(pk__in=self._appraisees(user, on or today()))

    def supervised_by(self, user: Any, on: date | None = None) -> "EmployeeQuerySet":
        """Those the user supervises on a day: as their appraiser, or on loan from their appraiser.

        Whom the user has lent away stays among them; `selectors.loans_of` says who they are.
        """
        day = on or today()
        # A union, and no OR: for that PostgreSQL looked at everybody of a region, one by one.
        return self.filter(pk__in=self._appraisees(user, day).union(self._lent_to(user, day), all=True))

    def managed_by(self, user: Any, on: date | None = None) -> "EmployeeQuerySet":
        """Those for whom the user is the personnel officer on a day.

        Somebody without a place yet belongs to the officers of the whole government.
        """
        day = on or today()
        Placement, WorkUnit = _model("Placement"), _model("WorkUnit")

        offices = WorkUnit.objects.with_role(user, "personnel_officer", on=day)
        placed = Placement.objects.filter(is_main=True, period__contains=day)
        return self.filter(
            Q(pk__in=self._placed_in(WorkUnit.objects.below_any(offices), day))
            | (
                Q(government__in=offices.filter(parent__isnull=True).values("government"))
                & ~Q(pk__in=placed.values("employee"))
            )
        )

    def in_unit(self, unit: Any, on: date | None = None) -> "EmployeeQuerySet":
        """Those with their main place in the unit or below it on a day."""
        return self.filter(
            placements__is_main=True,
            placements__period__contains=on or today(),
            placements__position__unit__path__startswith=unit.path,
        )

    def _appraisees(self, user: Any, day: date) -> models.QuerySet:
        links = _model("AppraiserLink").objects.filter(appraiser__user=user, period__contains=day)
        return links.values("employee")

    def _lent_to(self, user: Any, day: date) -> models.QuerySet:
        return _model("SupervisionLoan").objects.active_on(day).filter(holder__user=user).values("employee")

    def _placed_in(self, units: WorkUnitQuerySet, day: date) -> models.QuerySet:
        # From the places alone: fetching each person once more is half of the price for a whole government.
        places = _model("Placement").objects.filter(
            is_main=True, period__contains=day, position__unit__in=units
        )
        return places.values("employee")


class CorrectionQuerySet(models.QuerySet):
    """Requests to correct the recorded appraiser."""

    def visible_to(self, user: Any, on: date | None = None) -> "CorrectionQuerySet":
        """One's own, and those of the people one is a personnel officer for."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        Employee = _model("Employee")

        managed = Employee.objects.managed_by(user, on=on)
        return self.filter(Q(employee__user=user) | Q(employee__in=managed.values("pk")))

    def open(self) -> "CorrectionQuerySet":
        """Those nobody has decided yet."""
        return self.filter(decided_at__isnull=True)


class RecordViewQuerySet(models.QuerySet):
    """Who opened whose record."""

    def visible_to(self, user: Any) -> "RecordViewQuerySet":
        """Those about oneself, and nobody else's: who read about a colleague is the colleague's to know."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(employee__user=user)
