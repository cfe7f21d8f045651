"""The office's side of complaints: who has one, causes, redactions, named employees, the ladder, LAPOR."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce

# What was given to whom, and what was hidden why, is added to and never rewritten.
KEEP_ROWS = """
CREATE FUNCTION feedback_keep_handling_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER feedback_redaction_is_kept BEFORE UPDATE ON feedback_complaintredaction
    FOR EACH ROW EXECUTE FUNCTION feedback_keep_handling_rows();
CREATE TRIGGER feedback_assignment_is_kept BEFORE UPDATE ON feedback_complaintassignment
    FOR EACH ROW EXECUTE FUNCTION feedback_keep_handling_rows();
"""
LET_GO = """
DROP TRIGGER feedback_redaction_is_kept ON feedback_complaintredaction;
DROP TRIGGER feedback_assignment_is_kept ON feedback_complaintassignment;
DROP FUNCTION feedback_keep_handling_rows();
"""
# Suggestions of causes compare words in the database. The extension is shared, so it stays when this goes.
TRIGRAMS = "CREATE EXTENSION IF NOT EXISTS pg_trgm"


class Migration(BuiltOnce):
    dependencies = [
        ("employees", "0003_service_states"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("feedback", "0009_complaint_reporting"),
    ]

    operations = [
        migrations.RunSQL(TRIGRAMS, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="AnswerTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("answer", "An answer"),
                            ("ask_info", "A question to the reporter"),
                            ("reject", "A refusal"),
                        ],
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("body", models.TextField()),
                ("is_active", models.BooleanField(default=True)),
                ("updated_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Cause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("description", models.TextField(blank=True)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="CauseImprovement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item_id", models.PositiveBigIntegerField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ComplaintAssignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ComplaintRedaction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveSmallIntegerField()),
                ("subject", models.CharField(blank=True, help_text="empty for a message", max_length=150)),
                ("text", models.TextField()),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["complaint", "version"],
            },
        ),
        migrations.CreateModel(
            name="EscalationStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("clock_number", models.PositiveSmallIntegerField()),
                ("step", models.PositiveSmallIntegerField()),
                ("due_on", models.DateField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PendingAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for the second person"),
                            ("released", "Released"),
                            ("returned", "Sent back to its writer"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("written_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("note", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="RepeatCauseReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("n", models.PositiveIntegerField()),
                ("reported_on", models.DateField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ReportedOfficer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("shared_text", models.TextField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("awaiting", "Waiting for the statement"),
                            ("heard", "Statement given, not decided"),
                            ("silent", "No statement came, not decided"),
                            ("decided", "Decided, an objection is possible"),
                            ("objected", "Objection raised"),
                            ("final", "Decided for good"),
                            ("withdrawn", "Name taken back"),
                        ],
                        default="awaiting",
                        max_length=10,
                    ),
                ),
                ("named_at", models.DateTimeField()),
                ("state_by", models.DateField(help_text="last day for the statement")),
                ("statement", models.TextField(blank=True)),
                ("stated_at", models.DateTimeField(null=True)),
                (
                    "finding",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("terbukti", "Proven (terbukti)"),
                            ("tidak_terbukti", "Not proven (tidak terbukti)"),
                            ("tidak_dapat_dibuktikan", "Cannot be proven (tidak dapat dibuktikan)"),
                        ],
                        max_length=24,
                    ),
                ),
                ("finding_reason", models.TextField(blank=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("object_by", models.DateField(help_text="last day for an objection", null=True)),
                ("objection", models.TextField(blank=True)),
                ("objected_at", models.DateTimeField(null=True)),
                (
                    "first_finding",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("terbukti", "Proven (terbukti)"),
                            ("tidak_terbukti", "Not proven (tidak terbukti)"),
                            ("tidak_dapat_dibuktikan", "Cannot be proven (tidak dapat dibuktikan)"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "objection_reason",
                    models.TextField(blank=True, help_text="why the objection was decided so"),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                ("withdrawn_reason", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="TemplateUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("own_percent", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="complaint",
            name="assignee",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assigned_complaints",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="clock_number",
            field=models.PositiveSmallIntegerField(
                default=1, help_text="grows when a new clock starts: passed on in time, reopened"
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="lapor_received_on",
            field=models.DateField(help_text="the day LAPOR got it; starts its clocks", null=True),
        ),
        migrations.AddField(
            model_name="complaint",
            name="lapor_state",
            field=models.CharField(
                blank=True,
                choices=[
                    ("menunggu", "Waiting to be verified"),
                    ("diteruskan", "Passed on, being handled"),
                    ("ditindak", "Followed up"),
                    ("selesai", "Finished"),
                    ("arsip", "Archived"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="complaintevent",
            name="receiver",
            field=models.CharField(blank=True, help_text="the person or office it went to", max_length=150),
        ),
        migrations.AddField(
            model_name="answertemplate",
            name="created_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="answertemplate",
            name="government",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="employees.government"
            ),
        ),
        migrations.AddField(
            model_name="answertemplate",
            name="unit",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answer_templates",
                to="employees.workunit",
            ),
        ),
        migrations.AddField(
            model_name="cause",
            name="created_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="cause",
            name="government",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="employees.government"
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="cause",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="complaints",
                to="feedback.cause",
            ),
        ),
        migrations.AddField(
            model_name="causeimprovement",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="causeimprovement",
            name="cause",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="improvements", to="feedback.cause"
            ),
        ),
        migrations.AddField(
            model_name="complaintassignment",
            name="assignee",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="complaintassignment",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="complaintassignment",
            name="complaint",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="assignments",
                to="feedback.complaint",
            ),
        ),
        migrations.AddField(
            model_name="complaintredaction",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="complaintredaction",
            name="complaint",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="redactions",
                to="feedback.complaint",
            ),
        ),
        migrations.AddField(
            model_name="complaintredaction",
            name="event",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="redactions",
                to="feedback.complaintevent",
            ),
        ),
        migrations.AddField(
            model_name="escalationstep",
            name="complaint",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="escalations",
                to="feedback.complaint",
            ),
        ),
        migrations.AddField(
            model_name="escalationstep",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="employees.workunit"
            ),
        ),
        migrations.AddField(
            model_name="pendinganswer",
            name="complaint",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="pending_answers",
                to="feedback.complaint",
            ),
        ),
        migrations.AddField(
            model_name="pendinganswer",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="pendinganswer",
            name="template",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="feedback.answertemplate",
            ),
        ),
        migrations.AddField(
            model_name="pendinganswer",
            name="written_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="repeatcausereport",
            name="cause",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="reports", to="feedback.cause"
            ),
        ),
        migrations.AddField(
            model_name="repeatcausereport",
            name="service",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="feedback.service",
            ),
        ),
        migrations.AddField(
            model_name="repeatcausereport",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="employees.workunit"
            ),
        ),
        migrations.AddField(
            model_name="reportedofficer",
            name="complaint",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reported_officers",
                to="feedback.complaint",
            ),
        ),
        migrations.AddField(
            model_name="reportedofficer",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reportedofficer",
            name="employee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="allegations",
                to="employees.employee",
            ),
        ),
        migrations.AddField(
            model_name="reportedofficer",
            name="named_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reportedofficer",
            name="objection_decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="templateuse",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="templateuse",
            name="complaint",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="feedback.complaint"
            ),
        ),
        migrations.AddField(
            model_name="templateuse",
            name="template",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="uses", to="feedback.answertemplate"
            ),
        ),
        migrations.AddConstraint(
            model_name="answertemplate",
            constraint=models.UniqueConstraint(
                fields=("government", "unit", "purpose", "title"),
                name="answer_template_title_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="cause",
            constraint=models.UniqueConstraint(
                fields=("government", "name"), name="cause_name_once_per_government"
            ),
        ),
        migrations.AddConstraint(
            model_name="causeimprovement",
            constraint=models.UniqueConstraint(fields=("cause", "item_id"), name="cause_and_item_once"),
        ),
        migrations.AddConstraint(
            model_name="complaintredaction",
            constraint=models.UniqueConstraint(
                fields=("complaint", "event", "version"), name="redaction_version_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintredaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="redaction_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="escalationstep",
            constraint=models.UniqueConstraint(
                fields=("complaint", "clock_number", "step"), name="escalation_step_once_per_clock"
            ),
        ),
        migrations.AddConstraint(
            model_name="escalationstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("step__gte", 1), ("step__lte", 4)),
                name="escalation_step_is_on_the_ladder",
            ),
        ),
        migrations.AddConstraint(
            model_name="pendinganswer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "waiting")),
                fields=("complaint",),
                name="pending_answer_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="pendinganswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("status", "waiting"), ("decided_at__isnull", False), _connector="XOR"),
                name="pending_answer_decided_iff_not_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="pendinganswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(("decided_by", models.F("written_by")), _negated=True),
                    _connector="OR",
                ),
                name="pending_answer_released_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="repeatcausereport",
            constraint=models.UniqueConstraint(
                fields=("cause", "unit", "service", "reported_on"),
                name="repeat_cause_reported_once_a_day",
                nulls_distinct=False,
            ),
        ),
        migrations.AddIndex(
            model_name="reportedofficer",
            index=models.Index(fields=["employee", "status"], name="reported_officer_by_employee"),
        ),
        migrations.AddConstraint(
            model_name="reportedofficer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "withdrawn"), _negated=True),
                fields=("complaint", "employee"),
                name="reported_officer_once_per_complaint",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportedofficer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["decided", "objected", "final"]), ("finding", ""), _connector="XOR"
                ),
                name="reported_officer_finding_iff_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportedofficer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("finding", ""),
                    models.Q(models.Q(("finding_reason", ""), _negated=True), ("decided_at__isnull", False)),
                    _connector="OR",
                ),
                name="reported_officer_finding_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportedofficer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["final", "withdrawn"]), ("closed_at__isnull", True), _connector="XOR"
                ),
                name="reported_officer_closed_iff_at_its_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportedofficer",
            constraint=models.CheckConstraint(
                condition=models.Q(("objection", ""), ("objected_at__isnull", False), _connector="XOR"),
                name="reported_officer_objection_has_its_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportedofficer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("objection_decided_by__isnull", True),
                    ("decided_by__isnull", True),
                    models.Q(("objection_decided_by", models.F("decided_by")), _negated=True),
                    _connector="OR",
                ),
                name="reported_officer_objection_decided_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="templateuse",
            constraint=models.CheckConstraint(
                condition=models.Q(("own_percent__lte", 100)), name="template_use_percent_is_at_most_100"
            ),
        ),
        migrations.RunSQL(KEEP_ROWS, LET_GO),
    ]
