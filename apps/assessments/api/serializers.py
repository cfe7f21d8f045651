"""What the API says about reports and evaluations."""

from typing import Any

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
