"""What the API says about trainings."""

from rest_framework import serializers

from apps.core.api.schema import PersonSerializer


class TopicSerializer(serializers.Serializer):
    """What can be learned."""

    code = serializers.CharField()
    name = serializers.CharField()


class ProgrammeSerializer(serializers.Serializer):
    """A training, workshop or course with its lesson hours (JP)."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.CharField(help_text="klasikal or nonklasikal")
    topics = TopicSerializer(many=True)
    jp = serializers.DecimalField(max_digits=6, decimal_places=1)
    organizer = serializers.CharField()


class SessionSerializer(serializers.Serializer):
    """A programme on certain days."""

    id = serializers.IntegerField()
    programme = serializers.IntegerField(source="programme_id")
    name = serializers.CharField(source="programme.name")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    place = serializers.CharField()
    seats = serializers.IntegerField()
    free = serializers.IntegerField(help_text="Seats left.")


class NeedSerializer(serializers.Serializer):
    """That somebody should learn something, and why."""

    id = serializers.IntegerField()
    employee = PersonSerializer()
    topic = TopicSerializer()
    evaluation = serializers.IntegerField(source="evaluation_id", allow_null=True)
    reason_code = serializers.CharField()
    reason_params = serializers.DictField()
    priority = serializers.IntegerField(help_text="1 is most urgent")
    status = serializers.CharField(help_text="proposed, planned, done, declined")
    proposed_at = serializers.DateTimeField()


class CertificateSerializer(serializers.Serializer):
    """Proof of learning; its hours count once verified."""

    id = serializers.IntegerField()
    employee = PersonSerializer()
    name = serializers.CharField()
    organizer = serializers.CharField()
    kind = serializers.CharField(help_text="klasikal or nonklasikal")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    jp = serializers.DecimalField(max_digits=6, decimal_places=1)
    number = serializers.CharField()
    verified_at = serializers.DateTimeField(allow_null=True)
