"""Self-reports and evaluations, as far as the user may see them."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema

from apps.core.api.lists import DetailView, Filter, ListView
from apps.core.api.schema import refusals
from apps.employees.api.noted import Noted

from ..labels import EvaluationStatusChoices, PredikatChoices, ReportStatusChoices
from ..models import Evaluation, SelfReport
from ..selectors.explanation import Explanation, explanation_of
from .serializers import (
    EvaluationDetailSerializer,
    EvaluationSerializer,
    ExplanationSerializer,
    SelfReportDetailSerializer,
    SelfReportSerializer,
)


class _Reports:
    model = SelfReport

    def visible(self, user: Any) -> QuerySet:
        """Return one's own reports, and of visible people those sent at least once."""
        return SelfReport.objects.visible_to(user).select_related("employee", "skp__unit", "period")


@extend_schema(
    tags=["self-reports"], responses={200: SelfReportSerializer(many=True), **refusals(400, 403, 429)}
)
class SelfReportList(_Reports, ListView):
    """Self-reports: one's own, and those visible people have sent."""

    serializer_class = SelfReportSerializer
    filters = (
        Filter("period", "period", kind="int"),
        Filter("status", "status", choices=tuple(ReportStatusChoices.values)),
        Filter("is_late", "is_late", kind="bool"),
        Filter("employee", "employee", kind="int"),
        Filter("unit", "skp__unit", kind="int"),
    )


@extend_schema(tags=["self-reports"], responses={200: SelfReportDetailSerializer, **refusals(403, 404, 429)})
class SelfReportDetail(Noted, _Reports, DetailView):
    """One report with its newest sent version."""

    part = "report"
    serializer_class = SelfReportDetailSerializer


class _Evaluations:
    model = Evaluation

    def visible(self, user: Any) -> QuerySet:
        """Return the visible evaluations; one's own once it was handed over."""
        return Evaluation.objects.visible_to(user).select_related("employee", "unit", "appraiser", "period")


@extend_schema(
    tags=["evaluations"], responses={200: EvaluationSerializer(many=True), **refusals(400, 403, 429)}
)
class EvaluationList(_Evaluations, ListView):
    """Evaluations: one's own once handed over, and those of visible people."""

    serializer_class = EvaluationSerializer

    def visible(self, user: Any) -> QuerySet:
        """Return them without what only the details show: the stored figures are most of a row."""
        return super().visible(user).defer("inputs", "basis", "reason", "recommendation")

    filters = (
        Filter("period", "period", kind="int"),
        Filter("status", "status", choices=tuple(EvaluationStatusChoices.values)),
        Filter("predikat", "predikat", choices=tuple(PredikatChoices.values)),
        Filter("employee", "employee", kind="int"),
        Filter("unit", "unit", kind="int"),
    )


@extend_schema(tags=["evaluations"], responses={200: EvaluationDetailSerializer, **refusals(403, 404, 429)})
class EvaluationDetail(Noted, _Evaluations, DetailView):
    """One evaluation with its reasons and stored figures."""

    part = "evaluation"
    serializer_class = EvaluationDetailSerializer


@extend_schema(tags=["evaluations"], responses={200: ExplanationSerializer, **refusals(403, 404, 429)})
class EvaluationExplanation(Noted, _Evaluations, DetailView):
    """Why one evaluation has its predikat: figures, decisions, rule, and what would have changed it."""

    part = "evaluation"
    serializer_class = ExplanationSerializer

    def visible(self, user: Any) -> QuerySet:
        """Return the visible evaluations with what an explanation needs."""
        return super().visible(user).select_related("government", "mandate__position")

    def get_object(self) -> Explanation:
        """Return the explanation of the visible evaluation."""
        return explanation_of(super().get_object())
