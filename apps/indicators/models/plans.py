"""What is to be achieved: targets of units, and each person's yearly plan (SKP).

Statuses and what moves them: rules/lifecycle.py. One SKP per employee, year and place (CYC-1, CYC-7).

Two tabs: `Skp.revision` counts the saved changes of a plan, and every row of it remembers in `changed_in`
at which count it was last written. A form carries the count it was made with; a row written later is a
conflict, other rows of the same plan are not.

An approved plan is changed through a working copy: a plan of its own with `revises` set, whose rows remember in
`revised_from` where they came from (services/revisions.py). The database refuses any other change of the rows
of a plan that was sent or decided on (migration 0003, services/guard.py).
"""

from decimal import Decimal

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q

from .. import querysets
from ..labels import (
    AnnexKindChoices,
    ApproachChoices,
    AspectChoices,
    DirectionChoices,
    IndicatorSource,
    LayoutChoices,
    PerspectiveChoices,
    ResultKindChoices,
    RevisionReasonChoices,
    SkpStatusChoices,
)
from .unit_indicators import UnitIndicator

PLAN_STATUSES = ["draft", "submitted", "returned", "approved", "closed"]
COPY_STATUSES = ["draft", "submitted", "returned", "merged", "withdrawn"]


class Skp(models.Model):
    """Sasaran Kinerja Pegawai: the yearly plan of one person in one place, agreed with one appraiser."""

    employee = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, related_name="skp")
    government = models.ForeignKey("employees.Government", on_delete=models.PROTECT, related_name="+")
    placement = models.ForeignKey("employees.Placement", on_delete=models.PROTECT, related_name="skp")
    unit = models.ForeignKey(
        "employees.WorkUnit", on_delete=models.PROTECT, related_name="skp", db_index=False
    )
    appraiser = models.ForeignKey(
        "employees.Employee",
        on_delete=models.PROTECT,
        null=True,
        related_name="skp_to_appraise",
        db_index=False,
    )
    appraiser_name = models.CharField(max_length=150, help_text="as printed; an elected official has no NIP")
    year = models.PositiveSmallIntegerField()
    period = DateRangeField(help_text="days of the year this plan covers")
    approach = models.CharField(max_length=12, choices=ApproachChoices.choices)
    layout = models.CharField(max_length=6, choices=LayoutChoices.choices)
    status = models.CharField(
        max_length=10, choices=SkpStatusChoices.choices, default=SkpStatusChoices.DRAFT.value
    )
    revision = models.PositiveIntegerField(
        default=0, help_text="grows with every saved change; guards two tabs"
    )
    version = models.PositiveSmallIntegerField(
        default=0, help_text="number of the approved version; 0 before"
    )
    revises = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="revisions",
        help_text="the approved plan this is a working copy of",
    )
    revision_reason = models.CharField(max_length=12, choices=RevisionReasonChoices.choices, blank=True)
    revision_note = models.TextField(blank=True, help_text="the reason in words")
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)

    objects = querysets.SkpQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "year", "placement"],
                condition=Q(revises__isnull=True),
                name="skp_once_per_employee_year_and_place",
            ),
            models.UniqueConstraint(
                fields=["revises"],
                condition=Q(revises__isnull=False, status__in=["draft", "submitted", "returned"]),
                name="skp_one_open_revision_per_plan",
            ),
            models.CheckConstraint(
                condition=Q(revises__isnull=True, status__in=PLAN_STATUSES)
                | Q(revises__isnull=False, status__in=COPY_STATUSES),
                name="skp_status_of_plan_or_copy",
            ),
            models.CheckConstraint(
                condition=Q(revises__isnull=True, revision_reason="", revision_note="")
                | (Q(revises__isnull=False) & ~Q(revision_reason="") & ~Q(revision_note="")),
                name="skp_revision_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in SkpStatusChoices]), name="skp_status_is_a_known_one"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "closed"]) | Q(approved_at__isnull=False),
                name="skp_approved_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="submitted") | Q(submitted_at__isnull=False),
                name="skp_submitted_has_its_time",
            ),
        ]
        indexes = [
            # An appraiser's list of plans waiting.
            models.Index(fields=["appraiser", "year", "status"], name="skp_by_appraiser"),
            models.Index(fields=["unit", "year"], name="skp_by_unit"),
        ]

    def __str__(self) -> str:
        return f"SKP {self.year} #{self.pk}"

    @property
    def is_editable(self) -> bool:
        """Whether its content may change now."""
        return self.status in {SkpStatusChoices.DRAFT.value, SkpStatusChoices.RETURNED.value}

    @property
    def is_revision(self) -> bool:
        """Whether it is a working copy of an approved plan."""
        return self.revises_id is not None


