"""Angka kredit, read-only: conversions, and what one person has and needs."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from apps.core.api.lists import DetailView, Filter, ListView
from apps.core.api.schema import PersonSerializer, refusals
from apps.core.localtime import local_date
from apps.employees.models import Employee

from ..labels import JenjangChoices
from ..models import CreditConversion
from ..selectors.credit import AccumulationFacts, accumulation_facts


class CreditConversionSerializer(serializers.Serializer):
    """The credit of some months with one predikat in one jenjang (CRD-1 to CRD-6)."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    employee = PersonSerializer()
    evaluation = serializers.IntegerField(source="evaluation_id")
    jenjang = serializers.CharField(help_text="pemula, terampil, ... ahli_utama")
    post = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    months = serializers.IntegerField()
    predikat = serializers.CharField()
    percent = serializers.IntegerField()
    coefficient = serializers.DecimalField(max_digits=6, decimal_places=2)
    value = serializers.DecimalField(max_digits=8, decimal_places=2)
    is_yearly = serializers.BooleanField()
    is_current = serializers.BooleanField(help_text="False once another conversion took its place.")
    rule_source = serializers.CharField()


class CreditStepSerializer(serializers.Serializer):
    """What the next rank or level needs, and what there is for it."""

    target = serializers.CharField(help_text="A golongan, or a jenjang.")
    required = serializers.DecimalField(max_digits=8, decimal_places=2)
    have = serializers.DecimalField(max_digits=8, decimal_places=2)
    is_met = serializers.BooleanField()
    shortfall = serializers.DecimalField(max_digits=8, decimal_places=2)
    excess = serializers.DecimalField(max_digits=8, decimal_places=2)


class CreditSerializer(serializers.Serializer):
    """What one person has in the present jenjang, and what it is enough for (CRD-7, CRD-8)."""

    employee = serializers.IntegerField(source="employee_id")
    on = serializers.DateField()
    post = serializers.CharField()
    jenjang = serializers.CharField(help_text="Empty without a functional post.")
    golongan = serializers.CharField()
    opening_total = serializers.DecimalField(max_digits=8, decimal_places=2)
    conversion_total = serializers.DecimalField(max_digits=8, decimal_places=2)
    diploma_total = serializers.DecimalField(max_digits=8, decimal_places=2)
    total = serializers.DecimalField(max_digits=8, decimal_places=2)
    used_total = serializers.DecimalField(
        max_digits=8, decimal_places=2, help_text="Used up by earlier rises in rank within the jenjang."
    )
    rank = CreditStepSerializer(allow_null=True)
    level = CreditStepSerializer(allow_null=True)
    due = serializers.CharField(help_text="level, rank, or empty")
    rule_source = serializers.CharField()


@extend_schema(
    tags=["credit"], responses={200: CreditConversionSerializer(many=True), **refusals(400, 403, 429)}
)
class CreditConversionList(ListView):
    """Conversions of visible people, replaced ones as well."""

    model = CreditConversion
    serializer_class = CreditConversionSerializer
    filters = (
        Filter("employee", "employee", kind="int"),
        Filter("jenjang", "jenjang", choices=tuple(JenjangChoices.values)),
        Filter("is_yearly", "is_yearly", kind="bool"),
        Filter("is_current", lambda rows, value: rows.filter(replaced_at__isnull=value), kind="bool"),
    )

    def visible(self, user: Any) -> QuerySet:
        """Return the conversions of visible people."""
        return CreditConversion.objects.visible_to(user).select_related("employee")


@extend_schema(tags=["credit"], responses={200: CreditSerializer, **refusals(403, 404, 429)})
class CreditDetail(DetailView):
    """What one visible person has today, and what the next rank and level need; the id is the employee's."""

    model = Employee
    serializer_class = CreditSerializer

    def visible(self, user: Any) -> QuerySet:
        """Return the visible people."""
        return Employee.objects.visible_to(user).select_related("government")

    def get_object(self) -> AccumulationFacts:
        """Return the facts of the visible person, today in their government's zone."""
        employee: Employee = super().get_object()
        return accumulation_facts(employee, local_date(timezone.now(), employee.government.timezone))
