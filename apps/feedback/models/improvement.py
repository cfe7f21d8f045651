"""Improvement plans (rencana tindak lanjut), and proof of where results were published."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from .. import querysets
from ..labels import (
    AlertEffect,
    ImprovementOrigin,
    ImprovementStatusChoices,
    PublicationMediumChoices,
    Tier,
)
from .services import Service
from .surveys import SurveyPeriod


class ImprovementItem(models.Model):
    """One action with one responsible person and one day. What was measured at its start never changes."""

    government = models.ForeignKey("employees.Government", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(
        "employees.WorkUnit", on_delete=models.PROTECT, related_name="improvements", db_index=False
    )
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="improvements")
    origin = models.CharField(max_length=12, choices=ImprovementOrigin.choices)
    point = models.ForeignKey(
        "feedback.ConsultationPoint", on_delete=models.PROTECT, null=True, related_name="improvements"
    )
    # Rows of other parts, kept by number: causes and notices may be merged or closed without the plan.
    cause_id = models.PositiveBigIntegerField(null=True)
    notice_id = models.PositiveBigIntegerField(null=True)
    reason = models.CharField(max_length=300, blank=True, help_text="what is wrong, in words")
    unsur_code = models.CharField(max_length=30, blank=True, help_text="empty: the index as a whole")
    action = models.CharField(max_length=300)
    responsible = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, related_name="improvements"
    )
    due_on = models.DateField()
    status = models.CharField(
        max_length=12,
        choices=ImprovementStatusChoices.choices,
        default=ImprovementStatusChoices.PLANNED.value,
    )
    created_on = models.DateField(help_text="day of the government's own zone")
    counted_from = models.DateField(help_text="rules/improvement_pace.py")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reported_at = models.DateTimeField(null=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    done_on = models.DateField(null=True, help_text="the day it was reported, once the proof is accepted")
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    drop_reason = models.TextField(blank=True)
    # How it was, and how it is. Values are on the scale of the index, 25 to 100, for one unsur as well.
    survey_period = models.ForeignKey(SurveyPeriod, on_delete=models.PROTECT, null=True, related_name="+")
    tier = models.CharField(max_length=14, choices=Tier.choices, blank=True)
    before_n = models.PositiveIntegerField(null=True)
    before_value = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    before_low = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    before_high = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    before_grade = models.CharField(max_length=1, blank=True)
    after_period = models.ForeignKey(SurveyPeriod, on_delete=models.PROTECT, null=True, related_name="+")
    after_n = models.PositiveIntegerField(null=True)
    after_value = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    after_low = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    after_high = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    after_grade = models.CharField(max_length=1, blank=True)
    effect = models.CharField(max_length=8, choices=AlertEffect.choices, blank=True)
    measured_at = models.DateTimeField(null=True)
    public_text = models.TextField(blank=True)
    public_approved_at = models.DateTimeField(null=True)
    public_approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # For which day a reminder went out: a moved day is reminded of again.
    soon_told_for = models.DateField(null=True)
    late_told_for = models.DateField(null=True)

    objects = querysets.ImprovementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in ImprovementStatusChoices]),
                name="improvement_status_is_a_known_one",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["done", "measured"], done_on__isnull=False, checked_at__isnull=False)
                | (~Q(status__in=["done", "measured"]) & Q(done_on__isnull=True, checked_at__isnull=True)),
                name="improvement_done_on_iff_done",
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("reported_by")),
                name="improvement_is_not_checked_by_the_reporter",
            ),
            models.CheckConstraint(
                condition=Q(status="measured", measured_at__isnull=False, after_period__isnull=False)
                & ~Q(effect="")
                | (~Q(status="measured") & Q(measured_at__isnull=True, effect="")),
                name="improvement_effect_iff_measured",
            ),
            models.CheckConstraint(
                condition=~Q(status="dropped") | ~Q(drop_reason=""), name="improvement_drop_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(public_approved_at__isnull=True) | ~Q(public_text=""),
                name="improvement_approved_wording_has_words",
            ),
            models.CheckConstraint(
                condition=Q(survey_period__isnull=True) | (Q(service__isnull=False) & ~Q(tier="")),
                name="improvement_baseline_names_service_and_tier",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "status", "due_on"], name="improvement_by_unit"),
            models.Index(
                fields=["due_on"],
                condition=Q(status__in=["planned", "in_progress"]),
                name="improvement_running_by_due",
            ),
        ]

    def __str__(self) -> str:
        return f"improvement item {self.pk}"


class ImprovementStep(models.Model):
    """A part of the way; ticked off by whoever works on it."""

    item = models.ForeignKey(ImprovementItem, on_delete=models.CASCADE, related_name="steps", db_index=False)
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="improvement_step_number_once")
        ]

    def __str__(self) -> str:
        return self.text


class ImprovementProof(models.Model):
    """A photo or a PDF that shows the work. A link is no proof."""

    item = models.ForeignKey(ImprovementItem, on_delete=models.CASCADE, related_name="proofs")
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    caption = models.CharField(max_length=200, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "file"],
                condition=Q(removed_at__isnull=True),
                name="improvement_proof_file_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ImprovementEvent(models.Model):
    """A step in the life of an item; never changed."""

    item = models.ForeignKey(ImprovementItem, on_delete=models.CASCADE, related_name="events")
    action = models.CharField(max_length=20)
    status_after = models.CharField(max_length=12, choices=ImprovementStatusChoices.choices)
    text = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.action} on improvement item {self.item_id}"


class PublicationMedium(models.Model):
    """A medium of a government's own, beside website, social media and notice board."""

    government = models.ForeignKey(
        "employees.Government",
        on_delete=models.PROTECT,
        related_name="publication_media",
        db_index=False,
    )
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["government", "name"], name="publication_medium_once")]

    def __str__(self) -> str:
        return self.name


class SurveyPublication(models.Model):
    """Where the result of a period can be read, with a photo or PDF that shows it. Without one it counts nothing."""

    survey_period = models.ForeignKey(SurveyPeriod, on_delete=models.PROTECT, related_name="publications")
    medium = models.CharField(max_length=8, choices=PublicationMediumChoices.choices)
    own_medium = models.ForeignKey(PublicationMedium, on_delete=models.PROTECT, null=True, related_name="+")
    place = models.CharField(max_length=200, blank=True, help_text="which board, which account")
    link = models.URLField(max_length=400, blank=True)
    published_on = models.DateField()
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(medium="own") ^ Q(own_medium__isnull=True),
                name="publication_own_medium_iff_named",
            )
        ]

    def __str__(self) -> str:
        return f"publication {self.pk}"
