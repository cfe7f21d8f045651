"""Both explain themselves in an objection; changes of a rating know what they were."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from apps.core.migration_operations import BuiltOnce

FORWARD = """
CREATE FUNCTION assessments_refuse_statement_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.sent_at IS NOT NULL THEN
        RAISE EXCEPTION 'a sent statement never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER assessments_objectionstatement_immutable BEFORE UPDATE OR DELETE ON assessments_objectionstatement
    FOR EACH ROW EXECUTE FUNCTION assessments_refuse_statement_change();

CREATE FUNCTION assessments_refuse_objection_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.evaluation_id, OLD.number, OLD.about_work_result, OLD.about_behavior, OLD.reason, OLD.wanted, OLD.filed_at)
       IS DISTINCT FROM
       (NEW.evaluation_id, NEW.number, NEW.about_work_result, NEW.about_behavior, NEW.reason, NEW.wanted, NEW.filed_at)
    THEN
        RAISE EXCEPTION 'a filed objection never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.decided_at IS NOT NULL AND (OLD.decided_at, OLD.is_upheld, OLD.decision_reason)
       IS DISTINCT FROM (NEW.decided_at, NEW.is_upheld, NEW.decision_reason)
    THEN
        RAISE EXCEPTION 'a decision on an objection is final' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER assessments_objection_final BEFORE UPDATE ON assessments_objection
    FOR EACH ROW EXECUTE FUNCTION assessments_refuse_objection_change();
"""

BACKWARD = """
DROP TRIGGER assessments_objection_final ON assessments_objection;
DROP FUNCTION assessments_refuse_objection_change();
DROP TRIGGER assessments_objectionstatement_immutable ON assessments_objectionstatement;
DROP FUNCTION assessments_refuse_statement_change();
"""

# What was decided before versions were counted: the upheld ones are version 2 of their result.
OLD_DECISIONS = """
UPDATE assessments_ratingchange SET kind = 'objection', version = 2
FROM assessments_objection
WHERE assessments_objection.evaluation_id = assessments_ratingchange.evaluation_id
  AND assessments_objection.is_upheld
  AND assessments_objection.decided_at = assessments_ratingchange.at;

UPDATE assessments_evaluation SET version = 2
FROM assessments_objection
WHERE assessments_objection.evaluation_id = assessments_evaluation.id AND assessments_objection.is_upheld;
"""

PROTECT = django.db.models.deletion.PROTECT
SIDES = [("employee", "Employee"), ("appraiser", "Appraiser")]


def _id() -> tuple[str, models.Field]:
    return "id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _by() -> tuple[str, models.Field]:
    return "by", models.ForeignKey(null=True, on_delete=PROTECT, related_name="+", to="employees.employee")


class Migration(BuiltOnce):
    dependencies = [
        ("assessments", "0007_calibration"),
        ("core", "0001_initial"),
        ("employees", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="evaluation",
            name="version",
            field=models.PositiveSmallIntegerField(
                default=1, help_text="2 after an upheld objection; the changes keep what the first one said"
            ),
        ),
        migrations.AddField(
            model_name="evaluation",
            name="basis",
            field=models.JSONField(
                default=dict,
                help_text="policy values and days behind the head's rating and the clock, for a replay",
            ),
        ),
        migrations.AddConstraint(
            model_name="evaluation",
            constraint=models.CheckConstraint(
                condition=Q(("version__gte", 1)), name="evaluation_version_counts_from_one"
            ),
        ),
        migrations.AddField(
            model_name="ratingchange",
            name="version",
            field=models.PositiveSmallIntegerField(
                default=1, help_text="the version of the result it belongs to"
            ),
        ),
        migrations.AddField(
            model_name="objection", name="about_work_result", field=models.BooleanField(default=True)
        ),
        migrations.AddField(
            model_name="objection", name="about_behavior", field=models.BooleanField(default=True)
        ),
        migrations.AddField(
            model_name="objection", name="wanted", field=models.TextField(blank=True, default="")
        ),
        migrations.AddField(
            model_name="objection",
            name="basis",
            field=models.JSONField(
                default=dict, help_text="policy values and days off behind the clock, for a replay"
            ),
        ),
        migrations.AddField(
            model_name="objection",
            name="question",
            field=models.TextField(blank=True, default="", help_text="what the decider asks both to explain"),
        ),
        migrations.AddField(model_name="objection", name="asked_at", field=models.DateTimeField(null=True)),
        migrations.AddIndex(
            model_name="objection",
            index=models.Index(
                condition=Q(("decided_at__isnull", True)),
                fields=["decider", "decision_due_on"],
                name="objection_open_by_decider",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=Q(("about_work_result", True), ("about_behavior", True), _connector="OR"),
                name="objection_is_about_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=Q(
                    Q(("decided_at__isnull", True), ("is_upheld__isnull", True)),
                    Q(
                        ("decided_at__isnull", False),
                        ("is_upheld__isnull", False),
                        Q(("decision_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="objection_decided_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=Q(("asked_at__isnull", True), Q(("question", ""), _negated=True), _connector="OR"),
                name="objection_asked_with_a_question",
            ),
        ),
        migrations.CreateModel(
            name="ObjectionStatement",
            fields=[
                _id(),
                ("role", models.CharField(choices=SIDES, max_length=10)),
                ("text", models.TextField(blank=True)),
                (
                    "revision",
                    models.PositiveIntegerField(
                        default=0, help_text="grows with every save; guards two tabs"
                    ),
                ),
                ("saved_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                _by(),
                (
                    "objection",
                    models.ForeignKey(
                        on_delete=PROTECT, related_name="statements", to="assessments.objection"
                    ),
                ),
            ],
            options={
                "ordering": ["sent_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("objection", "role"), name="statement_once_per_side"),
                    models.CheckConstraint(
                        condition=Q(("role__in", ["employee", "appraiser"])), name="statement_of_a_known_side"
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            ("sent_at__isnull", True), Q(("text", ""), _negated=True), _connector="OR"
                        ),
                        name="statement_sent_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ObjectionAttachment",
            fields=[
                _id(),
                ("role", models.CharField(choices=SIDES, max_length=10)),
                ("name", models.CharField(max_length=200)),
                ("added_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
                _by(),
                (
                    "file",
                    models.ForeignKey(on_delete=PROTECT, related_name="+", to="core.storedfile"),
                ),
                (
                    "objection",
                    models.ForeignKey(
                        on_delete=PROTECT, related_name="attachments", to="assessments.objection"
                    ),
                ),
            ],
            options={
                "ordering": ["added_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(("removed_at__isnull", True)),
                        fields=("objection", "file"),
                        name="attachment_file_once_per_objection",
                    ),
                    models.CheckConstraint(
                        condition=Q(("role__in", ["employee", "appraiser"])),
                        name="attachment_of_a_known_side",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunSQL(OLD_DECISIONS, migrations.RunSQL.noop),
    ]
