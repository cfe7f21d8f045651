"""Which ordinary reports are really opened, what was found in them, and what was accepted together afterwards.

A draw is committed to (hash of the seed), then its list is frozen, then it is drawn: three steps, each kept by triggers
(migration 0002). Rules: docs/rules/supervision.md; recomputing one: docs/how-to/recompute-a-draw.md.
"""

from django.db import models
from django.db.models import F, Q

from .. import querysets
from ..labels import FoundChoices


class ReviewDraw(models.Model):
    """The sample of one supervisor in one period. The seed is a secret until `drawn_at`."""

    period = models.ForeignKey(
        "assessments.Period", on_delete=models.PROTECT, related_name="review_draws", db_index=False
    )
    supervisor = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, related_name="review_draws"
    )
    seed = models.CharField(max_length=64, help_text="shown to nobody before the draw")
    seed_hash = models.CharField(max_length=64, help_text="SHA-256 of the seed, in the audit log since then")
    committed_at = models.DateTimeField()
    is_committed_late = models.BooleanField(
        default=False, help_text="after the closing: the seed is then mixed with the list and the audit chain"
    )
    frame = models.CharField(max_length=64, blank=True, help_text="hash of the frozen list")
    frozen_at = models.DateTimeField(null=True)
    head_seq = models.BigIntegerField(null=True, help_text="audit chain when a late draw was made")
    head_hash = models.CharField(max_length=64, blank=True)
    rate = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    minimum = models.PositiveSmallIntegerField(null=True)
    second_share = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    drawn_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True, help_text="when the last drawn report had its verdict")

    objects = querysets.ReviewDrawQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["period", "supervisor"], name="draw_once_per_period_and_supervisor"
            ),
            models.CheckConstraint(
                condition=Q(frozen_at__isnull=True, frame="") | (Q(frozen_at__isnull=False) & ~Q(frame="")),
                name="draw_frozen_has_its_frame",
            ),
            models.CheckConstraint(
                condition=Q(drawn_at__isnull=True)
                | Q(
                    frozen_at__isnull=False,
                    frozen_at__lte=F("drawn_at"),
                    rate__isnull=False,
                    minimum__isnull=False,
                    second_share__isnull=False,
                ),
                name="draw_follows_the_frozen_list",
            ),
            models.CheckConstraint(
                condition=Q(drawn_at__isnull=True) | Q(is_committed_late=False) | ~Q(head_hash=""),
                name="draw_late_is_mixed_with_the_chain",
            ),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True) | Q(drawn_at__isnull=False),
                name="draw_completed_was_drawn",
            ),
        ]
        indexes = [
            models.Index(fields=["period"], condition=Q(drawn_at__isnull=True), name="draw_not_yet_made")
        ]

    def __str__(self) -> str:
        return f"draw {self.pk}"

    @property
    def is_drawn(self) -> bool:
        """Whether the seed is revealed."""
        return self.drawn_at is not None

    @property
    def revealed_seed(self) -> str:
        """The seed, once it may be known; empty before."""
        return self.seed if self.is_drawn else ""


class ListedReport(models.Model):
    """A report on the frozen list a sample is drawn from. In one list only: nobody gets a second draw of it."""

    draw = models.ForeignKey(ReviewDraw, on_delete=models.PROTECT, related_name="listed")
    report = models.OneToOneField("assessments.SelfReport", on_delete=models.PROTECT, related_name="listed")
    version = models.PositiveSmallIntegerField(help_text="the sent version it stood for")
    stratum = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"report {self.report_id} in draw {self.draw_id}"


class DrawnReport(models.Model):
    """A report that was drawn: opened by the supervisor, then judged."""

    draw = models.ForeignKey(ReviewDraw, on_delete=models.PROTECT, related_name="drawn", db_index=False)
    report = models.OneToOneField("assessments.SelfReport", on_delete=models.PROTECT, related_name="drawn")
    version = models.PositiveSmallIntegerField(help_text="the sent version that was drawn")
    stratum = models.CharField(max_length=80)
    place = models.PositiveSmallIntegerField(help_text="order of the draw")
    opened_at = models.DateTimeField(null=True, help_text="when the supervisor opened the review page")
    opened_version = models.PositiveSmallIntegerField(null=True, help_text="the version they saw last")
    found = models.CharField(max_length=10, choices=FoundChoices.choices, blank=True)
    note = models.TextField(blank=True)
    judged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "place"], name="drawn_one_per_place"),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True, opened_version__isnull=True)
                | Q(opened_at__isnull=False, opened_version__isnull=False),
                name="drawn_opened_has_its_version",
            ),
            models.CheckConstraint(
                condition=Q(found="", judged_at__isnull=True)
                | Q(found="none", opened_at__isnull=False, judged_at__isnull=False)
                | (Q(found="finding", opened_at__isnull=False, judged_at__isnull=False) & ~Q(note="")),
                name="drawn_judged_was_opened",
            ),
        ]

    def __str__(self) -> str:
        return f"drawn report {self.report_id}"


