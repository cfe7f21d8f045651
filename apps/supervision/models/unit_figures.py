"""The figures of units as the leadership view reads them: sums, made from the rows of the apps below.

Nothing here is decided or typed by anybody. `manage.py rebuild_unit_figures` makes every number again.
"""

from typing import Any

from django.db import models
from django.db.models import F, Q

from .. import querysets
from ..labels import Reach


def _count() -> Any:
    return models.PositiveIntegerField(default=0)


class UnitFigure(models.Model):
    """What is counted of one unit in one period, of everybody or of one job family.

    Two rows each: `own` is the unit alone, `tree` the unit with everything below it. Counts and sums only, so that
    rows can be added; percentages are made where they are shown.
    """

    unit = models.ForeignKey(
        "employees.WorkUnit", on_delete=models.CASCADE, related_name="figures", db_index=False
    )
    period = models.ForeignKey(
        "assessments.Period", on_delete=models.CASCADE, related_name="unit_figures", db_index=False
    )
    job_family = models.CharField(max_length=200, blank=True, help_text="empty: everybody")
    reach = models.CharField(max_length=4, choices=Reach.choices)
    # Coverage.
    people = _count()
    planned = _count()
    # Punctuality: whose report is in or can no longer come in time.
    reports_due = _count()
    reports_on_time = _count()
    # The same reports by where each stands: what the start page of whoever leads many people says of them.
    reports_owed = _count()
    reports_sent = _count()
    reports_returned = _count()
    reports_late = _count()
    # Predikat that were handed over.
    sangat_baik = _count()
    baik = _count()
    butuh_perbaikan = _count()
    kurang = _count()
    sangat_kurang = _count()
    # Satisfaction, from public figures of one questionnaire and tier per period; not by job family.
    ikm_n = _count()
    ikm_points = models.DecimalField(max_digits=14, decimal_places=2, default=0, help_text="sum of n x IKM")
    ikm_total = models.DecimalField(max_digits=30, decimal_places=12, default=0)
    ikm_squares = models.DecimalField(max_digits=30, decimal_places=12, default=0)
    # Complaints; not by job family.
    complaints_received = _count()
    complaints_due = _count()
    complaints_in_time = _count()
    complaints_solved = _count()
    complaints_no_reply = _count()
    # Lesson hours of the year so far: nobody's surplus counts for somebody else.
    jp_target = models.DecimalField(max_digits=12, decimal_places=1, default=0)
    jp_counted = models.DecimalField(max_digits=12, decimal_places=1, default=0)
    # What leaders owed, by the unit the leader works in: due in the period, kept in time, late now.
    feedback_owed = _count()
    feedback_kept = _count()
    review_owed = _count()
    review_kept = _count()
    objection_owed = _count()
    objection_kept = _count()
    duties_overdue = _count()

    objects = querysets.UnitFigureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["period", "unit", "job_family", "reach"], name="unit_figure_once_per_reach"
            ),
            models.CheckConstraint(
                condition=Q(reach__in=[reach.value for reach in Reach]),
                name="unit_figure_reach_is_a_known_one",
            ),
            models.CheckConstraint(
                condition=Q(planned__lte=F("people"))
                & Q(reports_on_time__lte=F("reports_due"))
                & Q(complaints_in_time__lte=F("complaints_due"))
                & Q(jp_counted__lte=F("jp_target"))
                & Q(feedback_kept__lte=F("feedback_owed"))
                & Q(review_kept__lte=F("review_owed"))
                & Q(objection_kept__lte=F("objection_owed")),
                name="unit_figure_parts_are_within_the_whole",
            ),
        ]
        indexes = [
            # The trend of one unit.
            models.Index(fields=["unit", "reach", "job_family"], name="unit_figure_by_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.reach} figures of unit {self.unit_id} in period {self.period_id} {self.job_family}"


# The columns that are added up: every one of them is a `measure` of services/figure_sources.py.
MEASURES: tuple[str, ...] = tuple(
    field.name
    for field in UnitFigure._meta.concrete_fields
    if isinstance(field, models.PositiveIntegerField | models.DecimalField)
)


class FigureMark(models.Model):
    """Up to where the figures of a government are counted, so that a quiet one costs one look."""

    government = models.OneToOneField(
        "employees.Government", on_delete=models.CASCADE, related_name="figure_mark"
    )
    day = models.DateField(null=True, help_text="local day they hold for; a new day moves what is due")
    audit_seq = models.BigIntegerField(default=0, help_text="place in the audit chain when they were counted")
    step = models.BigIntegerField(default=0, help_text="newest public figure of a survey that is in them")
    computed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"figures of government {self.government_id} at {self.computed_at}"
