"""The calibration room: who has seen their own card, and the blind vote before the talk."""

from django.db import models
from django.db.models import Q

from .. import querysets
from ..labels import PreVoteStatusChoices


class RaterCardView(models.Model):
    """That a rater was told of their own card of a period, and when they first opened it."""

    period = models.ForeignKey(
        "assessments.Period", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    rater = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "rater"], name="rater_card_once_per_period_and_rater"),
            models.CheckConstraint(
                condition=Q(told_at__isnull=False) | Q(seen_at__isnull=False),
                name="rater_card_was_told_or_seen",
            ),
        ]

    def __str__(self) -> str:
        return f"card {self.pk}"


class PreVote(models.Model):
    """One blind vote of a calibration session; the rules are in rules/pre_vote.py."""

    session = models.ForeignKey(
        "assessments.CalibrationSession", on_delete=models.PROTECT, related_name="pre_votes"
    )
    status = models.CharField(
        max_length=10, choices=PreVoteStatusChoices.choices, default=PreVoteStatusChoices.OPEN.value
    )
    minimum_voters = models.PositiveSmallIntegerField()
    opened_by = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    discussed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    conclusion = models.TextField(
        blank=True, help_text="what the room agreed on; ratings are moved elsewhere"
    )

    objects = querysets.PreVoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session"], condition=Q(status="open"), name="pre_vote_one_open_per_session"
            ),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in PreVoteStatusChoices]),
                name="pre_vote_status_is_a_known_one",
            ),
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True)
                | (~Q(status="open") & Q(closed_at__isnull=False)),
                name="pre_vote_closed_has_its_time",
            ),
            models.CheckConstraint(
                condition=(~Q(status="decided") & Q(decided_at__isnull=True))
                | (Q(status="decided", decided_at__isnull=False) & ~Q(conclusion="")),
                name="pre_vote_decided_with_a_conclusion",
            ),
            models.CheckConstraint(condition=Q(minimum_voters__gte=2), name="pre_vote_of_two_at_least"),
        ]

    def __str__(self) -> str:
        return f"pre-vote {self.pk}"


class PreVoteVoter(models.Model):
    """Somebody present; who left before the closing is no longer counted."""

    vote = models.ForeignKey(PreVote, on_delete=models.PROTECT, related_name="voters", db_index=False)
    voter = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="+")
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vote", "voter"], name="pre_vote_voter_once"),
        ]

    def __str__(self) -> str:
        return f"voter {self.voter_id} in {self.vote_id}"


class PreVotePerson(models.Model):
    """A borderline case that is voted on."""

    vote = models.ForeignKey(PreVote, on_delete=models.PROTECT, related_name="people", db_index=False)
    evaluation = models.ForeignKey("assessments.Evaluation", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vote", "evaluation"], name="pre_vote_person_once"),
        ]

    def __str__(self) -> str:
        return f"evaluation {self.evaluation_id} in {self.vote_id}"


class PreVoteBallot(models.Model):
    """One band of one voter for one person; empty abstains. A trigger keeps it as it was once the vote is closed."""

    voter = models.ForeignKey(PreVoteVoter, on_delete=models.PROTECT, related_name="ballots", db_index=False)
    person = models.ForeignKey(PreVotePerson, on_delete=models.PROTECT, related_name="ballots")
    band = models.CharField(max_length=16, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["voter", "person"], name="pre_vote_ballot_once"),
        ]

    def __str__(self) -> str:
        # Never the band: whatever prints a ballot would give it away.
        return f"ballot {self.pk}"
