"""Two tabs on one report, a file that is used twice, and what was decided about each sent version."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0003_evaluations_awaiting_answer"),
        ("employees", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="selfreport",
            name="written_in",
            field=models.JSONField(
                default=dict, help_text="the revision that wrote each field last: guards two tabs"
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="reuse_confirmed_at",
            field=models.DateTimeField(
                help_text="when the writer said that a file used elsewhere is meant to be used here too",
                null=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.UniqueConstraint(
                condition=Q(("removed_at__isnull", True)),
                fields=("report", "file"),
                name="evidence_file_once_per_report",
            ),
        ),
        migrations.CreateModel(
            name="ReportDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(help_text="the sent version it is about")),
                ("action", models.CharField(max_length=10)),
                ("note", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="employees.employee",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="assessments.selfreport",
                    ),
                ),
            ],
            options={"ordering": ["at", "id"]},
        ),
    ]
