"""What a unit is to achieve in a year, and in the parts of it."""

from decimal import Decimal
from hashlib import sha256

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ..labels import DirectionChoices, DocumentChoices, FormulaChoices


class UnitIndicator(models.Model):
    """An indicator a unit promised (IKU or perjanjian kinerja) with its yearly target."""

    unit = models.ForeignKey(
        "employees.WorkUnit", on_delete=models.PROTECT, related_name="indicators", db_index=False
    )
    year = models.PositiveSmallIntegerField()
    document = models.CharField(
        max_length=20,
        choices=DocumentChoices.choices,
        default=DocumentChoices.PERJANJIAN_KINERJA.value,
        help_text="where it stands",
    )
    goal = models.CharField(max_length=300, help_text="sasaran")
    name = models.CharField(max_length=300)
    target = models.DecimalField(max_digits=16, decimal_places=4)
    measure = models.CharField(max_length=60)
    direction = models.CharField(
        max_length=20, choices=DirectionChoices.choices, default=DirectionChoices.HIGHER.value
    )
    formula = models.CharField(
        max_length=10, choices=FormulaChoices.choices, default=FormulaChoices.STANDARD.value
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year", "name"], name="unit_indicator_once_per_unit_and_year"
            ),
            models.CheckConstraint(
                condition=~Q(formula="inverse") | Q(direction="lower_is_better"),
                name="unit_indicator_inverse_only_if_lower_is_better",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def fingerprint(self) -> str:
        """What a form showed of it, in short, so that a later save can tell a conflict."""
        return _short(
            self.document,
            self.goal,
            self.name,
            str(self.target.normalize()),
            self.measure,
            self.direction,
            self.formula,
        )

    @property
    def plain_target(self) -> Decimal:
        """The target without the zeros that only the column needs."""
        return self.target.normalize()


class UnitTarget(models.Model):
    """What is to be reached by the end of a part of the year, and what was.

    Both figures are cumulative: they count from 1 January to `ends_on`. So the last part repeats the target of
    the year, and an achievement never has to be added up.
    """

    indicator = models.ForeignKey(
        UnitIndicator, on_delete=models.CASCADE, related_name="targets", db_index=False
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    target = models.DecimalField(max_digits=16, decimal_places=4)
    realization = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    source_note = models.CharField(max_length=500, blank=True, help_text="where the realization was read")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "starts_on"], name="unit_target_once_per_indicator_and_start"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="unit_target_ends_after_its_start"
            ),
            models.CheckConstraint(
                condition=Q(realization__isnull=True, recorded_at__isnull=True, source_note="")
                | (Q(realization__isnull=False, recorded_at__isnull=False) & ~Q(source_note="")),
                name="unit_target_realization_names_its_source",
            ),
        ]

    def __str__(self) -> str:
        return f"target until {self.ends_on} of indicator {self.indicator_id}"

    @property
    def fingerprint(self) -> str:
        """What a form showed of it, in short, so that a later save can tell a conflict."""
        reached = "" if self.realization is None else str(self.realization.normalize())
        return _short(str(self.target.normalize()), reached, self.source_note)

    @property
    def plain_target(self) -> Decimal:
        """The target without the zeros that only the column needs."""
        return self.target.normalize()

    @property
    def plain_realization(self) -> Decimal | None:
        """The realization without the zeros that only the column needs."""
        return None if self.realization is None else self.realization.normalize()


def _short(*shown: str) -> str:
    return sha256("\0".join(shown).encode()).hexdigest()[:16]
