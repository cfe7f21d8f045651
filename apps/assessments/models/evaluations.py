"""What a unit achieved and how each person was judged, with every change of the two ratings."""

from django.db import models
from django.db.models import Q

from .. import querysets
from ..labels import (
    ChangeKindChoices,
    EvaluationStatusChoices,
    OrgPredicateChoices,
    PredikatChoices,
    RatingChoices,
)
from .periods import Period


class UnitAchievement(models.Model):
    """Capaian kinerja organisasi of a unit in a period, fixed by the level above with the figures beside it."""

    unit = models.ForeignKey(
        "employees.WorkUnit", on_delete=models.PROTECT, related_name="achievements", db_index=False
    )
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="unit_achievements")
    org_predicate = models.CharField(max_length=16, choices=OrgPredicateChoices.choices)
    figures = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    fixed_by = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, null=True, related_name="+")
    fixed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "period"], name="achievement_once_per_unit_and_period")
        ]

    def __str__(self) -> str:
        return f"{self.org_predicate} unit {self.unit_id}"


class Evaluation(models.Model):
    """The appraiser's judgement of one person in one period. Inputs and rule version are stored with the outcome."""

    government = models.ForeignKey("employees.Government", on_delete=models.PROTECT, related_name="+")
    skp = models.ForeignKey(
        "indicators.Skp", on_delete=models.PROTECT, related_name="evaluations", db_index=False
    )
    employee = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="evaluations")
    unit = models.ForeignKey(
        "employees.WorkUnit", on_delete=models.PROTECT, related_name="evaluations", db_index=False
    )
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="evaluations")
    appraiser = models.ForeignKey(
        "employees.Employee",
        on_delete=models.PROTECT,
        null=True,
        related_name="evaluations_to_make",
        db_index=False,
    )
    mandate = models.ForeignKey(
        "employees.Mandate",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="by which the appraiser acts in a post they do not hold; both names are shown (ACT-1)",
    )
    is_part = models.BooleanField(
        default=False,
        help_text="closing evaluation of a part of the year before a move; not the yearly result (SPC-1)",
    )
    status = models.CharField(
        max_length=10, choices=EvaluationStatusChoices.choices, default=EvaluationStatusChoices.PREPARED.value
    )
    achievement_percent = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    hint_rating = models.CharField(max_length=20, choices=RatingChoices.choices, blank=True)
    inputs = models.JSONField(default=dict, help_text="figures at closing: indicators, report, unit context")
    mark = models.UUIDField(
        null=True,
        editable=False,
        help_text="digest of everything the inputs were made of; another one means: compute anew",
    )
    work_result_rating = models.CharField(max_length=20, choices=RatingChoices.choices, blank=True)
    behavior_rating = models.CharField(max_length=20, choices=RatingChoices.choices, blank=True)
    predikat = models.CharField(max_length=16, choices=PredikatChoices.choices, blank=True)
    reason = models.TextField(blank=True, help_text="needed for the highest and lowest rating and any change")
    recommendation = models.TextField(blank=True)
    rule_version = models.CharField(max_length=60, blank=True)
    version = models.PositiveSmallIntegerField(
        default=1, help_text="2 after an upheld objection; the changes keep what the first one said"
    )
    basis = models.JSONField(
        default=dict, help_text="policy values and days behind the head's rating and the clock, for a replay"
    )
    prepared_at = models.DateTimeField()
    rated_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    answer_due_on = models.DateField(null=True, help_text="last day to object (OBJ-4)")
    answered_at = models.DateTimeField(null=True)

    objects = querysets.EvaluationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["skp", "period"], name="evaluation_once_per_skp_and_period"),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in EvaluationStatusChoices]),
                name="evaluation_status_is_a_known_one",
            ),
            models.CheckConstraint(
                condition=Q(status="prepared", predikat="", work_result_rating="", behavior_rating="")
                | (
                    ~Q(status="prepared")
                    & ~Q(predikat="")
                    & ~Q(work_result_rating="")
                    & ~Q(behavior_rating="")
                ),
                name="evaluation_predikat_iff_rated",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["prepared", "rated"], delivered_at__isnull=True)
                | (~Q(status__in=["prepared", "rated"]) & Q(delivered_at__isnull=False)),
                name="evaluation_delivered_has_its_time",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="evaluation_version_counts_from_one"),
        ]
        indexes = [
            models.Index(fields=["appraiser", "period", "status"], name="evaluation_by_appraiser"),
            models.Index(fields=["unit", "period"], name="evaluation_by_unit"),
            # The schedule asks every few seconds who has let the time to object pass.
            models.Index(
                fields=["answer_due_on"], condition=Q(status="delivered"), name="evaluation_awaiting_answer"
            ),
        ]

    def __str__(self) -> str:
        return f"evaluation {self.pk}"


class EvaluationNote(models.Model):
    """Feedback on one planned result or one value of behavior within an evaluation (EXE-3, forms 6.5)."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="notes")
    result = models.ForeignKey("indicators.WorkResult", on_delete=models.PROTECT, null=True, related_name="+")
    behavior_value = models.SlugField(max_length=30, blank=True)
    text = models.TextField()

    def __str__(self) -> str:
        return f"note {self.pk}"


class RatingChange(models.Model):
    """Every setting of the two ratings, with author, reason and rule: rating, correction, calibration, objection."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="changes")
    work_result_rating = models.CharField(max_length=20, choices=RatingChoices.choices)
    behavior_rating = models.CharField(max_length=20, choices=RatingChoices.choices)
    predikat = models.CharField(max_length=16, choices=PredikatChoices.choices)
    reason = models.TextField(blank=True)
    kind = models.CharField(
        max_length=12, choices=ChangeKindChoices.choices, default=ChangeKindChoices.RATED.value
    )
    session = models.ForeignKey(
        "assessments.CalibrationSession", on_delete=models.PROTECT, null=True, related_name="changes"
    )
    rule_version = models.CharField(max_length=60, blank=True, help_text="the table that gave the predikat")
    version = models.PositiveSmallIntegerField(default=1, help_text="the version of the result it belongs to")
    by = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    scored_at = models.JSONField(
        default=dict,
        help_text="when each dimension was last saved as a draft; empty if both were set at once",
    )

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in ChangeKindChoices]),
                name="rating_change_kind_is_a_known_one",
            ),
            models.CheckConstraint(
                condition=Q(kind="calibrated", session__isnull=False)
                | (~Q(kind="calibrated") & Q(session__isnull=True)),
                name="rating_change_session_iff_calibrated",
            ),
        ]

    def __str__(self) -> str:
        return f"rating change {self.pk}"
