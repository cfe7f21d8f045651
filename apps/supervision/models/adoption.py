"""How the application is taken up: figures per period, and the first steps of somebody new."""

from django.db import models
from django.db.models import Q

from ..labels import AdoptionKey


class AdoptionFigure(models.Model):
    """One measure of one period over the whole government; never about one person.

    `n` is what the figure is about (people, reports, evaluations); a figure about fewer than the minimum is stored
    and not shown.
    """

    period = models.ForeignKey(
        "assessments.Period",
        on_delete=models.CASCADE,
        related_name="adoption_figures",
        db_index=False,
    )
    key = models.CharField(max_length=20, choices=AdoptionKey.choices)
    value = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    n = models.PositiveIntegerField()
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "key"], name="adoption_figure_once_per_period"),
            models.CheckConstraint(
                condition=Q(n__gt=0, value__isnull=False) | Q(n=0, value__isnull=True),
                name="adoption_figure_of_nothing_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} of period {self.period_id}"


class FirstWeek(models.Model):
    """What somebody new did with the list of first steps that no other table tells."""

    employee = models.OneToOneField("employees.Employee", on_delete=models.CASCADE, related_name="+")
    read_scoring_at = models.DateTimeField(null=True, help_text="opened the page on how a result comes about")
    dismissed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"first week of {self.employee_id}"
