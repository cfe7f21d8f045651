"""Results of surveys for everybody: the same public figures as the pages, with the same small-number rule."""

import csv
from collections.abc import Iterable
from datetime import date
from io import StringIO
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api.lists import Filter, ListView, Throttle
from apps.core.api.schema import RefSerializer, refusals
from apps.core.localtime import local_date
from apps.core.sheets.escaping import defuse
from apps.employees.models import Government, WorkUnit

from .. import selectors
from ..labels import Tier
from ..models import IkmResult, Service, SurveyPeriod
from ..rules.breakdowns import PUBLIC_CUTS
from ..rules.comparison import Band
from ..rules.service_grade import ServiceGrade
from ..selectors import open_data
from ..selectors.published import PublicResult

GRADES = tuple(grade.name for grade in ServiceGrade)


class _Index(serializers.DecimalField):
    """An index with two decimals, as text."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=5, decimal_places=2, allow_null=True, **options)


# --- what is told


class SatisfiedSerializer(serializers.Serializer):
    """How many people are satisfied: own weighted average of 3 or more."""

    k = serializers.IntegerField()
    n = serializers.IntegerField()
    low_percent = serializers.DecimalField(max_digits=5, decimal_places=2, source="interval.low")
    high_percent = serializers.DecimalField(max_digits=5, decimal_places=2, source="interval.high")


class UnsurSerializer(serializers.Serializer):
    """One unsur of a result."""

    code = serializers.CharField()
    number = serializers.IntegerField()
    name = serializers.CharField()
    nrr = serializers.DecimalField(max_digits=8, decimal_places=4)
    index = serializers.DecimalField(max_digits=6, decimal_places=2)
    grade = serializers.CharField(help_text="A, B, C, D; empty while there are too few answers.")


class TierSerializer(serializers.Serializer):
    """The figure of one tier of a survey period. The two tiers are never added."""

    tier = serializers.CharField(
        help_text="terverifikasi: a service event stands behind it; terbuka: anybody."
    )
    title = serializers.CharField(help_text="What the figure may be called.")
    is_formal_skm = serializers.BooleanField(source="is_formal", help_text="Verified, with a named sampling.")
    sampling = serializers.CharField(help_text="How the respondents were chosen; empty: no formal SKM.")
    is_final = serializers.BooleanField(help_text="Published; does not change any more.")
    n = serializers.IntegerField(help_text="How many people's answers are in the figure.")
    disclosure = serializers.CharField(
        source="disclosure.value",
        help_text="hidden: too few answers for any figure; warned: no letter; full.",
    )
    minimum = serializers.IntegerField(help_text="From how many answers figures are shown.")
    full = serializers.IntegerField(help_text="From how many answers the letter is shown.")
    waiting = serializers.IntegerField(help_text="Answers that wait for a person's look and do not count.")
    excluded = serializers.IntegerField(help_text="Answers excluded with a reason; they do not count.")
    held_back = serializers.IntegerField(source="waiting", help_text="The same as waiting.")
    sample_needed = serializers.IntegerField(allow_null=True, help_text="Krejcie and Morgan, if N is known.")
    sample_reached = serializers.BooleanField(source="has_sample")
    ikm = _Index()
    low = _Index(help_text="Lower end of the 95% interval.")
    high = _Index(help_text="Upper end of the 95% interval.")
    grade = serializers.CharField(help_text="Service grade A to D, or empty.")
    satisfied = SatisfiedSerializer(allow_null=True)
    weakest = serializers.CharField(
        source="weakest.code", default=None, allow_null=True, help_text="Code of the weakest unsur."
    )
    unsur = UnsurSerializer(many=True)
    rule_version = serializers.CharField()


class IkmSerializer(TierSerializer):
    """The newest result of a service: its headline, and the other tier beside it."""

    service = serializers.CharField(source="period.service.code")
    service_name = serializers.CharField(source="period.service.name")
    unit = RefSerializer(source="period.service.unit")
    government = serializers.CharField(source="period.service.unit.government.code")
    period = serializers.CharField(source="period.code")
    starts_on = serializers.DateField(source="period.starts_on")
    ends_on = serializers.DateField(source="period.ends_on")
    other = TierSerializer(
        allow_null=True, help_text="The other tier of the same period, if anybody answered."
    )


class TrendSerializer(serializers.Serializer):
    """The figure of one period, oldest first."""

    period = serializers.CharField(source="period.code")
    starts_on = serializers.DateField(source="period.starts_on")
    ends_on = serializers.DateField(source="period.ends_on")
    n = serializers.IntegerField()
    ikm = _Index()
    low = _Index()
    high = _Index()
    grade = serializers.CharField()
    change = serializers.CharField(
        source="change.value", help_text="up or down if the intervals do not touch; else unclear, or empty."
    )


class ComparisonSerializer(serializers.Serializer):
    """How the service stands among those like it: a band, never a rank."""

    band = serializers.CharField(source="band.value", help_text=f"One of: {', '.join(Band)}.")
    is_far = serializers.BooleanField(help_text="Outside the 99.8% limits too.")
    peers = serializers.IntegerField(help_text="How many others it is compared with.")
    mean = _Index()
    low_95 = _Index(source="inner.low", default=None)
    high_95 = _Index(source="inner.high", default=None)
    low_998 = _Index(source="outer.low", default=None)
    high_998 = _Index(source="outer.high", default=None)


class IkmDetailSerializer(serializers.Serializer):
    """The newest result of a service, its history and its standing."""

    result = IkmSerializer()
    trend = TrendSerializer(many=True)
    comparison = ComparisonSerializer(allow_null=True)


class GroupSerializer(serializers.Serializer):
    """An index of several services."""

    ikm = _Index()
    low = _Index()
    high = _Index()
    grade = serializers.CharField()


class UnitTierSerializer(serializers.Serializer):
    """The figure of a unit in one tier, made of the public figures of its services only."""

    tier = serializers.CharField()
    title = serializers.CharField()
    is_formal_skm = serializers.BooleanField(source="is_formal")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    n = serializers.IntegerField()
    services_included = serializers.IntegerField(source="included")
    services_in_all = serializers.SerializerMethodField()
    pooled = GroupSerializer(help_text="All respondents together.")
    averaged = GroupSerializer(help_text="Mean of the services' indices; hides how many answered where.")
    satisfied = SatisfiedSerializer(allow_null=True)
    weakest = serializers.CharField(source="weakest.code", default=None, allow_null=True)
    unsur = UnsurSerializer(many=True)

    def get_services_in_all(self, row: Any) -> int:
        """Return how many public services there are."""
        return len(row.services)


class UnitServiceSerializer(serializers.Serializer):
    """A service of the unit; without a public figure its index is null."""

    code = serializers.CharField(source="service.code")
    name = serializers.CharField(source="service.name")
    is_included = serializers.BooleanField()
    ikm = _Index(source="result.ikm", default=None)
    grade = serializers.CharField(source="result.grade", default="")


class UnitIkmSerializer(UnitTierSerializer):
    """The public figure of a unit with those below it."""

    unit = RefSerializer()
    government = serializers.CharField(source="government.code")
    other = UnitTierSerializer(allow_null=True)
    services = UnitServiceSerializer(many=True)


class CellSerializer(serializers.Serializer):
    """One value of an attribute."""

    value = serializers.CharField(help_text="Empty: not stated.")
    n = serializers.IntegerField(allow_null=True, help_text="null: hidden.")
    ikm = _Index()
    satisfied = SatisfiedSerializer(allow_null=True)


class BreakdownSerializer(serializers.Serializer):
    """The cells of one attribute of a published result."""

    service = serializers.CharField()
    period = serializers.CharField()
    tier = serializers.CharField()
    cut = serializers.CharField()
    cells = CellSerializer(many=True)


class ColumnSerializer(serializers.Serializer):
    """A column of an open table."""

    name = serializers.CharField()
    description = serializers.CharField()


class DatasetSerializer(serializers.Serializer):
    """An open table and where to fetch it."""

    government = serializers.CharField()
    dataset = serializers.CharField()
    title = serializers.CharField()
    csv = serializers.CharField()
    json = serializers.CharField()
    columns = ColumnSerializer(many=True)


# --- where it is told


class _Public:
    """Open to everybody; no session is looked at."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (Throttle,)
    throttle_scope = "api"


