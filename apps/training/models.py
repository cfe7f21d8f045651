"""What follows from results: needs with reasons, programmes, certificates with hours (JP), coaching, recognition."""

from django.db import models
from django.db.models import Q

from . import querysets
from .labels import (
    CertificateStatus,
    CoachingStatus,
    EnrolmentStatus,
    FollowUpKindChoices,
    FollowUpStatusChoices,
    NeedStatus,
    ProgrammeKind,
    decision_words,
    follow_up_reason,
    follow_up_rule,
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
    service_alert = models.ForeignKey(
        "feedback.ServiceAlert",
        on_delete=models.PROTECT,
        null=True,
        related_name="coaching_notes",
        help_text="the notice about a service that the talk follows up",
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


class FollowUp(models.Model):
    """A consequence that a final result suggests (tindak lanjut). It is a proposal: only a person decides it.

    What is decided opens an act that exists: a recognition, a coaching talk, a period with a first and a last day.
    """

    evaluation = models.ForeignKey(
        "assessments.Evaluation", on_delete=models.PROTECT, related_name="follow_ups"
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
