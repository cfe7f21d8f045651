"""Reports of surveys: of one period, and of a unit in a span of days."""

import django.db.models.deletion
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce


class Migration(BuiltOnce):
    dependencies = [
        ("feedback", "0004_answers_in_tiers"),
        ("reports", "0003_more_documents"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="document",
            name="document_is_about_what_its_kind_says",
        ),
        migrations.AddField(
            model_name="document",
            name="ends_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="document",
            name="starts_on",
            field=models.DateField(help_text="first day of a survey report of a unit", null=True),
        ),
        migrations.AddField(
            model_name="document",
            name="survey_period",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="documents",
                to="feedback.surveyperiod",
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="kind",
            field=models.CharField(
                choices=[
                    ("evaluation", "Performance evaluation document"),
                    ("skp", "SKP"),
                    ("objection", "Objection form (D.1.3)"),
                    ("conversion", "Conversion of a predikat into angka kredit"),
                    ("accumulation", "Accumulated angka kredit"),
                    ("pak", "Penetapan angka kredit (PAK)"),
                    ("evaluation_pack", "Documents of a unit"),
                    ("cycle_recap", "Recap of a period"),
                    ("survey_report", "Survey report (Laporan SKM)"),
                    ("survey_span", "Survey report of a unit (Laporan SKM)"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="scheduledpack",
            name="kind",
            field=models.CharField(
                choices=[
                    ("evaluation", "Performance evaluation document"),
                    ("skp", "SKP"),
                    ("objection", "Objection form (D.1.3)"),
                    ("conversion", "Conversion of a predikat into angka kredit"),
                    ("accumulation", "Accumulated angka kredit"),
                    ("pak", "Penetapan angka kredit (PAK)"),
                    ("evaluation_pack", "Documents of a unit"),
                    ("cycle_recap", "Recap of a period"),
                    ("survey_report", "Survey report (Laporan SKM)"),
                    ("survey_span", "Survey report of a unit (Laporan SKM)"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(
                condition=models.Q(("survey_period__isnull", False)),
                fields=("survey_period", "facts_hash"),
                name="document_once_per_survey_period_and_facts",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "survey_span")),
                fields=("unit", "starts_on", "ends_on", "facts_hash"),
                name="document_once_per_span_and_facts",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind__in", ["evaluation_pack", "cycle_recap"]),
                        ("period__isnull", False),
                        ("unit__isnull", False),
                        ("conversion__isnull", True),
                        ("employee__isnull", True),
                        ("evaluation__isnull", True),
                        ("objection__isnull", True),
                        ("pak__isnull", True),
                        ("skp__isnull", True),
                        ("survey_period__isnull", True),
                    ),
                    models.Q(
                        ("ends_on__isnull", False),
                        ("kind", "survey_span"),
                        ("starts_on__isnull", False),
                        ("unit__isnull", False),
                        ("conversion__isnull", True),
                        ("employee__isnull", True),
                        ("evaluation__isnull", True),
                        ("objection__isnull", True),
                        ("pak__isnull", True),
                        ("period__isnull", True),
                        ("skp__isnull", True),
                        ("survey_period__isnull", True),
                    ),
                    models.Q(
                        ("conversion__isnull", True),
                        ("employee__isnull", True),
                        ("evaluation__isnull", False),
                        ("kind", "evaluation"),
                        ("objection__isnull", True),
                        ("pak__isnull", True),
                        ("skp__isnull", True),
                        ("survey_period__isnull", True),
                    ),
                    models.Q(
                        ("conversion__isnull", True),
                        ("employee__isnull", True),
                        ("evaluation__isnull", True),
                        ("kind", "skp"),
                        ("objection__isnull", True),
                        ("pak__isnull", True),
                        ("skp__isnull", False),
                        ("survey_period__isnull", True),
                    ),
                    models.Q(
                        ("conversion__isnull", True),
                        ("employee__isnull", True),
                        ("evaluation__isnull", True),
                        ("kind", "objection"),
                        ("objection__isnull", False),
                        ("pak__isnull", True),
                        ("skp__isnull", True),
                        ("survey_period__isnull", True),
                    ),
                    models.Q(
                        ("conversion__isnull", False),
                        ("employee__isnull", True),
                        ("evaluation__isnull", True),
                        ("kind", "conversion"),
                        ("objection__isnull", True),
                        ("pak__isnull", True),
                        ("skp__isnull", True),
                        ("survey_period__isnull", True),
                    ),
                    models.Q(
                        ("conversion__isnull", True),
                        ("employee__isnull", False),
                        ("evaluation__isnull", True),
                        ("kind", "accumulation"),
                        ("objection__isnull", True),
                        ("pak__isnull", True),
                        ("skp__isnull", True),
                        ("survey_period__isnull", True),
                    ),
                    models.Q(
                        ("conversion__isnull", True),
                        ("employee__isnull", True),
                        ("evaluation__isnull", True),
                        ("kind", "pak"),
                        ("objection__isnull", True),
                        ("pak__isnull", False),
                        ("skp__isnull", True),
                        ("survey_period__isnull", True),
                    ),
                    models.Q(
                        ("conversion__isnull", True),
                        ("employee__isnull", True),
                        ("evaluation__isnull", True),
                        ("kind", "survey_report"),
                        ("objection__isnull", True),
                        ("pak__isnull", True),
                        ("skp__isnull", True),
                        ("survey_period__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="document_is_about_what_its_kind_says",
            ),
        ),
    ]
