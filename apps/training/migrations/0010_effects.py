"""What came of programmes and coaching."""

import django.db.models.deletion
from django.db import migrations, models

VERDICTS = [
    ("better", "Helped"),
    ("unclear", "No effect to be seen"),
    ("worse", "Got worse"),
    ("too_few", "Too few to say"),
]
MEASURES = [
    ("achievement", "Achievement of indicators (%)"),
    ("rating", "Rating of work results (1 to 3)"),
    ("ikm", "IKM of the unit (25 to 100)"),
]
SUBJECTS = [("programme", "Programme"), ("session", "Session"), ("coaching", "Coaching talks and plans")]
FIGURES = ["participants_change", "others_change", "effect", "low", "high", "start_gap"]


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0009_recognition"),
        ("employees", "0004_supervision_loans"),
    ]

    operations = [
        migrations.CreateModel(
            name="TrainingEffect",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(choices=SUBJECTS, max_length=10)),
                ("measure", models.CharField(choices=MEASURES, max_length=12)),
                ("verdict", models.CharField(choices=VERDICTS, max_length=8)),
                (
                    "took_part",
                    models.PositiveIntegerField(help_text="people; units for the index of satisfaction"),
                ),
                ("participants", models.PositiveIntegerField()),
                ("others", models.PositiveIntegerField()),
                ("unmatched", models.PositiveIntegerField(default=0)),
                *((name, models.DecimalField(decimal_places=2, max_digits=9, null=True)) for name in FIGURES),
                (
                    "minimum",
                    models.PositiveSmallIntegerField(help_text="policy of that day: needed on each side"),
                ),
                (
                    "caliper",
                    models.DecimalField(decimal_places=2, help_text="policy of that day", max_digits=6),
                ),
                ("computed_at", models.DateTimeField()),
                (
                    "government",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="employees.government",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="effects",
                        to="training.programme",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="effects",
                        to="training.session",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("government", "subject", "programme", "session", "measure"),
                        name="effect_once_per_subject_and_measure",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("programme__isnull", True),
                                ("session__isnull", True),
                                ("subject", "coaching"),
                            ),
                            models.Q(
                                ("programme__isnull", False),
                                ("session__isnull", True),
                                ("subject", "programme"),
                            ),
                            models.Q(
                                ("programme__isnull", False),
                                ("session__isnull", False),
                                ("subject", "session"),
                            ),
                            _connector="OR",
                        ),
                        name="effect_names_its_subject",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("effect__isnull", True), ("low__isnull", True), ("verdict", "too_few")),
                            models.Q(
                                models.Q(("verdict", "too_few"), _negated=True), ("effect__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="effect_of_too_few_has_no_figure",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("high__isnull", True), ("low__isnull", True)),
                            models.Q(
                                ("high__isnull", False),
                                ("low__isnull", False),
                                ("low__lte", models.F("high")),
                            ),
                            _connector="OR",
                        ),
                        name="effect_interval_has_both_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("verdict__in", ["better", "worse"]), _negated=True),
                            models.Q(("low__gt", 0), ("low__isnull", False), ("verdict", "better")),
                            models.Q(("high__isnull", False), ("high__lt", 0), ("verdict", "worse")),
                            _connector="OR",
                        ),
                        name="effect_is_named_only_if_the_interval_says_so",
                    ),
                ],
            },
        ),
    ]
