"""Nominations for recognition, and the jury that judges them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce

# What a jury said stays as it was said.
FORWARD = """
CREATE FUNCTION training_keep_jury() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    juror training_juror%ROWTYPE;
BEGIN
    IF TG_OP = 'INSERT' THEN juror := NEW; ELSE juror := OLD; END IF;
    IF EXISTS (SELECT 1 FROM training_nomination n WHERE n.id = juror.nomination_id
               AND n.status IN ('awarded', 'declined')) THEN
        RAISE EXCEPTION 'the jury of nomination % has decided', juror.nomination_id;
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER jury_is_kept BEFORE INSERT OR UPDATE OR DELETE ON training_juror
    FOR EACH ROW EXECUTE FUNCTION training_keep_jury();
"""
BACKWARD = """
DROP TRIGGER jury_is_kept ON training_juror;
DROP FUNCTION training_keep_jury();
"""


class Migration(BuiltOnce):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("employees", "0004_supervision_loans"),
        ("training", "0008_coaching_plans"),
    ]

    operations = [
        migrations.CreateModel(
            name="Nomination",
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
                            ("innovation", "Innovation: something is done in a new way"),
                            ("thanks", "Thanks: somebody helped beyond the duty"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("peer", "Colleague"),
                            ("supervisor", "Supervisor"),
                            ("public", "Citizens, by the number of their thanks"),
                        ],
                        max_length=12,
                    ),
                ),
                ("title", models.CharField(max_length=150)),
                ("deed", models.TextField()),
                (
                    "effect",
                    models.TextField(
                        help_text="what it changed; everybody of the government may read it later"
                    ),
                ),
                ("thanks_count", models.PositiveIntegerField(null=True)),
                ("thanks_from", models.DateField(null=True)),
                ("thanks_to", models.DateField(null=True)),
                ("nominated_at", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("nominated", "Nominated"),
                            ("checked", "Checked, jury being named"),
                            ("jury", "Before the jury"),
                            ("awarded", "Awarded"),
                            ("declined", "Not awarded"),
                        ],
                        default="nominated",
                        max_length=10,
                    ),
                ),
                ("checked_at", models.DateTimeField(null=True)),
                ("check_note", models.TextField(blank=True)),
                ("convened_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision_reason", models.TextField(blank=True)),
                (
                    "basis",
                    models.JSONField(
                        default=dict, help_text="rule version, policy values and counts of the decision"
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nominations",
                        to="employees.employee",
                    ),
                ),
                (
                    "government",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="employees.government",
                    ),
                ),
                (
                    "nominated_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="employees.employee"
                    ),
                ),
                (
                    "recognition",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nomination",
                        to="training.recognition",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nominations",
                        to="employees.workunit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Juror",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_chair", models.BooleanField(default=False)),
                ("added_at", models.DateTimeField()),
                (
                    "ballot",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Award it"), ("no", "Do not award it"), ("abstain", "I abstain")],
                        max_length=8,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("voted_at", models.DateTimeField(null=True)),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="employees.employee"
                    ),
                ),
                (
                    "nomination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="jurors",
                        to="training.nomination",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="nomination",
            index=models.Index(fields=["government", "status"], name="nomination_by_status"),
        ),
        migrations.AddConstraint(
            model_name="nomination",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["nominated", "checked", "jury", "awarded", "declined"])),
                name="nomination_status_is_a_known_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="nomination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", False),
                        ("status__in", ["awarded", "declined"]),
                        models.Q(("decision_reason", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("status__in", ["awarded", "declined"]), _negated=True),
                        ("decided_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="nomination_decided_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="nomination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("recognition__isnull", False), ("status", "awarded")),
                    models.Q(models.Q(("status", "awarded"), _negated=True), ("recognition__isnull", True)),
                    _connector="OR",
                ),
                name="nomination_awarded_with_its_recognition",
            ),
        ),
        migrations.AddConstraint(
            model_name="nomination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("employee__isnull", True),
                    models.Q(("employee", models.F("nominated_by")), _negated=True),
                    _connector="OR",
                ),
                name="nomination_not_of_oneself",
            ),
        ),
        migrations.AddConstraint(
            model_name="nomination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("employee__isnull", True),
                        ("source", "public"),
                        ("thanks_count__isnull", False),
                        ("thanks_from__isnull", False),
                        ("thanks_to__isnull", False),
                    ),
                    models.Q(
                        models.Q(("source", "public"), _negated=True),
                        ("thanks_count__isnull", True),
                        ("thanks_from__isnull", True),
                        ("thanks_to__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="nomination_thanks_of_citizens_are_for_units",
            ),
        ),
        migrations.AddConstraint(
            model_name="juror",
            constraint=models.UniqueConstraint(
                fields=("nomination", "employee"), name="juror_once_per_nomination"
            ),
        ),
        migrations.AddConstraint(
            model_name="juror",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_chair", True)),
                fields=("nomination",),
                name="juror_one_chair_per_nomination",
            ),
        ),
        migrations.AddConstraint(
            model_name="juror",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ballot", ""), ("voted_at__isnull", True)),
                    models.Q(models.Q(("ballot", ""), _negated=True), ("voted_at__isnull", False)),
                    _connector="OR",
                ),
                name="juror_voted_with_its_time",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
