"""Study, leave, suspension, work elsewhere: when a person is not evaluated as usual."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("employees", "0002_import_and_correction_constraints"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ServiceState",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("study", "study assignment"),
                            ("long_leave", "long leave"),
                            ("unpaid_leave", "unpaid leave (CLTN)"),
                            ("suspended", "suspended from service"),
                            ("assigned", "assigned to another agency"),
                        ],
                        max_length=12,
                    ),
                ),
                ("period", django.contrib.postgres.fields.ranges.DateRangeField()),
                (
                    "note",
                    models.CharField(
                        blank=True, help_text="decree, place of study, host agency", max_length=300
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="service_states",
                        to="employees.employee",
                    ),
                ),
                (
                    "recorded_by",
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
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[(models.F("employee"), "="), (models.F("period"), "&&")],
                        name="service_state_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("period__startswith__isnull", False)),
                        name="service_state_has_a_first_day",
                    ),
                ],
            },
        ),
    ]
