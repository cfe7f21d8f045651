"""A named helper per unit; and who opened whose record, which the database never lets anybody change."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION employees_refuse_view_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'who opened a record is append-only' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER employees_recordview_immutable BEFORE UPDATE OR DELETE ON employees_recordview
    FOR EACH ROW EXECUTE FUNCTION employees_refuse_view_change();
"""

BACKWARD = """
DROP TRIGGER employees_recordview_immutable ON employees_recordview;
DROP FUNCTION employees_refuse_view_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("employees", "0004_supervision_loans"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="UnitHelper",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("phone", models.CharField(max_length=30)),
                ("period", django.contrib.postgres.fields.ranges.DateRangeField()),
                ("named_at", models.DateTimeField()),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="employees.employee",
                    ),
                ),
                (
                    "named_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="helpers",
                        to="employees.workunit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[(models.F("unit"), "="), (models.F("period"), "&&")],
                        name="helper_one_per_unit_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("phone", ""), _negated=True), name="helper_can_be_called"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecordView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("person", "personal data and placement"),
                            ("plan", "plan (SKP)"),
                            ("report", "report"),
                            ("evaluation", "evaluation"),
                            ("coaching", "coaching note"),
                            ("learning", "learning and training"),
                            ("room", "whole record, in the auditor's room"),
                        ],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField(help_text="the first opening in that hour")),
                ("hour", models.DateTimeField()),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="record_views",
                        to="employees.employee",
                    ),
                ),
                (
                    "viewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["employee", "-at", "-id"], name="record_view_by_employee"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("viewer", "employee", "what", "hour"), name="record_view_once_per_hour"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "what__in",
                                ["person", "plan", "report", "evaluation", "coaching", "learning", "room"],
                            )
                        ),
                        name="record_view_part_is_a_known_one",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
