"""What leader and employee say to each other during the year, and what peers say about somebody.

Who wrote an anonymous answer is stored nowhere; how, and what that does not cover: docs/rules/peer-feedback.md.
"""

import uuid

from django.db import models
from django.db.models import Q

from .. import querysets
from ..labels import (
    DialogueSide,
    DialogueStatusChoices,
    DialogueTopicChoices,
    InvitationStatusChoices,
    PeerRelationChoices,
    PeerRoundStatusChoices,
    ReactionChoices,
)
from ..rules.peer_feedback import ANONYMOUS_RELATIONS, LEAST_MINIMUM


class FeedbackNote(models.Model):
    """Continuing feedback during the period (umpan balik berkelanjutan), visible to the person at once.

    It is about one planned result, or one value of behavior, or the work in general (EXE-3).
    """

    employee = models.ForeignKey(
        "employees.Employee",
        on_delete=models.PROTECT,
        related_name="feedback_notes",
        db_index=False,
    )
    author = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    on_behalf_of = models.ForeignKey(
        "employees.Employee",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="the appraiser for whom somebody supervises on loan; both names are shown",
    )
    result = models.ForeignKey("indicators.WorkResult", on_delete=models.PROTECT, null=True, related_name="+")
    behavior_value = models.SlugField(max_length=30, blank=True, default="")
    report = models.ForeignKey(
        "assessments.SelfReport", on_delete=models.PROTECT, null=True, related_name="+"
    )
    evidence = models.ForeignKey(
        "assessments.Evidence", on_delete=models.PROTECT, null=True, related_name="+"
    )
    text = models.TextField()
    at = models.DateTimeField()

    objects = querysets.FeedbackNoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(result__isnull=True) | Q(behavior_value=""), name="feedback_has_one_target"
            ),
            models.CheckConstraint(
                condition=Q(report__isnull=True) | Q(evidence__isnull=True), name="feedback_saw_one_thing"
            ),
        ]
        indexes = [
            models.Index(fields=["employee", "-at", "-id"], name="feedback_by_employee"),
            models.Index(fields=["author", "-at", "-id"], name="feedback_by_author"),
        ]

    def __str__(self) -> str:
        return f"feedback {self.pk}"


class FeedbackReaction(models.Model):
    """What the receiver answers to a piece of feedback; changeable, and the giver sees it."""

    note = models.OneToOneField(FeedbackNote, on_delete=models.PROTECT, related_name="reaction")
    kind = models.CharField(max_length=10, choices=ReactionChoices.choices)
    text = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in ReactionChoices]),
                name="reaction_kind_is_a_known_one",
            )
        ]

    def __str__(self) -> str:
        return f"reaction {self.pk}"


class DialogueNote(models.Model):
    """Minutes of one talk between leader and employee (dialog kinerja), agreed by both.

    Statuses and what moves them: rules/dialogue_lifecycle.py. Once both agreed nothing changes any more (trigger in
    migration 0006); what has to be added is a note of its own that `amends` this one.
    """

    skp = models.ForeignKey("indicators.Skp", on_delete=models.PROTECT, related_name="dialogues")
    employee = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, related_name="dialogues", db_index=False
    )
    amends = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="addenda")
    talk_on = models.DateField()
    topic = models.CharField(max_length=12, choices=DialogueTopicChoices.choices)
    discussion = models.TextField(help_text="what was said")
    agreement = models.TextField(help_text="what is agreed")
    support = models.TextField(blank=True, help_text="what the leader does to help")
    follow_up_on = models.DateField(null=True)
    status = models.CharField(
        max_length=18, choices=DialogueStatusChoices.choices, default=DialogueStatusChoices.DRAFT.value
    )
    revision = models.PositiveIntegerField(
        default=1, help_text="grows with every saved change; guards two tabs"
    )
    written_by = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, null=True, related_name="+"
    )
    written_side = models.CharField(max_length=10, choices=DialogueSide.choices)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    employee_agreed_at = models.DateTimeField(null=True)
    appraiser_agreed_at = models.DateTimeField(null=True)
    appraiser = models.ForeignKey(
        "employees.Employee",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="who agreed as the leader; empty for an elected official",
    )
    on_behalf_of = models.ForeignKey(
        "employees.Employee",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="the appraiser for whom somebody supervises on loan; both names are shown",
    )

    objects = querysets.DialogueNoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft", employee_agreed_at__isnull=True, appraiser_agreed_at__isnull=True)
                | Q(
                    status="employee_agreed",
                    employee_agreed_at__isnull=False,
                    appraiser_agreed_at__isnull=True,
                )
                | Q(
                    status="appraiser_agreed",
                    employee_agreed_at__isnull=True,
                    appraiser_agreed_at__isnull=False,
                )
                | Q(status="agreed", employee_agreed_at__isnull=False, appraiser_agreed_at__isnull=False),
                name="dialogue_status_is_who_agreed",
            ),
            models.CheckConstraint(
                condition=Q(topic__in=[topic.value for topic in DialogueTopicChoices]),
                name="dialogue_topic_is_a_known_one",
            ),
        ]
        indexes = [
            models.Index(fields=["employee", "-talk_on", "-id"], name="dialogue_by_employee"),
            # The start page asks everybody what waits for their agreement.
            models.Index(fields=["employee"], condition=~Q(status="agreed"), name="dialogue_open"),
        ]

    def __str__(self) -> str:
        return f"dialogue {self.pk}"

    @property
    def is_agreed(self) -> bool:
        """Whether both agreed, so that it never changes again."""
        return self.status == DialogueStatusChoices.AGREED.value

    @property
    def is_addendum(self) -> bool:
        """Whether it adds to an agreed note."""
        return self.amends_id is not None


