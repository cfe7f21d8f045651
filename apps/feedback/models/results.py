"""Computed indices, and older ones as offices published them."""

from django.db import models

from .surveys import SurveyPeriod


class IkmResult(models.Model):
    """A computed index with everything it was made of; refreshed while the period runs, fixed when
    published.
    """

    survey_period = models.OneToOneField(SurveyPeriod, on_delete=models.PROTECT, related_name="result")
    n = models.PositiveIntegerField()
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

    def __str__(self) -> str:
        return f"IKM {self.ikm} (n={self.n})"


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
