"""Consequences of an evaluation, as proposals."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce


class Migration(BuiltOnce):
    dependencies = [
        ("assessments", "0008_objection_statements"),
        ("employees", "0001_initial"),
        ("training", "0003_topics"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FollowUpProposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveSmallIntegerField()),
                ("predikat", models.CharField(max_length=16)),
                ("at", models.DateTimeField()),
                (
                    "evaluation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_up_proposal",
                        to="assessments.evaluation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FollowUp",
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
                            ("reward", "Recognition"),
                            ("coaching", "Coaching (pembinaan)"),
                            ("improvement_period", "Period to improve"),
                            ("placement_review", "Review of the placement"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "Waiting for a decision"),
                            ("decided", "Decided"),
                            ("declined", "Declined"),
                            ("cancelled", "Cancelled, the result was changed"),
                            ("concluded", "Concluded"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                (
                    "version",
                    models.PositiveSmallIntegerField(help_text="the version of the result it follows from"),
                ),
                ("reason_code", models.CharField(help_text="predikat, or not_improved", max_length=20)),
                ("reason_params", models.JSONField(default=dict)),
                ("proposed_at", models.DateTimeField()),
                ("note", models.TextField(blank=True, help_text="what was decided, or why it was declined")),
                ("decided_at", models.DateTimeField(null=True)),
                ("starts_on", models.DateField(null=True)),
                ("ends_on", models.DateField(null=True)),
                ("improved", models.BooleanField(null=True)),
                ("outcome", models.TextField(blank=True)),
                ("concluded_at", models.DateTimeField(null=True)),
                (
                    "coaching",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_up",
                        to="training.coachingnote",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="employees.employee",
                    ),
                ),
                (
                    "evaluation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="assessments.evaluation",
                    ),
                ),
                (
                    "follows",
                    models.OneToOneField(
                        help_text="what led to it",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="training.followup",
                    ),
                ),
                (
                    "recognition",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_up",
                        to="training.recognition",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "proposed")),
                        fields=["-proposed_at"],
                        name="follow_up_to_decide",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("evaluation", "kind", "version"), name="follow_up_once_per_result_and_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["reward", "coaching", "improvement_period", "placement_review"])
                        ),
                        name="follow_up_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("status__in", ["proposed", "cancelled"])),
                            models.Q(
                                ("status__in", ["decided", "declined", "concluded"]),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="follow_up_is_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "declined"), _negated=True),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="follow_up_declined_with_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "improvement_period"),
                                ("status__in", ["decided", "concluded"]),
                                _negated=True,
                            ),
                            models.Q(("ends_on__gt", models.F("starts_on")), ("starts_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="follow_up_period_has_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("concluded_at__isnull", False),
                                ("improved__isnull", False),
                                ("status", "concluded"),
                                models.Q(("outcome", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("status", "concluded"), _negated=True),
                                ("concluded_at__isnull", True),
                                ("improved__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="follow_up_concluded_with_an_outcome",
                    ),
                ],
            },
        ),
    ]
