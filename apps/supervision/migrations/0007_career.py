"""Punishments by decree, and what is assessed for the talent boxes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce


class Migration(BuiltOnce):
    dependencies = [
        ("employees", "0005_unit_helpers"),
        ("supervision", "0006_adoption"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DisciplineRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[("light", "Light"), ("medium", "Medium"), ("heavy", "Heavy")], max_length=8
                    ),
                ),
                ("starts_on", models.DateField()),
                (
                    "ends_on",
                    models.DateField(help_text="none: it has no end, or has not been named", null=True),
                ),
                ("decree", models.CharField(help_text="number of the decree", max_length=120)),
                ("entered_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("revoke_note", models.CharField(blank=True, max_length=300)),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="discipline_records",
                        to="employees.employee",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("employee", "decree"),
                        name="discipline_once_per_decree",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["light", "medium", "heavy"])),
                        name="discipline_level_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="discipline_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("revoked_at__isnull", True),
                            models.Q(("revoke_note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="discipline_revoked_with_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TalentInput",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("competence", "Competence"),
                            ("potential", "Potential"),
                            ("qualification", "Qualification"),
                            ("integrity", "Integrity"),
                            ("reinforcing", "Reinforcing elements (awards, teams, 360 degrees)"),
                        ],
                        max_length=16,
                    ),
                ),
                ("score", models.DecimalField(decimal_places=2, max_digits=5)),
                ("source", models.CharField(help_text="report, assessor, record", max_length=200)),
                ("entered_at", models.DateTimeField()),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="talent_inputs",
                        to="employees.employee",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("employee", "year", "part"), name="talent_input_once_per_year_and_part"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "part__in",
                                ["competence", "potential", "qualification", "integrity", "reinforcing"],
                            )
                        ),
                        name="talent_input_part_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("score__gte", 0), ("score__lte", 100)),
                        name="talent_input_from_0_to_100",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        name="talent_input_rests_on_something",
                    ),
                ],
            },
        ),
    ]
