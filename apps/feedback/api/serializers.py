"""What the API takes from citizens, and what it says about services, results and complaints."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.api.schema import RefSerializer

from ..forms import CODE_INPUT_LENGTH, REMARK_LENGTH, STORY_LENGTH
from ..labels import AgeBand, ComplaintKind, Education, Occupation, Sex
from ..rules.ikm import HIGHEST_ANSWER, LOWEST_ANSWER
from ..selectors import handling

ATTRIBUTES = {"sex": Sex, "age_band": AgeBand, "education": Education, "occupation": Occupation}


def one_of(values: list[str], **options: Any) -> serializers.CharField:
    """Return a text field that takes one of the values."""

    def check(value: str) -> None:
        if value not in values:
            raise serializers.ValidationError(f"Expected one of: {', '.join(values)}.")

    options.setdefault("help_text", f"One of: {', '.join(values)}.")
    return serializers.CharField(validators=[check], max_length=40, **options)


# --- services


class ServiceSerializer(serializers.Serializer):
    """A public service."""

    code = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    unit = RefSerializer()
    government = serializers.CharField(source="unit.government.code")


class QuestionSerializer(serializers.Serializer):
    """One question of the survey, with the words for the answers 1 to 4."""

    code = serializers.CharField()
    number = serializers.IntegerField()
    name = serializers.CharField()
    question = serializers.CharField()
    labels = serializers.ListField(child=serializers.CharField())


class SurveySerializer(serializers.Serializer):
    """The survey that is open today."""

    code = serializers.CharField()
    label = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    questions = QuestionSerializer(many=True, source="questionnaire.unsur")


class ServiceDetailSerializer(ServiceSerializer):
    """A public service with the survey that is open today, if any."""

    survey = serializers.SerializerMethodField()

    @extend_schema_field(SurveySerializer(allow_null=True))
    def get_survey(self, row: Any) -> Any:
        """Return the open survey."""
        period = self.context.get("period")
        return SurveySerializer(period).data if period else None


# --- answers


class ResponseInputSerializer(serializers.Serializer):
    """One person's answers. Nothing that says who; unknown keys are ignored and not kept."""

    service = serializers.SlugField(max_length=60, help_text="Code of the service.")
    point = serializers.SlugField(
        max_length=16, required=False, allow_blank=True, default="", help_text="Code of the counter."
    )
    answers = serializers.DictField(
        child=serializers.IntegerField(min_value=LOWEST_ANSWER, max_value=HIGHEST_ANSWER),
        help_text="Code of the unsur to the answer, 1 to 4.",
    )
    sex = one_of(Sex.values, required=False, allow_blank=True)
    age_band = one_of(AgeBand.values, required=False, allow_blank=True)
    education = one_of(Education.values, required=False, allow_blank=True)
    occupation = one_of(Occupation.values, required=False, allow_blank=True)
    remark = serializers.CharField(max_length=REMARK_LENGTH, required=False, allow_blank=True, default="")
    receipt = serializers.CharField(
        max_length=CODE_INPUT_LENGTH,
        required=False,
        allow_blank=True,
        default="",
        help_text="One-time code of a receipt. One that does not hold is ignored: the rating counts as open.",
    )
    key = serializers.UUIDField(required=False, help_text="In place of the header Idempotency-Key.")


class ResponseReceiptSerializer(serializers.Serializer):
    """That the answers arrived."""

    service = serializers.CharField()
    survey_period = serializers.CharField()
    received_on = serializers.DateField()


# --- complaints


class ContactSerializer(serializers.Serializer):
    """How to reach the reporter."""

    name = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True, default="")
    email = serializers.EmailField(max_length=150, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, str]) -> dict[str, str]:
        """Ask for one way to be reached."""
        if not attrs.get("phone") and not attrs.get("email"):
            raise serializers.ValidationError("Give a phone number or an e-mail, or send no contact.")
        return attrs


class ComplaintInputSerializer(serializers.Serializer):
    """A complaint about a service, or about a unit. Without a contact it is anonymous."""

    service = serializers.SlugField(
        max_length=60, required=False, help_text="Code of the service; or give a unit."
    )
    unit = serializers.IntegerField(
        min_value=1, max_value=2**63 - 1, required=False, help_text="Id of the unit, if no service."
    )
    kind = one_of(ComplaintKind.values)
    subject = serializers.CharField(max_length=150)
    body = serializers.CharField(max_length=STORY_LENGTH)
    is_secret = serializers.BooleanField(default=False)
    contact = ContactSerializer(required=False, allow_null=True, default=None)
    key = serializers.UUIDField(required=False, help_text="In place of the header Idempotency-Key.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask what it is about, once."""
        if ("service" in attrs) == ("unit" in attrs):
            raise serializers.ValidationError({"service": ["Give either a service or a unit."]})
        return attrs


class ComplaintReceiptSerializer(serializers.Serializer):
    """Number and secret word: with both, the reporter follows the complaint on the tracking page."""

    number = serializers.CharField()
    secret = serializers.CharField()
    due_on = serializers.DateField(help_text="Last day for the answer.")
    track_url = serializers.CharField()


class ComplaintSerializer(serializers.Serializer):
    """A complaint as its officers see it: what looks like personal data, or was hidden by hand, is blacked out.

    The words of a secret report are empty here: they are read on its page, where the reading is recorded.
    """

    id = serializers.IntegerField()
    number = serializers.CharField()
    kind = serializers.CharField()
    subject = serializers.SerializerMethodField()
    body = serializers.SerializerMethodField()
    status = serializers.CharField()
    is_secret = serializers.BooleanField()
    unit = RefSerializer()
    service = serializers.CharField(source="service.code", default=None, allow_null=True)
    received_at = serializers.DateTimeField()
    due_on = serializers.DateField()
    answered_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)

    def get_subject(self, row: Any) -> str:
        """Return the subject without personal data."""
        return "" if row.is_secret else handling.visible_text(row).subject

    def get_body(self, row: Any) -> str:
        """Return the words without personal data."""
        return "" if row.is_secret else handling.visible_text(row).body
