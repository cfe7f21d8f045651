"""What somebody should learn, and why."""

from django.db import models
from django.db.models import Q

from .. import querysets
from ..labels import NeedStatus, UrgencyChoices, decision_words, reason_sentence


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
    assessment = models.ForeignKey(
        "training.CompetenceAssessment",
        on_delete=models.PROTECT,
        null=True,
        related_name="training_needs",
        help_text="the assessed level that shows the gap",
    )
    reason_code = models.CharField(max_length=40)
    reason_params = models.JSONField(default=dict)
    urgency = models.CharField(
        max_length=6, choices=UrgencyChoices.choices, default=UrgencyChoices.SOON.value
    )
    hours = models.DecimalField(
        max_digits=5,
        decimal_places=1,
        null=True,
        help_text="lesson hours (JP) it would take, if somebody said",
    )
    priority = models.PositiveSmallIntegerField(default=3, help_text="1 is most urgent")
    status = models.CharField(max_length=10, choices=NeedStatus.choices, default=NeedStatus.PROPOSED.value)
    decided_note = models.CharField(max_length=300, blank=True)
    proposed_at = models.DateTimeField()

    objects = querysets.EmployeeOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "topic", "evaluation", "assessment", "reason_code"],
                condition=~Q(reason_code="own_wish"),
                name="need_once_per_person_topic_and_cause",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["employee", "topic"],
                condition=Q(reason_code="own_wish", status__in=["proposed", "planned"]),
                name="need_one_open_wish_per_topic",
            ),
            models.CheckConstraint(condition=Q(hours__isnull=True) | Q(hours__gt=0), name="need_takes_hours"),
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
    def reason_codes(self) -> tuple[str, ...]:
        """The codes of all its reasons, each once, the first one first."""
        return tuple(dict.fromkeys((self.reason_code, *(row.code for row in self.more_reasons.all()))))

    @property
    def decision(self) -> str:
        """What was said when it was planned or declined."""
        return decision_words(self.decided_note)


class NeedReason(models.Model):
    """A further reason for a need that was open already: the topic is proposed once, its reasons add up."""

    need = models.ForeignKey(
        TrainingNeed, on_delete=models.CASCADE, related_name="more_reasons", db_index=False
    )
    code = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    evaluation = models.ForeignKey(
        "assessments.Evaluation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    assessment = models.ForeignKey(
        "training.CompetenceAssessment", on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["need", "code", "evaluation", "assessment"],
                name="need_reason_once_per_cause",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"reason {self.pk}"

    @property
    def sentence(self) -> str:
        """The reason in words with its figures."""
        return reason_sentence(self.code, self.params)


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
