import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce


class Migration(BuiltOnce):
    dependencies = [
        ("employees", "0003_service_states"),
        ("feedback", "0011_improvement"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ServiceAlert",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "tier",
                    models.CharField(
                        choices=[("terverifikasi", "verified"), ("terbuka", "open")], max_length=14
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("low", "rated low, and surely so"),
                            ("fell", "rated clearly lower than in the last period"),
                        ],
                        max_length=4,
                    ),
                ),
                ("n", models.PositiveIntegerField()),
                ("value", models.DecimalField(decimal_places=2, max_digits=5)),
                ("low", models.DecimalField(decimal_places=2, max_digits=5)),
                ("high", models.DecimalField(decimal_places=2, max_digits=5)),
                (
                    "compared_with",
                    models.DecimalField(
                        decimal_places=2,
                        help_text="the threshold, or the lower end of the last period",
                        max_digits=5,
                    ),
                ),
                ("weakest_unsur", models.CharField(blank=True, max_length=30)),
                ("first_day", models.DateField(help_text="answers from this day on were looked at")),
                ("opened_on", models.DateField()),
                ("opened_at", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Nobody has acted yet"),
                            ("acted", "Something is being done"),
                            ("explained", "Explained, nothing to do"),
                            ("measured", "Effect measured"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("acted_at", models.DateTimeField(null=True)),
                (
                    "measure_on",
                    models.DateField(help_text="from this day on the effect is measured", null=True),
                ),
                ("explanation", models.TextField(blank=True)),
                (
                    "effect",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("better", "clearly better"),
                            ("unclear", "no clear change yet"),
                            ("worse", "clearly worse"),
                            ("too_few", "too few answers to say"),
                        ],
                        max_length=8,
                    ),
                ),
                ("after_n", models.PositiveIntegerField(null=True)),
                ("after_value", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("after_low", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("after_high", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("measured_at", models.DateTimeField(null=True)),
                (
                    "government",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="employees.government",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alerts",
                        to="feedback.service",
                    ),
                ),
                (
                    "survey_period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="feedback.surveyperiod",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AlertStep",
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
                        choices=[("improvement", "Improvement item"), ("coaching", "Coaching talk")],
                        max_length=12,
                    ),
                ),
                ("reference", models.PositiveBigIntegerField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="feedback.servicealert",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.AddIndex(
            model_name="servicealert",
            index=models.Index(fields=["government", "status", "-opened_at"], name="alert_by_status"),
        ),
        migrations.AddIndex(
            model_name="servicealert",
            index=models.Index(
                condition=models.Q(("status", "acted")), fields=["measure_on"], name="alert_to_measure"
            ),
        ),
        migrations.AddConstraint(
            model_name="servicealert",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["open", "acted"])),
                fields=("service", "tier"),
                name="one_running_alert_per_service_and_tier",
            ),
        ),
        migrations.AddConstraint(
            model_name="servicealert",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("acted_at__isnull", True), ("status", "open")),
                    models.Q(models.Q(("status", "open"), _negated=True), ("acted_at__isnull", False)),
                    _connector="OR",
                ),
                name="alert_acted_at_iff_no_longer_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="servicealert",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("measured_at__isnull", False), ("status", "measured")),
                    models.Q(models.Q(("status", "measured"), _negated=True), ("measured_at__isnull", True)),
                    _connector="XOR",
                ),
                name="alert_measured_at_iff_measured",
            ),
        ),
        migrations.AddConstraint(
            model_name="servicealert",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["acted", "measured"]), _negated=True),
                    ("measure_on__isnull", False),
                    _connector="OR",
                ),
                name="alert_acted_on_has_a_day_to_measure",
            ),
        ),
        migrations.AddConstraint(
            model_name="servicealert",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "measured"), _negated=True),
                    models.Q(("effect", ""), _negated=True),
                    _connector="OR",
                ),
                name="measured_alert_has_an_effect",
            ),
        ),
        migrations.AddConstraint(
            model_name="alertstep",
            constraint=models.UniqueConstraint(fields=("alert", "kind", "reference"), name="alert_step_once"),
        ),
    ]
