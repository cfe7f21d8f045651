"""Competences, standards, assessed levels, plans of a year, diplomas; needs with further reasons (CMP-8, CMP-9)."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce

FORWARD = """
CREATE FUNCTION training_refuse_line_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an approved plan never changes' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER training_planline_immutable BEFORE UPDATE OR DELETE ON training_planline
    FOR EACH ROW EXECUTE FUNCTION training_refuse_line_change();
"""

BACKWARD = """
DROP TRIGGER training_planline_immutable ON training_planline;
DROP FUNCTION training_refuse_line_change();
"""


class Migration(BuiltOnce):
    dependencies = [
        ("assessments", "0011_loans_and_batches"),
        ("core", "0002_audit_chain"),
        ("employees", "0004_supervision_loans"),
        ("training", "0005_from_the_public"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Competence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("manajerial", "Managerial"),
                            ("sosiokultural", "Socio-cultural"),
                            ("teknis", "Technical"),
                        ],
                        max_length=16,
                    ),
                ),
                ("name", models.CharField(max_length=150)),
                ("is_active", models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name="CompetenceAssessment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.PositiveSmallIntegerField()),
                ("assessed_on", models.DateField()),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("assessment_center", "Assessment center"),
                            ("test", "Competence test"),
                            ("supervisor", "Assessed by the supervisor"),
                            ("portfolio", "Portfolio and interview"),
                        ],
                        max_length=20,
                    ),
                ),
                ("note", models.CharField(blank=True, help_text="assessor, report number", max_length=300)),
                ("entered_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("revoke_note", models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="CompetenceImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("uploaded_at", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("checked", "Checked, nothing changed yet"),
                            ("applied", "Applied"),
                            ("refused", "Cannot be read"),
                        ],
                        max_length=10,
                    ),
                ),
                ("summary", models.JSONField(default=dict, help_text="rows, new, unchanged, bad, warnings")),
                ("refusal", models.JSONField(default=dict, help_text="code and params")),
                ("applied_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="CompetenceImportRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("row_number", models.PositiveIntegerField()),
                ("values", models.JSONField(default=dict)),
                ("problems", models.JSONField(default=list, help_text="[{column, code, params}]")),
                (
                    "effect",
                    models.CharField(
                        blank=True, help_text="new, unchanged, or empty when bad", max_length=12
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EducationRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("s3", "S3"),
                            ("s2", "S2"),
                            ("s1_d4", "S1 / D-IV"),
                            ("d3", "D-III"),
                            ("d2_d1_slta", "D-II / D-I / SLTA"),
                            ("below_slta", "below SLTA"),
                        ],
                        max_length=16,
                    ),
                ),
                ("school", models.CharField(max_length=150)),
                ("field", models.CharField(blank=True, help_text="study programme", max_length=150)),
                ("graduated_on", models.DateField()),
                ("number", models.CharField(max_length=80)),
                ("file_name", models.CharField(blank=True, max_length=200)),
                ("added_at", models.DateTimeField()),
                ("verified_at", models.DateTimeField(null=True)),
                ("refused_at", models.DateTimeField(null=True)),
                ("refusal_note", models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="LevelDescription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.PositiveSmallIntegerField()),
                ("text", models.TextField()),
                ("valid_from", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="NeedReason",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("params", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PlanLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveSmallIntegerField()),
                ("order", models.PositiveIntegerField()),
                ("hours", models.DecimalField(decimal_places=1, max_digits=6)),
                ("score", models.PositiveSmallIntegerField()),
                ("parts", models.JSONField(help_text="[[code of a reason or an urgency, points]]")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("taken", "In the plan"),
                            ("no_seat", "No seat left"),
                            ("no_hours", "Not enough hours left"),
                            ("no_seat_and_hours", "Neither seat nor hours left"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "left_hours",
                    models.DecimalField(decimal_places=1, help_text="when its turn came", max_digits=9),
                ),
                ("left_seats", models.PositiveIntegerField(help_text="when its turn came")),
            ],
        ),
        migrations.CreateModel(
            name="PositionStandard",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "position_class",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("jpt", "Senior executive (JPT)"),
                            ("administrator", "Administrator"),
                            ("pengawas", "Supervisor (pengawas)"),
                            ("jf", "Functional position (JF)"),
                            ("pelaksana", "Executing staff (pelaksana)"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "position_level",
                    models.CharField(blank=True, help_text="empty: every level of the class", max_length=40),
                ),
                ("job_family", models.CharField(blank=True, help_text="empty: every family", max_length=80)),
                ("level", models.PositiveSmallIntegerField()),
                ("period", django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
        ),
        migrations.CreateModel(
            name="TrainingPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                (
                    "hours",
                    models.DecimalField(
                        decimal_places=1, help_text="budget of lesson hours (JP)", max_digits=9
                    ),
                ),
                ("seats", models.PositiveIntegerField(help_text="budget of places")),
                (
                    "money",
                    models.DecimalField(
                        decimal_places=0, help_text="rupiah, for information", max_digits=16, null=True
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "Draft"), ("approved", "Approved"), ("evaluated", "Evaluated")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(default=0, help_text="of the last approval")),
                ("created_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
                ("evaluation", models.TextField(blank=True, help_text="what came of it, in words")),
                ("evaluated_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="trainingneed",
            name="need_once_per_person_topic_and_cause",
        ),
        migrations.AddField(
            model_name="trainingneed",
            name="hours",
            field=models.DecimalField(
                decimal_places=1,
                help_text="lesson hours (JP) it would take, if somebody said",
                max_digits=5,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="trainingneed",
            name="urgency",
            field=models.CharField(
                choices=[
                    ("now", "Now: the duty cannot be done without it, or a period to improve is running"),
                    ("soon", "In this plan year"),
                    ("later", "Later"),
                ],
                default="soon",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="competence",
            name="government",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="competences",
                to="employees.government",
            ),
        ),
        migrations.AddField(
            model_name="competence",
            name="topic",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="competences", to="training.topic"
            ),
        ),
        migrations.AddField(
            model_name="competenceassessment",
            name="competence",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assessments",
                to="training.competence",
            ),
        ),
        migrations.AddField(
            model_name="competenceassessment",
            name="employee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="competence_assessments",
                to="employees.employee",
            ),
        ),
        migrations.AddField(
            model_name="competenceassessment",
            name="entered_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="competenceassessment",
            name="revoked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="trainingneed",
            name="assessment",
            field=models.ForeignKey(
                help_text="the assessed level that shows the gap",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="training_needs",
                to="training.competenceassessment",
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingneed",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reason_code", "own_wish"), _negated=True),
                fields=("employee", "topic", "evaluation", "assessment", "reason_code"),
                name="need_once_per_person_topic_and_cause",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingneed",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reason_code", "own_wish"), ("status__in", ["proposed", "planned"])),
                fields=("employee", "topic"),
                name="need_one_open_wish_per_topic",
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingneed",
            constraint=models.CheckConstraint(
                condition=models.Q(("hours__isnull", True), ("hours__gt", 0), _connector="OR"),
                name="need_takes_hours",
            ),
        ),
        migrations.AddField(
            model_name="competenceimport",
            name="file",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
            ),
        ),
        migrations.AddField(
            model_name="competenceimport",
            name="government",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="competence_imports",
                to="employees.government",
            ),
        ),
        migrations.AddField(
            model_name="competenceimport",
            name="uploaded_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="competenceimportrow",
            name="batch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rows",
                to="training.competenceimport",
            ),
        ),
        migrations.AddField(
            model_name="competenceimportrow",
            name="competence",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="training.competence",
            ),
        ),
        migrations.AddField(
            model_name="competenceimportrow",
            name="employee",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="employees.employee",
            ),
        ),
        migrations.AddField(
            model_name="competenceassessment",
            name="row",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assessment",
                to="training.competenceimportrow",
            ),
        ),
        migrations.AddField(
            model_name="educationrecord",
            name="employee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="education", to="employees.employee"
            ),
        ),
        migrations.AddField(
            model_name="educationrecord",
            name="file",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
            ),
        ),
        migrations.AddField(
            model_name="educationrecord",
            name="verified_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="leveldescription",
            name="competence",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="descriptions",
                to="training.competence",
            ),
        ),
        migrations.AddField(
            model_name="needreason",
            name="assessment",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="training.competenceassessment",
            ),
        ),
        migrations.AddField(
            model_name="needreason",
            name="evaluation",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="assessments.evaluation",
            ),
        ),
        migrations.AddField(
            model_name="needreason",
            name="need",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="more_reasons",
                to="training.trainingneed",
            ),
        ),
        migrations.AddField(
            model_name="planline",
            name="need",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="plan_lines",
                to="training.trainingneed",
            ),
        ),
        migrations.AddField(
            model_name="positionstandard",
            name="competence",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="standards",
                to="training.competence",
            ),
        ),
        migrations.AddField(
            model_name="positionstandard",
            name="set_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="trainingplan",
            name="approved_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="trainingplan",
            name="created_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="trainingplan",
            name="government",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="training_plans",
                to="employees.government",
            ),
        ),
        migrations.AddField(
            model_name="trainingplan",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="training_plans",
                to="employees.workunit",
            ),
        ),
        migrations.AddField(
            model_name="planline",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="training.trainingplan"
            ),
        ),
        migrations.AddConstraint(
            model_name="competence",
            constraint=models.UniqueConstraint(fields=("government", "code"), name="competence_code_once"),
        ),
        migrations.AddConstraint(
            model_name="competence",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["manajerial", "sosiokultural", "teknis"])),
                name="competence_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="competenceimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("applied_at__isnull", False), ("status", "applied")),
                    models.Q(models.Q(("status", "applied"), _negated=True), ("applied_at__isnull", True)),
                    _connector="OR",
                ),
                name="competence_import_applied_at_a_time",
            ),
        ),
        migrations.AddIndex(
            model_name="competenceimportrow",
            index=models.Index(fields=["batch", "effect", "row_number"], name="competence_row_by_effect"),
        ),
        migrations.AddConstraint(
            model_name="competenceimportrow",
            constraint=models.UniqueConstraint(
                fields=("batch", "row_number"), name="competence_row_once_per_batch"
            ),
        ),
        migrations.AddConstraint(
            model_name="competenceimportrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("effect", ""),
                    models.Q(("competence__isnull", False), ("employee__isnull", False)),
                    _connector="OR",
                ),
                name="competence_row_good_has_its_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="competenceassessment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at__isnull", True)),
                fields=("employee", "competence", "assessed_on", "method"),
                name="competence_assessed_once_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="competenceassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__gte", 1), ("level__lte", 5)),
                name="competence_assessed_at_a_level",
            ),
        ),
        migrations.AddConstraint(
            model_name="competenceassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("revoked_at__isnull", True),
                    models.Q(("revoke_note", ""), _negated=True),
                    _connector="OR",
                ),
                name="competence_assessment_revoked_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="educationrecord",
            constraint=models.UniqueConstraint(
                condition=models.Q(("refused_at__isnull", True)),
                fields=("employee", "number"),
                name="diploma_number_once_per_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="educationrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", ["s3", "s2", "s1_d4", "d3", "d2_d1_slta", "below_slta"])),
                name="diploma_level_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="educationrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verified_at__isnull", True), ("refused_at__isnull", True), _connector="OR"
                ),
                name="diploma_verified_or_refused",
            ),
        ),
        migrations.AddConstraint(
            model_name="educationrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("refused_at__isnull", True),
                    models.Q(("refusal_note", ""), _negated=True),
                    _connector="OR",
                ),
                name="diploma_refused_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="leveldescription",
            constraint=models.UniqueConstraint(
                fields=("competence", "level", "valid_from"), name="level_description_once_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="leveldescription",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__gte", 1), ("level__lte", 5)), name="level_description_of_a_level"
            ),
        ),
        migrations.AddConstraint(
            model_name="needreason",
            constraint=models.UniqueConstraint(
                fields=("need", "code", "evaluation", "assessment"),
                name="need_reason_once_per_cause",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="positionstandard",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (models.F("competence"), "="),
                    (models.F("position_class"), "="),
                    (models.F("position_level"), "="),
                    (models.F("job_family"), "="),
                    (models.F("period"), "&&"),
                ],
                name="position_standard_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="positionstandard",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__gte", 1), ("level__lte", 5)),
                name="position_standard_asks_for_a_level",
            ),
        ),
        migrations.AddConstraint(
            model_name="positionstandard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("position_class", ""), _negated=True),
                    models.Q(("job_family", ""), _negated=True),
                    _connector="OR",
                ),
                name="position_standard_is_of_posts",
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingplan",
            constraint=models.UniqueConstraint(
                fields=("unit", "year"), name="training_plan_once_per_unit_and_year"
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("hours__gte", 0)), name="training_plan_hours_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("money__isnull", True), ("money__gte", 0), _connector="OR"),
                name="training_plan_money_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "draft"),
                    models.Q(("approved_at__isnull", False), ("version__gt", 0)),
                    _connector="OR",
                ),
                name="training_plan_approved_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("evaluated_at__isnull", False),
                        ("status", "evaluated"),
                        models.Q(("evaluation", ""), _negated=True),
                    ),
                    models.Q(("status", "evaluated"), _negated=True),
                    _connector="OR",
                ),
                name="training_plan_evaluated_in_words",
            ),
        ),
        migrations.AddIndex(
            model_name="planline",
            index=models.Index(fields=["plan", "version", "order"], name="plan_line_in_order"),
        ),
        migrations.AddConstraint(
            model_name="planline",
            constraint=models.UniqueConstraint(
                fields=("plan", "version", "need"), name="plan_line_once_per_version_and_need"
            ),
        ),
        migrations.AddConstraint(
            model_name="planline",
            constraint=models.CheckConstraint(
                condition=models.Q(("hours__gt", 0)), name="plan_line_has_hours"
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
