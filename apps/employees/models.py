"""Who works where, for whom, since when. Everything that changes over time carries a date range.

"Who is the appraiser" and "who heads the unit" are always asked with a date (selectors.py).
"""

from datetime import date, timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from . import querysets
from .labels import (
    EmployeeStatusChoices,
    ImportStatus,
    LinkSource,
    LoanKind,
    MandateKind,
    PositionClass,
    RecordPart,
    Role,
    ServiceStateKind,
    UnitKind,
    full_name,
)
from .rules.jenjang import family_of


class Dated(models.Model):
    """Something that holds during a range of days."""

    class Meta:
        abstract = True

    @property
    def last_day(self) -> date | None:
        """The last day of the range, as people say it; None while the end is open."""
        upper: date | None = self.period.upper  # type: ignore[attr-defined]
        return upper - timedelta(days=1) if upper else None


class Government(models.Model):
    """A local government: root of its unit tree, with its own zone, holidays and policy values.

    `code` is its name in addresses, audit chains and policy scopes and never changes.
    """

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    timezone = models.CharField(
        max_length=40,
        choices=[("Asia/Jakarta", "WIB"), ("Asia/Makassar", "WITA"), ("Asia/Jayapura", "WIT")],
    )
    brand = models.SlugField(max_length=40, default="nasional")
    place = models.CharField(max_length=80, help_text="place named above a signature")
    is_demo = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class WorkUnit(models.Model):
    """A node of the organization tree. `path` holds the ids from the root, so a subtree is a prefix search.

    `path` looks like `/1/5/12/` and is kept by `services.add_unit` and `services.move_unit`.
    """

    government = models.ForeignKey(Government, on_delete=models.PROTECT, related_name="units", db_index=False)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=UnitKind.choices)
    path = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)

    objects = querysets.WorkUnitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["government", "code"], name="unit_code_once_per_government"),
            models.UniqueConstraint(
                fields=["government"], condition=Q(parent__isnull=True), name="unit_one_root_per_government"
            ),
        ]
        indexes = [models.Index(fields=["path"], opclasses=["text_pattern_ops"], name="unit_subtree")]

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        """How many levels below the root (root is 0)."""
        return self.path.count("/") - 2


class Position(models.Model):
    """A post in a unit. The head's post says who leads the unit."""

    unit = models.ForeignKey(WorkUnit, on_delete=models.PROTECT, related_name="positions", db_index=False)
    title = models.CharField(max_length=200)
    position_class = models.CharField(max_length=20, choices=PositionClass.choices)
    level = models.CharField(max_length=40, blank=True, help_text="pratama, ahli_muda, terampil, ...")
    job_family = models.CharField(max_length=80, blank=True)
    is_head = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "title"], name="position_title_once_per_unit"),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(is_head=True), name="position_one_head_per_unit"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def family(self) -> str:
        """The job family: as recorded, else what the title says without the level."""
        return self.job_family or family_of(self.title, self.level)


class Employee(models.Model):
    """A civil servant (PNS or PPPK). The NIP identifies, but is neither key nor secret (NIP-5)."""

    government = models.ForeignKey(
        Government, on_delete=models.PROTECT, related_name="employees", db_index=False
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="employee"
    )
    nip = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=150)
    title_before = models.CharField(max_length=40, blank=True)
    title_after = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=4, choices=EmployeeStatusChoices.choices)
    golongan = models.CharField(max_length=6, blank=True)
    birth_date = models.DateField(null=True)
    is_active = models.BooleanField(default=True)

    objects = querysets.EmployeeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(nip__regex=r"^\d{18}$"), name="employee_nip_has_18_digits")
        ]
        indexes = [models.Index(fields=["government", "name", "id"], name="employee_by_name")]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """The name with titles, as on official forms."""
        return full_name(self.title_before, self.name, self.title_after)


class Placement(Dated):
    """An employee holds a position during a range of days. Main placements never overlap."""

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="placements")
    position = models.ForeignKey(
        Position, on_delete=models.PROTECT, related_name="placements", db_index=False
    )
    is_main = models.BooleanField(default=True)
    period = DateRangeField()

    objects = querysets.DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="placement_main_ones_do_not_overlap",
                expressions=[(F("employee"), RangeOperators.EQUAL), (F("period"), RangeOperators.OVERLAPS)],
                condition=Q(is_main=True),
            ),
        ]
        indexes = [models.Index(fields=["position"], name="placement_by_position")]

    def __str__(self) -> str:
        return f"placement {self.pk}"


