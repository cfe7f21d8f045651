"""Meetings with the public (FKP, forum, musyawarah): agenda, who came in numbers, what was raised and promised."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from .. import querysets
from ..labels import (
    CommitmentStatusChoices,
    ConsultationKind,
    ContributionStatus,
    NotShownReason,
)
from .services import Service


class Consultation(models.Model):
    """One meeting. Who came is known by number and group only; no name is stored."""

    government = models.ForeignKey("employees.Government", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(
        "employees.WorkUnit", on_delete=models.PROTECT, related_name="consultations", db_index=False
    )
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="consultations")
    code = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=12, choices=ConsultationKind.choices)
    title = models.CharField(max_length=200)
    purpose = models.TextField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=300)
    how_to_join = models.TextField()
    accessibility = models.TextField(blank=True)
    contributions_until = models.DateField(null=True, help_text="empty: no written contributions")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    announced_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.TextField(blank=True)
    minutes = models.TextField(blank=True)
    minutes_file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    minutes_file_name = models.CharField(max_length=200, blank=True)
    minutes_file_is_public = models.BooleanField(
        default=False, help_text="somebody has said that the scan holds no names"
    )
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = querysets.ConsultationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="consultation_has_a_duration"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True)
                | (Q(announced_at__isnull=False, cancelled_at__isnull=True) & ~Q(minutes="")),
                name="consultation_published_with_minutes",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True) | ~Q(cancel_reason=""),
                name="consultation_cancel_has_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["unit", "starts_at"], name="consultation_by_unit")]

    def __str__(self) -> str:
        return self.title


class ConsultationAgendaItem(models.Model):
    """A point of the agenda."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="agenda", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["consultation", "number"], name="agenda_number_once")]

    def __str__(self) -> str:
        return self.text


class ConsultationGroup(models.Model):
    """A group that is invited or came: traders, persons with disabilities, village heads. Never a person."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="groups", db_index=False
    )
    name = models.CharField(max_length=120)
    is_invited = models.BooleanField(default=True)
    attended = models.PositiveIntegerField(null=True, help_text="how many came; empty: not counted yet")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "name"], name="consultation_group_once")
        ]

    def __str__(self) -> str:
        return self.name


class ConsultationPoint(models.Model):
    """Something raised at the meeting. It gets an answer or a promise before the minutes are published."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="points", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    group = models.ForeignKey(ConsultationGroup, on_delete=models.PROTECT, null=True, related_name="+")
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "number"], name="consultation_point_number_once")
        ]

    def __str__(self) -> str:
        return f"point {self.number} of consultation {self.consultation_id}"


class Commitment(models.Model):
    """A promise to the public, with an owner and a day. In public the unit stands for it, not the person."""

    point = models.ForeignKey(ConsultationPoint, on_delete=models.PROTECT, related_name="commitments")
    text = models.CharField(max_length=300)
    owner = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="commitments")
    due_on = models.DateField()
    status = models.CharField(
        max_length=12, choices=CommitmentStatusChoices.choices, default=CommitmentStatusChoices.OPEN.value
    )
    reason = models.TextField(blank=True, help_text="why it was not kept")
    outcome = models.TextField(blank=True, help_text="what was done")
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    soon_told_for = models.DateField(null=True)
    late_told_for = models.DateField(null=True)

    objects = querysets.CommitmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in CommitmentStatusChoices]),
                name="commitment_status_is_a_known_one",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["kept", "not_kept"]) ^ Q(settled_at__isnull=True),
                name="commitment_settled_at_iff_settled",
            ),
            models.CheckConstraint(
                condition=~Q(status="not_kept") | ~Q(reason=""), name="commitment_not_kept_has_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(status="kept") | ~Q(outcome=""), name="commitment_kept_has_an_outcome"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                condition=Q(status__in=["open", "in_progress"]),
                name="commitment_open_by_due",
            )
        ]

    def __str__(self) -> str:
        return f"commitment {self.pk}"


class CommitmentEvent(models.Model):
    """A step in the life of a promise; never changed, and public once the minutes are."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="events")
    action = models.CharField(max_length=12)
    status_after = models.CharField(max_length=12, choices=CommitmentStatusChoices.choices)
    text = models.TextField(blank=True)
    due_on = models.DateField(help_text="the promised day at that moment")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.action} on commitment {self.commitment_id}"


class ConsultationContribution(models.Model):
    """What somebody wrote before the meeting, without a name. Its time is kept to the hour."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="contributions", db_index=False
    )
    text = models.TextField()
    hour = models.DateTimeField()
    is_suspicious = models.BooleanField(default=False, help_text="came in too fast, or with many others")
    status = models.CharField(
        max_length=10, choices=ContributionStatus.choices, default=ContributionStatus.WAITING.value
    )
    reason_code = models.CharField(max_length=10, choices=NotShownReason.choices, blank=True)
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    point = models.ForeignKey(
        ConsultationPoint, on_delete=models.SET_NULL, null=True, related_name="contributions"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="waiting") ^ Q(read_at__isnull=False),
                name="contribution_read_at_iff_read",
            ),
            models.CheckConstraint(
                condition=~Q(status="not_shown") ^ ~Q(reason_code=""),
                name="contribution_reason_iff_not_shown",
            ),
        ]
        indexes = [models.Index(fields=["consultation", "status"], name="contribution_by_status")]

    def __str__(self) -> str:
        return f"contribution {self.pk}"
