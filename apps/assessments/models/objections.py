"""Objections to a result and what came of them."""

from django.db import models

from .. import querysets
from .evaluations import Evaluation


class Objection(models.Model):
    """A written objection with reasons to the appraiser's superior, whose decision is final (OBJ-1, OBJ-2)."""

    evaluation = models.OneToOneField(Evaluation, on_delete=models.PROTECT, related_name="objection")
    number = models.CharField(max_length=40, unique=True)
    reason = models.TextField()
    filed_at = models.DateTimeField()
    decider = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, null=True, related_name="objections"
    )
    decision_due_on = models.DateField()
    decided_at = models.DateTimeField(null=True)
    is_upheld = models.BooleanField(null=True, help_text="whether the result was changed")
    decision_reason = models.TextField(blank=True)

    objects = querysets.ObjectionQuerySet.as_manager()

    def __str__(self) -> str:
        return self.number
