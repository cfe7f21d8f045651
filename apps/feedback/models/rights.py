"""What people can demand about their data, the proof that it was deleted, and words released for the public."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from ..labels import RightsKind
from .complaints import Complaint


class RetentionRun(models.Model):
    """Proof of one day's deletion of one class of data: how many, up to which day, and a hash of their ids."""

    government = models.ForeignKey(
        "employees.Government", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    retention_class = models.CharField(max_length=30)
    day = models.DateField(help_text="the day it ran")
    days_kept = models.PositiveIntegerField(help_text="the rule of that day")
    up_to = models.DateField(help_text="everything of this day and before is gone")
    count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the sorted ids")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["government", "retention_class", "day"], name="retention_once_per_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.retention_class} {self.day}"


class RightsRequest(models.Model):
    """What a reporter asked about their own data; due within 3 x 24 hours (UU 27/2022)."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="rights_requests")
    kind = models.CharField(max_length=12, choices=RightsKind.choices)
    text = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    overdue_told_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(answered_at__isnull=True), name="rights_open_by_due")
        ]

    def __str__(self) -> str:
        return f"{self.kind} on complaint {self.complaint_id}"


class PublicRemark(models.Model):
    """A remark that a person outside the unit has read; only the released ones may be shown in public."""

    response = models.OneToOneField(
        "feedback.Response", on_delete=models.CASCADE, related_name="public_remark"
    )
    is_released = models.BooleanField()
    text = models.TextField(blank=True, help_text="as shown, without names and numbers")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_released=False, text="") | Q(is_released=True) & ~Q(text=""),
                name="public_remark_has_words_iff_released",
            )
        ]

    def __str__(self) -> str:
        return f"remark of response {self.response_id}"
