"""The year and its periods, and the steps the schedule has taken."""

from django.db import models
from django.db.models import Q

from ..labels import PeriodicityChoices, PeriodKind, PeriodStatus, period_title


class Cycle(models.Model):
    """A performance year of a government."""

    government = models.ForeignKey(
        "employees.Government", on_delete=models.PROTECT, related_name="cycles", db_index=False
    )
    year = models.PositiveSmallIntegerField()
    periodicity = models.CharField(max_length=10, choices=PeriodicityChoices.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["government", "year"], name="cycle_once_per_year")]

    def __str__(self) -> str:
        return f"{self.year}"


class Period(models.Model):
    """A month, a quarter or the year of a cycle. Instants are UTC, made from local days (reliability rule R6)."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="periods", db_index=False)
    kind = models.CharField(max_length=10, choices=PeriodKind.choices)
    number = models.PositiveSmallIntegerField(help_text="1-12 or 1-4; 0 for the year")
    starts_on = models.DateField()
    ends_on = models.DateField()
    opens_at = models.DateTimeField(help_text="from when reports may be sent")
    closes_at = models.DateTimeField(help_text="last instant for reports; the schedule closes after it")
    status = models.CharField(max_length=8, choices=PeriodStatus.choices, default=PeriodStatus.PLANNED.value)

    class Meta:
        ordering = ["cycle", "starts_on", "number"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "kind", "number"], name="period_once_per_cycle"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=models.F("opens_at")), name="period_closes_after_opening"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The name people use: a month, a quarter, or the year."""
        return period_title(self.kind, self.starts_on, self.ends_on)


class PeriodRun(models.Model):
    """One step of the schedule for one unit: what makes two beats, no beat or a replayed tick end the same (D4)."""

    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="runs", db_index=False)
    unit = models.ForeignKey("employees.WorkUnit", on_delete=models.PROTECT, null=True, related_name="+")
    step = models.CharField(max_length=20, help_text="open, close, prepare")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    figures = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["period", "unit", "step"], name="period_step_runs_once_per_unit", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.step} of period {self.period_id}"