class SecondReading(models.Model):
    """Somebody from another unit reads a drawn report again, without knowing what the first reader said (S11)."""

    drawn = models.OneToOneField(DrawnReport, on_delete=models.PROTECT, related_name="second")
    reader = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, null=True, related_name="second_readings"
    )
    assigned_at = models.DateTimeField(null=True)
    found = models.CharField(max_length=10, choices=FoundChoices.choices, blank=True)
    note = models.TextField(blank=True)
    judged_at = models.DateTimeField(null=True)

    objects = querysets.SecondReadingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reader__isnull=True, assigned_at__isnull=True)
                | Q(reader__isnull=False, assigned_at__isnull=False),
                name="second_reader_assigned_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(found="", judged_at__isnull=True)
                | Q(found="none", reader__isnull=False, judged_at__isnull=False)
                | (Q(found="finding", reader__isnull=False, judged_at__isnull=False) & ~Q(note="")),
                name="second_judged_has_its_reader",
            ),
        ]
        indexes = [models.Index(fields=["reader"], condition=Q(found=""), name="second_open_by_reader")]

    def __str__(self) -> str:
        return f"second reading {self.pk}"


class SecondReadingDecline(models.Model):
    """Somebody who was asked to read a second time and could not, with the reason; they are not asked again for it."""

    reading = models.ForeignKey(
        SecondReading, on_delete=models.PROTECT, related_name="declines", db_index=False
    )
    reader = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reading", "reader"], name="second_declined_once_by_a_reader"),
            models.CheckConstraint(condition=~Q(reason=""), name="second_declined_with_a_reason"),
        ]

    def __str__(self) -> str:
        return f"decline {self.pk} of second reading {self.reading_id}"


class BatchAcceptance(models.Model):
    """The rest of a list, accepted together after its sample was read; for a short while it can be taken back."""

    draw = models.ForeignKey(ReviewDraw, on_delete=models.PROTECT, related_name="batches")
    by = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="+")
    note = models.TextField()
    at = models.DateTimeField()
    undo_until = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["draw"], condition=Q(undone_at__isnull=True), name="batch_one_in_force_per_draw"
            ),
            models.CheckConstraint(condition=~Q(note=""), name="batch_says_why"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(undone_at__lte=F("undo_until")),
                name="batch_undone_in_time",
            ),
        ]

    def __str__(self) -> str:
        return f"batch {self.pk}"


class BatchItem(models.Model):
    """One report of a batch: accepted, or left out and why; and whether its acceptance was taken back."""

    batch = models.ForeignKey(BatchAcceptance, on_delete=models.PROTECT, related_name="items", db_index=False)
    report = models.ForeignKey("assessments.SelfReport", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=20, help_text="accepted, or the reason it was left out")
    undo_outcome = models.CharField(max_length=20, blank=True, help_text="reopened, or why not")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "report"], name="batch_item_once_per_report")]

    def __str__(self) -> str:
        return f"report {self.report_id} in batch {self.batch_id}"


class SampleRate(models.Model):
    """How large a share of a supervisor's ordinary reports is drawn, from a finished sample on (S6)."""

    supervisor = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, related_name="sample_rates"
    )
    draw = models.OneToOneField(ReviewDraw, on_delete=models.PROTECT, related_name="next_rate")
    before = models.DecimalField(max_digits=5, decimal_places=4)
    rate = models.DecimalField(max_digits=5, decimal_places=4)
    opened = models.PositiveSmallIntegerField()
    found = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(rate__gt=0, rate__lte=1), name="sample_rate_is_a_share"),
            models.CheckConstraint(condition=Q(found__lte=F("opened")), name="sample_rate_found_was_opened"),
        ]

    def __str__(self) -> str:
        return f"rate {self.rate} of supervisor {self.supervisor_id}"
