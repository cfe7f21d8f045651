"""The year as it runs: cycles and periods, progress and reports with evidence, evaluation and objection.

Statuses and what moves them: rules/report_lifecycle.py and rules/evaluation_lifecycle.py.
"""

from django.db import models
from django.db.models import Q

from . import querysets
from .labels import (
    EvaluationStatusChoices,
    OrgPredicateChoices,
    PeriodicityChoices,
    PeriodKind,
    PeriodStatus,
    PredikatChoices,
    RatingChoices,
    ReportStatusChoices,
    period_title,
)


class Cycle(models.Model):
    """A performance year of a government."""

    government = models.ForeignKey("employees.Government", on_delete=models.PROTECT, related_name="cycles")
    year = models.PositiveSmallIntegerField()
    periodicity = models.CharField(max_length=10, choices=PeriodicityChoices.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["government", "year"], name="cycle_once_per_year")]

    def __str__(self) -> str:
        return f"{self.year}"


class Period(models.Model):
    """A month, a quarter or the year of a cycle. Instants are UTC, made from local days (reliability rule R6)."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="periods")
    kind = models.CharField(max_length=10, choices=PeriodKind.choices)
    number = models.PositiveSmallIntegerField(help_text="1-12 or 1-4; 0 for the year")
    starts_on = models.DateField()
    ends_on = models.DateField()
    opens_at = models.DateTimeField(help_text="from when reports may be sent")
    closes_at = models.DateTimeField(help_text="last instant for reports; the schedule closes after it")
    status = models.CharField(max_length=8, choices=PeriodStatus.choices, default=PeriodStatus.PLANNED.value)

    class Meta:
        ordering = ["cycle", "starts_on", "number"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "kind", "number"], name="period_once_per_cycle"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=models.F("opens_at")), name="period_closes_after_opening"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The name people use: a month, a quarter, or the year."""
        return period_title(self.kind, self.starts_on, self.ends_on)


class PeriodRun(models.Model):
    """One step of the schedule for one unit: what makes two beats, no beat or a replayed tick end the same (D4)."""

    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="runs")
    unit = models.ForeignKey("employees.WorkUnit", on_delete=models.PROTECT, null=True, related_name="+")
    step = models.CharField(max_length=20, help_text="open, close, prepare")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    figures = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["period", "unit", "step"], name="period_step_runs_once_per_unit", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.step} of period {self.period_id}"


class ProgressEntry(models.Model):
    """A line of daily work tied to a planned result; counted ones add up to a realization (EXE-6)."""

    employee = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, related_name="progress_entries"
    )
    result = models.ForeignKey(
        "indicators.WorkResult", on_delete=models.PROTECT, related_name="progress_entries"
    )
    indicator = models.ForeignKey(
        "indicators.Indicator",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="progress_entries",
    )
    date = models.DateField()
    text = models.CharField(max_length=500)
    quantity = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = querysets.ProgressQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["employee", "date"], name="progress_by_employee_day")]

    def __str__(self) -> str:
        return f"progress {self.pk}"


class SelfReport(models.Model):
    """One person's account of one period. The draft lives here; every sent version is kept unchanged."""

    skp = models.ForeignKey("indicators.Skp", on_delete=models.PROTECT, related_name="reports")
    employee = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="reports")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="reports")
    status = models.CharField(
        max_length=10, choices=ReportStatusChoices.choices, default=ReportStatusChoices.DRAFT.value
    )
    achievements = models.TextField(blank=True)
    obstacles = models.TextField(blank=True)
    support_needed = models.TextField(blank=True)
    revision = models.PositiveIntegerField(
        default=0, help_text="grows with every saved draft; guards two tabs"
    )
    draft_saved_at = models.DateTimeField(null=True)
    written_in = models.JSONField(
        default=dict, help_text="the revision that wrote each field last: guards two tabs"
    )
    number = models.CharField(
        max_length=40, null=True, unique=True, help_text="receipt number, from the first sending"
    )
    version = models.PositiveSmallIntegerField(default=0, help_text="how often it was sent")
    submitted_at = models.DateTimeField(null=True)
    is_late = models.BooleanField(default=False)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, null=True, related_name="+"
    )
    decision_note = models.TextField(blank=True)

    objects = querysets.SelfReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["skp", "period"], name="report_once_per_skp_and_period"),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in ReportStatusChoices]),
                name="report_status_is_a_known_one",
            ),
            models.CheckConstraint(
                condition=Q(version=0, number__isnull=True, submitted_at__isnull=True)
                | Q(version__gt=0, number__isnull=False, submitted_at__isnull=False),
                name="report_sent_has_number_and_time",
            ),
        ]
        indexes = [models.Index(fields=["period", "status"], name="report_by_period")]

    def __str__(self) -> str:
        return f"report {self.pk}"

    @property
    def is_editable(self) -> bool:
        """Whether its content may change now."""
        return self.status in {ReportStatusChoices.DRAFT.value, ReportStatusChoices.RETURNED.value}


