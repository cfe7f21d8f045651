"""What the answers of a survey period add up to, and which of these figures the public has seen.

Public pages, the API and open data read these tables and `IkmResult`, never an answer.
"""

from django.db import models
from django.db.models import F, Q

from ..labels import Cut, Tier
from .surveys import SurveyPeriod


class Tally(models.Model):
    """Sums of a group of answers, exact enough to be added to those of another group."""

    n = models.PositiveIntegerField(default=0)
    satisfied = models.PositiveIntegerField(default=0, help_text="own weighted average of 3 or more")
    sums = models.JSONField(default=dict, help_text="{unsur code: sum of the answers}")
    counts = models.JSONField(default=dict, help_text="{unsur code: number of answers}")
    index_total = models.DecimalField(max_digits=30, decimal_places=12, default=0)
    index_squares = models.DecimalField(max_digits=30, decimal_places=12, default=0)

    class Meta:
        abstract = True


class SurveyTally(Tally):
    """The sums of a survey period in one tier, as a whole (cut "") and per value of an attribute."""

    survey_period = models.ForeignKey(
        SurveyPeriod, on_delete=models.CASCADE, related_name="tallies", db_index=False
    )
    tier = models.CharField(max_length=14, choices=Tier.choices)
    cut = models.CharField(max_length=10, choices=Cut.choices, blank=True)
    value = models.CharField(max_length=10, blank=True)
    waiting = models.PositiveIntegerField(default=0, help_text="held back until a person has looked")
    excluded = models.PositiveIntegerField(default=0, help_text="decided by a person: does not count")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["survey_period", "tier", "cut", "value"], name="survey_tally_once_per_cell"
            ),
            models.CheckConstraint(
                condition=Q(satisfied__lte=F("n")), name="survey_tally_satisfied_are_respondents"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey_period_id} {self.tier} {self.cut}={self.value} n={self.n}"


class FigureStep(Tally):
    """A figure of a period and tier as the public sees it: taken once, shown later, never changed.

    Two steps differ by at least the number of answers of the policy, so that nobody learns from two readings
    what one person answered.
    """

    survey_period = models.ForeignKey(
        SurveyPeriod, on_delete=models.CASCADE, related_name="steps", db_index=False
    )
    tier = models.CharField(max_length=14, choices=Tier.choices)
    number = models.PositiveIntegerField()
    nrr = models.JSONField(default=dict, help_text="{unsur code: average to 4 places as text}")
    ikm = models.DecimalField(max_digits=5, decimal_places=2)
    service_grade = models.CharField(max_length=1)
    weakest_unsur = models.CharField(max_length=30)
    interval_low = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    interval_high = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    cells = models.JSONField(default=dict, help_text="{cut: {value: n}} on that day; not public")
    breakdown = models.JSONField(default=dict, help_text="{cut: [cell]} with small cells hidden; public")
    taken_at = models.DateTimeField()
    shown_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["survey_period", "tier", "number"], name="figure_step_once_per_number"
            ),
            models.UniqueConstraint(
                fields=["survey_period", "tier"],
                condition=Q(shown_at__isnull=True),
                name="figure_step_one_waits",
            ),
        ]

    def __str__(self) -> str:
        return f"step {self.number} of {self.survey_period_id} {self.tier}, n={self.n}"
