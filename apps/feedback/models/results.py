"""Computed indices, and older ones as offices published them."""

from django.db import models
from django.db.models import Q

from ..labels import Tier
from .summaries import FigureStep
from .surveys import SurveyPeriod


class IkmResult(models.Model):
    """A computed index of one tier with everything it was made of; refreshed while the period runs, fixed
    when published.

    This is what the office sees. The public sees the step `shown`, which follows in steps of some answers.
    """

    survey_period = models.ForeignKey(
        SurveyPeriod, on_delete=models.PROTECT, related_name="results", db_index=False
    )
    tier = models.CharField(max_length=14, choices=Tier.choices, default=Tier.OPEN.value)
    n = models.PositiveIntegerField()
    satisfied = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0, help_text="held back until a person has looked")
    excluded = models.PositiveIntegerField(default=0, help_text="decided by a person: does not count")
    nrr = models.JSONField(help_text="{unsur code: average to 4 places as text}")
    ikm = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    service_grade = models.CharField(max_length=1, blank=True)
    weakest_unsur = models.CharField(max_length=30, blank=True)
    interval_low = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    interval_high = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    regime = models.CharField(max_length=20)
    rule_version = models.CharField(max_length=40)
    computed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    shown = models.ForeignKey(FigureStep, on_delete=models.PROTECT, null=True, related_name="+")
    next_step_at = models.PositiveIntegerField(null=True, help_text="answers needed for the next public step")
    is_settled = models.BooleanField(default=False, help_text="the period has ended, and was added up since")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["survey_period", "tier"], name="ikm_result_once_per_tier"),
            models.CheckConstraint(
                condition=Q(tier__in=[tier.value for tier in Tier]), name="ikm_result_tier_is_a_known_one"
            ),
        ]
        indexes = [
            # The schedule asks every half minute.
            models.Index(
                fields=["survey_period"], condition=Q(is_settled=False), name="ikm_result_unsettled"
            ),
        ]

    def __str__(self) -> str:
        return f"IKM {self.ikm} (n={self.n}, {self.tier})"


class PublishedSkm(models.Model):
    """An older result as an office published it, beside what its averages give when recomputed. Never
    overwritten.
    """

    government = models.ForeignKey(
        "employees.Government", on_delete=models.PROTECT, null=True, related_name="+"
    )
    office = models.CharField(max_length=200)
    region = models.CharField(max_length=120)
    year = models.PositiveSmallIntegerField(null=True)
    period = models.CharField(max_length=120)
    respondents = models.PositiveIntegerField(null=True)
    regime = models.CharField(max_length=20)
    averages = models.JSONField(default=dict)
    # Three decimals: some offices print 76,475, and what was printed is kept as printed.
    published_ikm = models.DecimalField(max_digits=7, decimal_places=3, null=True)
    published_grade = models.CharField(max_length=4, blank=True)
    recomputed_ikm = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    recomputed_long = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    recomputed_short = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    recomputed_grade = models.CharField(max_length=1, blank=True)
    difference = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    explanation = models.CharField(max_length=30)
    note = models.TextField(blank=True, help_text="what whoever collected the result remarked")
    source = models.CharField(max_length=400)
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "region", "year", "period", "source"],
                name="published_skm_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.period}"