def public_services() -> QuerySet[Service]:
    """Return the services shown to citizens."""
    return Service.objects.public().select_related("unit__government")


def _today() -> date:
    return timezone.now().date()


def _graded(rows: QuerySet, grade: str) -> QuerySet:
    """Return the services whose public letter is this one; a letter that is not shown finds nothing."""
    results = selectors.public_results(rows, _today())
    return rows.filter(pk__in=[pk for pk, result in results.items() if result.grade == grade])


@extend_schema(tags=["ikm"], auth=[], responses={200: IkmSerializer(many=True), **refusals(400, 429)})
class IkmList(_Public, ListView):
    """The newest result of every public service that somebody has rated."""

    model = Service
    serializer_class = IkmSerializer
    filters = (
        Filter("government", "unit__government__code", help="Code of the local government."),
        Filter("unit", "unit", kind="int", help="Id of the unit."),
        Filter("grade", _graded, choices=GRADES, help="Letter that is shown in public."),
    )

    def visible(self, user: Any) -> QuerySet:
        """Return the public services with answers."""
        answered = IkmResult.objects.filter(survey_period__service=OuterRef("pk"), n__gt=0)
        return public_services().filter(Exists(answered))

    def paginate_queryset(self, queryset: QuerySet) -> list[PublicResult] | None:
        """Return the results of the services on the page, in two more queries however many they are."""
        services = super().paginate_queryset(queryset)
        results = selectors.public_results(services or [], _today())
        return [results[service.pk] for service in services or [] if service.pk in results]


