"""What an office keeps about a complaint: who has it, its cause, its redactions, whom it is about, who was told."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from .. import querysets
from ..labels import (
    AllegationStatusChoices,
    FindingChoices,
    PendingAnswerStatus,
    TemplatePurpose,
)
from .complaints import Complaint, ComplaintEvent
from .services import Service


class ComplaintAssignment(models.Model):
    """Who was given a complaint, and when; nobody if it went back to the pile. Rows are only added."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="assignments")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"assignment of complaint {self.complaint_id}"


class AnswerTemplate(models.Model):
    """The beginning of an answer; `[what to fill in]` stands in square brackets. Never sent as it is."""

    government = models.ForeignKey(
        "employees.Government", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        "employees.WorkUnit", on_delete=models.PROTECT, null=True, related_name="answer_templates"
    )
    purpose = models.CharField(max_length=10, choices=TemplatePurpose.choices)
    title = models.CharField(max_length=120)
    body = models.TextField()
    is_active = models.BooleanField(default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    updated_at = models.DateTimeField()

    objects = querysets.AnswerTemplateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["government", "unit", "purpose", "title"],
                name="answer_template_title_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return self.title


class TemplateUse(models.Model):
    """A template went into an answer, and how much of the answer was somebody's own words."""

    template = models.ForeignKey(AnswerTemplate, on_delete=models.CASCADE, related_name="uses")
    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="+")
    own_percent = models.PositiveSmallIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(own_percent__lte=100), name="template_use_percent_is_at_most_100"
            ),
        ]

    def __str__(self) -> str:
        return f"use of template {self.template_id}"


class ComplaintRedaction(models.Model):
    """A version of what may be read of a report (or of one message). The original stays where it is."""

    complaint = models.ForeignKey(
        Complaint, on_delete=models.CASCADE, related_name="redactions", db_index=False
    )
    event = models.ForeignKey(ComplaintEvent, on_delete=models.CASCADE, null=True, related_name="redactions")
    version = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=150, blank=True, help_text="empty for a message")
    text = models.TextField()
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["complaint", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "event", "version"],
                name="redaction_version_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="redaction_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"redaction {self.version} of complaint {self.complaint_id}"


class Cause(models.Model):
    """Why reports come: a government's own list. What is repeated has one cause and many reports."""

    government = models.ForeignKey(
        "employees.Government", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()

    objects = querysets.CauseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["government", "name"], name="cause_name_once_per_government"),
        ]

    def __str__(self) -> str:
        return self.name


class CauseImprovement(models.Model):
    """An item of an improvement plan was begun because of a cause. The item lies in its own part."""

    cause = models.ForeignKey(Cause, on_delete=models.CASCADE, related_name="improvements", db_index=False)
    item_id = models.PositiveBigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cause", "item_id"], name="cause_and_item_once"),
        ]

    def __str__(self) -> str:
        return f"item {self.item_id} because of cause {self.cause_id}"


class RepeatCauseReport(models.Model):
    """The heads were told that a cause comes back at a service; told again only when the span has passed."""

    cause = models.ForeignKey(Cause, on_delete=models.CASCADE, related_name="reports", db_index=False)
    unit = models.ForeignKey("employees.WorkUnit", on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="+")
    n = models.PositiveIntegerField()
    reported_on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cause", "unit", "service", "reported_on"],
                name="repeat_cause_reported_once_a_day",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"cause {self.cause_id} came back {self.n} times"


class EscalationStep(models.Model):
    """A rung of the ladder that was climbed: once per clock."""

    complaint = models.ForeignKey(
        Complaint, on_delete=models.CASCADE, related_name="escalations", db_index=False
    )
    clock_number = models.PositiveSmallIntegerField()
    step = models.PositiveSmallIntegerField()
    unit = models.ForeignKey("employees.WorkUnit", on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "clock_number", "step"], name="escalation_step_once_per_clock"
            ),
            models.CheckConstraint(
                condition=Q(step__gte=1, step__lte=4), name="escalation_step_is_on_the_ladder"
            ),
        ]

    def __str__(self) -> str:
        return f"step {self.step} of complaint {self.complaint_id}"


class PendingAnswer(models.Model):
    """An answer to a report about a named employee: a second, independent person lets it go."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="pending_answers")
    text = models.TextField()
    template = models.ForeignKey(AnswerTemplate, on_delete=models.SET_NULL, null=True, related_name="+")
    status = models.CharField(
        max_length=10, choices=PendingAnswerStatus.choices, default=PendingAnswerStatus.WAITING.value
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    written_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["complaint"], condition=Q(status="waiting"), name="pending_answer_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(status="waiting") ^ Q(decided_at__isnull=False),
                name="pending_answer_decided_iff_not_waiting",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("written_by")),
                name="pending_answer_released_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"pending answer to complaint {self.complaint_id}"


class ReportedOfficer(models.Model):
    """A report concerns a named employee. Internal, never public; an allegation until decided (3.2)."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="reported_officers")
    employee = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, related_name="allegations", db_index=False
    )
    # What the employee reads: written for this, so that it does not show who reported.
    shared_text = models.TextField()
    status = models.CharField(
        max_length=10,
        choices=AllegationStatusChoices.choices,
        default=AllegationStatusChoices.AWAITING.value,
    )
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    named_at = models.DateTimeField()
    state_by = models.DateField(help_text="last day for the statement")
    statement = models.TextField(blank=True)
    stated_at = models.DateTimeField(null=True)
    finding = models.CharField(max_length=24, choices=FindingChoices.choices, blank=True)
    finding_reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    object_by = models.DateField(null=True, help_text="last day for an objection")
    objection = models.TextField(blank=True)
    objected_at = models.DateTimeField(null=True)
    first_finding = models.CharField(max_length=24, choices=FindingChoices.choices, blank=True)
    objection_reason = models.TextField(blank=True, help_text="why the objection was decided so")
    objection_decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(blank=True)

    objects = querysets.ReportedOfficerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "employee"],
                condition=~Q(status="withdrawn"),
                name="reported_officer_once_per_complaint",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["decided", "objected", "final"]) ^ Q(finding=""),
                name="reported_officer_finding_iff_decided",
            ),
            models.CheckConstraint(
                condition=Q(finding="") | (~Q(finding_reason="") & Q(decided_at__isnull=False)),
                name="reported_officer_finding_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["final", "withdrawn"]) ^ Q(closed_at__isnull=True),
                name="reported_officer_closed_iff_at_its_end",
            ),
            models.CheckConstraint(
                condition=Q(objection="") ^ Q(objected_at__isnull=False),
                name="reported_officer_objection_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(objection_decided_by__isnull=True)
                | Q(decided_by__isnull=True)
                | ~Q(objection_decided_by=F("decided_by")),
                name="reported_officer_objection_decided_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["employee", "status"], name="reported_officer_by_employee"),
        ]

    def __str__(self) -> str:
        return f"allegation {self.pk}"
