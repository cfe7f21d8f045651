"""The auditor's room: who may read what until when, which records were drawn, which bundles were made."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from .. import querysets


class AuditEngagement(models.Model):
    """An auditor may read the records of a unit and some years, for a purpose and between two instants.

    It opens the room and nothing else; before, after and outside of it the room is shut.
    """

    government = models.ForeignKey("employees.Government", on_delete=models.PROTECT, related_name="+")
    auditor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="audit_engagements",
        db_index=False,
    )
    unit = models.ForeignKey("employees.WorkUnit", on_delete=models.PROTECT, related_name="+")
    year_from = models.PositiveSmallIntegerField()
    year_to = models.PositiveSmallIntegerField()
    purpose = models.TextField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="ended before its time")
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    end_reason = models.TextField(blank=True)

    objects = querysets.AuditEngagementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="engagement_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(year_from__lte=F("year_to")), name="engagement_years_are_in_order"
            ),
            models.CheckConstraint(condition=~Q(purpose=""), name="engagement_has_a_purpose"),
            models.CheckConstraint(
                condition=~Q(auditor=F("granted_by")), name="engagement_is_granted_by_another"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, end_reason="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(end_reason="")),
                name="engagement_ended_by_somebody_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["auditor", "-starts_at"], name="engagement_by_auditor")]

    def __str__(self) -> str:
        return f"engagement {self.pk}"

    def is_open_at(self, at: datetime) -> bool:
        """Whether its window holds at an instant; the role is asked apart (querysets)."""
        return self.ended_at is None and self.starts_at <= at < self.ends_at

    @property
    def years(self) -> str:
        """The years in scope, as people write them."""
        return str(self.year_from) if self.year_from == self.year_to else f"{self.year_from}-{self.year_to}"


class AuditSample(models.Model):
    """A draw of people whose records are read: repeatable from seed, list and rate, and never changed (trigger)."""

    engagement = models.ForeignKey(AuditEngagement, on_delete=models.PROTECT, related_name="samples")
    as_of = models.DateField(help_text="the records are read as they were at the end of this day")
    rate = models.DecimalField(max_digits=5, decimal_places=4)
    minimum = models.PositiveSmallIntegerField(help_text="people of every unit, at least")
    strata = models.JSONField(help_text="the list that was drawn from: {id of a unit: [ids of people]}")
    seed = models.CharField(max_length=100)
    seed_hash = models.CharField(max_length=64)
    frame = models.CharField(max_length=64, help_text="hash of the list")
    drawn_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(rate__gt=0, rate__lte=1), name="audit_sample_rate_is_a_share"),
            models.CheckConstraint(condition=Q(minimum__gte=1), name="audit_sample_looks_at_every_unit"),
        ]

    def __str__(self) -> str:
        return f"audit sample {self.pk}"

    @property
    def population(self) -> int:
        """How many people stood in the list."""
        return sum(len(ids) for ids in self.strata.values())


class AuditSampleItem(models.Model):
    """One drawn person; `opened_at` is the only thing that is ever added."""

    sample = models.ForeignKey(AuditSample, on_delete=models.PROTECT, related_name="items", db_index=False)
    employee = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("employees.WorkUnit", on_delete=models.PROTECT, related_name="+")
    order = models.PositiveIntegerField(help_text="place in the draw")
    opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sample", "employee"], name="audit_sample_person_once"),
            models.UniqueConstraint(fields=["sample", "order"], name="audit_sample_place_once"),
        ]

    def __str__(self) -> str:
        return f"drawn {self.pk}"


class AuditBundle(models.Model):
    """A file with the drawn records, their evidence and the audit chain, for reading without this system."""

    sample = models.ForeignKey(AuditSample, on_delete=models.PROTECT, related_name="bundles")
    job = models.ForeignKey("core.Job", on_delete=models.SET_NULL, null=True, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    manifest_sha256 = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(made_at__isnull=True, manifest_sha256="")
                | (Q(made_at__isnull=False) & ~Q(manifest_sha256="")),
                name="audit_bundle_made_with_its_hash",
            )
        ]

    def __str__(self) -> str:
        return f"audit bundle {self.pk}"
