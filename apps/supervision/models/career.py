"""What counts for a career and stands nowhere else: punishments, and what was assessed for the talent boxes."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from .. import querysets
from ..labels import PunishmentLevel, TalentPart


class DisciplineRecord(models.Model):
    """A punishment by decree (PP 94/2021), entered by a personnel officer. It never touches a predikat (DIS-2)."""

    employee = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, related_name="discipline_records"
    )
    level = models.CharField(max_length=8, choices=PunishmentLevel.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, help_text="none: it has no end, or has not been named")
    decree = models.CharField(max_length=120, help_text="number of the decree")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    entered_at = models.DateTimeField()
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True)
    revoke_note = models.CharField(max_length=300, blank=True)

    objects = querysets.DisciplineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "decree"],
                condition=Q(revoked_at__isnull=True),
                name="discipline_once_per_decree",
            ),
            models.CheckConstraint(
                condition=Q(level__in=PunishmentLevel.values), name="discipline_level_is_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="discipline_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revoke_note=""),
                name="discipline_revoked_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"discipline {self.pk}"


class TalentInput(models.Model):
    """What was assessed of a person in a year for one part of an axis (0 to 100), and on what it rests."""

    employee = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, related_name="talent_inputs", db_index=False
    )
    year = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=16, choices=TalentPart.choices)
    score = models.DecimalField(max_digits=5, decimal_places=2)
    source = models.CharField(max_length=200, help_text="report, assessor, record")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "year", "part"], name="talent_input_once_per_year_and_part"
            ),
            models.CheckConstraint(
                condition=Q(part__in=TalentPart.values), name="talent_input_part_is_known"
            ),
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=100), name="talent_input_from_0_to_100"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="talent_input_rests_on_something"),
        ]

    def __str__(self) -> str:
        return f"talent input {self.pk}"
