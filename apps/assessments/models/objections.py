"""Objections to a result, what both sides say about them, and what came of them."""

from django.db import models
from django.db.models import Q

from .. import querysets
from ..labels import PartyChoices
from .evaluations import Evaluation


class Objection(models.Model):
    """A written objection with reasons to the appraiser's superior, whose decision is final (OBJ-1, OBJ-2).

    The fields are those of form D.1.3 (OBJ-6): what it is about, the reasons, what is wanted, and attachments.
    """

    evaluation = models.OneToOneField(Evaluation, on_delete=models.PROTECT, related_name="objection")
    number = models.CharField(max_length=40, unique=True)
    about_work_result = models.BooleanField(default=True)
    about_behavior = models.BooleanField(default=True)
    reason = models.TextField()
    wanted = models.TextField(blank=True, default="")
    filed_at = models.DateTimeField()
    decider = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, null=True, related_name="objections"
    )
    decision_due_on = models.DateField()
    basis = models.JSONField(
        default=dict, help_text="policy values and days off behind the clock, for a replay"
    )
    question = models.TextField(blank=True, default="", help_text="what the decider asks both to explain")
    asked_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    is_upheld = models.BooleanField(null=True, help_text="whether the result was changed")
    decision_reason = models.TextField(blank=True)

    objects = querysets.ObjectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(about_work_result=True) | Q(about_behavior=True),
                name="objection_is_about_something",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, is_upheld__isnull=True)
                | (Q(decided_at__isnull=False, is_upheld__isnull=False) & ~Q(decision_reason="")),
                name="objection_decided_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(asked_at__isnull=True) | ~Q(question=""), name="objection_asked_with_a_question"
            ),
        ]
        indexes = [
            models.Index(
                fields=["decider", "decision_due_on"],
                condition=Q(decided_at__isnull=True),
                name="objection_open_by_decider",
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Whether it waits for its decision."""
        return self.decided_at is None


class ObjectionStatement(models.Model):
    """How the employee or the appraiser explains it to the decider (OBJ-2); once sent, it never changes."""

    objection = models.ForeignKey(
        Objection, on_delete=models.PROTECT, related_name="statements", db_index=False
    )
    role = models.CharField(max_length=10, choices=PartyChoices.choices)
    by = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=0, help_text="grows with every save; guards two tabs")
    saved_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["sent_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["objection", "role"], name="statement_once_per_side"),
            models.CheckConstraint(
                condition=Q(role__in=[p.value for p in PartyChoices]), name="statement_of_a_known_side"
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | ~Q(text=""), name="statement_sent_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"statement {self.pk}"


class ObjectionAttachment(models.Model):
    """A photo or PDF that one side adds to an objection until it is decided."""

    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, related_name="attachments")
    role = models.CharField(max_length=10, choices=PartyChoices.choices)
    by = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["objection", "file"],
                condition=Q(removed_at__isnull=True),
                name="attachment_file_once_per_objection",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[p.value for p in PartyChoices]), name="attachment_of_a_known_side"
            ),
        ]

    def __str__(self) -> str:
        return f"attachment {self.pk}"
