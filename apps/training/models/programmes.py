"""What is offered, who takes part, and the proof of learning with its lesson hours (JP)."""

from django.db import models
from django.db.models import Q

from .. import querysets
from ..labels import CertificateStatus, EnrolmentStatus, ProgrammeKind
from .needs import Topic, TrainingNeed


class Programme(models.Model):
    """A training, workshop, coaching or course with its lesson hours (JP)."""

    government = models.ForeignKey(
        "employees.Government", on_delete=models.PROTECT, related_name="programmes"
    )
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=ProgrammeKind.choices)
    topics = models.ManyToManyField(Topic, related_name="programmes")
    jp = models.DecimalField(max_digits=6, decimal_places=1)
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

    objects = querysets.SessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="session_has_days"),
            models.CheckConstraint(condition=Q(seats__gt=0), name="session_has_seats"),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.starts_on}"


class Enrolment(models.Model):
    """Somebody's place in a session, perhaps in answer to a need."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="enrolments")
    employee = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="enrolments")
    need = models.ForeignKey(TrainingNeed, on_delete=models.PROTECT, null=True, related_name="enrolments")
    status = models.CharField(
        max_length=10, choices=EnrolmentStatus.choices, default=EnrolmentStatus.ENROLLED.value
    )
    enrolled_at = models.DateTimeField()

    objects = querysets.EmployeeOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "employee"], name="enrolment_once_per_session")
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
