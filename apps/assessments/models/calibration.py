"""Before the hand-over: drafts of ratings, statements on a distribution, calibration."""

from django.db import models
from django.db.models import Q

from .. import querysets
from ..labels import (
    CalibrationStatusChoices,
    DimensionChoices,
    OrgPredicateChoices,
    RatingChoices,
)
from .evaluations import Evaluation, RatingChange, UnitAchievement
from .periods import Period


class RatingDraft(models.Model):
    """One dimension of one evaluation as an appraiser has written it so far; nobody else sees it.

    It is gone once it has become the rating.
    """

    evaluation = models.ForeignKey(
        Evaluation, on_delete=models.CASCADE, related_name="drafts", db_index=False
    )
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    dimension = models.CharField(max_length=12, choices=DimensionChoices.choices)
    rating = models.CharField(max_length=20, choices=RatingChoices.choices, blank=True)
    reason = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=0, help_text="grows with every save; guards two tabs")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "author", "dimension"], name="draft_once_per_author_and_dimension"
            ),
            models.CheckConstraint(
                condition=Q(dimension__in=[d.value for d in DimensionChoices]),
                name="draft_dimension_is_a_known_one",
            ),
        ]

    def __str__(self) -> str:
        return f"draft of {self.dimension} {self.evaluation_id}"


class UnitAchievementChange(models.Model):
    """Every fixing of a unit's achievement with its figures: a later choice never hides the earlier one."""

    achievement = models.ForeignKey(UnitAchievement, on_delete=models.CASCADE, related_name="changes")
    org_predicate = models.CharField(max_length=16, choices=OrgPredicateChoices.choices)
    figures = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    by = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.org_predicate} at {self.at}"


class DistributionStatement(models.Model):
    """Why a unit's predikat do not follow the pattern, with the numbers it was said about (DIST-4)."""

    unit = models.ForeignKey(
        "employees.WorkUnit",
        on_delete=models.PROTECT,
        related_name="distribution_statements",
        db_index=False,
    )
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="distribution_statements")
    org_predicate = models.CharField(max_length=16, choices=OrgPredicateChoices.choices)
    counts = models.JSONField(default=dict, help_text="people per predikat at that moment")
    findings = models.JSONField(default=list, help_text="the limits that were not kept")
    reason = models.TextField()
    by = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["unit", "period"], name="statement_by_unit_and_period")]

    def __str__(self) -> str:
        return f"statement {self.pk}"


class CalibrationSession(models.Model):
    """A talk in which the ratings of a unit are held against one standard, before they are handed over."""

    unit = models.ForeignKey("employees.WorkUnit", on_delete=models.PROTECT, related_name="calibrations")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="calibrations")
    status = models.CharField(
        max_length=8,
        choices=CalibrationStatusChoices.choices,
        default=CalibrationStatusChoices.OPEN.value,
    )
    opened_by = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    closed_by = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    participants = models.ManyToManyField("employees.Employee", related_name="calibrations")
    note = models.TextField(blank=True)

    objects = querysets.CalibrationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "period"],
                condition=Q(status="open"),
                name="calibration_one_open_per_unit_and_period",
            ),
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True)
                | Q(status="closed", closed_at__isnull=False),
                name="calibration_closed_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"calibration {self.pk}"


class CalibrationComment(models.Model):
    """What an appraiser says about a move in a session; kept with it."""

    change = models.ForeignKey(RatingChange, on_delete=models.PROTECT, related_name="comments")
    by = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"comment {self.pk}"
