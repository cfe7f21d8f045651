"""Shapes that the schema of every endpoint mentions."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers


class ProblemSerializer(serializers.Serializer):
    """RFC 9457 problem details."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(required=False)
    errors = serializers.DictField(required=False, help_text="Per field, what is wrong with it.")


class RefSerializer(serializers.Serializer):
    """Another row, by id and name."""

    id = serializers.IntegerField()
    name = serializers.CharField()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return both at once: a list has hundreds of these, and the fields would cost more than the rows."""
        return {"id": instance.id, "name": instance.name}


class PersonSerializer(serializers.Serializer):
    """A civil servant, by id and name with titles."""

    id = serializers.IntegerField()
    name = serializers.CharField(source="full_name")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return both at once, as `RefSerializer` does."""
        return {"id": instance.id, "name": instance.full_name}


IDEMPOTENCY_HEADER = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="A UUID made by the caller. A repetition gets the first receipt (200 instead of 201).",
)


def problem(description: str) -> OpenApiResponse:
    """Describe an error of an endpoint."""
    return OpenApiResponse(ProblemSerializer, description=description)


def refusals(*codes: int) -> dict[Any, OpenApiResponse]:
    """Describe the usual errors: 400, 403, 404, 409, 429."""
    words = {
        400: "The request does not fit.",
        403: "Not signed in, or not allowed.",
        404: "Unknown, or not visible to this user.",
        409: "The present state does not allow this.",
        429: "Too many requests.",
    }
    return {(code, "application/problem+json"): problem(words[code]) for code in codes}