class AppraiserLink(Dated):
    """Who appraises whom. Explicit data, derived from the tree at first and correctable (ORGT-1).

    `appraiser` is empty when an elected mayor or regent without NIP appraises (PLN-9); then `external_name` is given.
    """

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="appraiser_links")
    appraiser = models.ForeignKey(
        Employee,
        on_delete=models.PROTECT,
        null=True,
        related_name="appraisee_links",
        db_index=False,
    )
    external_name = models.CharField(max_length=150, blank=True)
    source = models.CharField(max_length=10, choices=LinkSource.choices, default=LinkSource.DERIVED.value)
    period = DateRangeField()

    objects = querysets.DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="appraiser_one_at_a_time",
                expressions=[(F("employee"), RangeOperators.EQUAL), (F("period"), RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=Q(appraiser__isnull=False) | ~Q(external_name=""), name="appraiser_is_somebody"
            ),
            models.CheckConstraint(
                condition=Q(appraiser__isnull=True) | ~Q(appraiser=F("employee")),
                name="appraiser_is_not_oneself",
            ),
        ]
        indexes = [models.Index(fields=["appraiser"], name="appraiser_link_by_appraiser")]

    def __str__(self) -> str:
        return f"appraiser link {self.pk}"


class SupervisionLoan(Dated):
    """Somebody supervises a person for a while in the place of the appraiser, who stays the appraiser (S8).

    The holder reviews reports, gives feedback and talks, in both names; rating, delivery and objections stay. A loan
    counts as long as its lender is the appraiser on record: with another appraiser it has lost its ground.
    """

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="supervision_loans")
    lender = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="loans_given", db_index=False)
    holder = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="loans_held", db_index=False)
    kind = models.CharField(max_length=10, choices=LoanKind.choices)
    reason = models.TextField()
    period = DateRangeField()
    # Ended before its first day was over: it never counts, but stays on record with the days that were agreed.
    is_withdrawn = models.BooleanField(default=False)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    granted_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)

    objects = querysets.SupervisionLoanQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="loan_one_at_a_time",
                expressions=[(F("employee"), RangeOperators.EQUAL), (F("period"), RangeOperators.OVERLAPS)],
                condition=Q(is_withdrawn=False),
            ),
            models.CheckConstraint(
                condition=Q(period__startswith__isnull=False, period__endswith__isnull=False),
                name="loan_has_a_first_and_a_last_day",
            ),
            models.CheckConstraint(
                condition=~Q(holder=F("employee")) & ~Q(holder=F("lender")) & ~Q(lender=F("employee")),
                name="loan_is_between_three_people",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=False) | Q(ended_by__isnull=True, is_withdrawn=False),
                name="loan_ended_with_a_time",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="loan_has_a_reason"),
        ]
        indexes = [
            models.Index(fields=["holder"], name="loan_by_holder"),
            models.Index(fields=["lender"], name="loan_by_lender"),
        ]

    def __str__(self) -> str:
        return f"loan {self.pk}"


class Mandate(Dated):
    """Somebody acts in a position they do not hold, for a range of days; both names stay on record."""

    holder = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="mandates")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="mandates")
    kind = models.CharField(max_length=12, choices=MandateKind.choices)
    period = DateRangeField()
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    note = models.CharField(max_length=300, blank=True)

    objects = querysets.DatedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"mandate {self.pk}"


