"""Angka kredit of functional posts: opening balances, conversions of a predikat, diplomas, rank steps, PAK.

What was computed stays as it was (triggers of migration 0009): a conversion that no longer counts is marked as
replaced, an entry made in error is withdrawn with a reason, a PAK never changes.
"""

from datetime import date, timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from .. import querysets
from ..labels import DegreeChoices, JenjangChoices, OpeningKind, PredikatChoices, ReplacedReason
from .evaluations import Evaluation


class CreditEntry(models.Model):
    """Something an officer enters from a document. An error is withdrawn with a reason, never deleted."""

    employee = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="%(class)ss")
    jenjang = models.CharField(max_length=12, choices=JenjangChoices.choices)
    note = models.CharField(max_length=300, help_text="number and date of the document it was read from")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    objects = querysets.CreditEntryQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_withdrawn(self) -> bool:
        """Whether it no longer counts."""
        return self.withdrawn_at is not None


class CreditOpening(CreditEntry):
    """What somebody had in a jenjang at the end of a day: integration, start in a JF, an earlier PAK (CRD-10, 11).

    `basis` holds what the value was computed from, as decimal text.
    """

    kind = models.CharField(max_length=12, choices=OpeningKind.choices)
    value = models.DecimalField(max_digits=8, decimal_places=2)
    as_of = models.DateField()
    basis = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(value__gte=0), name="credit_opening_is_not_negative"),
            models.UniqueConstraint(
                fields=["employee", "jenjang", "kind"],
                condition=Q(withdrawn_at__isnull=True),
                name="credit_opening_once_per_kind_and_jenjang",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="credit_opening_withdrawn_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"credit opening {self.pk}"


class CreditDiploma(CreditEntry):
    """A new, higher, relevant diploma: once a share of what the next rank needs (CRD-9)."""

    degree = models.CharField(max_length=4, choices=DegreeChoices.choices)
    obtained_on = models.DateField()
    required = models.DecimalField(max_digits=8, decimal_places=2, help_text="for the next rank at that time")
    percent = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=8, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "degree"],
                condition=Q(withdrawn_at__isnull=True),
                name="credit_diploma_once_per_degree",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="credit_diploma_withdrawn_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"credit diploma {self.pk}"


class CreditRankStep(CreditEntry):
    """A rise in rank within a jenjang, which used up credit; what was left is carried on (CRD-8)."""

    from_golongan = models.CharField(max_length=6)
    to_golongan = models.CharField(max_length=6)
    used = models.DecimalField(max_digits=8, decimal_places=2)
    effective_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "jenjang", "to_golongan"],
                condition=Q(withdrawn_at__isnull=True),
                name="credit_rank_step_once_per_golongan",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="credit_rank_step_withdrawn_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"rank step {self.pk}"


class CreditConversion(models.Model):
    """The credit of some months with one predikat in one jenjang (CRD-1 to CRD-6).

    An evaluation gives one row per post held in its days (`part`); when its predikat changes, a new `version`.
    """

    employee = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, related_name="credit_conversions"
    )
    evaluation = models.ForeignKey(
        Evaluation, on_delete=models.PROTECT, related_name="credit_conversions", db_index=False
    )
    placement = models.ForeignKey("employees.Placement", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    part = models.PositiveSmallIntegerField(default=1)
    number = models.CharField(max_length=40, unique=True)
    jenjang = models.CharField(max_length=12, choices=JenjangChoices.choices)
    post = models.CharField(max_length=200, help_text="title of the post as it was")
    period = DateRangeField(help_text="the months that count, whole")
    months = models.PositiveSmallIntegerField()
    predikat = models.CharField(max_length=16, choices=PredikatChoices.choices)
    percent = models.PositiveSmallIntegerField()
    coefficient = models.DecimalField(max_digits=6, decimal_places=2)
    value = models.DecimalField(max_digits=8, decimal_places=2)
    is_yearly = models.BooleanField()
    rule_source = models.CharField(max_length=120)
    converted_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)
    replaced_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replaces")
    replaced_reason = models.CharField(max_length=12, choices=ReplacedReason.choices, blank=True)

    objects = querysets.CreditConversionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "version", "part"], name="credit_conversion_once_per_version_and_part"
            ),
            models.CheckConstraint(
                condition=Q(months__gte=1, months__lte=12), name="credit_conversion_stays_within_a_year"
            ),
            models.CheckConstraint(
                condition=Q(replaced_at__isnull=True, replaced_reason="", replaced_by__isnull=True)
                | (Q(replaced_at__isnull=False) & ~Q(replaced_reason="")),
                name="credit_conversion_replaced_with_a_reason",
            ),
            # No month of a person counts twice, so no year ever counts more than twelve (CRD-5).
            ExclusionConstraint(
                name="credit_month_counts_once",
                expressions=[(F("employee"), RangeOperators.EQUAL), (F("period"), RangeOperators.OVERLAPS)],
                condition=Q(replaced_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def starts_on(self) -> date:
        """The first day that counts."""
        first: date = self.period.lower
        return first

    @property
    def ends_on(self) -> date:
        """The last day that counts."""
        last: date = self.period.upper - timedelta(days=1)
        return last

    @property
    def is_current(self) -> bool:
        """Whether it counts."""
        return self.replaced_at is None


class CreditPak(models.Model):
    """Penetapan angka kredit: what was reached on a day, as it was fixed. It never changes."""

    employee = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, related_name="credit_paks", db_index=False
    )
    number = models.CharField(max_length=40, unique=True)
    as_of = models.DateField()
    content = models.JSONField(help_text="snapshot of selectors.credit.PakFacts")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()

    objects = querysets.CreditPakQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["employee", "-as_of", "-id"], name="credit_pak_newest_first")]

    def __str__(self) -> str:
        return self.number
