"""What the API says about reports and evaluations."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.api.schema import PersonSerializer, RefSerializer

from ..selectors.reporting import sent_version


class PeriodSerializer(serializers.Serializer):
    """A month, a quarter, or the year."""

    id = serializers.IntegerField()
    kind = serializers.CharField(help_text="periodic or yearly")
    number = serializers.IntegerField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    status = serializers.CharField(help_text="planned, open, closed")


class SelfReportSerializer(serializers.Serializer):
    """One person's account of one period."""

    id = serializers.IntegerField()
    number = serializers.CharField(allow_null=True, help_text="Receipt number, from the first sending.")
    employee = PersonSerializer()
    unit = RefSerializer(source="skp.unit")
    skp = serializers.IntegerField(source="skp_id")
    period = PeriodSerializer()
    status = serializers.CharField(help_text="draft, submitted, returned, accepted")
    version = serializers.IntegerField(help_text="How often it was sent.")
    is_late = serializers.BooleanField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    decision_note = serializers.CharField()


class SelfReportDetailSerializer(SelfReportSerializer):
    """A report with its newest sent version; an unsent draft belongs to its writer's screen alone."""

    sent = serializers.SerializerMethodField()

    def get_sent(self, row: Any) -> dict[str, Any] | None:
        """Return the content as it was sent, or null before the first sending."""
        version = sent_version(row)
        return version.content if version else None


class EvaluationSerializer(serializers.Serializer):
    """The judgement of one person's period. Ratings are empty until they are set."""

    id = serializers.IntegerField()
    employee = PersonSerializer()
    unit = RefSerializer()
    appraiser = PersonSerializer(allow_null=True)
    skp = serializers.IntegerField(source="skp_id")
    period = PeriodSerializer()
    status = serializers.CharField(help_text="prepared, rated, delivered, accepted, objected, decided")
    achievement_percent = serializers.DecimalField(max_digits=8, decimal_places=2, allow_null=True)
    work_result_rating = serializers.CharField(
        help_text="above_expectation, meets_expectation, below_expectation, or empty"
    )
    behavior_rating = serializers.CharField(
        help_text="above_expectation, meets_expectation, below_expectation, or empty"
    )
    predikat = serializers.CharField(
        help_text="sangat_baik, baik, butuh_perbaikan, kurang, sangat_kurang, or empty"
    )
    rule_version = serializers.CharField()
    rated_at = serializers.DateTimeField(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True)
    answer_due_on = serializers.DateField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)


class EvaluationDetailSerializer(EvaluationSerializer):
    """An evaluation with its reasons and the figures it was made of."""

    reason = serializers.CharField()
    recommendation = serializers.CharField()
    inputs = serializers.DictField(help_text="The figures as they stood when the period closed.")


class RatingsSerializer(serializers.Serializer):
    """Two ratings and the predikat they gave."""

    work_result = serializers.CharField()
    behavior = serializers.CharField()
    predikat = serializers.CharField()


class ExplainedIndicatorSerializer(serializers.Serializer):
    """One figure as it stood when the period closed. Numbers are decimal text."""

    result = serializers.CharField()
    indicator = serializers.CharField()
    source = serializers.CharField(help_text="reported, progress_sum, service_count, ikm, complaint_clock")
    measure = serializers.CharField()
    target = serializers.CharField(allow_null=True, help_text="Of the period.")
    plan_target = serializers.CharField(allow_null=True, help_text="As it stands in the plan.")
    realization = serializers.CharField(allow_null=True)
    percent = serializers.CharField(allow_null=True)
    computation = serializers.CharField(help_text="How the percentage came about, or why there is none.")


class ExplainedDecisionSerializer(serializers.Serializer):
    """Who set which ratings when and why."""

    kind = serializers.CharField(help_text="rated, corrected, calibrated, objection")
    version = serializers.IntegerField(help_text="The version of the result it belongs to.")
    at = serializers.DateTimeField()
    by_id = serializers.IntegerField(allow_null=True)
    by_name = serializers.CharField()
    before = serializers.SerializerMethodField()
    after = serializers.SerializerMethodField()
    reason = serializers.CharField()
    text = serializers.CharField()

    @extend_schema_field(RatingsSerializer(allow_null=True))
    def get_before(self, line: Any) -> dict[str, str] | None:
        """Return what it replaced; null for the first one."""
        return _ratings(line.before) if line.before else None

    @extend_schema_field(RatingsSerializer())
    def get_after(self, line: Any) -> dict[str, str]:
        """Return what it set."""
        return _ratings(line.after)


def _ratings(triple: tuple[str, str, str]) -> dict[str, str]:
    return dict(zip(("work_result", "behavior", "predikat"), triple, strict=True))


class ExplainedVersionSerializer(RatingsSerializer):
    """A version of the result: the original, and the one an upheld objection made."""

    version = serializers.IntegerField()


class WhatIfSerializer(serializers.Serializer):
    """What one other rating would have given."""

    of = serializers.CharField(help_text="work_result or behavior")
    rating = serializers.CharField()
    predikat = serializers.CharField()
    is_other = serializers.BooleanField(help_text="Whether the predikat would be another one.")
    text = serializers.CharField()


class RuleSourceSerializer(serializers.Serializer):
    """Where the rule is written."""

    rule_id = serializers.CharField()
    instrument = serializers.CharField()
    article = serializers.CharField()
    valid_from = serializers.DateField()


class MatrixCellSerializer(serializers.Serializer):
    """One field of the matrix."""

    behavior = serializers.CharField()
    predikat = serializers.CharField()
    is_mine = serializers.BooleanField()


class MatrixRowSerializer(serializers.Serializer):
    """A row of the matrix, best result first."""

    work_result = serializers.CharField()
    cells = MatrixCellSerializer(many=True)


class ExplanationTableSerializer(serializers.Serializer):
    """A small table; the first cell of a row is its head."""

    caption = serializers.CharField()
    head = serializers.ListField(child=serializers.CharField())
    rows = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))


class ExplanationSectionSerializer(serializers.Serializer):
    """A part of the explanation in words, as on the page and on paper."""

    key = serializers.CharField(
        help_text="result, matrix, what_if, figures, hint, organization, decisions, rule"
    )
    title = serializers.CharField()
    paragraphs = serializers.ListField(child=serializers.CharField())
    points = serializers.ListField(child=serializers.CharField())
    table = ExplanationTableSerializer(allow_null=True)


class ExplanationSerializer(serializers.Serializer):
    """Why a predikat is what it is, from stored facts only."""

    evaluation = serializers.IntegerField(source="evaluation_id")
    version = serializers.IntegerField(help_text="2 after an upheld objection.")
    predikat = serializers.CharField(help_text="Empty before the ratings are set.")
    work_result = serializers.CharField()
    behavior = serializers.CharField()
    rule_version = serializers.CharField()
    rule = RuleSourceSerializer(allow_null=True)
    mean_percent = serializers.DecimalField(max_digits=8, decimal_places=2, allow_null=True)
    hint = serializers.CharField(help_text="A hint is not a rating.")
    org_predicate = serializers.CharField(help_text="Empty while it is not fixed.")
    indicators = ExplainedIndicatorSerializer(many=True)
    decisions = ExplainedDecisionSerializer(many=True)
    versions = ExplainedVersionSerializer(many=True)
    matrix = MatrixRowSerializer(many=True)
    what_if = WhatIfSerializer(many=True)
    sections = ExplanationSectionSerializer(many=True)
