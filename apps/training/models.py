"""What follows from results: needs with reasons, programmes, certificates with hours (JP), coaching, recognition."""

from django.db import models
from django.db.models import Q

from . import querysets
from .labels import (
    CertificateStatus,
    CoachingStatus,
    EnrolmentStatus,
    NeedStatus,
    ProgrammeKind,
    decision_words,
    reason_sentence,
)


class Topic(models.Model):
    """What can be learned; needs and programmes meet here."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=150)

    def __str__(self) -> str:
        return self.name


class TrainingNeed(models.Model):
    """That somebody should learn something, and why: the reason is a code with its figures, shown in words."""

    employee = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, related_name="training_needs"
    )
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="needs")
    evaluation = models.ForeignKey(
        "assessments.Evaluation", on_delete=models.PROTECT, null=True, related_name="training_needs"
    )
    reason_code = models.CharField(max_length=40)
    reason_params = models.JSONField(default=dict)
    priority = models.PositiveSmallIntegerField(default=3, help_text="1 is most urgent")
    status = models.CharField(max_length=10, choices=NeedStatus.choices, default=NeedStatus.PROPOSED.value)
    decided_note = models.CharField(max_length=300, blank=True)
    proposed_at = models.DateTimeField()

    objects = querysets.EmployeeOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "topic", "evaluation", "reason_code"],
                name="need_once_per_person_topic_and_cause",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in NeedStatus]), name="need_status_is_a_known_one"
            ),
        ]
        indexes = [models.Index(fields=["status", "priority", "-id"], name="need_by_priority")]

    def __str__(self) -> str:
        return f"need {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.status in querysets.OPEN_NEEDS

    @property
    def reason(self) -> str:
        """Why it was proposed, in words with the figures."""
        return reason_sentence(self.reason_code, self.reason_params)

    @property
    def decision(self) -> str:
        """What was said when it was planned or declined."""
        return decision_words(self.decided_note)


class NeedProposal(models.Model):
    """That the needs of an evaluation were looked for, and on which ratings: done even when nothing was proposed.

    The ratings tell when an upheld objection makes another look necessary.
    """

    evaluation = models.OneToOneField(
        "assessments.Evaluation", on_delete=models.PROTECT, related_name="need_proposal"
    )
    predikat = models.CharField(max_length=16)
    work_result_rating = models.CharField(max_length=20)
    behavior_rating = models.CharField(max_length=20)
    at = models.DateTimeField()
    count = models.PositiveSmallIntegerField(help_text="needs that this look added")

    def __str__(self) -> str:
        return f"proposal {self.pk}"


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


class CoachingNote(models.Model):
    """A coaching talk (pembinaan): what was seen, what was agreed, until when, and what came of it."""

    employee = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, related_name="coaching_notes"
    )
    coach = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="+")
    evaluation = models.ForeignKey(
        "assessments.Evaluation", on_delete=models.PROTECT, null=True, related_name="coaching_notes"
    )
    observation = models.TextField()
    agreement = models.TextField()
    follow_up_on = models.DateField()
    status = models.CharField(
        max_length=12, choices=CoachingStatus.choices, default=CoachingStatus.OPEN.value
    )
    outcome = models.TextField(blank=True)
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = querysets.CoachingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True)
                | (~Q(status="open") & Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="coaching_closed_with_an_outcome",
            )
        ]

    def __str__(self) -> str:
        return f"coaching {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether its outcome is still to come."""
        return self.closed_at is None


class Recognition(models.Model):
    """A leader's recognition of a person or unit for a named deed; no ranking."""

    employee = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, null=True, related_name="recognitions"
    )
    unit = models.ForeignKey("employees.WorkUnit", on_delete=models.PROTECT, related_name="recognitions")
    title = models.CharField(max_length=150)
    reason = models.TextField()
    given_by = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = querysets.RecognitionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["unit", "-at"], name="recognition_by_unit")]

    def __str__(self) -> str:
        return self.title
