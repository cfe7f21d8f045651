"""Clocks that ran out, and evaluations that changed hands because the appraiser is away for good."""

from django.db import models
from django.db.models import Q

from .. import querysets
from ..labels import EscalationKindChoices
from .evaluations import Evaluation
from .objections import Objection


class Escalation(models.Model):
    """Somebody did not do in time what they owe: their superior is told, and the page of the superior lists it.

    One per thing, kind and level; `resolved_at` is set when the thing was done, by whomever.
    """

    government = models.ForeignKey("employees.Government", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=EscalationKindChoices.choices)
    evaluation = models.ForeignKey(
        Evaluation, on_delete=models.PROTECT, related_name="escalations", db_index=False
    )
    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, null=True, related_name="escalations")
    owed_by = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, null=True, related_name="+")
    to = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, null=True, related_name="escalations"
    )
    due_on = models.DateField()
    raised_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    objects = querysets.EscalationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "kind"], name="escalation_once_per_evaluation_and_kind"
            ),
            models.CheckConstraint(
                condition=Q(kind="decide", objection__isnull=False) | ~Q(kind="decide"),
                name="escalation_of_a_decision_names_the_objection",
            ),
        ]
        indexes = [
            models.Index(fields=["to"], condition=Q(resolved_at__isnull=True), name="escalation_open_by_to"),
        ]

    def __str__(self) -> str:
        return f"escalation {self.pk}"


class AppraiserChange(models.Model):
    """An evaluation went to the next superior because its appraiser is away for good (ACT-1); both stay on record."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="appraiser_changes")
    before = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, null=True, related_name="+")
    after = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, null=True, related_name="+")
    mandate = models.ForeignKey("employees.Mandate", on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=20, help_text="inactive, no_post, away")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"appraiser change {self.pk}"