class ReportLine(models.Model):
    """The realization of one indicator in a report."""

    report = models.ForeignKey(SelfReport, on_delete=models.CASCADE, related_name="lines")
    indicator = models.ForeignKey(
        "indicators.Indicator", on_delete=models.PROTECT, related_name="report_lines"
    )
    realization = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    note = models.TextField(blank=True)
    prefilled = models.DecimalField(
        max_digits=16, decimal_places=4, null=True, help_text="what the system found"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "indicator"], name="report_line_once_per_indicator")
        ]

    def __str__(self) -> str:
        return f"line {self.pk}"


class ReportVersion(models.Model):
    """What was sent, as it was sent. A trigger refuses any change (migration 0002, threat T3)."""

    report = models.ForeignKey(SelfReport, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField()
    content = models.JSONField()
    submitted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "version"], name="report_version_once")]

    def __str__(self) -> str:
        return f"report {self.report_id} v{self.version}"


class Evidence(models.Model):
    """A file behind a report, perhaps for one planned result."""

    report = models.ForeignKey(SelfReport, on_delete=models.PROTECT, related_name="evidence")
    result = models.ForeignKey("indicators.WorkResult", on_delete=models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    reuse_confirmed_at = models.DateTimeField(
        null=True, help_text="when the writer said that a file used elsewhere is meant to be used here too"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "file"],
                condition=Q(removed_at__isnull=True),
                name="evidence_file_once_per_report",
            )
        ]

    def __str__(self) -> str:
        return f"evidence {self.pk}"


class ReportDecision(models.Model):
    """What happened to a sent report, by whom, with which note: submit, recall, return, accept."""

    report = models.ForeignKey(SelfReport, on_delete=models.PROTECT, related_name="decisions")
    version = models.PositiveSmallIntegerField(help_text="the sent version it is about")
    action = models.CharField(max_length=10)
    note = models.TextField(blank=True)
    by = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.action} report {self.report_id}"


class UnitAchievement(models.Model):
    """Capaian kinerja organisasi of a unit in a period, fixed by the level above with the figures beside it."""

    unit = models.ForeignKey("employees.WorkUnit", on_delete=models.PROTECT, related_name="achievements")
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
    skp = models.ForeignKey("indicators.Skp", on_delete=models.PROTECT, related_name="evaluations")
    employee = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="evaluations")
    unit = models.ForeignKey("employees.WorkUnit", on_delete=models.PROTECT, related_name="evaluations")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="evaluations")
    appraiser = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, null=True, related_name="evaluations_to_make"
    )
    status = models.CharField(
        max_length=10, choices=EvaluationStatusChoices.choices, default=EvaluationStatusChoices.PREPARED.value
    )
    achievement_percent = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    hint_rating = models.CharField(max_length=20, choices=RatingChoices.choices, blank=True)
    inputs = models.JSONField(default=dict, help_text="figures at closing: indicators, report, unit context")
    work_result_rating = models.CharField(max_length=20, choices=RatingChoices.choices, blank=True)
    behavior_rating = models.CharField(max_length=20, choices=RatingChoices.choices, blank=True)
    predikat = models.CharField(max_length=16, choices=PredikatChoices.choices, blank=True)
    reason = models.TextField(blank=True, help_text="needed for the highest and lowest rating and any change")
    recommendation = models.TextField(blank=True)
    rule_version = models.CharField(max_length=60, blank=True)
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


class FeedbackNote(models.Model):
    """Continuing feedback during the period (umpan balik berkelanjutan), visible to the person at once."""

    employee = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, related_name="feedback_notes"
    )
    author = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="+")
    result = models.ForeignKey("indicators.WorkResult", on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()

    objects = querysets.FeedbackNoteQuerySet.as_manager()

    def __str__(self) -> str:
        return f"feedback {self.pk}"


class RatingChange(models.Model):
    """Every setting of the two ratings, with author and reason: first rating, correction, decision on an objection."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="changes")
    work_result_rating = models.CharField(max_length=20, choices=RatingChoices.choices)
    behavior_rating = models.CharField(max_length=20, choices=RatingChoices.choices)
    predikat = models.CharField(max_length=16, choices=PredikatChoices.choices)
    reason = models.TextField(blank=True)
    by = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"rating change {self.pk}"


class Objection(models.Model):
    """A written objection with reasons to the appraiser's superior, whose decision is final (OBJ-1, OBJ-2)."""

    evaluation = models.OneToOneField(Evaluation, on_delete=models.PROTECT, related_name="objection")
    number = models.CharField(max_length=40, unique=True)
    reason = models.TextField()
    filed_at = models.DateTimeField()
    decider = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, null=True, related_name="objections"
    )
    decision_due_on = models.DateField()
    decided_at = models.DateTimeField(null=True)
    is_upheld = models.BooleanField(null=True, help_text="whether the result was changed")
    decision_reason = models.TextField(blank=True)

    objects = querysets.ObjectionQuerySet.as_manager()

    def __str__(self) -> str:
        return self.number
