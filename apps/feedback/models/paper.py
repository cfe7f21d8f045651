"""Paper questionnaires that are typed in later: a batch with its scans, one row per sheet, a second look."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from .. import querysets
from ..labels import AgeBand, Education, FilledBy, Occupation, PaperStatus, Sex
from .services import ServicePoint
from .surveys import SurveyPeriod


class PaperBatch(models.Model):
    """A pile of sheets from one place and day. Its answers exist only once somebody else has checked some of
    it.
    """

    survey_period = models.ForeignKey(SurveyPeriod, on_delete=models.PROTECT, related_name="paper_batches")
    point = models.ForeignKey(ServicePoint, on_delete=models.PROTECT, null=True, related_name="+")
    place = models.CharField(max_length=120, blank=True, help_text="where, if it was not at a counter")
    collected_by = models.CharField(max_length=120, help_text="in which capacity; no name is needed")
    collected_on = models.DateField()
    sheet_count = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=PaperStatus.choices, default=PaperStatus.TYPING.value)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    check_seed = models.CharField(
        max_length=32, blank=True, help_text="drawn when typing ended; says which sheets are typed twice"
    )
    check_percent = models.PositiveSmallIntegerField(null=True)
    is_check_extended = models.BooleanField(
        default=False, help_text="too many errors: every sheet is checked"
    )
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True)

    objects = querysets.PaperBatchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in PaperStatus]),
                name="paper_batch_status_is_a_known_one",
            ),
            models.CheckConstraint(condition=Q(sheet_count__gte=1), name="paper_batch_has_sheets"),
            models.CheckConstraint(
                condition=~Q(status="closed") | Q(closed_at__isnull=False), name="paper_batch_closed_has_time"
            ),
            models.CheckConstraint(
                condition=Q(status="withdrawn", withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")
                | ~Q(status="withdrawn") & Q(withdrawn_at__isnull=True),
                name="paper_batch_withdrawn_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"paper batch {self.pk}"


class PaperScan(models.Model):
    """A picture or PDF of the sheets. A removed one stays for the auditor, until the batch is closed."""

    batch = models.ForeignKey(PaperBatch, on_delete=models.PROTECT, related_name="scans", db_index=False)
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=170)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["batch", "file"], name="paper_scan_once_per_batch")]

    def __str__(self) -> str:
        return f"scan {self.pk}"


class PaperRow(models.Model):
    """One sheet as it was typed, and as a second person read it."""

    batch = models.ForeignKey(PaperBatch, on_delete=models.PROTECT, related_name="rows", db_index=False)
    number = models.PositiveSmallIntegerField(help_text="written on the sheet by hand, 1 to the last")
    answers = models.JSONField(default=dict, help_text="{unsur code: 1 to 4}")
    sex = models.CharField(max_length=1, choices=Sex.choices, blank=True)
    age_band = models.CharField(max_length=5, choices=AgeBand.choices, blank=True)
    education = models.CharField(max_length=10, choices=Education.choices, blank=True)
    occupation = models.CharField(max_length=10, choices=Occupation.choices, blank=True)
    filled_by = models.CharField(max_length=8, choices=FilledBy.choices, blank=True)
    remark = models.TextField(blank=True)
    is_unusable = models.BooleanField(default=False, help_text="an empty or unreadable sheet; not counted")
    revision = models.PositiveSmallIntegerField(default=1)
    typed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    typed_at = models.DateTimeField()
    is_sampled = models.BooleanField(default=False)
    second_reading = models.JSONField(
        null=True, help_text="{unsur code: 1 to 4}, typed without seeing the first"
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    checked_at = models.DateTimeField(null=True)
    wrong_cells = models.PositiveSmallIntegerField(
        default=0, help_text="cells in which the first reading was not what the sheet says"
    )
    is_settled = models.BooleanField(default=False, help_text="both readings agree, or were reconciled")
    settled_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="paper_row_once_per_sheet"),
            models.CheckConstraint(
                condition=~Q(checked_by=models.F("typed_by")), name="paper_row_is_checked_by_another_person"
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True, second_reading__isnull=True)
                | Q(checked_by__isnull=False, second_reading__isnull=False),
                name="paper_row_checked_with_a_reading",
            ),
        ]

    def __str__(self) -> str:
        return f"sheet {self.number} of batch {self.batch_id}"


class RespondentTable(models.Model):
    """A table of respondents as an office uploaded it: kept, previewed, then taken over."""

    survey_period = models.ForeignKey(SurveyPeriod, on_delete=models.PROTECT, related_name="tables")
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=170)
    columns = models.JSONField(
        default=dict, help_text="{title: unsur code} where the table numbers otherwise"
    )
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    preview = models.JSONField(
        default=dict, help_text="what taking it over would do: counts, problems, index"
    )
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    applied_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict, help_text="what taking it over did")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_by__isnull=True) | Q(applied_at__isnull=False),
                name="respondent_table_applied_has_time",
            )
        ]

    def __str__(self) -> str:
        return f"table {self.pk}"
