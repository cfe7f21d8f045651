"""What is offered, who takes part, and the proof of learning with its lesson hours (JP)."""

from django.db import models
from django.db.models import Q

from .. import querysets
from ..labels import CertificateStatus, EnrolmentStatus, ProgrammeKind
from ..rules.enrolment_lifecycle import EnrolmentStatus as Status
from .learning_forms import LearningForm
from .needs import Topic, TrainingNeed


class Programme(models.Model):
    """A training, workshop, coaching or course with its lesson hours (JP)."""

    government = models.ForeignKey(
        "employees.Government", on_delete=models.PROTECT, related_name="programmes"
    )
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=ProgrammeKind.choices)
    form = models.ForeignKey(
        LearningForm,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="the row of the table that held; `kind` follows from it. None: from before there was a table",
    )
    topics = models.ManyToManyField(Topic, related_name="programmes")
    jp = models.DecimalField(max_digits=6, decimal_places=1)
    amount = models.DecimalField(
        max_digits=6,
        decimal_places=1,
        null=True,
        help_text="what the JP were computed from, in the unit of the form; None if they were written",
    )
    organizer = models.CharField(max_length=150)

    objects = querysets.ProgrammeQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(jp__gt=0), name="programme_has_hours")]

    def __str__(self) -> str:
        return self.name


class Session(models.Model):
    """A programme on certain days with a number of seats."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="sessions")
    starts_on = models.DateField()
    ends_on = models.DateField()
    place = models.CharField(max_length=150, blank=True)
    seats = models.PositiveSmallIntegerField()
    begins = models.TimeField(null=True, help_text="local time of every day")
    ends = models.TimeField(null=True)
    takes_attendance = models.BooleanField(
        default=False, help_text="who was there is written down each day, and counts for the completion"
    )
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    cancel_reason = models.CharField(max_length=500, blank=True)

    objects = querysets.SessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="session_has_days"),
            models.CheckConstraint(condition=Q(seats__gt=0), name="session_has_seats"),
            models.CheckConstraint(
                condition=Q(begins__isnull=True, ends__isnull=True) | Q(ends__gt=models.F("begins")),
                name="session_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancelled_by__isnull=True, cancel_reason="")
                | (Q(cancelled_at__isnull=False) & ~Q(cancel_reason="")),
                name="session_cancelled_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.starts_on}"

    @property
    def is_cancelled(self) -> bool:
        """Whether it does not take place."""
        return self.cancelled_at is not None


class Enrolment(models.Model):
    """Somebody's place in a session, perhaps in answer to a need."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="enrolments", db_index=False)
    employee = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="enrolments")
    need = models.ForeignKey(TrainingNeed, on_delete=models.PROTECT, null=True, related_name="enrolments")
    status = models.CharField(
        max_length=10, choices=EnrolmentStatus.choices, default=EnrolmentStatus.ENROLLED.value
    )
    enrolled_at = models.DateTimeField(
        help_text="of the last step into it: invited, waiting, or given a seat"
    )
    waiting_since = models.DateTimeField(null=True, help_text="the order of the waiting list")
    decline_reason = models.CharField(max_length=300, blank=True)
    has_reacted = models.BooleanField(
        default=False, help_text="without a time: nobody shall find the answers"
    )

    objects = querysets.EmployeeOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "employee"], name="enrolment_once_per_session"),
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in Status]), name="enrolment_status_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(status="waiting") | Q(waiting_since__isnull=False),
                name="enrolment_waits_since_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(decline_reason=""),
                name="enrolment_declined_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["session", "waiting_since", "id"],
                condition=Q(status="waiting"),
                name="enrolment_waiting_list",
            )
        ]

    def __str__(self) -> str:
        return f"enrolment {self.pk}"


class Certificate(models.Model):
    """Proof of learning with its lesson hours; counts once verified (CMP-10)."""

    employee = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="certificates")
    enrolment = models.OneToOneField(
        Enrolment, on_delete=models.PROTECT, null=True, related_name="certificate"
    )
    name = models.CharField(max_length=200)
    organizer = models.CharField(max_length=150)
    kind = models.CharField(max_length=12, choices=ProgrammeKind.choices)
    form = models.ForeignKey(LearningForm, on_delete=models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    jp = models.DecimalField(max_digits=6, decimal_places=1)
    number = models.CharField(max_length=80)
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=200, blank=True)
    verified_by = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, null=True, related_name="+"
    )
    verified_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    refusal_note = models.CharField(max_length=300, blank=True)

    objects = querysets.EmployeeOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "number"],
                condition=Q(refused_at__isnull=True),
                name="certificate_number_once_per_person",
            ),
            models.CheckConstraint(condition=Q(jp__gt=0), name="certificate_has_hours"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")), name="certificate_has_days"
            ),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True) | Q(refused_at__isnull=True),
                name="certificate_verified_or_refused",
            ),
        ]
        indexes = [
            # What the officers still have to look at.
            models.Index(
                fields=["id"],
                condition=Q(verified_at__isnull=True, refused_at__isnull=True),
                name="certificate_to_verify",
            ),
        ]

    def __str__(self) -> str:
        return f"certificate {self.pk}"

    @property
    def status(self) -> str:
        """Verified, refused, or waiting for an officer."""
        if self.verified_at is not None:
            return CertificateStatus.VERIFIED.value
        if self.refused_at is not None:
            return CertificateStatus.REFUSED.value
        return CertificateStatus.WAITING.value
