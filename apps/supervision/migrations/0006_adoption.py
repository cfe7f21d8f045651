"""Figures on how the application is taken up, and the first steps of somebody new."""

import django.db.models.deletion
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce


class Migration(BuiltOnce):
    dependencies = [
        ("supervision", "0005_audit_room"),
        ("assessments", "0011_loans_and_batches"),
    ]

    operations = [
        migrations.CreateModel(
            name="FirstWeek",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "read_scoring_at",
                    models.DateTimeField(help_text="opened the page on how a result comes about", null=True),
                ),
                ("dismissed_at", models.DateTimeField(null=True)),
                (
                    "employee",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="employees.employee"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AdoptionFigure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        choices=[
                            ("activation", "Do people get started?"),
                            ("on_time", "Do reports come in time?"),
                            ("minutes", "How long does a report take?"),
                            ("abandoned", "Are reports begun and left?"),
                            ("objections", "How often do people object?"),
                            ("upheld", "How often is an objection right?"),
                            ("review_age", "How long do reports wait for a leader?"),
                            ("reasons", "Do leaders write why?"),
                            ("ratings", "Do citizens rate?"),
                        ],
                        max_length=20,
                    ),
                ),
                ("value", models.DecimalField(decimal_places=2, max_digits=10, null=True)),
                ("n", models.PositiveIntegerField()),
                ("computed_at", models.DateTimeField()),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="adoption_figures",
                        to="assessments.period",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("period", "key"), name="adoption_figure_once_per_period"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("n__gt", 0), ("value__isnull", False)),
                            models.Q(("n", 0), ("value__isnull", True)),
                            _connector="OR",
                        ),
                        name="adoption_figure_of_nothing_is_empty",
                    ),
                ],
            },
        ),
    ]
