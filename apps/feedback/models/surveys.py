"""The questionnaire as data, the days in which it is asked, and the answers without an identity."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from apps.core.localtime import local_date

from .. import querysets
from ..labels import (
    AgeBand,
    Channel,
    Education,
    FilledBy,
    Occupation,
    Pace,
    QuestionnaireStatus,
    ReplaceGround,
    Sampling,
    Sex,
    Tier,
)
from ..rules.parts import years_of
from .services import Service, ServicePoint


class Questionnaire(models.Model):
    """A version of the survey form, as data (regime, unsur, labels, weights).

    Only a draft can be changed: triggers refuse it once it is in use or asked in a survey period.
    """

    government = models.ForeignKey(
        "employees.Government",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    regime = models.CharField(max_length=20)
    version = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=200)
    status = models.CharField(
        max_length=8, choices=QuestionnaireStatus.choices, default=QuestionnaireStatus.DRAFT.value
    )
    valid_from = models.DateField(
        null=True, help_text="for periods that begin on or after; empty: since ever"
    )
    is_standard = models.BooleanField(
        default=True, help_text="suggested for every new period; a variant is chosen by hand"
    )
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    why = models.TextField(blank=True, help_text="why this version was made")

    objects = querysets.QuestionnaireQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["government", "regime", "version"],
                name="questionnaire_version_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in QuestionnaireStatus]),
                name="questionnaire_status_is_a_known_one",
            ),
            models.CheckConstraint(
                condition=Q(government__isnull=True)
                | Q(status="draft", valid_from__isnull=True)
                | ~Q(status="draft") & Q(valid_from__isnull=False),
                name="questionnaire_in_use_has_a_first_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.regime} v{self.version}"


class Unsur(models.Model):
    """An element of service quality: known by its code, never by its position (order trap, section 1.2)."""

    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="unsur", db_index=False
    )
    code = models.SlugField(max_length=30)
    number = models.PositiveSmallIntegerField(help_text="U1, U2, ... as printed")
    name = models.CharField(max_length=100)
    question = models.CharField(max_length=300)
    labels = models.JSONField(help_text="words for the answers 1 to 4")
    weight_numerator = models.PositiveIntegerField(default=1)
    weight_denominator = models.PositiveIntegerField(default=9)
    replaces = models.SlugField(
        max_length=30, blank=True, help_text="code of the national unsur it stands for"
    )
    replace_ground = models.CharField(max_length=12, choices=ReplaceGround.choices, blank=True)
    replace_reason = models.CharField(max_length=300, blank=True)
    is_extra = models.BooleanField(default=False, help_text="added to the national ones")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "code"], name="unsur_code_once"),
            models.CheckConstraint(
                condition=Q(weight_numerator__gte=1, weight_denominator__gte=1),
                name="unsur_weight_is_positive",
            ),
            models.CheckConstraint(
                condition=Q(replaces="") | ~Q(replace_reason="") & ~Q(replace_ground=""),
                name="unsur_is_replaced_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"U{self.number} {self.name}"


class SurveyPeriod(models.Model):
    """A span of days in which a service is surveyed with one questionnaire."""

    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, related_name="survey_periods", db_index=False
    )
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="+")
    code = models.SlugField(max_length=20, help_text="2026-s1, 2026-q3, ...")
    label = models.CharField(max_length=60)
    starts_on = models.DateField()
    ends_on = models.DateField()
    population = models.PositiveIntegerField(null=True, help_text="people served, for the sample size")
    sampling = models.CharField(
        max_length=12,
        choices=Sampling.choices,
        default=Sampling.OPEN.value,
        blank=True,
        help_text="how the respondents of the formal SKM are chosen; empty: there is no formal SKM",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "code"], name="survey_period_once_per_service"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")), name="survey_period_has_days"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Response(models.Model):
    """One person's answers. The time is kept to the hour, so that counter staff cannot match a customer
    (3.2).
    """

    government = models.ForeignKey("employees.Government", on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="responses")
    survey_period = models.ForeignKey(
        SurveyPeriod, on_delete=models.PROTECT, related_name="responses", db_index=False
    )
    point = models.ForeignKey(ServicePoint, on_delete=models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    tier = models.CharField(max_length=14, choices=Tier.choices, default=Tier.OPEN.value)
    filled_by = models.CharField(max_length=8, choices=FilledBy.choices, blank=True)
    pace = models.CharField(max_length=8, choices=Pace.choices, blank=True)
    hour = models.DateTimeField()
    sex = models.CharField(max_length=1, choices=Sex.choices, blank=True)
    age_band = models.CharField(max_length=5, choices=AgeBand.choices, blank=True)
    education = models.CharField(max_length=10, choices=Education.choices, blank=True)
    occupation = models.CharField(max_length=10, choices=Occupation.choices, blank=True)
    remark = models.TextField(blank=True)
    import_key = models.CharField(
        max_length=100, null=True, unique=True, help_text="makes a re-import harmless"
    )
    batch = models.ForeignKey(
        "feedback.PaperBatch", on_delete=models.PROTECT, null=True, related_name="responses"
    )
    is_quarantined = models.BooleanField(default=False)
    case = models.ForeignKey(
        "feedback.QuarantineCase", on_delete=models.PROTECT, null=True, related_name="responses"
    )
    signals = models.JSONField(default=list, blank=True, help_text="codes of rules/signals.py, no network")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_quarantined=False) | Q(case__isnull=False), name="response_is_held_in_a_case"
            )
        ]
        indexes = [
            models.Index(fields=["survey_period"], name="response_by_period"),
            models.Index(fields=["hour", "service"], name="response_by_hour"),
        ]

    def __str__(self) -> str:
        return f"response {self.pk}"

    @property
    def answers_year(self) -> date:
        """`Answer.year` of its answers."""
        day = local_date(self.hour, self.government.timezone)
        return years_of(day, day)[0]


class YearOfResponse(models.DateField):
    """The first day of the year of a response, by the clock of its government; taken from it by every way of the ORM.

    The table stands in parts by it (migration 0015). Whoever writes SQL gives it: no trigger can choose a part.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> date:
        """Take it from the response."""
        year: date = model_instance.response.answers_year  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, year)
        return year

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Stand in migrations as the field it is in the database."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DateField", args, kwargs


class Answer(models.Model):
    """The answer (1 to 4) to one unsur."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers", db_index=False)
    unsur = models.ForeignKey(Unsur, on_delete=models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField()
    year = YearOfResponse(editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "unsur"], name="answer_once_per_unsur"),
            models.CheckConstraint(condition=Q(value__gte=1, value__lte=4), name="answer_is_1_to_4"),
        ]

    def __str__(self) -> str:
        return f"{self.unsur_id}={self.value}"
