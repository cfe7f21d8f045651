"""What the API says about units and people."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.api.schema import PersonSerializer, RefSerializer


class UnitSerializer(serializers.Serializer):
    """A unit of the organization tree."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField(help_text="dinas, puskesmas, sekolah, bidang, ...")
    parent = serializers.IntegerField(source="parent_id", allow_null=True)
    government = serializers.CharField(source="government.code")
    is_active = serializers.BooleanField()


class EmployeeSerializer(serializers.Serializer):
    """A civil servant with place and appraiser of today."""

    id = serializers.IntegerField()
    nip = serializers.CharField()
    name = serializers.CharField(source="full_name")
    status = serializers.CharField(help_text="pns or pppk")
    golongan = serializers.CharField()
    is_active = serializers.BooleanField()
    unit = serializers.SerializerMethodField()
    position = serializers.SerializerMethodField()
    appraiser = serializers.SerializerMethodField()

    @extend_schema_field(RefSerializer(allow_null=True))
    def get_unit(self, row: Any) -> Any:
        """Return the unit of the main place."""
        if not row.current_places:
            return None
        return RefSerializer().to_representation(row.current_places[0].position.unit)

    def get_position(self, row: Any) -> str:
        """Return the title of the main place."""
        return row.current_places[0].position.title if row.current_places else ""

    @extend_schema_field(PersonSerializer(allow_null=True))
    def get_appraiser(self, row: Any) -> Any:
        """Return who appraises, if it is a civil servant."""
        who = row.current_links[0].appraiser if row.current_links else None
        return PersonSerializer().to_representation(who) if who else None
