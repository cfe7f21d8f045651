"""Evidence knows what it looks like, what it was asked, and what the appraiser thinks of it.

What was sent is guarded by triggers: while a report is submitted or accepted, its content, lines and files cannot
change, whichever code tries (threat T3). Statuses, verdicts, questions and fingerprints still move.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models
from django.db.models import Q

from apps.core.migration_operations import BuiltOnce

# Answers given before there were questions: "yes, that is right" about a file that was used elsewhere.
MOVE_ANSWERS = """
INSERT INTO assessments_evidencequestion
    (report_id, evidence_id, kind, is_own, other_evidence_id, other_report_id, asked_at, answer, answered_at)
SELECT DISTINCT ON (mine.id, mine_report.employee_id = other_report.employee_id)
    mine.report_id, mine.id, 'same_file', mine_report.employee_id = other_report.employee_id,
    other.id, other.report_id, mine.added_at, 'Ya, memang benar.', mine.reuse_confirmed_at
FROM assessments_evidence mine
JOIN assessments_selfreport mine_report ON mine_report.id = mine.report_id
JOIN assessments_evidence other ON other.file_id = mine.file_id AND other.report_id <> mine.report_id
JOIN assessments_selfreport other_report ON other_report.id = other.report_id
WHERE mine.reuse_confirmed_at IS NOT NULL
ORDER BY mine.id, mine_report.employee_id = other_report.employee_id, other.id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
MOVE_ANSWERS_BACK = """
UPDATE assessments_evidence SET reuse_confirmed_at = question.answered_at
FROM assessments_evidencequestion question
WHERE question.evidence_id = assessments_evidence.id AND question.kind = 'same_file';
"""

GUARD = """
CREATE FUNCTION assessments_refuse_sent_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a sent report does not change' USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION assessments_refuse_part_of_sent() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[] := CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.report_id]
        WHEN 'DELETE' THEN ARRAY[OLD.report_id]
        ELSE ARRAY[OLD.report_id, NEW.report_id] END;
BEGIN
    IF EXISTS (
        SELECT 1 FROM assessments_selfreport
        WHERE id = ANY (touched) AND status IN ('submitted', 'accepted')
    ) THEN
        RAISE EXCEPTION 'a sent report does not change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER assessments_selfreport_sent_stays BEFORE UPDATE ON assessments_selfreport
    FOR EACH ROW WHEN (
        OLD.status IN ('submitted', 'accepted') AND (
            (OLD.achievements, OLD.obstacles, OLD.support_needed, OLD.log_text)
                IS DISTINCT FROM (NEW.achievements, NEW.obstacles, NEW.support_needed, NEW.log_text)
            OR (OLD.skp_id, OLD.employee_id, OLD.period_id) IS DISTINCT FROM (NEW.skp_id, NEW.employee_id, NEW.period_id)
        )
    ) EXECUTE FUNCTION assessments_refuse_sent_change();

CREATE TRIGGER assessments_selfreport_sent_is_kept BEFORE DELETE ON assessments_selfreport
    FOR EACH ROW WHEN (OLD.status IN ('submitted', 'accepted')) EXECUTE FUNCTION assessments_refuse_sent_change();

CREATE TRIGGER assessments_reportline_sent_stays BEFORE INSERT OR UPDATE OR DELETE ON assessments_reportline
    FOR EACH ROW EXECUTE FUNCTION assessments_refuse_part_of_sent();

CREATE TRIGGER assessments_evidence_sent_is_whole BEFORE INSERT OR DELETE ON assessments_evidence
    FOR EACH ROW EXECUTE FUNCTION assessments_refuse_part_of_sent();

CREATE TRIGGER assessments_evidence_sent_stays BEFORE UPDATE ON assessments_evidence
    FOR EACH ROW WHEN (
        (OLD.report_id, OLD.result_id, OLD.file_id, OLD.name, OLD.added_at, OLD.removed_at)
            IS DISTINCT FROM (NEW.report_id, NEW.result_id, NEW.file_id, NEW.name, NEW.added_at, NEW.removed_at)
    ) EXECUTE FUNCTION assessments_refuse_part_of_sent();
"""
NO_GUARD = """
DROP TRIGGER assessments_evidence_sent_stays ON assessments_evidence;
DROP TRIGGER assessments_evidence_sent_is_whole ON assessments_evidence;
DROP TRIGGER assessments_reportline_sent_stays ON assessments_reportline;
DROP TRIGGER assessments_selfreport_sent_is_kept ON assessments_selfreport;
DROP TRIGGER assessments_selfreport_sent_stays ON assessments_selfreport;
DROP FUNCTION assessments_refuse_part_of_sent();
DROP FUNCTION assessments_refuse_sent_change();
"""


