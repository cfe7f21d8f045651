"""The forms of learning and what they are worth in lesson hours (CMP-5 to CMP-7): a table that an office edits."""

from django.db import models
from django.db.models import Q

from .. import querysets
from ..labels import LearningUnit, ProgrammeKind, WayChoices


class LearningForm(models.Model):
    """One form of learning from a day on. The row of a government goes before that of the whole installation; the
    newest row that began on or before a day holds on it, and an earlier one never changes.
    """

    government = models.ForeignKey(
        "employees.Government",
        on_delete=models.PROTECT,
        null=True,
        related_name="learning_forms",
        help_text="none: holds wherever a government has no row of its own",
        db_index=False,
    )
    code = models.SlugField(max_length=60)
    name = models.CharField(max_length=100)
    classical = models.BooleanField()
    way = models.CharField(max_length=12, choices=WayChoices.choices)
    unit = models.CharField(max_length=8, choices=LearningUnit.choices, default="minutes")
    jp = models.DecimalField(max_digits=5, decimal_places=1, null=True, help_text="JP per day or event")
    most = models.DecimalField(
        max_digits=5, decimal_places=1, null=True, help_text="JP of one record at most"
    )
    is_offered = models.BooleanField(default=True)
    is_verified = models.BooleanField(default=False)
    source = models.CharField(max_length=200)
    valid_from = models.DateField()

    objects = querysets.LearningFormQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["government", "code", "valid_from"],
                name="learning_form_once_per_day",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(unit="minutes", jp__isnull=True) | (Q(unit__in=["days", "events"]) & Q(jp__gt=0)),
                name="learning_form_has_its_rate",
            ),
            models.CheckConstraint(
                condition=Q(most__isnull=True) | Q(most__gt=0), name="learning_form_cap_is_positive"
            ),
            models.CheckConstraint(
                condition=Q(way__in=[way.value for way in WayChoices]), name="learning_form_way_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind(self) -> str:
        """Classical or not, as programmes and certificates store it."""
        return (ProgrammeKind.KLASIKAL if self.classical else ProgrammeKind.NONKLASIKAL).value
