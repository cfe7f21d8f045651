"""Units and people, as far as the user may see them."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema

from apps.core.api.lists import DetailView, Filter, ListView
from apps.core.api.schema import refusals
from apps.core.localtime import today

from ..labels import EmployeeStatusChoices, UnitKind
from ..models import Employee, WorkUnit
from ..selectors import search, with_place
from .noted import Noted
from .serializers import EmployeeSerializer, UnitSerializer


class _Units:
    model = WorkUnit
    serializer_class = UnitSerializer

    def visible(self, user: Any) -> QuerySet:
        """Return the units one works in, leads, or has a role for."""
        return WorkUnit.objects.visible_to(user).select_related("government")


@extend_schema(tags=["units"], responses={200: UnitSerializer(many=True), **refusals(400, 403, 429)})
class UnitList(_Units, ListView):
    """Units the user works in, leads, or has a role for."""

    filters = (
        Filter("kind", "kind", choices=tuple(UnitKind.values)),
        Filter("parent", "parent", kind="int", help="Id of the unit directly above."),
        Filter("is_active", "is_active", kind="bool"),
    )


@extend_schema(tags=["units"], responses={200: UnitSerializer, **refusals(403, 404, 429)})
class UnitDetail(_Units, DetailView):
    """One unit."""


def in_subtree(rows: QuerySet, unit_id: int) -> QuerySet:
    """Return the people with their main place of today in a unit or below it."""
    unit = WorkUnit.objects.filter(pk=unit_id).first()
    return rows.in_unit(unit, on=today()) if unit else rows.none()  # type: ignore[attr-defined]


class _Employees:
    model = Employee
    serializer_class = EmployeeSerializer

    def visible(self, user: Any) -> QuerySet:
        """Return the people whose data the user may see."""
        return with_place(Employee.objects.visible_to(user), today())


@extend_schema(tags=["employees"], responses={200: EmployeeSerializer(many=True), **refusals(400, 403, 429)})
class EmployeeList(_Employees, ListView):
    """Civil servants whose data the user may see: oneself, those one appraises or leads, by role."""

    filters = (
        Filter("unit", in_subtree, kind="int", help="Id of a unit; with all units below it."),
        Filter("status", "status", choices=tuple(EmployeeStatusChoices.values)),
        Filter("is_active", "is_active", kind="bool"),
        Filter("q", search, help="Words of the name, or the first digits of the NIP."),
    )


@extend_schema(tags=["employees"], responses={200: EmployeeSerializer, **refusals(403, 404, 429)})
class EmployeeDetail(Noted, _Employees, DetailView):
    """One civil servant."""

    part = "person"
