"""Daily work, self-reports with their sent versions, and the evidence behind them."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from .. import querysets
from ..labels import QuestionKind, ReportStatusChoices, VerdictChoices
from .periods import Period


class ProgressEntry(models.Model):
    """A line of daily work tied to a planned result; counted ones add up to a realization (EXE-6)."""

    employee = models.ForeignKey(
        "employees.Employee",
        on_delete=models.PROTECT,
        related_name="progress_entries",
        db_index=False,
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
    """One person's account of one period. The draft lives here; every sent version is kept unchanged.

    While it is sent or accepted, triggers refuse any change of its content, lines and files (migration 0005).
    """

    skp = models.ForeignKey(
        "indicators.Skp", on_delete=models.PROTECT, related_name="reports", db_index=False
    )
    employee = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="reports")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="reports", db_index=False)
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
    decided_on_behalf_of = models.ForeignKey(
        "employees.Employee",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="the appraiser for whom somebody decided on loan; both names are shown",
    )
    decision_note = models.TextField(blank=True)
    active_seconds = models.PositiveIntegerField(
        null=True, help_text="time between saves in active sittings (burden figure); empty: not measured"
    )
    review_started_at = models.DateTimeField(
        null=True, help_text="the reviewer's first act on the version that was sent last"
    )
    text_bands = ArrayField(
        models.IntegerField(), default=list, help_text="fingerprint of the achievements as sent (likeness)"
    )
    log_text = models.TextField(blank=True, help_text="the daily lines of the period, as they were when sent")
    log_bands = ArrayField(models.IntegerField(), default=list, help_text="fingerprint of log_text")

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
        indexes = [
            models.Index(fields=["period", "status"], name="report_by_period"),
            # Which other reports may read almost the same? A handful of candidates, then trigrams.
            GinIndex(fields=["text_bands"], name="report_by_text_bands"),
            GinIndex(fields=["log_bands"], name="report_by_log_bands"),
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"

    @property
    def is_editable(self) -> bool:
        """Whether its content may change now."""
        return self.status in {ReportStatusChoices.DRAFT.value, ReportStatusChoices.RETURNED.value}


class ReportLine(models.Model):
    """The realization of one indicator in a report."""

    report = models.ForeignKey(SelfReport, on_delete=models.CASCADE, related_name="lines", db_index=False)
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

    report = models.ForeignKey(SelfReport, on_delete=models.PROTECT, related_name="versions", db_index=False)
    version = models.PositiveSmallIntegerField()
    content = models.JSONField()
    submitted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "version"], name="report_version_once")]

    def __str__(self) -> str:
        return f"report {self.report_id} v{self.version}"


class Evidence(models.Model):
    """A file behind a report, perhaps for one planned result; and what the reviewer thinks of it."""

    report = models.ForeignKey(SelfReport, on_delete=models.PROTECT, related_name="evidence")
    result = models.ForeignKey("indicators.WorkResult", on_delete=models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    taken_on = models.DateField(
        null=True, help_text="the day the camera wrote into the photo; nothing else is kept"
    )
    image_hash = models.BigIntegerField(
        null=True, help_text="what the picture looks like (core.images.difference_hash)"
    )
    image_bands = ArrayField(
        models.SmallIntegerField(), default=list, help_text="pieces of image_hash, to search by"
    )
    verdict = models.CharField(max_length=12, choices=VerdictChoices.choices, blank=True)
    verdict_note = models.CharField(max_length=500, blank=True)
    verdict_by = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, null=True, related_name="+"
    )
    verdict_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "file"],
                condition=Q(removed_at__isnull=True),
                name="evidence_file_once_per_report",
            ),
            models.CheckConstraint(
                condition=Q(verdict="", verdict_at__isnull=True)
                | Q(verdict="accepted", verdict_at__isnull=False)
                | (Q(verdict__in=["unclear", "not_fitting"], verdict_at__isnull=False) & ~Q(verdict_note="")),
                name="evidence_doubted_says_why",
            ),
        ]
        indexes = [GinIndex(fields=["image_bands"], name="evidence_by_image_bands")]

    def __str__(self) -> str:
        return f"evidence {self.pk}"

    @property
    def is_doubted(self) -> bool:
        """Whether the reviewer asked for something better."""
        return self.verdict in {VerdictChoices.UNCLEAR.value, VerdictChoices.NOT_FITTING.value}


class EvidenceQuestion(models.Model):
    """A kind question about a file or a text: used before, looks alike, from another time. Never a penalty.

    What was found elsewhere stays an id: the writer learns only that there is something, and the reviewer no more
    than they may see anyway.
    """

    report = models.ForeignKey(SelfReport, on_delete=models.PROTECT, related_name="questions", db_index=False)
    evidence = models.ForeignKey(
        Evidence,
        on_delete=models.PROTECT,
        null=True,
        related_name="questions",
        help_text="empty where it is about a text",
    )
    kind = models.CharField(max_length=16, choices=QuestionKind.choices)
    is_own = models.BooleanField(help_text="what was found is the writer's own")
    other_evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, null=True, related_name="+")
    other_report = models.ForeignKey(SelfReport, on_delete=models.PROTECT, null=True, related_name="+")
    day = models.DateField(null=True, help_text="the day outside the period, where that is the question")
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(
        null=True, help_text="when its cause went away: file removed, text rewritten"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "evidence", "kind", "is_own"],
                nulls_distinct=False,
                name="question_once_per_thing",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="question_answer_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(kind="not_fresh", day__isnull=False, evidence__isnull=False)
                | Q(
                    kind__in=["same_file", "similar_image"],
                    evidence__isnull=False,
                    other_evidence__isnull=False,
                )
                | Q(
                    kind__in=["similar_text", "similar_log"],
                    evidence__isnull=True,
                    other_report__isnull=False,
                ),
                name="question_names_what_was_found",
            ),
        ]

    def __str__(self) -> str:
        return f"question {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether an answer would still help."""
        return self.answered_at is None and self.withdrawn_at is None


class ReportDecision(models.Model):
    """What happened to a sent report, by whom, with which note: submit, recall, return, accept, reopen."""

    report = models.ForeignKey(SelfReport, on_delete=models.PROTECT, related_name="decisions")
    version = models.PositiveSmallIntegerField(help_text="the sent version it is about")
    action = models.CharField(max_length=10)
    note = models.TextField(blank=True)
    by = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, null=True, related_name="+")
    on_behalf_of = models.ForeignKey(
        "employees.Employee",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="the appraiser for whom somebody supervises on loan; both names are shown",
    )
    is_batch = models.BooleanField(
        default=False, help_text="accepted together with others, after a drawn part of them was read"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.action} report {self.report_id}"
