"""Matriks Peran Hasil: what each member contributes to each result of the leader, and proposals that follow.

The columns are the leader's main results, the rows the people who work for them; a cell is one contribution, and a
person may have several in a column. A cell becomes a planned result (RHK) of that person: at once in a draft the
person has not reworded, otherwise only when the person accepts the proposal (services/matrix.py).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from ..labels import ContributionChoices, ProposalKindChoices, ProposalStatusChoices
from .plans import Skp, WorkResult


class MatrixCell(models.Model):
    """One contribution of one person to one result of the leader.

    Without `result` it is in no plan: it waits for one, was declined, or its owner took the RHK out again.
    """

    column = models.ForeignKey(WorkResult, on_delete=models.PROTECT, related_name="cells")
    employee = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, related_name="matrix_cells", db_index=False
    )
    text = models.TextField()
    kind = models.CharField(
        max_length=10, choices=ContributionChoices.choices, default=ContributionChoices.OUTCOME.value
    )
    result = models.ForeignKey(
        WorkResult, on_delete=models.SET_NULL, null=True, related_name="+", help_text="the RHK it became"
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    written_at = models.DateTimeField()
    revision = models.PositiveIntegerField(
        default=1, help_text="grows with every saved change; guards two tabs"
    )

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["employee", "column"], name="matrix_cell_by_employee")]
        constraints = [
            models.UniqueConstraint(
                fields=["result"],
                condition=Q(result__isnull=False),
                name="matrix_cell_is_alone_with_its_result",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="matrix_cell_says_something"),
        ]

    def __str__(self) -> str:
        return f"cell {self.pk}"


class PlanProposal(models.Model):
    """What the leader would like to see in a plan that only its owner may change: to accept or to decline."""

    skp = models.ForeignKey(Skp, on_delete=models.CASCADE, related_name="proposals", db_index=False)
    cell = models.ForeignKey(MatrixCell, on_delete=models.SET_NULL, null=True, related_name="proposals")
    column = models.ForeignKey(WorkResult, on_delete=models.SET_NULL, null=True, related_name="+")
    result = models.ForeignKey(
        WorkResult,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        help_text="the RHK to change or drop",
    )
    kind = models.CharField(max_length=6, choices=ProposalKindChoices.choices)
    text = models.TextField(blank=True, help_text="the new text; empty for a removal")
    text_before = models.TextField(blank=True, help_text="what stood in the plan when it was proposed")
    status = models.CharField(
        max_length=10, choices=ProposalStatusChoices.choices, default=ProposalStatusChoices.OPEN.value
    )
    answer = models.TextField(blank=True, help_text="why it was declined")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    proposed_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-proposed_at", "-id"]
        indexes = [models.Index(fields=["skp", "status"], name="plan_proposal_by_plan")]
        constraints = [
            models.UniqueConstraint(
                fields=["cell"], condition=Q(status="open"), name="plan_proposal_one_open_per_cell"
            ),
            models.CheckConstraint(
                condition=Q(status="open", answered_at__isnull=True)
                | (~Q(status="open") & Q(answered_at__isnull=False)),
                name="plan_proposal_answered_iff_not_open",
            ),
            models.CheckConstraint(
                condition=Q(kind="drop", text="") | (Q(kind__in=["add", "change"]) & ~Q(text="")),
                name="plan_proposal_has_its_text",
            ),
            models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(answer=""), name="plan_proposal_declined_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"proposal {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it waits for the owner's answer."""
        return self.status == ProposalStatusChoices.OPEN.value
