"""Official documents as they were made, with hash and verification code, and the packs made by the schedule."""

from django.db import models

from . import querysets
from .labels import DocumentKind


class Document(models.Model):
    """A document that was issued. A snapshot: printing again gives the same bytes (section 6)."""

    government = models.ForeignKey("employees.Government", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    code = models.CharField(max_length=32, unique=True, help_text="verification code on paper, random")
    evaluation = models.ForeignKey(
        "assessments.Evaluation", on_delete=models.PROTECT, null=True, related_name="documents"
    )
    skp = models.ForeignKey("indicators.Skp", on_delete=models.PROTECT, null=True, related_name="documents")
    unit = models.ForeignKey("employees.WorkUnit", on_delete=models.PROTECT, null=True, related_name="+")
    period = models.ForeignKey("assessments.Period", on_delete=models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    facts_hash = models.CharField(max_length=64, help_text="of what was printed; an equal one is not made twice")
    issued_at = models.DateTimeField()

    objects = querysets.DocumentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["evaluation", "facts_hash"], name="document_by_evaluation")]

    def __str__(self) -> str:
        return self.name


class ScheduledPack(models.Model):
    """A report pack the schedule made for a period: one row per government, period and kind (D4)."""

    period = models.ForeignKey("assessments.Period", on_delete=models.PROTECT, related_name="packs")
    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    job = models.ForeignKey("core.Job", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "kind"], name="pack_once_per_period_and_kind")]

    def __str__(self) -> str:
        return f"{self.kind} of period {self.period_id}"
