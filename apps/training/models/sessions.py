"""What happens in a session: who was there, what they learned, and what they say about it."""

import uuid

from django.db import models
from django.db.models import Q

from .. import querysets
from ..labels import AttendanceWay, CheckMoment
from .programmes import Enrolment, Programme, Session


class Attendance(models.Model):
    """That a participant was there on one day."""

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="attendances", db_index=False
    )
    day = models.DateField()
    way = models.CharField(max_length=6, choices=AttendanceWay.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "day"], name="attendance_once_per_day"),
            models.CheckConstraint(
                condition=Q(way__in=[way.value for way in AttendanceWay]), name="attendance_way_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"attendance {self.pk}"


class CheckQuestion(models.Model):
    """A question of a programme's learning check. It is never edited, only retired: answers were given to its words."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="questions")
    text = models.CharField(max_length=500)
    options = models.JSONField(help_text="two to five answers")
    right = models.PositiveSmallIntegerField(help_text="place of the right answer, from 0")
    retired_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["programme", "id"], condition=Q(retired_at=None), name="check_question_used")
        ]

    def __str__(self) -> str:
        return f"question {self.pk}"


class CheckAttempt(models.Model):
    """One try at the learning check, before or after; questions and answers stay with it as they were."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attempts")
    moment = models.CharField(max_length=6, choices=CheckMoment.choices)
    percent = models.DecimalField(max_digits=4, decimal_places=1)
    record = models.JSONField(
        default=list, help_text="question, options, right and chosen; empty if imported"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100), name="check_attempt_is_a_percentage"
            ),
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(moment="before"), name="check_before_once"
            ),
            models.CheckConstraint(
                condition=Q(moment__in=[moment.value for moment in CheckMoment]),
                name="check_moment_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.pk}"


class Reaction(models.Model):
    """What one participant said about a session. Nobody can tell who: no name, no time, no order in the key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="reactions")
    useful = models.PositiveSmallIntegerField(help_text="1 to 4")
    well_taught = models.PositiveSmallIntegerField(help_text="1 to 4")
    will_use = models.PositiveSmallIntegerField(help_text="1 to 4")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(useful__range=(1, 4), well_taught__range=(1, 4), will_use__range=(1, 4)),
                name="reaction_is_one_to_four",
            )
        ]

    def __str__(self) -> str:
        return f"reaction {self.pk}"


class CalendarAddress(models.Model):
    """The personal address of a calendar. The address carries a signed nonce; a new nonce ends the old address."""

    employee = models.OneToOneField(
        "employees.Employee", on_delete=models.PROTECT, related_name="calendar_address"
    )
    nonce = models.CharField(max_length=32)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = querysets.EmployeeOwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"calendar {self.pk}"
