"""What posts ask for, and at which level people were assessed (CMP-8, CMP-9)."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from apps.employees.labels import PositionClass
from apps.employees.models import Dated

from .. import querysets
from ..labels import AssessmentMethod, CompetenceImportStatus, CompetenceKindChoices
from ..rules.competence_gap import HIGHEST_LEVEL, LOWEST_LEVEL
from .needs import Topic


class Competence(models.Model):
    """Something a government assesses its people in. What can be learned about it is its topic."""

    government = models.ForeignKey(
        "employees.Government",
        on_delete=models.PROTECT,
        related_name="competences",
        db_index=False,
    )
    code = models.SlugField(max_length=50)
    kind = models.CharField(max_length=16, choices=CompetenceKindChoices.choices)
    name = models.CharField(max_length=150)
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="competences")
    is_active = models.BooleanField(default=True)

    objects = querysets.OfGovernmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["government", "code"], name="competence_code_once"),
            models.CheckConstraint(
                condition=Q(kind__in=CompetenceKindChoices.values), name="competence_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LevelDescription(models.Model):
    """What a level of a competence means in a government from a day on; an earlier text stays on record."""

    competence = models.ForeignKey(
        Competence, on_delete=models.PROTECT, related_name="descriptions", db_index=False
    )
    level = models.PositiveSmallIntegerField()
    text = models.TextField()
    valid_from = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["competence", "level", "valid_from"], name="level_description_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(level__gte=LOWEST_LEVEL, level__lte=HIGHEST_LEVEL),
                name="level_description_of_a_level",
            ),
        ]

    def __str__(self) -> str:
        return f"level {self.level} of {self.competence_id}"


class PositionStandard(Dated):
    """The level of a competence that posts of a class and level, or of a job family, ask for during some days.

    The narrower one counts: a job family before a level, a level before a whole class.
    """

    competence = models.ForeignKey(Competence, on_delete=models.PROTECT, related_name="standards")
    position_class = models.CharField(max_length=20, choices=PositionClass.choices, blank=True)
    position_level = models.CharField(max_length=40, blank=True, help_text="empty: every level of the class")
    job_family = models.CharField(max_length=80, blank=True, help_text="empty: every family")
    level = models.PositiveSmallIntegerField()
    period = DateRangeField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = querysets.StandardQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="position_standard_one_at_a_time",
                expressions=[
                    (F("competence"), RangeOperators.EQUAL),
                    (F("position_class"), RangeOperators.EQUAL),
                    (F("position_level"), RangeOperators.EQUAL),
                    (F("job_family"), RangeOperators.EQUAL),
                    (F("period"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(level__gte=LOWEST_LEVEL, level__lte=HIGHEST_LEVEL),
                name="position_standard_asks_for_a_level",
            ),
            models.CheckConstraint(
                condition=~Q(position_class="") | ~Q(job_family=""), name="position_standard_is_of_posts"
            ),
        ]

    def __str__(self) -> str:
        return f"standard {self.pk}"


class CompetenceImport(models.Model):
    """An uploaded list of assessed levels: what was read, what is wrong with which row, and whether it was applied."""

    government = models.ForeignKey(
        "employees.Government", on_delete=models.PROTECT, related_name="competence_imports"
    )
    # A file that was refused as a whole is not kept.
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=200)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=CompetenceImportStatus.choices)
    summary = models.JSONField(default=dict, help_text="rows, new, unchanged, bad, warnings")
    refusal = models.JSONField(default=dict, help_text="code and params")
    applied_at = models.DateTimeField(null=True)

    objects = querysets.OfGovernmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="applied", applied_at__isnull=False)
                | (~Q(status="applied") & Q(applied_at__isnull=True)),
                name="competence_import_applied_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"competence import {self.pk}"


class CompetenceImportRow(models.Model):
    """One row of the file: what it says, its problems in coded form, and what it would do."""

    batch = models.ForeignKey(CompetenceImport, on_delete=models.CASCADE, related_name="rows", db_index=False)
    row_number = models.PositiveIntegerField()
    employee = models.ForeignKey("employees.Employee", on_delete=models.PROTECT, null=True, related_name="+")
    competence = models.ForeignKey(Competence, on_delete=models.PROTECT, null=True, related_name="+")
    values = models.JSONField(default=dict)
    problems = models.JSONField(default=list, help_text="[{column, code, params}]")
    effect = models.CharField(max_length=12, blank=True, help_text="new, unchanged, or empty when bad")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "row_number"], name="competence_row_once_per_batch"),
            models.CheckConstraint(
                condition=Q(effect="") | Q(employee__isnull=False, competence__isnull=False),
                name="competence_row_good_has_its_person",
            ),
        ]
        indexes = [models.Index(fields=["batch", "effect", "row_number"], name="competence_row_by_effect")]

    def __str__(self) -> str:
        return f"row {self.row_number}"


class CompetenceAssessment(models.Model):
    """The level of a competence at which a person was assessed on a day. A wrong one is taken back, never changed."""

    employee = models.ForeignKey(
        "employees.Employee", on_delete=models.PROTECT, related_name="competence_assessments"
    )
    competence = models.ForeignKey(Competence, on_delete=models.PROTECT, related_name="assessments")
    level = models.PositiveSmallIntegerField()
    assessed_on = models.DateField()
    method = models.CharField(max_length=20, choices=AssessmentMethod.choices)
    note = models.CharField(max_length=300, blank=True, help_text="assessor, report number")
    row = models.OneToOneField(
        CompetenceImportRow, on_delete=models.PROTECT, null=True, related_name="assessment"
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    entered_at = models.DateTimeField()
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True)
    revoke_note = models.CharField(max_length=300, blank=True)

    objects = querysets.AssessmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "competence", "assessed_on", "method"],
                condition=Q(revoked_at__isnull=True),
                name="competence_assessed_once_a_day",
            ),
            models.CheckConstraint(
                condition=Q(level__gte=LOWEST_LEVEL, level__lte=HIGHEST_LEVEL),
                name="competence_assessed_at_a_level",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revoke_note=""),
                name="competence_assessment_revoked_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"assessment {self.pk}"
