"""Questionnaires have versions and a life of their own; paper sheets are typed in, checked and kept with their scans.

What was asked of people stays as it was asked: triggers refuse a change to the unsur of a questionnaire that is in
use, or was asked in a survey period.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce

FORWARD = """
CREATE FUNCTION feedback_refuse_unsur_change() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[] := CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.questionnaire_id]
        WHEN 'DELETE' THEN ARRAY[OLD.questionnaire_id]
        ELSE ARRAY[OLD.questionnaire_id, NEW.questionnaire_id] END;
BEGIN
    IF EXISTS (SELECT 1 FROM feedback_questionnaire WHERE id = ANY (touched) AND status <> 'draft')
        OR EXISTS (SELECT 1 FROM feedback_surveyperiod WHERE questionnaire_id = ANY (touched)) THEN
        RAISE EXCEPTION 'a questionnaire in use does not change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER feedback_unsur_in_use_stays BEFORE INSERT OR UPDATE OR DELETE ON feedback_unsur
    FOR EACH ROW EXECUTE FUNCTION feedback_refuse_unsur_change();

CREATE FUNCTION feedback_refuse_questionnaire_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.status <> 'draft' THEN
            RAISE EXCEPTION 'a questionnaire in use does not go' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.status <> 'draft' AND (
        NEW.status = 'draft'
        OR (NEW.government_id, NEW.regime, NEW.version, NEW.title, NEW.valid_from, NEW.based_on_id, NEW.why)
            IS DISTINCT FROM
           (OLD.government_id, OLD.regime, OLD.version, OLD.title, OLD.valid_from, OLD.based_on_id, OLD.why)
    ) THEN
        RAISE EXCEPTION 'a questionnaire in use does not change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER feedback_questionnaire_in_use_stays BEFORE UPDATE OR DELETE ON feedback_questionnaire
    FOR EACH ROW EXECUTE FUNCTION feedback_refuse_questionnaire_change();
