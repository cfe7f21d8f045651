"""Plans of coaching (pembinaan): a goal with steps and days, notes of both, and what came of it."""

from django.db import models
from django.db.models import F, Q

from .. import querysets
from ..labels import CoachingPlanCause, CoachingPlanStatus


class CoachingPlan(models.Model):
    """What somebody works on with their leader for a while, why, in which steps, and what came of it.

    `before` and `after` keep the figures of the day it was opened and closed (selectors/coaching_plans.py), so that
    its effect can be shown later without asking what was known when.
    """

    employee = models.ForeignKey(
        "employees.Employee",
        on_delete=models.PROTECT,
        related_name="coaching_plans",
        db_index=False,
    )
    coach = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    cause = models.CharField(max_length=12, choices=CoachingPlanCause.choices)
    cause_words = models.CharField(
        max_length=500, blank=True, help_text="what led to it, as it was said then"
    )
    evaluation = models.ForeignKey(
        "assessments.Evaluation", on_delete=models.PROTECT, null=True, related_name="coaching_plans"
    )
    follow_up = models.ForeignKey(
        "training.FollowUp", on_delete=models.PROTECT, null=True, related_name="coaching_plans"
    )
    service_alert = models.ForeignKey(
        "feedback.ServiceAlert", on_delete=models.PROTECT, null=True, related_name="coaching_plans"
    )
    complaint = models.ForeignKey(
        "feedback.Complaint", on_delete=models.PROTECT, null=True, related_name="coaching_plans"
    )
    exception_kind = models.SlugField(
        max_length=40, blank=True, help_text="the kind of the exception in supervision that led to it"
    )
    goal = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    status = models.CharField(
        max_length=12, choices=CoachingPlanStatus.choices, default=CoachingPlanStatus.OPEN.value
    )
    outcome = models.TextField(blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, null=True, related_name="+")

    objects = querysets.CoachingPlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="coaching_plan_has_days"),
            models.CheckConstraint(condition=~Q(goal=""), name="coaching_plan_has_a_goal"),
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in CoachingPlanStatus]),
                name="coaching_plan_status_is_a_known_one",
            ),
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True, outcome="")
                | (~Q(status="open") & Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="coaching_plan_closed_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(employee=F("coach")), name="coaching_plan_is_not_for_oneself"
            ),
            models.UniqueConstraint(
                fields=["follow_up"],
                condition=Q(follow_up__isnull=False),
                name="coaching_plan_once_per_decision",
            ),
        ]
        indexes = [
            models.Index(fields=["employee", "-opened_at"], name="coaching_plan_by_employee"),
            models.Index(fields=["coach", "-opened_at"], name="coaching_plan_by_coach"),
        ]

    def __str__(self) -> str:
        return f"coaching plan {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it is under way."""
        return self.status == CoachingPlanStatus.OPEN.value


class CoachingStep(models.Model):
    """One step of a plan: what is done until when; the coached person ticks it."""

    plan = models.ForeignKey(CoachingPlan, on_delete=models.PROTECT, related_name="steps")
    text = models.CharField(max_length=300)
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="coaching_step_says_something"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="coaching_step_is_done_by_somebody",
            ),
        ]
        indexes = [
            # Whom to remind in the days before.
            models.Index(fields=["due_on"], condition=Q(done_at__isnull=True), name="coaching_step_due"),
        ]

    def __str__(self) -> str:
        return f"coaching step {self.pk}"


class CoachingPlanNote(models.Model):
    """Something either of the two wrote to a plan; both read it, and it stays."""

    plan = models.ForeignKey(CoachingPlan, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="coaching_plan_note_has_text")]

    def __str__(self) -> str:
        return f"coaching plan note {self.pk}"
