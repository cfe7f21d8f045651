"""States of exceptions. What once happened to one is kept: the database refuses to change or delete a step."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce

FORWARD = """
CREATE FUNCTION supervision_exception_step_stays() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a step of an exception never changes' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER supervision_exceptionstep_stays BEFORE UPDATE OR DELETE ON supervision_exceptionstep
    FOR EACH ROW EXECUTE FUNCTION supervision_exception_step_stays();
CREATE TRIGGER supervision_exceptionact_stays BEFORE UPDATE OR DELETE ON supervision_exceptionact
    FOR EACH ROW EXECUTE FUNCTION supervision_exception_step_stays();
"""

BACKWARD = """
DROP TRIGGER supervision_exceptionact_stays ON supervision_exceptionact;
DROP TRIGGER supervision_exceptionstep_stays ON supervision_exceptionstep;
DROP FUNCTION supervision_exception_step_stays();
"""


class Migration(BuiltOnce):
    initial = True

    dependencies = [
        ("assessments", "0011_loans_and_batches"),
        ("feedback", "0012_alerts"),
        ("core", "0002_audit_chain"),
        ("employees", "0004_supervision_loans"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ExceptionAct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("accept", "Accept"),
                            ("ask", "Ask for improvement"),
                            ("snooze", "Put off"),
                            ("pass_up", "Pass up"),
                        ],
                        max_length=10,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("until", models.DateField(null=True)),
                ("is_batch", models.BooleanField(default=False)),
                (
                    "outcomes",
                    models.JSONField(
                        default=list,
                        help_text="what became of each thing: [{person, kind, outcome}]; ids and codes only",
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="employees.employee"
                    ),
                ),
                (
                    "passed_to",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="employees.employee",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ExceptionCase",
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
                            ("no_evidence", "Reports without evidence"),
                            ("off_trend", "Achievement far from the usual"),
                            ("recycled_evidence", "Evidence that was used before"),
                            ("feedback_overdue", "Feedback is missing"),
                            ("objection_running_out", "Objection running out"),
                            ("complaint", "Complaint by a citizen"),
                            ("bad_service", "Badly rated service"),
                            ("plan_not_approved", "Plan waits for approval"),
                            ("report_late", "Report is missing"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "To look at"),
                            ("snoozed", "Put off"),
                            ("accepted", "Accepted"),
                            ("asked", "Improvement asked for"),
                            ("passed_up", "Passed up"),
                            ("ended", "Over"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("first_seen", models.DateField()),
                ("last_seen", models.DateField()),
                (
                    "severity",
                    models.DecimalField(
                        decimal_places=1,
                        help_text="how bad it was when somebody last decided on it",
                        max_digits=9,
                    ),
                ),
                (
                    "explanation",
                    models.CharField(help_text="the sentence of the last sighting", max_length=24),
                ),
                ("figures", models.JSONField(default=list, help_text="its figures, as decimal text")),
                ("until", models.DateField(help_text="the day it comes back", null=True)),
                (
                    "rule_version",
                    models.PositiveSmallIntegerField(
                        help_text="the table of rules by which it was first seen"
                    ),
                ),
                ("ended_on", models.DateField(null=True)),
                (
                    "government",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="employees.government",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        help_text="who it was passed to",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="employees.employee",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exception_cases",
                        to="employees.employee",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ExceptionStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("seen", "Seen for the first time"),
                            ("accept", "Accepted"),
                            ("ask", "Improvement asked for"),
                            ("snooze", "Put off"),
                            ("pass_up", "Passed up"),
                            ("wake", "Shown again: its day has come"),
                            ("worse", "Shown again: it got worse"),
                            ("come_back", "Back with the supervisor: whoever it was passed to is away"),
                            ("undo", "The step before was undone"),
                            ("end", "Over by itself: it is no longer true"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("explanation", models.CharField(help_text="what was true at that moment", max_length=24)),
                ("figures", models.JSONField(default=list)),
                (
                    "status_after",
                    models.CharField(
                        choices=[
                            ("open", "To look at"),
                            ("snoozed", "Put off"),
                            ("accepted", "Accepted"),
                            ("asked", "Improvement asked for"),
                            ("passed_up", "Passed up"),
                            ("ended", "Over"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "status_before",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("open", "To look at"),
                            ("snoozed", "Put off"),
                            ("accepted", "Accepted"),
                            ("asked", "Improvement asked for"),
                            ("passed_up", "Passed up"),
                            ("ended", "Over"),
                        ],
                        max_length=10,
                    ),
                ),
                ("until_before", models.DateField(null=True)),
                ("severity_before", models.DecimalField(decimal_places=1, max_digits=9, null=True)),
                (
                    "act",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="supervision.exceptionact",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="supervision.exceptioncase",
                    ),
                ),
                (
                    "holder_before",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="employees.employee",
                    ),
                ),
                (
                    "undoes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="supervision.exceptionstep",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="QueueRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                (
                    "step",
                    models.CharField(choices=[("refresh", "refresh"), ("digest", "digest")], max_length=10),
                ),
                ("figures", models.JSONField(default=dict)),
                ("finished_at", models.DateTimeField()),
                (
                    "government",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="employees.government",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RuleFate",
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
                            ("no_evidence", "Reports without evidence"),
                            ("off_trend", "Achievement far from the usual"),
                            ("recycled_evidence", "Evidence that was used before"),
                            ("feedback_overdue", "Feedback is missing"),
                            ("objection_running_out", "Objection running out"),
                            ("complaint", "Complaint by a citizen"),
                            ("bad_service", "Badly rated service"),
                            ("plan_not_approved", "Plan waits for approval"),
                            ("report_late", "Report is missing"),
                        ],
                        max_length=24,
                    ),
                ),
                ("version", models.PositiveSmallIntegerField()),
                (
                    "fate",
                    models.CharField(
                        choices=[("retired", "Retired"), ("passed_up", "Passed up to the next level")],
                        max_length=10,
                    ),
                ),
                ("decided_on", models.DateField()),
                ("hits", models.PositiveSmallIntegerField(help_text="how many of the latest were judged")),
                ("acted", models.PositiveSmallIntegerField(help_text="how many of them led to action")),
                (
                    "least_percent",
                    models.PositiveSmallIntegerField(help_text="the share that was asked of it"),
                ),
                (
                    "government",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="employees.government",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="exceptionact",
            index=models.Index(fields=["by", "-at", "-id"], name="exception_act_by_supervisor"),
        ),
        migrations.AddConstraint(
            model_name="exceptionact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_batch", False), models.Q(("note", ""), _negated=True), _connector="OR"
                ),
                name="exception_batch_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="exceptionact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("verb__in", ["ask", "pass_up"]), _negated=True),
                    models.Q(("note", ""), _negated=True),
                    _connector="OR",
                ),
                name="exception_asked_says_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="exceptionact",
            constraint=models.CheckConstraint(
                condition=models.Q(("verb", "snooze"), ("until__isnull", True), _connector="XOR"),
                name="exception_put_off_has_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="exceptionact",
            constraint=models.CheckConstraint(
                condition=models.Q(("verb", "pass_up"), ("passed_to__isnull", True), _connector="XOR"),
                name="exception_passed_up_to_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="exceptioncase",
            index=models.Index(
                condition=models.Q(("holder__isnull", False)), fields=["holder"], name="exception_by_holder"
            ),
        ),
        migrations.AddIndex(
            model_name="exceptioncase",
            index=models.Index(fields=["government", "kind", "-first_seen"], name="exception_by_rule"),
        ),
        migrations.AddConstraint(
            model_name="exceptioncase",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "ended"), _negated=True),
                fields=("person", "kind"),
                name="exception_one_running_per_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="exceptioncase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["open", "snoozed", "accepted", "asked", "passed_up", "ended"])
                ),
                name="exception_status_is_a_known_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="exceptioncase",
            constraint=models.CheckConstraint(
                condition=models.Q(("status", "ended"), ("ended_on__isnull", True), _connector="XOR"),
                name="exception_ended_on_iff_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="exceptioncase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["snoozed", "asked"]), ("until__isnull", True), _connector="XOR"
                ),
                name="exception_comes_back_iff_quiet_for_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="exceptioncase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("holder__isnull", False), ("status", "passed_up")),
                    ("status", "snoozed"),
                    models.Q(
                        models.Q(("status__in", ["passed_up", "snoozed"]), _negated=True),
                        ("holder__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="exception_passed_up_has_a_holder",
            ),
        ),
        migrations.AddConstraint(
            model_name="exceptioncase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("holder__isnull", True),
                    models.Q(("holder", models.F("person")), _negated=True),
                    _connector="OR",
                ),
                name="exception_is_never_passed_to_its_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="exceptionstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("act__isnull", False), ("verb__in", ["accept", "ask", "snooze", "pass_up"])),
                    models.Q(
                        models.Q(("verb__in", ["accept", "ask", "snooze", "pass_up"]), _negated=True),
                        ("act__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="exception_step_of_a_verb_has_its_act",
            ),
        ),
        migrations.AddConstraint(
            model_name="exceptionstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("verb", "undo"), ("undoes__isnull", True), _connector="XOR"),
                name="exception_undo_says_of_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="queuerun",
            constraint=models.UniqueConstraint(
                fields=("government", "day", "step"), name="queue_run_once_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="rulefate",
            constraint=models.UniqueConstraint(
                fields=("government", "kind", "version"), name="rule_fate_once_per_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="rulefate",
            constraint=models.CheckConstraint(
                condition=models.Q(("acted__lte", models.F("hits"))), name="rule_fate_acts_are_hits"
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
