"""Ratings that are held back, retention proofs and data rights.

Ratings that were held back before this migration get a case each service and tier.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce


def gather_held_ratings(apps, schema_editor):
    """Put ratings that were held back until now into one waiting case per service and tier."""
    Response = apps.get_model("feedback", "Response")
    Case = apps.get_model("feedback", "QuarantineCase")
    held = Response.objects.filter(is_quarantined=True, case=None)
    groups = held.values("government", "service", "tier").annotate(
        first=models.Min("hour"), last=models.Max("hour")
    )
    for group in list(groups.order_by("service", "tier")):
        now = django.utils.timezone.now()
        case = Case.objects.create(
            government_id=group["government"],
            service_id=group["service"],
            tier=group["tier"],
            starts_at=group["first"],
            ends_at=group["last"],
            signals=[],
            version="before signals",
            thresholds={},
            opened_at=now,
            due_on=now.date(),
        )
        held.filter(service=group["service"], tier=group["tier"]).update(case=case)


class Migration(BuiltOnce):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("feedback", "0007_questionnaires"),
    ]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name="ArrivalMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slot", models.DateTimeField(db_index=True)),
                ("network", models.CharField(blank=True, max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="AttackState",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="CaseStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("action", models.CharField(max_length=10)),
                ("count", models.PositiveIntegerField(default=0)),
                ("reason", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="DailyKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("key", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="PublicRemark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_released", models.BooleanField()),
                ("text", models.TextField(blank=True, help_text="as shown, without names and numbers")),
                ("decided_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="QuarantineCase",
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
                ("starts_at", models.DateTimeField(help_text="first hour")),
                ("ends_at", models.DateTimeField(help_text="last hour")),
                ("signals", models.JSONField(default=list, help_text="codes of rules/signals.py")),
                ("version", models.CharField(help_text="version of the signal rules", max_length=20)),
                ("thresholds", models.JSONField(default=dict, help_text="the thresholds that held")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Being looked at"),
                            ("released", "Counted"),
                            ("excluded", "Left out"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("due_on", models.DateField()),
                ("overdue_told_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="RetentionRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("retention_class", models.CharField(max_length=30)),
                ("day", models.DateField(help_text="the day it ran")),
                ("days_kept", models.PositiveIntegerField(help_text="the rule of that day")),
                ("up_to", models.DateField(help_text="everything of this day and before is gone")),
                ("count", models.PositiveIntegerField()),
                ("digest", models.CharField(help_text="SHA-256 of the sorted ids", max_length=64)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="RightsRequest",
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
                            ("export", "Copy of the data"),
                            ("correct", "Contact corrected"),
                            ("withdraw", "Consent to be contacted withdrawn"),
                            ("delete", "Delete my data"),
                            ("restrict", "Correct or restrict something else"),
                            ("object", "Object to how my data are used"),
                        ],
                        max_length=12,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("overdue_told_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["-asked_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="UnitNetwork",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("network", models.CharField(help_text="as in 103.12.4.0/24", max_length=43)),
                ("label", models.CharField(max_length=100)),
                ("added_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="response",
            name="signals",
            field=models.JSONField(
                blank=True, default=list, help_text="codes of rules/signals.py, no network"
            ),
        ),
        migrations.AddField(
            model_name="arrivalmark",
            name="response",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="mark", to="feedback.response"
            ),
        ),
        migrations.AddField(
            model_name="attackstate",
            name="service",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="attack_state",
                to="feedback.service",
            ),
        ),
        migrations.AddField(
            model_name="casestep",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="dailykey",
            name="government",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="employees.government"
            ),
        ),
        migrations.AddField(
            model_name="publicremark",
            name="decided_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="publicremark",
            name="response",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="public_remark",
                to="feedback.response",
            ),
        ),
        migrations.AddField(
            model_name="quarantinecase",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="quarantinecase",
            name="government",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="employees.government"
            ),
        ),
        migrations.AddField(
            model_name="quarantinecase",
            name="parent",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="feedback.quarantinecase",
            ),
        ),
        migrations.AddField(
            model_name="quarantinecase",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="quarantine_cases",
                to="feedback.service",
            ),
        ),
        migrations.AddField(
            model_name="casestep",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="steps",
                to="feedback.quarantinecase",
            ),
        ),
        migrations.AddField(
            model_name="response",
            name="case",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="responses",
                to="feedback.quarantinecase",
            ),
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(fields=["hour", "service"], name="response_by_hour"),
        ),
        migrations.AddField(
            model_name="retentionrun",
            name="government",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="employees.government"
            ),
        ),
        migrations.AddField(
            model_name="rightsrequest",
            name="answered_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="rightsrequest",
            name="complaint",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rights_requests",
                to="feedback.complaint",
            ),
        ),
        migrations.AddField(
            model_name="unitnetwork",
            name="added_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="unitnetwork",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="networks", to="employees.workunit"
            ),
        ),
        migrations.AddConstraint(
            model_name="dailykey",
            constraint=models.UniqueConstraint(fields=("government", "day"), name="daily_key_once"),
        ),
        migrations.AddConstraint(
            model_name="publicremark",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_released", False), ("text", "")),
                    models.Q(("is_released", True), models.Q(("text", ""), _negated=True)),
                    _connector="OR",
                ),
                name="public_remark_has_words_iff_released",
            ),
        ),
        migrations.AddIndex(
            model_name="quarantinecase",
            index=models.Index(fields=["service", "status"], name="case_by_service"),
        ),
        migrations.AddConstraint(
            model_name="quarantinecase",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gte", models.F("starts_at"))), name="case_has_hours"
            ),
        ),
        migrations.AddConstraint(
            model_name="quarantinecase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("status", "waiting")),
                    models.Q(
                        models.Q(("status", "waiting"), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="case_is_decided_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="quarantinecase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "waiting"), models.Q(("reason", ""), _negated=True), _connector="OR"
                ),
                name="case_decision_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionrun",
            constraint=models.UniqueConstraint(
                fields=("government", "retention_class", "day"), name="retention_once_per_day"
            ),
        ),
        migrations.AddIndex(
            model_name="rightsrequest",
            index=models.Index(
                condition=models.Q(("answered_at__isnull", True)),
                fields=["due_at"],
                name="rights_open_by_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitnetwork",
            constraint=models.UniqueConstraint(fields=("unit", "network"), name="unit_network_once"),
        ),
        migrations.RunPython(gather_held_ratings, migrations.RunPython.noop),
        # The new foreign key may have pending checks of this very migration: settle them before altering the table.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED"),
        migrations.AddConstraint(
            model_name="response",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_quarantined", False), ("case__isnull", False), _connector="OR"),
                name="response_is_held_in_a_case",
            ),
        ),
    ]
