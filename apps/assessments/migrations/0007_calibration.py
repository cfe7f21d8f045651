"""Drafts of ratings, reasons for a deviating distribution, calibration.

What was agreed in a closed calibration stays as it was: the database refuses any later change of it.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce

# Rows from before say what they were: the decision on an objection, a change, or the first rating.
FILL_CHANGES = """
UPDATE assessments_ratingchange c
SET rule_version = e.rule_version,
    kind = CASE
        WHEN EXISTS (SELECT 1 FROM assessments_objection o
                     WHERE o.evaluation_id = c.evaluation_id AND o.decided_at = c.at) THEN 'objection'
        WHEN EXISTS (SELECT 1 FROM assessments_ratingchange earlier
                     WHERE earlier.evaluation_id = c.evaluation_id AND (earlier.at, earlier.id) < (c.at, c.id))
            THEN 'corrected'
        ELSE 'rated' END
FROM assessments_evaluation e
WHERE e.id = c.evaluation_id;

INSERT INTO assessments_unitachievementchange (achievement_id, org_predicate, figures, note, by_id, at)
SELECT id, org_predicate, figures, note, fixed_by_id, fixed_at FROM assessments_unitachievement;
"""

FORWARD = """
CREATE FUNCTION assessments_refuse_closed_calibration() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    session bigint;
    change bigint;
BEGIN
    IF TG_TABLE_NAME = 'assessments_calibrationsession' THEN
        IF OLD.status = 'closed' THEN
            RAISE EXCEPTION 'a closed calibration never changes' USING ERRCODE = 'restrict_violation';
        END IF;
    ELSE
        IF TG_TABLE_NAME = 'assessments_ratingchange' THEN
            IF TG_OP = 'INSERT' THEN session := NEW.session_id; ELSE session := OLD.session_id; END IF;
        ELSIF TG_TABLE_NAME = 'assessments_calibrationcomment' THEN
            IF TG_OP = 'INSERT' THEN change := NEW.change_id; ELSE change := OLD.change_id; END IF;
            SELECT session_id INTO session FROM assessments_ratingchange WHERE id = change;
        ELSE
            IF TG_OP = 'INSERT' THEN session := NEW.calibrationsession_id;
            ELSE session := OLD.calibrationsession_id; END IF;
        END IF;
        IF EXISTS (SELECT 1 FROM assessments_calibrationsession WHERE id = session AND status = 'closed') THEN
            RAISE EXCEPTION 'a closed calibration never changes' USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER assessments_calibrationsession_closed BEFORE UPDATE OR DELETE ON assessments_calibrationsession
    FOR EACH ROW EXECUTE FUNCTION assessments_refuse_closed_calibration();
CREATE TRIGGER assessments_calibrationparticipants_closed
    BEFORE INSERT OR UPDATE OR DELETE ON assessments_calibrationsession_participants
    FOR EACH ROW EXECUTE FUNCTION assessments_refuse_closed_calibration();
CREATE TRIGGER assessments_ratingchange_closed BEFORE INSERT OR UPDATE OR DELETE ON assessments_ratingchange
    FOR EACH ROW EXECUTE FUNCTION assessments_refuse_closed_calibration();
CREATE TRIGGER assessments_calibrationcomment_closed
    BEFORE INSERT OR UPDATE OR DELETE ON assessments_calibrationcomment
    FOR EACH ROW EXECUTE FUNCTION assessments_refuse_closed_calibration();
