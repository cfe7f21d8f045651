"""The practice period (masa latihan): written for exercise, counted nowhere, deleted afterwards.

Nothing outside the modules called practice reads these tables; tests/supervision/practice/test_isolation.py proves it.
"""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from apps.assessments.labels import RatingChoices

from .. import querysets
from ..labels import PracticeKindChoices, PracticeStatusChoices

# The numbers of the two cases; which text stands there is PracticeCase's matter.
CASE_PLACES = (1, 2)


class PracticePeriod(models.Model):
    """Days in which a government lets people practise, and the day from which nothing of it is left."""

    government = models.ForeignKey("employees.Government", on_delete=models.PROTECT, related_name="+")
    opens_on = models.DateField()
    closes_on = models.DateField(help_text="the last day")
    deleted_on = models.DateField(help_text="from this day on nothing of it is left")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    purged_at = models.DateTimeField(null=True)
    purged_count = models.PositiveIntegerField(null=True, help_text="tasks that were deleted then")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="practice_closes_after_it_opens"
            ),
            models.CheckConstraint(
                condition=Q(deleted_on__gt=F("closes_on")), name="practice_is_deleted_after_it_closes"
            ),
            models.CheckConstraint(
                condition=Q(purged_at__isnull=True, purged_count__isnull=True)
                | Q(purged_at__isnull=False, purged_count__isnull=False),
                name="practice_purged_with_its_count",
            ),
            ExclusionConstraint(
                name="practice_one_at_a_time",
                expressions=[
                    (F("government"), RangeOperators.EQUAL),
                    (
                        Func(
                            F("opens_on"),
                            F("closes_on"),
                            RangeBoundary(inclusive_upper=True),
                            function="DATERANGE",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"practice period {self.pk}"


class PracticeEntry(models.Model):
    """What one person wrote in one task of a practice period. Nobody else reads it, whatever their role."""

    person = models.ForeignKey(
        "employees.Employee", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    period = models.ForeignKey(PracticePeriod, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=8, choices=PracticeKindChoices.choices)
    number = models.PositiveSmallIntegerField(default=1, help_text="which of the tasks of this kind")
    status = models.CharField(
        max_length=12, choices=PracticeStatusChoices.choices, default=PracticeStatusChoices.DRAFT.value
    )
    content = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0, help_text="grows with every saving: two tabs notice")
    saved_at = models.DateTimeField()

    objects = querysets.PracticeEntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "period", "kind", "number"], name="practice_task_once_per_person"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=PracticeKindChoices.values), name="practice_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=PracticeStatusChoices.values), name="practice_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind="report", number=1) | ~Q(kind="report") & Q(status__in=["draft", "done"]),
                name="practice_only_reports_are_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"practice {self.pk}"


class PracticeCase(models.Model):
    """A person invented for exercise, with the ratings that were agreed on and why.

    Without a government it is built in; the row of a government at the same place goes before it.
    """

    government = models.ForeignKey(
        "employees.Government",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    place = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    results = models.TextField(help_text="what was agreed and what was reached")
    behavior_text = models.TextField(help_text="what was seen of the seven values")
    work_result = models.CharField(max_length=20, choices=RatingChoices.choices)
    behavior = models.CharField(max_length=20, choices=RatingChoices.choices)
    why = models.TextField(help_text="why these two ratings were agreed on")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["government", "place"], name="practice_case_once_per_place", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(place__in=CASE_PLACES), name="practice_case_place_is_known"),
            models.CheckConstraint(
                condition=Q(work_result__in=RatingChoices.values, behavior__in=RatingChoices.values),
                name="practice_case_ratings_are_known",
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(results="") & ~Q(behavior_text="") & ~Q(why=""),
                name="practice_case_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"practice case {self.pk}"
