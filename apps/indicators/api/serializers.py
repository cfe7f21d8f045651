"""What the API says about plans."""

from rest_framework import serializers

from apps.core.api.schema import PersonSerializer, RefSerializer


class SkpSerializer(serializers.Serializer):
    """A yearly plan (SKP)."""

    id = serializers.IntegerField()
    employee = PersonSerializer()
    unit = RefSerializer()
    appraiser = PersonSerializer(allow_null=True)
    appraiser_name = serializers.CharField(help_text="As printed; an elected official has no NIP.")
    year = serializers.IntegerField()
    starts_on = serializers.DateField(source="period.lower")
    ends_before = serializers.DateField(source="period.upper", allow_null=True)
    approach = serializers.CharField(help_text="kuantitatif or kualitatif")
    layout = serializers.CharField(help_text="jpt or ja_jf")
    status = serializers.CharField(help_text="draft, submitted, returned, approved, closed")
    submitted_at = serializers.DateTimeField(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)


class IndicatorSerializer(serializers.Serializer):
    """An individual performance indicator (IKI)."""

    id = serializers.IntegerField()
    aspect = serializers.CharField()
    text = serializers.CharField()
    target = serializers.DecimalField(max_digits=16, decimal_places=4, normalize_output=True, allow_null=True)
    measure = serializers.CharField()
    direction = serializers.CharField(help_text="higher_is_better or lower_is_better")
    source = serializers.CharField(help_text="reported, progress_sum, service_count, ikm, complaint_clock")


class WorkResultSerializer(serializers.Serializer):
    """A planned result (RHK) with its indicators."""

    id = serializers.IntegerField()
    kind = serializers.CharField(help_text="utama or tambahan")
    text = serializers.CharField()
    perspective = serializers.CharField()
    supports = serializers.IntegerField(
        source="supports_id", allow_null=True, help_text="Id of the superior's result."
    )
    supports_indicator = serializers.IntegerField(
        source="supports_indicator_id", allow_null=True, help_text="Id of the unit's indicator."
    )
    indicators = IndicatorSerializer(many=True)


class BehaviorSerializer(serializers.Serializer):
    """The leader's expectation for one of the seven values."""

    value = serializers.CharField()
    expectation = serializers.CharField()


class SkpDetailSerializer(SkpSerializer):
    """A yearly plan with its contents."""

    results = WorkResultSerializer(many=True)
    behaviors = BehaviorSerializer(many=True)