"""

BACKWARD = """
DROP TRIGGER assessments_calibrationcomment_closed ON assessments_calibrationcomment;
DROP TRIGGER assessments_ratingchange_closed ON assessments_ratingchange;
DROP TRIGGER assessments_calibrationparticipants_closed ON assessments_calibrationsession_participants;
DROP TRIGGER assessments_calibrationsession_closed ON assessments_calibrationsession;
DROP FUNCTION assessments_refuse_closed_calibration();
"""


class Migration(BuiltOnce):
    dependencies = [
        ("assessments", "0006_dialogue"),
        ("employees", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DistributionStatement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "org_predicate",
                    models.CharField(
                        choices=[
                            ("istimewa", "Istimewa"),
                            ("baik", "Baik"),
                            ("butuh_perbaikan", "Butuh Perbaikan"),
                            ("kurang", "Kurang"),
                            ("sangat_kurang", "Sangat Kurang"),
                        ],
                        max_length=16,
                    ),
                ),
                ("counts", models.JSONField(default=dict, help_text="people per predikat at that moment")),
                ("findings", models.JSONField(default=list, help_text="the limits that were not kept")),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="RatingDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "dimension",
                    models.CharField(
                        choices=[("work_result", "Hasil kerja"), ("behavior", "Perilaku kerja")],
                        max_length=12,
                    ),
                ),
                (
                    "rating",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("above_expectation", "Di atas ekspektasi"),
                            ("meets_expectation", "Sesuai ekspektasi"),
                            ("below_expectation", "Di bawah ekspektasi"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                (
                    "revision",
                    models.PositiveIntegerField(
                        default=0, help_text="grows with every save; guards two tabs"
                    ),
                ),
                ("saved_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="UnitAchievementChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "org_predicate",
                    models.CharField(
                        choices=[
                            ("istimewa", "Istimewa"),
                            ("baik", "Baik"),
                            ("butuh_perbaikan", "Butuh Perbaikan"),
                            ("kurang", "Kurang"),
                            ("sangat_kurang", "Sangat Kurang"),
                        ],
                        max_length=16,
                    ),
                ),
                ("figures", models.JSONField(default=dict)),
                ("note", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.AddField(
            model_name="ratingchange",
            name="kind",
            field=models.CharField(
                choices=[
                    ("rated", "Rated"),
                    ("corrected", "Changed by the appraiser"),
                    ("calibrated", "Calibrated"),
                    ("objection", "Decision on the objection"),
                ],
                default="rated",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="ratingchange",
            name="rule_version",
            field=models.CharField(blank=True, help_text="the table that gave the predikat", max_length=60),
        ),
        migrations.CreateModel(
            name="CalibrationComment",
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
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="employees.employee",
                    ),
                ),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="assessments.ratingchange",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="CalibrationSession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("closed", "Closed")], default="open", max_length=8
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("note", models.TextField(blank=True)),
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
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="employees.employee",
                    ),
                ),
                (
                    "participants",
                    models.ManyToManyField(related_name="calibrations", to="employees.employee"),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calibrations",
                        to="assessments.period",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calibrations",
                        to="employees.workunit",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="ratingchange",
            name="session",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="changes",
                to="assessments.calibrationsession",
            ),
        ),
        migrations.AddConstraint(
            model_name="ratingchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["rated", "corrected", "calibrated", "objection"])),
                name="rating_change_kind_is_a_known_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="ratingchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "calibrated"), ("session__isnull", False)),
                    models.Q(models.Q(("kind", "calibrated"), _negated=True), ("session__isnull", True)),
                    _connector="OR",
                ),
                name="rating_change_session_iff_calibrated",
            ),
        ),
        migrations.AddField(
            model_name="distributionstatement",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="employees.employee",
            ),
        ),
        migrations.AddField(
            model_name="distributionstatement",
            name="period",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="distribution_statements",
                to="assessments.period",
            ),
        ),
        migrations.AddField(
            model_name="distributionstatement",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="distribution_statements",
                to="employees.workunit",
            ),
        ),
        migrations.AddField(
            model_name="ratingdraft",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="ratingdraft",
            name="evaluation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="drafts",
                to="assessments.evaluation",
            ),
        ),
        migrations.AddField(
            model_name="unitachievementchange",
            name="achievement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="changes",
                to="assessments.unitachievement",
            ),
        ),
        migrations.AddField(
            model_name="unitachievementchange",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="employees.employee",
            ),
        ),
        migrations.AddConstraint(
            model_name="calibrationsession",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "open")),
                fields=("unit", "period"),
                name="calibration_one_open_per_unit_and_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="calibrationsession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("status", "open")),
                    models.Q(("closed_at__isnull", False), ("status", "closed")),
                    _connector="OR",
                ),
                name="calibration_closed_has_its_time",
            ),
        ),
        migrations.AddIndex(
            model_name="distributionstatement",
            index=models.Index(fields=["unit", "period"], name="statement_by_unit_and_period"),
        ),
        migrations.AddConstraint(
            model_name="ratingdraft",
            constraint=models.UniqueConstraint(
                fields=("evaluation", "author", "dimension"), name="draft_once_per_author_and_dimension"
            ),
        ),
        migrations.AddConstraint(
            model_name="ratingdraft",
            constraint=models.CheckConstraint(
                condition=models.Q(("dimension__in", ["work_result", "behavior"])),
                name="draft_dimension_is_a_known_one",
            ),
        ),
        migrations.RunSQL(FILL_CHANGES, migrations.RunSQL.noop),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
