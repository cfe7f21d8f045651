"""What came of a programme or of coaching, as it was computed last: sums of groups, never a name."""

from django.db import models
from django.db.models import F, Q

from .. import querysets
from ..labels import EffectMeasure, EffectSubject, EffectVerdict


class TrainingEffect(models.Model):
    """Before and after of those who took part, beside comparable ones who did not (rules/training_effect.py).

    One row per subject and measure, computed anew while results still come in. `took_part` counts everybody,
    `participants` those with a value before and after for whom somebody comparable was found.
    """

    government = models.ForeignKey(
        "employees.Government", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    subject = models.CharField(max_length=10, choices=EffectSubject.choices)
    programme = models.ForeignKey(
        "training.Programme", on_delete=models.CASCADE, null=True, related_name="effects"
    )
    session = models.ForeignKey(
        "training.Session", on_delete=models.CASCADE, null=True, related_name="effects"
    )
    measure = models.CharField(max_length=12, choices=EffectMeasure.choices)
    verdict = models.CharField(max_length=8, choices=EffectVerdict.choices)
    took_part = models.PositiveIntegerField(help_text="people; units for the index of satisfaction")
    participants = models.PositiveIntegerField()
    others = models.PositiveIntegerField()
    unmatched = models.PositiveIntegerField(default=0)
    participants_change = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    others_change = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    effect = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    low = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    high = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    start_gap = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    minimum = models.PositiveSmallIntegerField(help_text="policy of that day: needed on each side")
    caliper = models.DecimalField(max_digits=6, decimal_places=2, help_text="policy of that day")
    computed_at = models.DateTimeField()

    objects = querysets.TrainingEffectQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["government", "subject", "programme", "session", "measure"],
                nulls_distinct=False,
                name="effect_once_per_subject_and_measure",
            ),
            models.CheckConstraint(
                condition=Q(subject="coaching", programme__isnull=True, session__isnull=True)
                | Q(subject="programme", programme__isnull=False, session__isnull=True)
                | Q(subject="session", programme__isnull=False, session__isnull=False),
                name="effect_names_its_subject",
            ),
            models.CheckConstraint(
                condition=Q(verdict="too_few", effect__isnull=True, low__isnull=True)
                | (~Q(verdict="too_few") & Q(effect__isnull=False)),
                name="effect_of_too_few_has_no_figure",
            ),
            models.CheckConstraint(
                condition=Q(low__isnull=True, high__isnull=True)
                | Q(low__isnull=False, high__isnull=False, low__lte=F("high")),
                name="effect_interval_has_both_ends",
            ),
            models.CheckConstraint(
                condition=~Q(verdict__in=["better", "worse"])
                | Q(verdict="better", low__isnull=False, low__gt=0)
                | Q(verdict="worse", high__isnull=False, high__lt=0),
                name="effect_is_named_only_if_the_interval_says_so",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verdict}: {self.measure} of {self.subject} {self.programme_id or ''}"
