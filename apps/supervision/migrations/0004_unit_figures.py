import django.db.models.deletion
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce

COUNTS = [
    "people",
    "planned",
    "reports_due",
    "reports_on_time",
    "sangat_baik",
    "baik",
    "butuh_perbaikan",
    "kurang",
    "sangat_kurang",
    "ikm_n",
    "complaints_received",
    "complaints_due",
    "complaints_in_time",
    "complaints_solved",
    "complaints_no_reply",
    "feedback_owed",
    "feedback_kept",
    "review_owed",
    "review_kept",
    "objection_owed",
    "objection_kept",
    "duties_overdue",
]
PARTS = [
    ("planned", "people"),
    ("reports_on_time", "reports_due"),
    ("complaints_in_time", "complaints_due"),
    ("jp_counted", "jp_target"),
    ("feedback_kept", "feedback_owed"),
    ("review_kept", "review_owed"),
    ("objection_kept", "objection_owed"),
]


class Migration(BuiltOnce):
    dependencies = [
        ("supervision", "0003_pre_votes"),
        ("assessments", "0011_loans_and_batches"),
        ("employees", "0004_supervision_loans"),
    ]

    operations = [
        migrations.CreateModel(
            name="FigureMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "day",
                    models.DateField(
                        help_text="local day they hold for; a new day moves what is due", null=True
                    ),
                ),
                (
                    "audit_seq",
                    models.BigIntegerField(
                        default=0, help_text="place in the audit chain when they were counted"
                    ),
                ),
                (
                    "step",
                    models.BigIntegerField(
                        default=0, help_text="newest public figure of a survey that is in them"
                    ),
                ),
                ("computed_at", models.DateTimeField(null=True)),
                (
                    "government",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="figure_mark",
                        to="employees.government",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UnitFigure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "job_family",
                    models.CharField(blank=True, help_text="empty: everybody", max_length=200),
                ),
                (
                    "reach",
                    models.CharField(
                        choices=[("own", "the unit itself"), ("tree", "the unit and everything below it")],
                        max_length=4,
                    ),
                ),
                *((name, models.PositiveIntegerField(default=0)) for name in COUNTS),
                (
                    "ikm_points",
                    models.DecimalField(
                        decimal_places=2, default=0, help_text="sum of n x IKM", max_digits=14
                    ),
                ),
                ("ikm_total", models.DecimalField(decimal_places=12, default=0, max_digits=30)),
                ("ikm_squares", models.DecimalField(decimal_places=12, default=0, max_digits=30)),
                ("jp_target", models.DecimalField(decimal_places=1, default=0, max_digits=12)),
                ("jp_counted", models.DecimalField(decimal_places=1, default=0, max_digits=12)),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="unit_figures",
                        to="assessments.period",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="figures",
                        to="employees.workunit",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["unit", "reach", "job_family"], name="unit_figure_by_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("period", "unit", "job_family", "reach"), name="unit_figure_once_per_reach"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(reach__in=["own", "tree"]),
                        name="unit_figure_reach_is_a_known_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(*((f"{part}__lte", models.F(whole)) for part, whole in PARTS)),
                        name="unit_figure_parts_are_within_the_whole",
                    ),
                ],
            },
        ),
    ]