class IkmDetail(_Public, APIView):
    """The newest index of a service, with the same small-number rule as the public page."""

    @extend_schema(
        tags=["ikm"],
        auth=[],
        operation_id="ikm_retrieve",
        responses={200: IkmSerializer, **refusals(404, 429)},
    )
    def get(self, request: Request, code: str) -> Response:
        """Return the newest index of a service; 404 before the first answer."""
        service = _service(code)
        result = selectors.public_result(service, _day(service.unit.government))
        if result is None:
            raise Http404
        return Response(IkmSerializer(result).data)


class IkmHistory(_Public, APIView):
    """The results of a service over time, and how it stands among those like it."""

    @extend_schema(
        tags=["ikm"],
        auth=[],
        operation_id="ikm_history_retrieve",
        responses={200: IkmDetailSerializer, **refusals(404, 429)},
    )
    def get(self, request: Request, code: str) -> Response:
        """Return the newest result with trend and comparison; 404 before the first answer."""
        service = _service(code)
        day = _day(service.unit.government)
        result = selectors.public_result(service, day)
        if result is None:
            raise Http404
        found = {
            "result": result,
            "trend": selectors.trend(service, result.tier),
            "comparison": selectors.comparison(service, day),
        }
        return Response(IkmDetailSerializer(found).data)


class IkmBreakdown(_Public, APIView):
    """A published result by an attribute of the respondents. Small cells, and those that would tell them, are null."""

    @extend_schema(
        tags=["ikm"],
        auth=[],
        operation_id="ikm_breakdown_retrieve",
        parameters=[
            OpenApiParameter("period", str, required=True, description="Code of the survey period."),
            OpenApiParameter("tier", str, required=True, enum=list(Tier.values)),
            OpenApiParameter("cut", str, required=True, enum=list(PUBLIC_CUTS)),
        ],
        responses={200: BreakdownSerializer, **refusals(400, 404, 429)},
    )
    def get(self, request: Request, code: str) -> Response:
        """Return the cells; 404 while the result is not published, or has too few answers."""
        service = _service(code)
        asked = _asked(request, {"period": None, "tier": Tier.values, "cut": PUBLIC_CUTS})
        period = SurveyPeriod.objects.filter(service=service, code=asked["period"]).first()
        cells = selectors.breakdown(period, asked["tier"], asked["cut"]) if period else []
        if not cells:
            raise Http404
        return Response(BreakdownSerializer({"service": service.code, **asked, "cells": cells}).data)


