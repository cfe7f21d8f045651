"""Reports by citizens. A contact lies in a table of its own that most screens never join."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from .. import querysets
from ..labels import (
    ComplaintChannel,
    ComplaintKind,
    ComplaintStatusChoices,
    LaporState,
    RejectReason,
)
from .services import Service


class Complaint(models.Model):
    """A report by a citizen. An allegation until decided (3.2); clocks per kind are policy values."""

    government = models.ForeignKey(
        "employees.Government", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        "employees.WorkUnit", on_delete=models.PROTECT, related_name="complaints", db_index=False
    )
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
    # The reporter's side (reporting.py).
    channel = models.CharField(
        max_length=10, choices=ComplaintChannel.choices, default=ComplaintChannel.WEB.value
    )
    has_no_author = models.BooleanField(
        default=False, help_text="nothing anywhere says who reported: no contact, no session, no network mark"
    )
    place = models.CharField(max_length=200, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    voices = models.PositiveIntegerField(default=0, help_text="others with the same problem; only counted")
    public_subject = models.CharField(
        max_length=150, blank=True, help_text="what everybody may read, checked by a person"
    )
    public_text = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True)
    # The office's side (handling.py).
    lapor_state = models.CharField(max_length=12, choices=LaporState.choices, blank=True)
    lapor_received_on = models.DateField(null=True, help_text="the day LAPOR got it; starts its clocks")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="assigned_complaints"
    )
    cause = models.ForeignKey(
        "feedback.Cause", on_delete=models.PROTECT, null=True, related_name="complaints"
    )
    clock_number = models.PositiveSmallIntegerField(
        default=1, help_text="grows when a new clock starts: passed on in time, reopened"
    )

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
            models.CheckConstraint(
                condition=Q(has_no_author=False) | Q(is_anonymous=True),
                name="complaint_without_author_is_anonymous",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | (Q(is_secret=False) & ~Q(public_subject="")),
                name="complaint_published_is_not_secret_and_has_words",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="complaint_place_is_on_earth",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "status", "due_on"], name="complaint_by_unit"),
            # The schedule asks every half minute.
            models.Index(
                fields=["due_on"], condition=Q(closed_at__isnull=True), name="complaint_open_by_due"
            ),
            models.Index(
                fields=["closed_at"], condition=Q(closed_at__isnull=False), name="complaint_closed_by_day"
            ),
            models.Index(fields=["government", "received_at"], name="complaint_by_arrival"),
        ]

    def __str__(self) -> str:
        return self.number


class ComplaintContact(models.Model):
    """How to reach the reporter; only when they wished it, opened with a reason, every opening is logged."""

    complaint = models.OneToOneField(Complaint, on_delete=models.CASCADE, related_name="contact")
    name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    email = models.CharField(max_length=150, blank=True)
    may_mail = models.BooleanField(
        default=False, help_text="agreed to one mail with the question after four weeks"
    )

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
    receiver = models.CharField(max_length=150, blank=True, help_text="the person or office it went to")
    is_public = models.BooleanField(default=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.action} on complaint {self.complaint_id}"
