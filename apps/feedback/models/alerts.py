"""Notices that a service has turned bad, what was done, and whether it helped."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from .. import querysets
from ..labels import AlertActionKind, AlertEffect, AlertKindChoices, AlertStatusChoices, Tier


class ServiceAlert(models.Model):
    """One notice (rules/service_alert.py). Its figures are those of the day it was made and never change."""

    government = models.ForeignKey(
        "employees.Government", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    service = models.ForeignKey("feedback.Service", on_delete=models.PROTECT, related_name="alerts")
    survey_period = models.ForeignKey("feedback.SurveyPeriod", on_delete=models.PROTECT, related_name="+")
    tier = models.CharField(max_length=14, choices=Tier.choices)
    kind = models.CharField(max_length=4, choices=AlertKindChoices.choices)
    n = models.PositiveIntegerField()
    value = models.DecimalField(max_digits=5, decimal_places=2)
    low = models.DecimalField(max_digits=5, decimal_places=2)
    high = models.DecimalField(max_digits=5, decimal_places=2)
    compared_with = models.DecimalField(
        max_digits=5, decimal_places=2, help_text="the threshold, or the lower end of the last period"
    )
    weakest_unsur = models.CharField(max_length=30, blank=True)
    first_day = models.DateField(help_text="answers from this day on were looked at")
    opened_on = models.DateField()
    opened_at = models.DateTimeField()
    status = models.CharField(
        max_length=10, choices=AlertStatusChoices.choices, default=AlertStatusChoices.OPEN.value
    )
    acted_at = models.DateTimeField(null=True)
    measure_on = models.DateField(null=True, help_text="from this day on the effect is measured")
    explanation = models.TextField(blank=True)
    effect = models.CharField(max_length=8, choices=AlertEffect.choices, blank=True)
    after_n = models.PositiveIntegerField(null=True)
    after_value = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    after_low = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    after_high = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    measured_at = models.DateTimeField(null=True)

    objects = querysets.ServiceAlertQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "tier"],
                condition=Q(status__in=["open", "acted"]),
                name="one_running_alert_per_service_and_tier",
            ),
            models.CheckConstraint(
                condition=Q(status="open", acted_at__isnull=True)
                | (~Q(status="open") & Q(acted_at__isnull=False)),
                name="alert_acted_at_iff_no_longer_open",
            ),
            models.CheckConstraint(
                condition=Q(status="measured", measured_at__isnull=False)
                ^ (~Q(status="measured") & Q(measured_at__isnull=True)),
                name="alert_measured_at_iff_measured",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["acted", "measured"]) | Q(measure_on__isnull=False),
                name="alert_acted_on_has_a_day_to_measure",
            ),
            models.CheckConstraint(
                condition=~Q(status="measured") | ~Q(effect=""), name="measured_alert_has_an_effect"
            ),
        ]
        indexes = [
            models.Index(fields=["government", "status", "-opened_at"], name="alert_by_status"),
            # The schedule asks every half minute.
            models.Index(fields=["measure_on"], condition=Q(status="acted"), name="alert_to_measure"),
        ]

    def __str__(self) -> str:
        return f"alert {self.pk}"


class AlertStep(models.Model):
    """Something begun because of a notice; `reference` is the id of the item or the talk."""

    alert = models.ForeignKey(ServiceAlert, on_delete=models.CASCADE, related_name="steps", db_index=False)
    kind = models.CharField(max_length=12, choices=AlertActionKind.choices)
    reference = models.PositiveBigIntegerField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["alert", "kind", "reference"], name="alert_step_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for alert {self.alert_id}"