"""

BACKWARD = """
DROP TRIGGER feedback_questionnaire_in_use_stays ON feedback_questionnaire;
DROP FUNCTION feedback_refuse_questionnaire_change();
DROP TRIGGER feedback_unsur_in_use_stays ON feedback_unsur;
DROP FUNCTION feedback_refuse_unsur_change();
"""

# Older regulations, for results of earlier years. Our sources give no wording for their questions: it stays empty.
SEVEN = [
    ("persyaratan", "Persyaratan"),
    ("prosedur", "Sistem, mekanisme, dan prosedur"),
    ("waktu", "Waktu penyelesaian"),
    ("biaya", "Biaya/tarif"),
    ("produk", "Produk spesifikasi jenis pelayanan"),
    ("kompetensi", "Kompetensi pelaksana"),
    ("perilaku", "Perilaku pelaksana"),
]
HISTORY = {
    "16/2014": [
        *SEVEN,
        ("maklumat", "Maklumat pelayanan"),
        ("pengaduan", "Penanganan pengaduan, saran, dan masukan"),
    ],
    "KEP/25/2004": [(f"u{number}", f"Unsur {number}") for number in range(1, 15)],
}


def settle(apps, schema_editor):
    """Say that the national questionnaire is in use, and that versions made before this step are as well."""
    questionnaires = apps.get_model("feedback", "Questionnaire").objects.using(schema_editor.connection.alias)
    questionnaires.filter(government=None, status="draft").update(status="in_use")
    for row in questionnaires.filter(status="draft").exclude(government=None):
        row.status, row.valid_from = "in_use", "2017-01-01"
        row.save()


def add_history(apps, schema_editor):
    """Add the questionnaires of the superseded regulations, which are only looked up."""
    alias = schema_editor.connection.alias
    questionnaires = apps.get_model("feedback", "Questionnaire").objects.using(alias)
    unsur = apps.get_model("feedback", "Unsur").objects.using(alias)
    for regime, rows in HISTORY.items():
        questionnaire, is_new = questionnaires.get_or_create(
            government=None,
            regime=regime,
            version=1,
            defaults={"title": f"Survei Kepuasan Masyarakat ({regime})", "is_standard": False},
        )
        if not is_new:
            continue
        for number, (code, name) in enumerate(rows, start=1):
            unsur.create(
                questionnaire=questionnaire,
                number=number,
                code=code,
                name=name,
                question="",
                labels=[],
                weight_numerator=1,
                weight_denominator=len(rows),
            )
        questionnaire.status = "retired"
        questionnaire.save()


class Migration(BuiltOnce):
    dependencies = [
        ("core", "0001_initial"),
        ("feedback", "0006_receipts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PaperBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "place",
                    models.CharField(
                        blank=True, help_text="where, if it was not at a counter", max_length=120
                    ),
                ),
                (
                    "collected_by",
                    models.CharField(help_text="in which capacity; no name is needed", max_length=120),
                ),
                ("collected_on", models.DateField()),
                ("sheet_count", models.PositiveSmallIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("typing", "Being typed in"),
                            ("checking", "Waits for a second look"),
                            ("closed", "Closed, counts"),
                            ("withdrawn", "Withdrawn, does not count"),
                        ],
                        default="typing",
                        max_length=10,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                (
                    "check_seed",
                    models.CharField(
                        blank=True,
                        help_text="drawn when typing ended; says which sheets are typed twice",
                        max_length=32,
                    ),
                ),
                ("check_percent", models.PositiveSmallIntegerField(null=True)),
                (
                    "is_check_extended",
                    models.BooleanField(default=False, help_text="too many errors: every sheet is checked"),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_reason", models.CharField(blank=True, max_length=500)),
            ],
        ),
        migrations.CreateModel(
            name="PaperRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.PositiveSmallIntegerField(help_text="written on the sheet by hand, 1 to the last"),
                ),
                ("answers", models.JSONField(default=dict, help_text="{unsur code: 1 to 4}")),
                ("sex", models.CharField(blank=True, choices=[("L", "male"), ("P", "female")], max_length=1)),
                (
                    "age_band",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("<18", "under 18"),
                            ("18-29", "18-29"),
                            ("30-44", "30-44"),
                            ("45-59", "45-59"),
                            ("60+", "60 and older"),
                        ],
                        max_length=5,
                    ),
                ),
                (
                    "education",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sd", "SD"),
                            ("smp", "SMP"),
                            ("sma", "SMA/SMK"),
                            ("diploma", "D1-D3"),
                            ("s1", "D4/S1"),
                            ("s2", "S2"),
                            ("s3", "S3"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "occupation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("pns", "PNS"),
                            ("tni", "TNI"),
                            ("polri", "POLRI"),
                            ("swasta", "private employee"),
                            ("wirausaha", "self-employed"),
                            ("pelajar", "student"),
                            ("petani", "farmer or fisher"),
                            ("lainnya", "other"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "filled_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("self", "the person alone"),
                            ("family", "with help from family or a friend"),
                            ("helper", "with help from a member of staff who did not serve the person"),
                            ("officer", "by the officer who served"),
                        ],
                        max_length=8,
                    ),
                ),
                ("remark", models.TextField(blank=True)),
                (
                    "is_unusable",
                    models.BooleanField(default=False, help_text="an empty or unreadable sheet; not counted"),
                ),
                ("revision", models.PositiveSmallIntegerField(default=1)),
                ("typed_at", models.DateTimeField()),
                ("is_sampled", models.BooleanField(default=False)),
                (
                    "second_reading",
                    models.JSONField(
                        help_text="{unsur code: 1 to 4}, typed without seeing the first", null=True
                    ),
                ),
                ("checked_at", models.DateTimeField(null=True)),
                (
                    "wrong_cells",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="cells in which the first reading was not what the sheet says"
                    ),
                ),
                (
                    "is_settled",
                    models.BooleanField(default=False, help_text="both readings agree, or were reconciled"),
                ),
                ("settled_reason", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="PaperScan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=170)),
                ("added_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="RespondentTable",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file_name", models.CharField(max_length=170)),
                (
                    "columns",
                    models.JSONField(
                        default=dict, help_text="{title: unsur code} where the table numbers otherwise"
                    ),
                ),
                ("uploaded_at", models.DateTimeField()),
                (
                    "preview",
                    models.JSONField(
                        default=dict, help_text="what taking it over would do: counts, problems, index"
                    ),
                ),
                ("applied_at", models.DateTimeField(null=True)),
                ("outcome", models.JSONField(default=dict, help_text="what taking it over did")),
            ],
        ),
        migrations.AddField(
            model_name="questionnaire",
            name="based_on",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="feedback.questionnaire",
            ),
        ),
        migrations.AddField(
            model_name="questionnaire",
            name="is_standard",
            field=models.BooleanField(
                default=True, help_text="suggested for every new period; a variant is chosen by hand"
            ),
        ),
        migrations.AddField(
            model_name="questionnaire",
            name="status",
            field=models.CharField(
                choices=[("draft", "Draft"), ("in_use", "In use"), ("retired", "No longer offered")],
                default="draft",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="questionnaire",
            name="valid_from",
            field=models.DateField(
                help_text="for periods that begin on or after; empty: since ever", null=True
            ),
        ),
        migrations.AddField(
            model_name="questionnaire",
            name="why",
            field=models.TextField(blank=True, help_text="why this version was made"),
        ),
        migrations.AddField(
            model_name="unsur",
            name="is_extra",
            field=models.BooleanField(default=False, help_text="added to the national ones"),
        ),
        migrations.AddField(
            model_name="unsur",
            name="replace_ground",
            field=models.CharField(
                blank=True,
                choices=[
                    ("free_by_law", "a rule makes the service free of charge"),
                    ("online", "the service is given online, without an officer"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="unsur",
            name="replace_reason",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="unsur",
            name="replaces",
            field=models.SlugField(
                blank=True, help_text="code of the national unsur it stands for", max_length=30
            ),
        ),
        migrations.AddField(
            model_name="paperbatch",
            name="closed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="paperbatch",
            name="opened_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="paperbatch",
            name="point",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="feedback.servicepoint",
            ),
        ),
        migrations.AddField(
            model_name="paperbatch",
            name="survey_period",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="paper_batches",
                to="feedback.surveyperiod",
            ),
        ),
        migrations.AddField(
            model_name="paperbatch",
            name="withdrawn_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="response",
            name="batch",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="responses",
                to="feedback.paperbatch",
            ),
        ),
        migrations.AddField(
            model_name="paperrow",
            name="batch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="rows", to="feedback.paperbatch"
            ),
        ),
        migrations.AddField(
            model_name="paperrow",
            name="checked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="paperrow",
            name="typed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="paperscan",
            name="added_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="paperscan",
            name="batch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="scans", to="feedback.paperbatch"
            ),
        ),
        migrations.AddField(
            model_name="paperscan",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
            ),
        ),
        migrations.AddField(
            model_name="respondenttable",
            name="applied_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="respondenttable",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
            ),
        ),
        migrations.AddField(
            model_name="respondenttable",
            name="survey_period",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="tables", to="feedback.surveyperiod"
            ),
        ),
        migrations.AddField(
            model_name="respondenttable",
            name="uploaded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.RunPython(settle, migrations.RunPython.noop),
        migrations.RunPython(add_history, migrations.RunPython.noop),
        # What the data steps left to check must be checked before the tables change again.
        migrations.RunSQL(
            "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;", migrations.RunSQL.noop
        ),
        migrations.AddConstraint(
            model_name="questionnaire",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["draft", "in_use", "retired"])),
                name="questionnaire_status_is_a_known_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="questionnaire",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("government__isnull", True),
                    models.Q(("status", "draft"), ("valid_from__isnull", True)),
                    models.Q(models.Q(("status", "draft"), _negated=True), ("valid_from__isnull", False)),
                    _connector="OR",
                ),
                name="questionnaire_in_use_has_a_first_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="unsur",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight_denominator__gte", 1), ("weight_numerator__gte", 1)),
                name="unsur_weight_is_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="unsur",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("replaces", ""),
                    models.Q(
                        models.Q(("replace_reason", ""), _negated=True),
                        models.Q(("replace_ground", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="unsur_is_replaced_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["typing", "checking", "closed", "withdrawn"])),
                name="paper_batch_status_is_a_known_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("sheet_count__gte", 1)), name="paper_batch_has_sheets"
            ),
        ),
        migrations.AddConstraint(
            model_name="paperbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "closed"), _negated=True),
                    ("closed_at__isnull", False),
                    _connector="OR",
                ),
                name="paper_batch_closed_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("status", "withdrawn"),
                        ("withdrawn_at__isnull", False),
                        models.Q(("withdrawn_reason", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("status", "withdrawn"), _negated=True), ("withdrawn_at__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="paper_batch_withdrawn_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperrow",
            constraint=models.UniqueConstraint(fields=("batch", "number"), name="paper_row_once_per_sheet"),
        ),
        migrations.AddConstraint(
            model_name="paperrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("checked_by", models.F("typed_by")), _negated=True),
                name="paper_row_is_checked_by_another_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("checked_by__isnull", True), ("second_reading__isnull", True)),
                    models.Q(("checked_by__isnull", False), ("second_reading__isnull", False)),
                    _connector="OR",
                ),
                name="paper_row_checked_with_a_reading",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperscan",
            constraint=models.UniqueConstraint(fields=("batch", "file"), name="paper_scan_once_per_batch"),
        ),
        migrations.AddConstraint(
            model_name="respondenttable",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("applied_by__isnull", True), ("applied_at__isnull", False), _connector="OR"
                ),
                name="respondent_table_applied_has_time",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
