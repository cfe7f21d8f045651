"""Reports by citizens. A contact lies in a table of its own that most screens never join."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from .. import querysets
from ..labels import (
    ComplaintKind,
    ComplaintStatusChoices,
    RejectReason,
)
from .services import Service


class Complaint(models.Model):
    """A report by a citizen. An allegation until decided (3.2); clocks per kind are policy values."""

    government = models.ForeignKey("employees.Government", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("employees.WorkUnit", on_delete=models.PROTECT, related_name="complaints")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="complaints")
    number = models.CharField(max_length=40, unique=True)
    secret_hash = models.CharField(max_length=128)
    kind = models.CharField(max_length=30, choices=ComplaintKind.choices)
    subject = models.CharField(max_length=150)
    body = models.TextField()
    is_anonymous = models.BooleanField(default=True, help_text="the reported unit does not see who reported")
    is_secret = models.BooleanField(default=False, help_text="the content is not open to the public")
    status = models.CharField(
        max_length=20, choices=ComplaintStatusChoices.choices, default=ComplaintStatusChoices.RECEIVED.value
    )
    received_at = models.DateTimeField()
    due_on = models.DateField()
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reply_by = models.DateField(
        null=True, help_text="last day for the reporter's turn; then it closes by itself"
    )
    escalated_at = models.DateTimeField(
        null=True, help_text="when this clock's overdue notice went up the tree"
    )
    is_quarantined = models.BooleanField(default=False, help_text="looks like spam; waits for a person")
    lapor_number = models.CharField(max_length=40, blank=True)

    objects = querysets.ComplaintQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in ComplaintStatusChoices]),
                name="complaint_status_is_a_known_one",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["incomplete", "answered"]) ^ Q(reply_by__isnull=True),
                name="complaint_reply_by_iff_the_reporter_is_next",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["confirmed_solved", "closed_no_reply", "rejected"])
                ^ Q(closed_at__isnull=True),
                name="complaint_closed_at_iff_closed",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "status", "due_on"], name="complaint_by_unit"),
            # The schedule asks every half minute.
            models.Index(
                fields=["due_on"], condition=Q(closed_at__isnull=True), name="complaint_open_by_due"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ComplaintContact(models.Model):
    """How to reach the reporter; only when they wished it, opened with a reason, every opening is logged."""

    complaint = models.OneToOneField(Complaint, on_delete=models.CASCADE, related_name="contact")
    name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    email = models.CharField(max_length=150, blank=True)

    def __str__(self) -> str:
        return f"contact of complaint {self.complaint_id}"


class ComplaintEvent(models.Model):
    """A step or message on a complaint. Public ones are what the reporter sees."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="events")
    action = models.CharField(max_length=20)
    status_after = models.CharField(max_length=20, choices=ComplaintStatusChoices.choices)
    text = models.TextField(blank=True)
    reason_code = models.CharField(max_length=20, choices=RejectReason.choices, blank=True)
    to_unit = models.ForeignKey("employees.WorkUnit", on_delete=models.PROTECT, null=True, related_name="+")
    is_public = models.BooleanField(default=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.action} on complaint {self.complaint_id}"
