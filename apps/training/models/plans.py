"""The plan of a year: what a budget of hours and seats allows of the needs, and why (CMP-8)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from .. import querysets
from ..labels import PlanOutcome, PlanStatus
from .needs import TrainingNeed


class TrainingPlan(models.Model):
    """What a unit and those below it want to learn in a year, within a budget.

    While it is a draft, what gets in is worked out anew on every page. Approval freezes the lines as a version; a plan
    that is opened again and approved once more gets further lines, and the earlier version stays.
    """

    government = models.ForeignKey(
        "employees.Government", on_delete=models.PROTECT, related_name="training_plans"
    )
    unit = models.ForeignKey(
        "employees.WorkUnit", on_delete=models.PROTECT, related_name="training_plans", db_index=False
    )
    year = models.PositiveSmallIntegerField()
    hours = models.DecimalField(max_digits=9, decimal_places=1, help_text="budget of lesson hours (JP)")
    seats = models.PositiveIntegerField(help_text="budget of places")
    money = models.DecimalField(
        max_digits=16, decimal_places=0, null=True, help_text="rupiah, for information"
    )
    status = models.CharField(max_length=10, choices=PlanStatus.choices, default=PlanStatus.DRAFT.value)
    version = models.PositiveSmallIntegerField(default=0, help_text="of the last approval")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    evaluation = models.TextField(blank=True, help_text="what came of it, in words")
    evaluated_at = models.DateTimeField(null=True)

    objects = querysets.PlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "year"], name="training_plan_once_per_unit_and_year"),
            models.CheckConstraint(condition=Q(hours__gte=0), name="training_plan_hours_not_negative"),
            models.CheckConstraint(
                condition=Q(money__isnull=True) | Q(money__gte=0), name="training_plan_money_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(approved_at__isnull=False, version__gt=0),
                name="training_plan_approved_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status="evaluated", evaluated_at__isnull=False) & ~Q(evaluation="")
                | ~Q(status="evaluated"),
                name="training_plan_evaluated_in_words",
            ),
        ]

    def __str__(self) -> str:
        return f"plan {self.year} {self.unit_id}"


class PlanLine(models.Model):
    """What an approved version decided about one need. Never changes (a trigger)."""

    plan = models.ForeignKey(TrainingPlan, on_delete=models.PROTECT, related_name="lines", db_index=False)
    version = models.PositiveSmallIntegerField()
    order = models.PositiveIntegerField()
    need = models.ForeignKey(TrainingNeed, on_delete=models.PROTECT, related_name="plan_lines")
    hours = models.DecimalField(max_digits=6, decimal_places=1)
    score = models.PositiveSmallIntegerField()
    parts = models.JSONField(help_text="[[code of a reason or an urgency, points]]")
    outcome = models.CharField(max_length=20, choices=PlanOutcome.choices)
    left_hours = models.DecimalField(max_digits=9, decimal_places=1, help_text="when its turn came")
    left_seats = models.PositiveIntegerField(help_text="when its turn came")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "version", "need"], name="plan_line_once_per_version_and_need"
            ),
            models.CheckConstraint(condition=Q(hours__gt=0), name="plan_line_has_hours"),
        ]
        indexes = [models.Index(fields=["plan", "version", "order"], name="plan_line_in_order")]

    def __str__(self) -> str:
        return f"line {self.order} of {self.plan_id}"
