"""Plans of coaching with steps and notes of both; talks may belong to one, and may be confidential."""

import django.db.models.deletion
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce


class Migration(BuiltOnce):
    dependencies = [
        ("assessments", "0011_loans_and_batches"),
        ("employees", "0004_supervision_loans"),
        ("feedback", "0012_alerts"),
        ("training", "0007_programmes"),
    ]

    operations = [
        migrations.AddField(
            model_name="coachingnote",
            name="is_confidential",
            field=models.BooleanField(
                default=False, help_text="read by the two and the personnel officer alone"
            ),
        ),
        migrations.CreateModel(
            name="CoachingPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("exception", "Something that stood out in supervision"),
                            ("evaluation", "An evaluation"),
                            ("complaint", "A complaint"),
                            ("notice", "A notice about a service"),
                            ("follow_up", "A consequence that was decided"),
                            ("other", "Another reason"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "cause_words",
                    models.CharField(
                        blank=True, help_text="what led to it, as it was said then", max_length=500
                    ),
                ),
                (
                    "exception_kind",
                    models.SlugField(
                        blank=True,
                        help_text="the kind of the exception in supervision that led to it",
                        max_length=40,
                    ),
                ),
                ("goal", models.TextField()),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Under way"),
                            ("achieved", "Goal reached"),
                            ("partly", "Reached in part"),
                            ("not_achieved", "Not reached"),
                        ],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("outcome", models.TextField(blank=True)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="employees.employee",
                    ),
                ),
                (
                    "coach",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="employees.employee"
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="coaching_plans",
                        to="feedback.complaint",
                    ),
                ),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="coaching_plans",
                        to="employees.employee",
                    ),
                ),
                (
                    "evaluation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="coaching_plans",
                        to="assessments.evaluation",
                    ),
                ),
                (
                    "follow_up",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="coaching_plans",
                        to="training.followup",
                    ),
                ),
                (
                    "service_alert",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="coaching_plans",
                        to="feedback.servicealert",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="coachingnote",
            name="plan",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="talks",
                to="training.coachingplan",
            ),
        ),
        migrations.CreateModel(
            name="CoachingPlanNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="employees.employee"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="training.coachingplan",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CoachingStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=300)),
                ("due_on", models.DateField()),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="employees.employee",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="training.coachingplan",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="coachingplan",
            index=models.Index(fields=["employee", "-opened_at"], name="coaching_plan_by_employee"),
        ),
        migrations.AddIndex(
            model_name="coachingplan",
            index=models.Index(fields=["coach", "-opened_at"], name="coaching_plan_by_coach"),
        ),
        migrations.AddConstraint(
            model_name="coachingplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gt", models.F("starts_on"))), name="coaching_plan_has_days"
            ),
        ),
        migrations.AddConstraint(
            model_name="coachingplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("goal", ""), _negated=True), name="coaching_plan_has_a_goal"
            ),
        ),
        migrations.AddConstraint(
            model_name="coachingplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "achieved", "partly", "not_achieved"])),
                name="coaching_plan_status_is_a_known_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="coachingplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("outcome", ""), ("status", "open")),
                    models.Q(
                        models.Q(("status", "open"), _negated=True),
                        ("closed_at__isnull", False),
                        models.Q(("outcome", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="coaching_plan_closed_with_an_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="coachingplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("employee", models.F("coach")), _negated=True),
                name="coaching_plan_is_not_for_oneself",
            ),
        ),
        migrations.AddConstraint(
            model_name="coachingplan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("follow_up__isnull", False)),
                fields=("follow_up",),
                name="coaching_plan_once_per_decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="coachingplannote",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="coaching_plan_note_has_text"
            ),
        ),
        migrations.AddIndex(
            model_name="coachingstep",
            index=models.Index(
                condition=models.Q(("done_at__isnull", True)), fields=["due_on"], name="coaching_step_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="coachingstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="coaching_step_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="coachingstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at__isnull", True), ("done_by__isnull", True)),
                    models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                    _connector="OR",
                ),
                name="coaching_step_is_done_by_somebody",
            ),
        ),
    ]
