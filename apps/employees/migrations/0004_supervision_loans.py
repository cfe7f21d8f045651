"""Somebody supervises a person for a while in the place of the appraiser: lent, or while the appraiser is away."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("employees", "0003_service_states"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SupervisionLoan",
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
                        choices=[("loan", "lent because of the load"), ("leave", "cover while away")],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField()),
                ("period", django.contrib.postgres.fields.ranges.DateRangeField()),
                ("is_withdrawn", models.BooleanField(default=False)),
                ("granted_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supervision_loans",
                        to="employees.employee",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="loans_held",
                        to="employees.employee",
                    ),
                ),
                (
                    "lender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="loans_given",
                        to="employees.employee",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["holder"], name="loan_by_holder"),
                    models.Index(fields=["lender"], name="loan_by_lender"),
                ],
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("is_withdrawn", False)),
                        expressions=[(models.F("employee"), "="), (models.F("period"), "&&")],
                        name="loan_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("period__endswith__isnull", False), ("period__startswith__isnull", False)
                        ),
                        name="loan_has_a_first_and_a_last_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("holder", models.F("employee")), _negated=True),
                            models.Q(("holder", models.F("lender")), _negated=True),
                            models.Q(("lender", models.F("employee")), _negated=True),
                        ),
                        name="loan_is_between_three_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", False),
                            models.Q(("ended_by__isnull", True), ("is_withdrawn", False)),
                            _connector="OR",
                        ),
                        name="loan_ended_with_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="loan_has_a_reason"
                    ),
                ],
            },
        ),
    ]
