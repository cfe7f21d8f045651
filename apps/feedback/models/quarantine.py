"""Ratings that are held back, and the short-lived marks by which a flood is recognized.

Two walls: what says when and from where an answer came (`ArrivalMark`) is destroyed after 72 hours with the key that
made it (`DailyKey`); what stays (`Response.signals`, `QuarantineCase`) knows signals in words and no network.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from .. import querysets
from ..labels import CaseStatus, Tier
from .services import Service


class QuarantineCase(models.Model):
    """Ratings of one event that are looked at together: one service, one tier, hours that follow each other."""

    government = models.ForeignKey("employees.Government", on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, related_name="quarantine_cases", db_index=False
    )
    tier = models.CharField(max_length=14, choices=Tier.choices)
    starts_at = models.DateTimeField(help_text="first hour")
    ends_at = models.DateTimeField(help_text="last hour")
    signals = models.JSONField(default=list, help_text="codes of rules/signals.py")
    version = models.CharField(max_length=20, help_text="version of the signal rules")
    thresholds = models.JSONField(default=dict, help_text="the thresholds that held")
    status = models.CharField(max_length=10, choices=CaseStatus.choices, default=CaseStatus.WAITING.value)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="parts")
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    overdue_told_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.TextField(blank=True)

    objects = querysets.QuarantineCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gte=models.F("starts_at")), name="case_has_hours"),
            models.CheckConstraint(
                condition=Q(status="waiting", decided_at=None, decided_by=None)
                | Q(~Q(status="waiting"), decided_at__isnull=False, decided_by__isnull=False),
                name="case_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(status="waiting") | ~Q(reason=""), name="case_decision_has_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["service", "status"], name="case_by_service")]

    def __str__(self) -> str:
        return f"case {self.pk}"


class CaseStep(models.Model):
    """What was done with a case; a decision that was reversed stays readable."""

    case = models.ForeignKey(QuarantineCase, on_delete=models.CASCADE, related_name="steps")
    action = models.CharField(max_length=10)
    count = models.PositiveIntegerField(default=0)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.action} on case {self.case_id}"


class UnitNetwork(models.Model):
    """A network that the staff of a unit use: a rating from there may be one of themselves."""

    unit = models.ForeignKey(
        "employees.WorkUnit", on_delete=models.PROTECT, related_name="networks", db_index=False
    )
    network = models.CharField(max_length=43, help_text="as in 103.12.4.0/24")
    label = models.CharField(max_length=100)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "network"], name="unit_network_once")]

    def __str__(self) -> str:
        return self.network


class DailyKey(models.Model):
    """The random key by which networks of a day are scrambled; destroyed after 72 hours."""

    government = models.ForeignKey(
        "employees.Government", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    day = models.DateField()
    key = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["government", "day"], name="daily_key_once")]

    def __str__(self) -> str:
        return f"key of {self.day}"


class ArrivalMark(models.Model):
    """In which five minutes an answer came, and a scrambled mark of its network; destroyed after 72 hours."""

    response = models.OneToOneField("feedback.Response", on_delete=models.CASCADE, related_name="mark")
    slot = models.DateTimeField(db_index=True)
    network = models.CharField(max_length=32, blank=True)

    def __str__(self) -> str:
        return f"mark of response {self.response_id}"


class AttackState(models.Model):
    """A service under attack asks browsers for a small piece of work until some time."""

    service = models.OneToOneField(Service, on_delete=models.CASCADE, related_name="attack_state")
    since = models.DateTimeField()
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"attack on {self.service_id}"