class UnitIkm(_Public, APIView):
    """The index of a unit with those below it: pooled and averaged, from the public figures of its services."""

    @extend_schema(
        tags=["ikm"],
        auth=[],
        operation_id="ikm_unit_retrieve",
        responses={200: UnitIkmSerializer, **refusals(404, 429)},
    )
    def get(self, request: Request, pk: int) -> Response:
        """Return the figure; 404 while no service of the unit has a public one."""
        unit = WorkUnit.objects.filter(pk=pk, is_active=True).select_related("government").first()
        result = selectors.public_unit_result(unit, _day(unit.government)) if unit else None
        if result is None:
            raise Http404
        return Response(UnitIkmSerializer(result).data)


class OpenDataIndex(_Public, APIView):
    """Which tables are open, and what their columns mean."""

    @extend_schema(
        tags=["open data"],
        auth=[],
        operation_id="open_data_list",
        responses={200: DatasetSerializer(many=True), **refusals(429)},
    )
    def get(self, request: Request) -> Response:
        """List the tables of all local governments on this site."""
        governments = Government.objects.filter(units__services__is_active=True).distinct().order_by("code")
        rows = [
            _described(request, government, table)
            for government in governments
            for table in open_data.DATASETS
        ]
        return Response(DatasetSerializer(rows, many=True).data)


class OpenDataFile(_Public, APIView):
    """An open table as CSV or JSON."""

    @extend_schema(
        tags=["open data"],
        auth=[],
        operation_id="open_data_retrieve",
        parameters=[
            OpenApiParameter(
                "government", str, OpenApiParameter.PATH, description="Code of the local government."
            ),
            OpenApiParameter(
                "dataset", str, OpenApiParameter.PATH, enum=[table.code for table in open_data.DATASETS]
            ),
            OpenApiParameter("ending", str, OpenApiParameter.PATH, enum=["csv", "json"]),
        ],
        responses={
            (200, "application/json"): OpenApiTypes.OBJECT,
            (200, "text/csv"): OpenApiResponse(
                OpenApiTypes.STR,
                description="Comma, UTF-8, decimal point, first row the names of the columns.",
            ),
            **refusals(404, 429),
        },
    )
    def get(self, request: Request, government: str, dataset: str, ending: str) -> HttpResponse:
        """Return the table with everything that is public about this local government."""
        owner = Government.objects.filter(code=government).first()
        if ending not in ("csv", "json"):
            raise Http404
        table = open_data.dataset(dataset)
        if owner is None or table is None:
            raise Http404
        rows = table.rows(owner, _day(owner))
        name = f"{owner.code}-{table.code}.{ending}"
        if ending == "csv":
            response = HttpResponse(
                _csv([column for column, _words in table.columns], rows),
                content_type="text/csv; charset=utf-8",
            )
        else:
            response = JsonResponse({**_described(request, owner, table), "rows": rows})
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def _service(code: str) -> Service:
    service = public_services().filter(code=code).first()
    if service is None:
        raise Http404
    return service


def _day(government: Government) -> date:
    return local_date(timezone.now(), government.timezone)


def _asked(request: Request, known: dict[str, Iterable[str] | None]) -> dict[str, str]:
    """Return the parameters, all of which are needed.

    :raises ValidationError: for a missing, an unknown or a wrong one: a misspelt filter must not return everything.
    """
    errors = {name: ["Unknown parameter."] for name in request.query_params if name not in known}
    asked = {}
    for name, choices in known.items():
        text = request.query_params.get(name, "").strip()
        if not text or len(text) > 80 or "\x00" in text or (choices is not None and text not in choices):
            words = f"one of: {', '.join(choices)}" if choices is not None else "a value"
            errors[name] = [f"Expected {words}."]
        asked[name] = text
    if errors:
        raise ValidationError(errors)
    return asked


def _described(request: Request, government: Government, table: open_data.Dataset) -> dict[str, Any]:
    def url(ending: str) -> str:
        return request.build_absolute_uri(
            reverse("api:open-data-file", args=[government.code, table.code, ending])
        )

    return {
        "government": government.code,
        "dataset": table.code,
        "title": str(table.title),
        "csv": url("csv"),
        "json": url("json"),
        "columns": [{"name": name, "description": str(words)} for name, words in table.columns],
    }


def _csv(columns: list[str], rows: Iterable[dict[str, Any]]) -> str:
    buffer = StringIO()
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row[column]) for column in columns])
    return buffer.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    # A name must not become a formula in somebody's spreadsheet.
    return defuse(value) if isinstance(value, str) else str(value)
