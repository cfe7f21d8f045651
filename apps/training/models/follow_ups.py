"""Consequences that a final result suggests (tindak lanjut)."""

from django.db import models
from django.db.models import Q

from .. import querysets
from ..labels import FollowUpKindChoices, FollowUpStatusChoices, follow_up_reason, follow_up_rule
from .coaching import CoachingNote, Recognition


class FollowUp(models.Model):
    """A consequence that a final result suggests (tindak lanjut). It is a proposal: only a person decides it.

    What is decided opens an act that exists: a recognition, a coaching talk, a period with a first and a last day.
    """

    evaluation = models.ForeignKey(
        "assessments.Evaluation",
        on_delete=models.PROTECT,
        related_name="follow_ups",
        db_index=False,
    )
    employee = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="follow_ups")
    kind = models.CharField(max_length=20, choices=FollowUpKindChoices.choices)
    status = models.CharField(
        max_length=10, choices=FollowUpStatusChoices.choices, default=FollowUpStatusChoices.PROPOSED.value
    )
    version = models.PositiveSmallIntegerField(help_text="the version of the result it follows from")
    reason_code = models.CharField(max_length=20, help_text="predikat, or not_improved")
    reason_params = models.JSONField(default=dict)
    follows = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="followed_by", help_text="what led to it"
    )
    proposed_at = models.DateTimeField()
    note = models.TextField(blank=True, help_text="what was decided, or why it was declined")
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    improved = models.BooleanField(null=True)
    outcome = models.TextField(blank=True)
    concluded_at = models.DateTimeField(null=True)
    coaching = models.OneToOneField(
        CoachingNote, on_delete=models.PROTECT, null=True, related_name="follow_up"
    )
    recognition = models.OneToOneField(
        Recognition, on_delete=models.PROTECT, null=True, related_name="follow_up"
    )

    objects = querysets.FollowUpQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "kind", "version"], name="follow_up_once_per_result_and_kind"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in FollowUpKindChoices]), name="follow_up_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "cancelled"], decided_at__isnull=True)
                | (
                    Q(status__in=["decided", "declined", "concluded"])
                    & Q(decided_at__isnull=False, decided_by__isnull=False)
                ),
                name="follow_up_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(note=""), name="follow_up_declined_with_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(kind="improvement_period", status__in=["decided", "concluded"])
                | Q(starts_on__isnull=False, ends_on__gt=models.F("starts_on")),
                name="follow_up_period_has_days",
            ),
            models.CheckConstraint(
                condition=Q(status="concluded", concluded_at__isnull=False, improved__isnull=False)
                & ~Q(outcome="")
                | (~Q(status="concluded") & Q(concluded_at__isnull=True, improved__isnull=True)),
                name="follow_up_concluded_with_an_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["-proposed_at"], condition=Q(status="proposed"), name="follow_up_to_decide"),
        ]

    def __str__(self) -> str:
        return f"follow-up {self.pk}"

    @property
    def reason(self) -> str:
        """Why it was proposed, in words."""
        return follow_up_reason(self.reason_code, self.reason_params)

    @property
    def rule(self) -> str:
        """What the rules say about it for this person."""
        return follow_up_rule(self.kind, self.employee.status)


class FollowUpProposal(models.Model):
    """That the consequences of a final result were looked for, and of which version: done even if there were none."""

    evaluation = models.OneToOneField(
        "assessments.Evaluation", on_delete=models.PROTECT, related_name="follow_up_proposal"
    )
    version = models.PositiveSmallIntegerField()
    predikat = models.CharField(max_length=16)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"follow-ups looked for {self.pk}"
