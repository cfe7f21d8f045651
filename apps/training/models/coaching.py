"""Coaching talks (pembinaan) and recognition."""

from django.db import models
from django.db.models import Q

from .. import querysets
from ..labels import CoachingStatus


class CoachingNote(models.Model):
    """A coaching talk (pembinaan): what was seen, what was agreed, until when, and what came of it."""

    employee = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, related_name="coaching_notes"
    )
    coach = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="+")
    evaluation = models.ForeignKey(
        "assessments.Evaluation", on_delete=models.PROTECT, null=True, related_name="coaching_notes"
    )
    service_alert = models.ForeignKey(
        "feedback.ServiceAlert",
        on_delete=models.PROTECT,
        null=True,
        related_name="coaching_notes",
        help_text="the notice about a service that the talk follows up",
    )
    observation = models.TextField()
    agreement = models.TextField()
    follow_up_on = models.DateField()
    plan = models.ForeignKey(
        "training.CoachingPlan", on_delete=models.PROTECT, null=True, related_name="talks"
    )
    is_confidential = models.BooleanField(
        default=False, help_text="read by the two and the personnel officer alone"
    )
    status = models.CharField(
        max_length=12, choices=CoachingStatus.choices, default=CoachingStatus.OPEN.value
    )
    outcome = models.TextField(blank=True)
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = querysets.CoachingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True)
                | (~Q(status="open") & Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="coaching_closed_with_an_outcome",
            )
        ]

    def __str__(self) -> str:
        return f"coaching {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether its outcome is still to come."""
        return self.closed_at is None


class Recognition(models.Model):
    """A leader's recognition of a person or unit for a named deed; no ranking."""

    employee = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, null=True, related_name="recognitions"
    )
    unit = models.ForeignKey(
        "employees.WorkUnit", on_delete=models.PROTECT, related_name="recognitions", db_index=False
    )
    title = models.CharField(max_length=150)
    reason = models.TextField()
    given_by = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = querysets.RecognitionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["unit", "-at"], name="recognition_by_unit")]

    def __str__(self) -> str:
        return self.title
