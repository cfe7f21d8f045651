"""Official documents as they were made, with hash and verification code, and the packs made by the schedule."""

from django.db import models
from django.db.models import Q

from . import querysets
from .labels import DocumentKind

# What a document is about, by its kind; packs and recaps are about a unit in a period.
SUBJECTS = {
    "evaluation": "evaluation",
    "skp": "skp",
    "objection": "objection",
    "conversion": "conversion",
    "accumulation": "employee",
    "pak": "pak",
    "certificate": "certificate",
    "survey_report": "survey_period",
    "recognition": "nomination",
}
PACK_KINDS = ["evaluation_pack", "cycle_recap"]
SPAN_KIND = "survey_span"  # about the surveys of a unit in a span of days


def _about_its_kind() -> Q:
    """Return the condition that a document has the subject of its kind, and no other."""
    fields = sorted(SUBJECTS.values())
    allowed = Q(kind__in=PACK_KINDS, unit__isnull=False, period__isnull=False)
    allowed &= Q(**{f"{field}__isnull": True for field in fields})
    span = Q(kind=SPAN_KIND, unit__isnull=False, starts_on__isnull=False, ends_on__isnull=False)
    allowed |= span & Q(period__isnull=True, **{f"{field}__isnull": True for field in fields})
    for kind, subject in SUBJECTS.items():
        allowed |= Q(kind=kind, **{f"{field}__isnull": field != subject for field in fields})
    return allowed


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
    objection = models.ForeignKey(
        "assessments.Objection", on_delete=models.PROTECT, null=True, related_name="documents"
    )
    conversion = models.ForeignKey(
        "assessments.CreditConversion", on_delete=models.PROTECT, null=True, related_name="documents"
    )
    pak = models.ForeignKey(
        "assessments.CreditPak", on_delete=models.PROTECT, null=True, related_name="documents"
    )
    certificate = models.ForeignKey(
        "training.Certificate", on_delete=models.PROTECT, null=True, related_name="documents"
    )
    employee = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, null=True, related_name="credit_documents"
    )
    unit = models.ForeignKey(
        "employees.WorkUnit", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    period = models.ForeignKey("assessments.Period", on_delete=models.PROTECT, null=True, related_name="+")
    survey_period = models.ForeignKey(
        "feedback.SurveyPeriod", on_delete=models.PROTECT, null=True, related_name="documents"
    )
    nomination = models.ForeignKey(
        "training.Nomination", on_delete=models.PROTECT, null=True, related_name="documents"
    )
    starts_on = models.DateField(null=True, help_text="first day of a survey report of a unit")
    ends_on = models.DateField(null=True)
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    facts_hash = models.CharField(
        max_length=64, help_text="of what was printed; an equal one is not made twice"
    )
    issued_at = models.DateTimeField()

    objects = querysets.DocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            *(
                models.UniqueConstraint(
                    fields=[subject, "facts_hash"],
                    condition=Q(**{f"{subject}__isnull": False}),
                    name=f"document_once_per_{subject}_and_facts",
                )
                for subject in (
                    "evaluation",
                    "skp",
                    "objection",
                    "conversion",
                    "pak",
                    "certificate",
                    "employee",
                    "survey_period",
                    "nomination",
                )
            ),
            models.UniqueConstraint(
                fields=["unit", "starts_on", "ends_on", "facts_hash"],
                condition=Q(kind=SPAN_KIND),
                name="document_once_per_span_and_facts",
            ),
            models.CheckConstraint(condition=_about_its_kind(), name="document_is_about_what_its_kind_says"),
        ]
        indexes = [
            models.Index(fields=["unit", "period", "kind"], name="document_pack_by_unit"),
        ]

    def __str__(self) -> str:
        return self.name


class PackVolume(models.Model):
    """A volume of a pack that is being made. A job that was killed goes on behind the volumes that are there.

    `code` is the pack's, printed on every page; `digest` is of the facts in the volume. The rows go when the pack
    is issued.
    """

    job = models.ForeignKey("core.Job", on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "number"], name="pack_volume_once_per_job_and_number")
        ]

    def __str__(self) -> str:
        return f"volume {self.number} of job {self.job_id}"


class ScheduledPack(models.Model):
    """A report pack the schedule made for a period: one row per government, period and kind (D4)."""

    period = models.ForeignKey(
        "assessments.Period", on_delete=models.PROTECT, related_name="packs", db_index=False
    )
    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    job = models.ForeignKey("core.Job", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "kind"], name="pack_once_per_period_and_kind")
        ]

    def __str__(self) -> str:
        return f"{self.kind} of period {self.period_id}"
