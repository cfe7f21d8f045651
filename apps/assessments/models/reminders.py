"""When somebody wants to be reminded of a report, and examples of entries beside the question."""

from django.db import models
from django.db.models import Q

from .periods import Period


class ReminderPlan(models.Model):
    """The day and hour a civil servant chose for writing a report: one message then, none if it was sent before."""

    employee = models.ForeignKey(
        "employees.Employee",
        on_delete=models.PROTECT,
        related_name="reminder_plans",
        db_index=False,
    )
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="+")
    remind_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["employee", "period"], name="reminder_once_per_period")
        ]
        indexes = [
            models.Index(fields=["remind_at"], condition=Q(sent_at=None), name="reminder_to_send"),
        ]

    def __str__(self) -> str:
        return f"reminder {self.pk}"


class EntryExample(models.Model):
    """A good and a weak entry for a job family, edited by the office; without a family it is for everybody.

    The row of a government goes before that of the whole installation.
    """

    government = models.ForeignKey(
        "employees.Government",
        on_delete=models.PROTECT,
        null=True,
        related_name="entry_examples",
        db_index=False,
    )
    family = models.CharField(
        max_length=80, blank=True, help_text="job family in lower case; empty: everybody"
    )
    good = models.TextField()
    weak = models.TextField()
    why = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["government", "family"], name="entry_example_once_per_family", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=~Q(good="") & ~Q(weak="") & ~Q(why=""), name="entry_example_is_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"example {self.pk}"
