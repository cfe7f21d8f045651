"""What was done with exceptions. Whether one is true is computed live (selectors/facts.py); here is only its state."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from .. import querysets
from ..labels import (
    CaseStatusChoices,
    ExceptionKindChoices,
    QueueStepChoices,
    RuleFateChoices,
    StepChoices,
    VerbChoices,
)


class ExceptionCase(models.Model):
    """One kind of exception of one person, from the first day it is seen until it is no longer true.

    States and what moves them: rules/case_lifecycle.py. What returns after its end is a new case.
    """

    government = models.ForeignKey(
        "employees.Government", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    person = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="exception_cases")
    kind = models.CharField(max_length=24, choices=ExceptionKindChoices.choices)
    status = models.CharField(
        max_length=10, choices=CaseStatusChoices.choices, default=CaseStatusChoices.OPEN.value
    )
    first_seen = models.DateField()
    last_seen = models.DateField()
    severity = models.DecimalField(
        max_digits=9, decimal_places=1, help_text="how bad it was when somebody last decided on it"
    )
    explanation = models.CharField(max_length=24, help_text="the sentence of the last sighting")
    figures = models.JSONField(default=list, help_text="its figures, as decimal text")
    until = models.DateField(null=True, help_text="the day it comes back")
    holder = models.ForeignKey(
        "employees.Employee",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="who it was passed to",
    )
    rule_version = models.PositiveSmallIntegerField(help_text="the table of rules by which it was first seen")
    ended_on = models.DateField(null=True)

    objects = querysets.ExceptionCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=~Q(status="ended"), name="exception_one_running_per_kind"
            ),
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in CaseStatusChoices]),
                name="exception_status_is_a_known_one",
            ),
            models.CheckConstraint(
                condition=Q(status="ended") ^ Q(ended_on__isnull=True),
                name="exception_ended_on_iff_ended",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["snoozed", "asked"]) ^ Q(until__isnull=True),
                name="exception_comes_back_iff_quiet_for_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status="passed_up", holder__isnull=False)
                | Q(status="snoozed")
                | (~Q(status__in=["passed_up", "snoozed"]) & Q(holder__isnull=True)),
                name="exception_passed_up_has_a_holder",
            ),
            models.CheckConstraint(
                condition=Q(holder__isnull=True) | ~Q(holder=F("person")),
                name="exception_is_never_passed_to_its_person",
            ),
        ]
        indexes = [
            models.Index(fields=["holder"], condition=Q(holder__isnull=False), name="exception_by_holder"),
            # The fate of a rule is asked once a day, over its latest hits.
            models.Index(fields=["government", "kind", "-first_seen"], name="exception_by_rule"),
        ]

    def __str__(self) -> str:
        return f"exception {self.pk}"


class ExceptionAct(models.Model):
    """One deliberate act of a supervisor, on one exception or on many at once (S2, S3)."""

    by = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="+", db_index=False)
    verb = models.CharField(max_length=10, choices=VerbChoices.choices)
    note = models.TextField(blank=True)
    until = models.DateField(null=True)
    passed_to = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, null=True, related_name="+")
    is_batch = models.BooleanField(default=False)
    outcomes = models.JSONField(
        default=list, help_text="what became of each thing: [{person, kind, outcome}]; ids and codes only"
    )
    at = models.DateTimeField()

    objects = querysets.ExceptionActQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_batch=False) | ~Q(note=""), name="exception_batch_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(verb__in=["ask", "pass_up"]) | ~Q(note=""), name="exception_asked_says_what"
            ),
            models.CheckConstraint(
                condition=Q(verb="snooze") ^ Q(until__isnull=True), name="exception_put_off_has_a_day"
            ),
            models.CheckConstraint(
                condition=Q(verb="pass_up") ^ Q(passed_to__isnull=True),
                name="exception_passed_up_to_somebody",
            ),
        ]
        indexes = [models.Index(fields=["by", "-at", "-id"], name="exception_act_by_supervisor")]

    def __str__(self) -> str:
        return f"{self.verb} {self.pk}"


class ExceptionStep(models.Model):
    """One thing that happened to a case, and what it was before. A trigger refuses any change (migration 0001)."""

    case = models.ForeignKey(ExceptionCase, on_delete=models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=10, choices=StepChoices.choices)
    act = models.ForeignKey(ExceptionAct, on_delete=models.PROTECT, null=True, related_name="steps")
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone_by")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    explanation = models.CharField(max_length=24, help_text="what was true at that moment")
    figures = models.JSONField(default=list)
    status_after = models.CharField(max_length=10, choices=CaseStatusChoices.choices)
    status_before = models.CharField(max_length=10, choices=CaseStatusChoices.choices, blank=True)
    until_before = models.DateField(null=True)
    holder_before = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, null=True, related_name="+"
    )
    severity_before = models.DecimalField(max_digits=9, decimal_places=1, null=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verb__in=["accept", "ask", "snooze", "pass_up"], act__isnull=False)
                | (~Q(verb__in=["accept", "ask", "snooze", "pass_up"]) & Q(act__isnull=True)),
                name="exception_step_of_a_verb_has_its_act",
            ),
            models.CheckConstraint(
                condition=Q(verb="undo") ^ Q(undoes__isnull=True), name="exception_undo_says_of_what"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} on exception {self.case_id}"


class RuleFate(models.Model):
    """A rule that no longer led to action, since when and by which figures (S17). A new table begins anew."""

    government = models.ForeignKey(
        "employees.Government", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=24, choices=ExceptionKindChoices.choices)
    version = models.PositiveSmallIntegerField()
    fate = models.CharField(max_length=10, choices=RuleFateChoices.choices)
    decided_on = models.DateField()
    hits = models.PositiveSmallIntegerField(help_text="how many of the latest were judged")
    acted = models.PositiveSmallIntegerField(help_text="how many of them led to action")
    least_percent = models.PositiveSmallIntegerField(help_text="the share that was asked of it")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["government", "kind", "version"], name="rule_fate_once_per_version"
            ),
            models.CheckConstraint(condition=Q(acted__lte=F("hits")), name="rule_fate_acts_are_hits"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.fate}"


class QueueRun(models.Model):
    """What the schedule has done for a government on a day; its row makes a second tick do nothing."""

    government = models.ForeignKey(
        "employees.Government", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    day = models.DateField()
    step = models.CharField(max_length=10, choices=QueueStepChoices.choices)
    figures = models.JSONField(default=dict)
    finished_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["government", "day", "step"], name="queue_run_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.day}"