class Migration(BuiltOnce):
    dependencies = [("assessments", "0004_reports_keep_their_history")]

    operations = [
        TrigramExtension(),
        migrations.AddField(
            model_name="selfreport",
            name="review_started_at",
            field=models.DateTimeField(
                help_text="the reviewer's first act on the version that was sent last", null=True
            ),
        ),
        migrations.AddField(
            model_name="selfreport",
            name="text_bands",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.IntegerField(),
                default=list,
                help_text="fingerprint of the achievements as sent (likeness)",
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="selfreport",
            name="log_text",
            field=models.TextField(
                blank=True, default="", help_text="the daily lines of the period, as they were when sent"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="selfreport",
            name="log_bands",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.IntegerField(),
                default=list,
                help_text="fingerprint of log_text",
                size=None,
            ),
        ),
        migrations.AddIndex(
            model_name="selfreport",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["text_bands"], name="report_by_text_bands"
            ),
        ),
        migrations.AddIndex(
            model_name="selfreport",
            index=django.contrib.postgres.indexes.GinIndex(fields=["log_bands"], name="report_by_log_bands"),
        ),
        migrations.AddField(
            model_name="evidence",
            name="taken_on",
            field=models.DateField(
                help_text="the day the camera wrote into the photo; nothing else is kept", null=True
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="image_hash",
            field=models.BigIntegerField(
                help_text="what the picture looks like (core.images.difference_hash)", null=True
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="image_bands",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.SmallIntegerField(),
                default=list,
                help_text="pieces of image_hash, to search by",
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="verdict",
            field=models.CharField(
                blank=True,
                choices=[
                    ("accepted", "Accepted"),
                    ("unclear", "Unclear"),
                    ("not_fitting", "Does not fit"),
                ],
                default="",
                max_length=12,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="evidence",
            name="verdict_note",
            field=models.CharField(blank=True, default="", max_length=500),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="evidence",
            name="verdict_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="employees.employee",
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="verdict_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=Q(("verdict", ""), ("verdict_at__isnull", True))
                | Q(("verdict", "accepted"), ("verdict_at__isnull", False))
                | Q(
                    ("verdict__in", ["unclear", "not_fitting"]),
                    ("verdict_at__isnull", False),
                    Q(("verdict_note", ""), _negated=True),
                ),
                name="evidence_doubted_says_why",
            ),
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["image_bands"], name="evidence_by_image_bands"
            ),
        ),
        migrations.CreateModel(
            name="EvidenceQuestion",
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
                            ("same_file", "The same file was used before"),
                            ("similar_image", "A picture that looks the same was used before"),
                            ("similar_text", "The achievements read like another report"),
                            ("similar_log", "The daily lines read like another person's"),
                            ("not_fresh", "The date lies outside the period"),
                        ],
                        max_length=16,
                    ),
                ),
                ("is_own", models.BooleanField(help_text="what was found is the writer's own")),
                (
                    "day",
                    models.DateField(
                        help_text="the day outside the period, where that is the question", null=True
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("answer", models.CharField(blank=True, max_length=300)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "withdrawn_at",
                    models.DateTimeField(
                        help_text="when its cause went away: file removed, text rewritten", null=True
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        help_text="empty where it is about a text",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="assessments.evidence",
                    ),
                ),
                (
                    "other_evidence",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessments.evidence",
                    ),
                ),
                (
                    "other_report",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessments.selfreport",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="assessments.selfreport",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["report", "evidence", "kind", "is_own"],
                        nulls_distinct=False,
                        name="question_once_per_thing",
                    ),
                    models.CheckConstraint(
                        condition=Q(("answer", ""), ("answered_at__isnull", True))
                        | Q(("answered_at__isnull", False), Q(("answer", ""), _negated=True)),
                        name="question_answer_has_its_time",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            ("day__isnull", False), ("evidence__isnull", False), ("kind", "not_fresh")
                        )
                        | Q(
                            ("evidence__isnull", False),
                            ("kind__in", ["same_file", "similar_image"]),
                            ("other_evidence__isnull", False),
                        )
                        | Q(
                            ("evidence__isnull", True),
                            ("kind__in", ["similar_text", "similar_log"]),
                            ("other_report__isnull", False),
                        ),
                        name="question_names_what_was_found",
                    ),
                ],
            },
        ),
        migrations.RunSQL(MOVE_ANSWERS, MOVE_ANSWERS_BACK),
        migrations.RemoveField(model_name="evidence", name="reuse_confirmed_at"),
        migrations.RunSQL(GUARD, NO_GUARD),
    ]