class PeerRound(models.Model):
    """One round of feedback about a person, asked of peers, subordinates and team leads (EXE-3, SPC-7)."""

    employee = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, related_name="peer_rounds", db_index=False
    )
    opened_by = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=500)
    is_anonymous = models.BooleanField(default=True)
    minimum = models.PositiveSmallIntegerField(
        help_text="answers of one relation before they are shown; fixed at the opening, so that nobody lowers it later"
    )
    opened_at = models.DateTimeField()
    closes_on = models.DateField()
    status = models.CharField(
        max_length=8, choices=PeerRoundStatusChoices.choices, default=PeerRoundStatusChoices.OPEN.value
    )
    closed_at = models.DateTimeField(null=True)
    reaction = models.CharField(max_length=10, choices=ReactionChoices.choices, blank=True)
    reaction_text = models.TextField(blank=True)
    reacted_at = models.DateTimeField(null=True)

    objects = querysets.PeerRoundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True)
                | Q(status="closed", closed_at__isnull=False),
                name="peer_round_closed_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(minimum__gte=LEAST_MINIMUM), name="peer_round_minimum_hides_people"
            ),
            models.CheckConstraint(
                condition=~Q(employee=models.F("opened_by")), name="peer_round_is_opened_by_another"
            ),
        ]
        indexes = [
            models.Index(fields=["employee", "-opened_at", "-id"], name="peer_round_by_employee"),
            # The schedule asks every few seconds which round is over.
            models.Index(fields=["closes_on"], condition=Q(status="open"), name="peer_round_to_close"),
        ]

    def __str__(self) -> str:
        return f"peer round {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether answers are taken."""
        return self.status == PeerRoundStatusChoices.OPEN.value


class PeerInvitation(models.Model):
    """Who was asked. `has_answered` only stops a second answer: no time, and forgotten when the round closes.

    Every answer writes all invitations of its round anew (services/peer_feedback.py), so that the table does not
    tell in which order they were answered.
    """

    round = models.ForeignKey(PeerRound, on_delete=models.PROTECT, related_name="invitations", db_index=False)
    giver = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="+")
    relation = models.CharField(max_length=11, choices=PeerRelationChoices.choices)
    status = models.CharField(max_length=8, choices=InvitationStatusChoices.choices)
    has_answered = models.BooleanField(default=False)

    objects = querysets.PeerInvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "giver"], name="peer_invitation_once_per_giver"),
            models.CheckConstraint(
                condition=Q(has_answered=False) | Q(status="invited"),
                name="peer_invitation_answered_when_invited",
            ),
        ]
        indexes = [
            models.Index(
                fields=["giver"],
                condition=Q(status="invited", has_answered=False),
                name="peer_invitation_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"peer invitation {self.pk}"


class PeerTexts(models.Model):
    """What somebody answers in a round."""

    goes_well = models.TextField(blank=True)
    could_be_better = models.TextField(blank=True)
    values = models.JSONField(default=dict, help_text="{code of a value: text}")

    class Meta:
        abstract = True


class PeerAnswer(PeerTexts):
    """An anonymous answer. No author, no time, no counter: do not add any column here (see the module)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(PeerRound, on_delete=models.PROTECT, related_name="answers")
    relation = models.CharField(max_length=11, choices=PeerRelationChoices.choices)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(relation__in=[relation.value for relation in ANONYMOUS_RELATIONS]),
                name="peer_answer_of_an_anonymous_relation",
            )
        ]

    def __str__(self) -> str:
        return f"peer answer {self.pk}"


class NamedPeerAnswer(PeerTexts):
    """An answer with its author, where the form said so: team leads, and rounds without anonymity."""

    invitation = models.OneToOneField(PeerInvitation, on_delete=models.PROTECT, related_name="answer")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"named peer answer {self.pk}"
