"""Results per tier, the sums of a survey, and the steps in which the public sees them."""

import django.db.models.deletion
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce

TIERS = [("terverifikasi", "verified"), ("terbuka", "open")]
CUTS = [
    ("", "everybody"),
    ("channel", "channel"),
    ("sex", "sex"),
    ("age_band", "age"),
    ("education", "education"),
    ("occupation", "occupation"),
    ("filled_by", "who filled in the form"),
    ("month", "month"),
]
TALLY = [
    ("n", models.PositiveIntegerField(default=0)),
    ("satisfied", models.PositiveIntegerField(default=0, help_text="own weighted average of 3 or more")),
    ("sums", models.JSONField(default=dict, help_text="{unsur code: sum of the answers}")),
    ("counts", models.JSONField(default=dict, help_text="{unsur code: number of answers}")),
    ("index_total", models.DecimalField(decimal_places=12, default=0, max_digits=30)),
    ("index_squares", models.DecimalField(decimal_places=12, default=0, max_digits=30)),
]

# A row of an imported table stands for a person of a sample that some office drew. Until now it was stored as
# an open rating, though no counter code was behind it. How the sample was drawn nobody told us.
TIERS_OF_IMPORTS = """
UPDATE feedback_response SET tier = 'terverifikasi' WHERE import_key IS NOT NULL;
UPDATE feedback_surveyperiod SET sampling = 'unrecorded'
 WHERE sampling = '' AND EXISTS (
     SELECT 1 FROM feedback_response r
      WHERE r.survey_period_id = feedback_surveyperiod.id AND r.import_key IS NOT NULL);
"""
# A stored result was made of all answers of its period; it keeps the tier that most of them have.
TIERS_OF_RESULTS = """
UPDATE feedback_ikmresult SET tier = 'terverifikasi'
 WHERE (SELECT COUNT(*) FILTER (WHERE r.tier = 'terverifikasi') * 2 > COUNT(*)
          FROM feedback_response r
         WHERE r.survey_period_id = feedback_ikmresult.survey_period_id);
"""
TIERS_BACK = "UPDATE feedback_response SET tier = 'terbuka' WHERE import_key IS NOT NULL;"


class Migration(BuiltOnce):
    dependencies = [("feedback", "0004_answers_in_tiers")]

    operations = [
        migrations.CreateModel(
            name="SurveyTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                *((name, field.clone()) for name, field in TALLY),
                ("tier", models.CharField(choices=TIERS, max_length=14)),
                ("cut", models.CharField(blank=True, choices=CUTS, max_length=10)),
                ("value", models.CharField(blank=True, max_length=10)),
                (
                    "waiting",
                    models.PositiveIntegerField(default=0, help_text="held back until a person has looked"),
                ),
                (
                    "excluded",
                    models.PositiveIntegerField(default=0, help_text="decided by a person: does not count"),
                ),
                (
                    "survey_period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tallies",
                        to="feedback.surveyperiod",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("survey_period", "tier", "cut", "value"), name="survey_tally_once_per_cell"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("satisfied__lte", models.F("n"))),
                        name="survey_tally_satisfied_are_respondents",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FigureStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                *((name, field.clone()) for name, field in TALLY),
                ("tier", models.CharField(choices=TIERS, max_length=14)),
                ("number", models.PositiveIntegerField()),
                (
                    "nrr",
                    models.JSONField(default=dict, help_text="{unsur code: average to 4 places as text}"),
                ),
                ("ikm", models.DecimalField(decimal_places=2, max_digits=5)),
                ("service_grade", models.CharField(max_length=1)),
                ("weakest_unsur", models.CharField(max_length=30)),
                ("interval_low", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("interval_high", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                (
                    "cells",
                    models.JSONField(default=dict, help_text="{cut: {value: n}} on that day; not public"),
                ),
                (
                    "breakdown",
                    models.JSONField(default=dict, help_text="{cut: [cell]} with small cells hidden; public"),
                ),
                ("taken_at", models.DateTimeField()),
                ("shown_at", models.DateTimeField(null=True)),
                (
                    "survey_period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="feedback.surveyperiod",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("survey_period", "tier", "number"), name="figure_step_once_per_number"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("shown_at__isnull", True)),
                        fields=("survey_period", "tier"),
                        name="figure_step_one_waits",
                    ),
                ],
            },
        ),
        migrations.AlterField(
            model_name="ikmresult",
            name="survey_period",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="results",
                to="feedback.surveyperiod",
            ),
        ),
        migrations.AddField(
            model_name="ikmresult",
            name="tier",
            field=models.CharField(choices=TIERS, default="terbuka", max_length=14),
        ),
        migrations.AddField(
            model_name="ikmresult", name="satisfied", field=models.PositiveIntegerField(default=0)
        ),
        migrations.AddField(
            model_name="ikmresult",
            name="waiting",
            field=models.PositiveIntegerField(default=0, help_text="held back until a person has looked"),
        ),
        migrations.AddField(
            model_name="ikmresult",
            name="excluded",
            field=models.PositiveIntegerField(default=0, help_text="decided by a person: does not count"),
        ),
        migrations.AddField(
            model_name="ikmresult",
            name="shown",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="feedback.figurestep",
            ),
        ),
        migrations.AddField(
            model_name="ikmresult",
            name="next_step_at",
            field=models.PositiveIntegerField(help_text="answers needed for the next public step", null=True),
        ),
        migrations.AddField(
            model_name="ikmresult",
            name="is_settled",
            field=models.BooleanField(
                default=False, help_text="the period has ended, and was added up since"
            ),
        ),
        migrations.RunSQL(TIERS_OF_IMPORTS, TIERS_BACK),
        migrations.RunSQL(TIERS_OF_RESULTS, migrations.RunSQL.noop),
        # Changes in pending trigger events: the rows above are checked now, before the table is altered again.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="ikmresult",
            constraint=models.UniqueConstraint(
                fields=("survey_period", "tier"), name="ikm_result_once_per_tier"
            ),
        ),
        migrations.AddConstraint(
            model_name="ikmresult",
            constraint=models.CheckConstraint(
                condition=models.Q(("tier__in", ["terverifikasi", "terbuka"])),
                name="ikm_result_tier_is_a_known_one",
            ),
        ),
        migrations.AddIndex(
            model_name="ikmresult",
            index=models.Index(
                condition=models.Q(("is_settled", False)),
                fields=["survey_period"],
                name="ikm_result_unsettled",
            ),
        ),
    ]
