"""Nominations for recognition and the jury that judges them."""

from django.db import models
from django.db.models import Q

from .. import querysets
from ..labels import BallotChoices, NominationKind, NominationSource, NominationStatusChoices
from .coaching import Recognition

_DECIDED = ["awarded", "declined"]


class Nomination(models.Model):
    """A deed that somebody names for recognition: of a person, or of a unit as a whole (no `employee`).

    Thanks of citizens come as a count alone, as it was on the day of the nomination.
    """

    government = models.ForeignKey(
        "employees.Government", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey("employees.WorkUnit", on_delete=models.PROTECT, related_name="nominations")
    employee = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, null=True, related_name="nominations"
    )
    kind = models.CharField(max_length=12, choices=NominationKind.choices)
    source = models.CharField(max_length=12, choices=NominationSource.choices)
    title = models.CharField(max_length=150)
    deed = models.TextField()
    effect = models.TextField(help_text="what it changed; everybody of the government may read it later")
    thanks_count = models.PositiveIntegerField(null=True)
    thanks_from = models.DateField(null=True)
    thanks_to = models.DateField(null=True)
    nominated_by = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="+")
    nominated_at = models.DateTimeField()
    status = models.CharField(
        max_length=10,
        choices=NominationStatusChoices.choices,
        default=NominationStatusChoices.NOMINATED.value,
    )
    checked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    check_note = models.TextField(blank=True)
    convened_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True, help_text="when whoever named the deed took it back")
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True)
    basis = models.JSONField(default=dict, help_text="rule version, policy values and counts of the decision")
    recognition = models.OneToOneField(
        Recognition, on_delete=models.PROTECT, null=True, related_name="nomination"
    )

    objects = querysets.NominationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in NominationStatusChoices]),
                name="nomination_status_is_a_known_one",
            ),
            models.CheckConstraint(
                condition=(Q(status__in=_DECIDED, decided_at__isnull=False) & ~Q(decision_reason=""))
                | (~Q(status__in=_DECIDED) & Q(decided_at__isnull=True)),
                name="nomination_decided_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(status="awarded", recognition__isnull=False)
                | (~Q(status="awarded") & Q(recognition__isnull=True)),
                name="nomination_awarded_with_its_recognition",
            ),
            models.CheckConstraint(
                condition=Q(status="withdrawn", withdrawn_at__isnull=False)
                | (~Q(status="withdrawn") & Q(withdrawn_at__isnull=True)),
                name="nomination_withdrawn_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(employee__isnull=True) | ~Q(employee=models.F("nominated_by")),
                name="nomination_not_of_oneself",
            ),
            models.CheckConstraint(
                condition=Q(
                    source="public",
                    employee__isnull=True,
                    thanks_count__isnull=False,
                    thanks_from__isnull=False,
                    thanks_to__isnull=False,
                )
                | (
                    ~Q(source="public")
                    & Q(thanks_count__isnull=True, thanks_from__isnull=True, thanks_to__isnull=True)
                ),
                name="nomination_thanks_of_citizens_are_for_units",
            ),
        ]
        indexes = [models.Index(fields=["government", "status"], name="nomination_by_status")]

    def __str__(self) -> str:
        return f"nomination {self.pk}"

    @property
    def is_decided(self) -> bool:
        """Whether nothing of it changes any more."""
        return self.status in _DECIDED


class Juror(models.Model):
    """Somebody of a jury, with their vote. Votes are read by others only after the decision."""

    nomination = models.ForeignKey(
        Nomination, on_delete=models.PROTECT, related_name="jurors", db_index=False
    )
    employee = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="+")
    is_chair = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    ballot = models.CharField(max_length=8, choices=BallotChoices.choices, blank=True)
    reason = models.TextField(blank=True)
    voted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["nomination", "employee"], name="juror_once_per_nomination"),
            models.UniqueConstraint(
                fields=["nomination"], condition=Q(is_chair=True), name="juror_one_chair_per_nomination"
            ),
            models.CheckConstraint(
                condition=Q(ballot="", voted_at__isnull=True) | (~Q(ballot="") & Q(voted_at__isnull=False)),
                name="juror_voted_with_its_time",
            ),
        ]

    def __str__(self) -> str:
        # Never the vote: whatever prints a juror would give it away.
        return f"juror {self.pk}"