class WorkResult(models.Model):
    """Rencana hasil kerja (RHK): a planned result, perhaps supporting a superior's or a unit indicator."""

    skp = models.ForeignKey(Skp, on_delete=models.CASCADE, related_name="results")
    kind = models.CharField(
        max_length=10, choices=ResultKindChoices.choices, default=ResultKindChoices.UTAMA.value
    )
    text = models.TextField()
    perspective = models.CharField(max_length=20, choices=PerspectiveChoices.choices, blank=True)
    supports = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="supported_by"
    )
    supports_indicator = models.ForeignKey(
        UnitIndicator, on_delete=models.PROTECT, null=True, blank=True, related_name="supported_by"
    )
    order = models.PositiveSmallIntegerField(default=0)
    revised_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="the approved row it was copied from",
    )
    changed_in = models.PositiveIntegerField(
        default=0, help_text="the plan's revision that wrote this row last"
    )

    class Meta:
        ordering = ["-kind", "order", "id"]  # "utama" sorts after "tambahan", so descending puts it first

    def __str__(self) -> str:
        return f"RHK #{self.pk}"


class Indicator(models.Model):
    """Indikator kinerja individu (IKI): measure and target of a planned result.

    In a qualitative SKP, `text` holds the merged measure and target (PLN-6) and `target` may be empty.
    """

    result = models.ForeignKey(WorkResult, on_delete=models.CASCADE, related_name="indicators")
    aspect = models.CharField(max_length=10, choices=AspectChoices.choices, blank=True)
    text = models.TextField()
    target = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    measure = models.CharField(max_length=60, blank=True)
    direction = models.CharField(
        max_length=20, choices=DirectionChoices.choices, default=DirectionChoices.HIGHER.value
    )
    source = models.CharField(
        max_length=24, choices=IndicatorSource.choices, default=IndicatorSource.REPORTED.value
    )
    order = models.PositiveSmallIntegerField(default=0)
    revised_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="the approved row it was copied from",
    )
    changed_in = models.PositiveIntegerField(
        default=0, help_text="the plan's revision that wrote this row last"
    )

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return f"IKI #{self.pk}"

    @property
    def plain_target(self) -> Decimal | None:
        """The target without the zeros that only the column needs."""
        return self.target if self.target is None else self.target.normalize()


class BehaviorExpectation(models.Model):
    """The leader's special expectation for one of the seven values (rules/forms.py)."""

    skp = models.ForeignKey(Skp, on_delete=models.CASCADE, related_name="behaviors", db_index=False)
    value = models.SlugField(max_length=30)
    expectation = models.TextField(blank=True)
    changed_in = models.PositiveIntegerField(
        default=0, help_text="the plan's revision that wrote this row last"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["skp", "value"], name="behavior_once_per_skp_and_value")
        ]

    def __str__(self) -> str:
        return f"{self.value} of SKP {self.skp_id}"


class AnnexItem(models.Model):
    """A line of the annex: resources, accountability, consequences (PLN-1)."""

    skp = models.ForeignKey(Skp, on_delete=models.CASCADE, related_name="annex")
    kind = models.CharField(max_length=26, choices=AnnexKindChoices.choices)
    text = models.TextField()
    order = models.PositiveSmallIntegerField(default=0)
    revised_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="the approved row it was copied from",
    )
    changed_in = models.PositiveIntegerField(
        default=0, help_text="the plan's revision that wrote this row last"
    )

    class Meta:
        ordering = ["kind", "order", "id"]

    def __str__(self) -> str:
        return f"annex #{self.pk}"


class SkpDecision(models.Model):
    """What happened to a plan, by whom, with which note: submit, recall, return, approve, close, revise ...

    `mandate` is the mandate somebody decided with who does not hold the appraiser's post (ACT-2); the page then
    names both.
    """

    skp = models.ForeignKey(Skp, on_delete=models.CASCADE, related_name="decisions")
    action = models.CharField(max_length=10)
    note = models.TextField(blank=True)
    by = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, null=True, related_name="+")
    mandate = models.ForeignKey("employees.Mandate", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.action} SKP {self.skp_id}"
