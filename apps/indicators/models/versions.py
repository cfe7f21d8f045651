"""Every approved version of a plan, as it was approved."""

from django.db import models

from ..labels import RevisionReasonChoices
from .plans import Skp


class SkpVersion(models.Model):
    """An approved version: content in the shape of rules/plan_content.py. The database refuses any later change."""

    skp = models.ForeignKey(Skp, on_delete=models.PROTECT, related_name="versions", db_index=False)
    version = models.PositiveSmallIntegerField()
    content = models.JSONField()
    reason = models.CharField(max_length=12, choices=RevisionReasonChoices.choices, blank=True)
    note = models.TextField(blank=True, help_text="the reason in words; empty for the first version")
    appraiser_name = models.CharField(
        max_length=150, blank=True, help_text="whose approval it is, as printed"
    )
    approved_by = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField()

    class Meta:
        ordering = ["skp", "version"]
        constraints = [
            models.UniqueConstraint(fields=["skp", "version"], name="skp_version_once_per_plan"),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="skp_version_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"version {self.version} of SKP {self.skp_id}"
