"""What a unit is to achieve in a year."""

from decimal import Decimal
from hashlib import sha256

from django.db import models

from ..labels import DirectionChoices


class UnitIndicator(models.Model):
    """An indicator of a unit's performance agreement (IKU, perjanjian kinerja) with its yearly target."""

    unit = models.ForeignKey("employees.WorkUnit", on_delete=models.PROTECT, related_name="indicators")
    year = models.PositiveSmallIntegerField()
    goal = models.CharField(max_length=300, help_text="sasaran")
    name = models.CharField(max_length=300)
    target = models.DecimalField(max_digits=16, decimal_places=4)
    measure = models.CharField(max_length=60)
    direction = models.CharField(
        max_length=20, choices=DirectionChoices.choices, default=DirectionChoices.HIGHER.value
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year", "name"], name="unit_indicator_once_per_unit_and_year"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def fingerprint(self) -> str:
        """What a form showed of it, in short, so that a later save can tell a conflict."""
        shown = (self.goal, self.name, str(self.target.normalize()), self.measure, self.direction)
        return sha256("\0".join(shown).encode()).hexdigest()[:16]

    @property
    def plain_target(self) -> Decimal:
        """The target without the zeros that only the column needs."""
        return self.target.normalize()