class ServiceState(Dated):
    """Study, leave, suspension, work elsewhere: why somebody is not evaluated as usual for some days."""

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="service_states")
    kind = models.CharField(max_length=12, choices=ServiceStateKind.choices)
    period = DateRangeField()
    note = models.CharField(max_length=300, blank=True, help_text="decree, place of study, host agency")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField()

    objects = querysets.DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="service_state_one_at_a_time",
                expressions=[(F("employee"), RangeOperators.EQUAL), (F("period"), RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=Q(period__startswith__isnull=False), name="service_state_has_a_first_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class RoleAssignment(Dated):
    """A role that does not follow from the tree, for a unit and all below it, during a range of days."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="role_assignments"
    )
    role = models.CharField(max_length=20, choices=Role.choices)
    unit = models.ForeignKey(WorkUnit, on_delete=models.PROTECT, related_name="role_assignments")
    period = DateRangeField()

    objects = querysets.DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="role_once_per_user_unit_and_time",
                expressions=[
                    (F("user"), RangeOperators.EQUAL),
                    (F("role"), RangeOperators.EQUAL),
                    (F("unit"), RangeOperators.EQUAL),
                    (F("period"), RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"


class ImportBatch(models.Model):
    """One uploaded staff list: what was read, what is wrong with which row, what applying it would change."""

    government = models.ForeignKey(Government, on_delete=models.PROTECT, related_name="imports")
    # A file that was refused as a whole is not kept.
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=200)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=ImportStatus.choices)
    summary = models.JSONField(default=dict, help_text="counts: rows, good, bad, new, changed, unchanged")
    refusal = models.JSONField(
        default=dict, help_text="why the file as a whole cannot be used: code and params"
    )
    job = models.ForeignKey("core.Job", on_delete=models.SET_NULL, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"import {self.pk}"


class ImportRow(models.Model):
    """One row of an import: the cleaned values, its problems in coded form, and what it would do."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows", db_index=False)
    row_number = models.PositiveIntegerField()
    values = models.JSONField(default=dict)
    problems = models.JSONField(default=list, help_text="[{column, code, params}]")
    effect = models.CharField(
        max_length=12, blank=True, help_text="new, changed, unchanged, or empty when bad"
    )
    changes = models.JSONField(default=dict, help_text="{field: [before, after]}")
    applied = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "row_number"], name="import_row_once_per_batch"),
            models.CheckConstraint(
                condition=Q(applied=False) | ~Q(effect=""), name="import_row_applied_only_when_good"
            ),
        ]
        indexes = [
            # What is left to apply, and the preview page by kind of row.
            models.Index(fields=["batch", "effect", "row_number"], name="import_row_by_effect"),
        ]

    def __str__(self) -> str:
        return f"row {self.row_number}"


class SupervisorCorrection(models.Model):
    """An employee says that the recorded appraiser is wrong; the personnel office decides (complaint no. 1)."""

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="corrections")
    proposed = models.ForeignKey(Employee, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField()
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    is_granted = models.BooleanField(null=True)
    answer = models.TextField(blank=True)

    objects = querysets.CorrectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["employee"],
                condition=Q(decided_at__isnull=True),
                name="correction_one_open_per_employee",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, is_granted__isnull=True)
                | Q(decided_at__isnull=False, is_granted__isnull=False),
                name="correction_decided_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(proposed__isnull=True) | ~Q(proposed=F("employee")),
                name="correction_proposes_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"correction {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether the personnel office still has to decide."""
        return self.decided_at is None


class UnitHelper(Dated):
    """Who helps the people of a unit, and of all below without one of their own, with this application.

    The phone number is what the helper agreed to show; it stands at the foot of every page of those people.
    """

    unit = models.ForeignKey(WorkUnit, on_delete=models.PROTECT, related_name="helpers")
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    phone = models.CharField(max_length=30)
    period = DateRangeField()
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    named_at = models.DateTimeField()

    objects = querysets.DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="helper_one_per_unit_at_a_time",
                expressions=[(F("unit"), RangeOperators.EQUAL), (F("period"), RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=~Q(phone=""), name="helper_can_be_called"),
        ]

    def __str__(self) -> str:
        return f"helper {self.pk}"


class RecordView(models.Model):
    """Somebody opened a page about a person: once per viewer, part and hour. Never about oneself.

    The person reads it on "Who opened my record". A trigger refuses any change (migration 0005): a list that the
    watched could not trust would be none.
    """

    viewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="record_views", db_index=False
    )
    what = models.CharField(max_length=12, choices=RecordPart.choices)
    at = models.DateTimeField(help_text="the first opening in that hour")
    hour = models.DateTimeField()

    objects = querysets.RecordViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["viewer", "employee", "what", "hour"], name="record_view_once_per_hour"
            ),
            models.CheckConstraint(
                condition=Q(what__in=[part.value for part in RecordPart]),
                name="record_view_part_is_a_known_one",
            ),
        ]
        indexes = [models.Index(fields=["employee", "-at", "-id"], name="record_view_by_employee")]

    def __str__(self) -> str:
        return f"view {self.pk}"
