"""Official documents as they were made, with hash and verification code, and the packs made by the schedule."""

from django.db import models
from django.db.models import Q

from . import querysets
from .labels import DocumentKind


class Document(models.Model):
    """A document that was issued. A snapshot: while what it says is unchanged, printing again gives the same
    bytes; after a change there is another document, and the check page says so.
    """

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
    facts_hash = models.CharField(
        max_length=64, help_text="of what was printed; an equal one is not made twice"
    )
    issued_at = models.DateTimeField()

    objects = querysets.DocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "facts_hash"],
                condition=Q(evaluation__isnull=False),
                name="document_once_per_evaluation_and_facts",
            ),
            models.UniqueConstraint(
                fields=["skp", "facts_hash"],
                condition=Q(skp__isnull=False),
                name="document_once_per_skp_and_facts",
            ),
            models.CheckConstraint(
                condition=Q(kind="evaluation", evaluation__isnull=False, skp__isnull=True)
                | Q(kind="skp", skp__isnull=False, evaluation__isnull=True)
                | Q(
                    kind__in=["evaluation_pack", "cycle_recap"],
                    evaluation__isnull=True,
                    skp__isnull=True,
                    unit__isnull=False,
                    period__isnull=False,
                ),
                name="document_is_about_what_its_kind_says",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "period", "kind"], name="document_pack_by_unit"),
        ]

    def __str__(self) -> str:
        return self.name


class ScheduledPack(models.Model):
    """A report pack the schedule made for a period: one row per government, period and kind (D4)."""

    period = models.ForeignKey("assessments.Period", on_delete=models.PROTECT, related_name="packs")
    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    job = models.ForeignKey("core.Job", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "kind"], name="pack_once_per_period_and_kind")
        ]

    def __str__(self) -> str:
        return f"{self.kind} of period {self.period_id}"
