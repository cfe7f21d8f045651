import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce

# What was measured at the start, what happened, and published minutes are facts: no later edit makes them better.
FORWARD = """
CREATE FUNCTION feedback_keep_baseline() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.survey_period_id, OLD.tier, OLD.unsur_code, OLD.before_n, OLD.before_value, OLD.before_low,
        OLD.before_high, OLD.created_on, OLD.counted_from)
       IS DISTINCT FROM
       (NEW.survey_period_id, NEW.tier, NEW.unsur_code, NEW.before_n, NEW.before_value, NEW.before_low,
        NEW.before_high, NEW.created_on, NEW.counted_from) THEN
        RAISE EXCEPTION 'the starting point of improvement item % does not change', OLD.id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER improvement_baseline BEFORE UPDATE ON feedback_improvementitem
    FOR EACH ROW EXECUTE FUNCTION feedback_keep_baseline();

CREATE FUNCTION feedback_keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'history does not change: %', TG_TABLE_NAME;
END $$;
CREATE TRIGGER improvement_history BEFORE UPDATE ON feedback_improvementevent
    FOR EACH ROW EXECUTE FUNCTION feedback_keep_history();
CREATE TRIGGER commitment_history BEFORE UPDATE ON feedback_commitmentevent
    FOR EACH ROW EXECUTE FUNCTION feedback_keep_history();

CREATE FUNCTION feedback_keep_minutes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL AND
       (OLD.minutes, OLD.minutes_file_id, OLD.published_at, OLD.title, OLD.starts_at)
       IS DISTINCT FROM
       (NEW.minutes, NEW.minutes_file_id, NEW.published_at, NEW.title, NEW.starts_at) THEN
        RAISE EXCEPTION 'the published minutes of consultation % do not change', OLD.id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consultation_minutes BEFORE UPDATE ON feedback_consultation
    FOR EACH ROW EXECUTE FUNCTION feedback_keep_minutes();
"""
BACKWARD = """
DROP TRIGGER consultation_minutes ON feedback_consultation;
DROP FUNCTION feedback_keep_minutes();
DROP TRIGGER commitment_history ON feedback_commitmentevent;
DROP TRIGGER improvement_history ON feedback_improvementevent;
DROP FUNCTION feedback_keep_history();
DROP TRIGGER improvement_baseline ON feedback_improvementitem;
DROP FUNCTION feedback_keep_baseline();
"""


class Migration(BuiltOnce):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("core", "0002_audit_chain"),
        ("employees", "0003_service_states"),
        ("feedback", "0010_complaint_handling"),
    ]

    operations = [
        migrations.CreateModel(
            name="Commitment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=300)),
                ("due_on", models.DateField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Promised"),
                            ("in_progress", "Being worked on"),
                            ("kept", "Kept"),
                            ("not_kept", "Not kept"),
                        ],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("reason", models.TextField(blank=True, help_text="why it was not kept")),
                ("outcome", models.TextField(blank=True, help_text="what was done")),
                ("made_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("soon_told_for", models.DateField(null=True)),
                ("late_told_for", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="CommitmentEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("action", models.CharField(max_length=12)),
                (
                    "status_after",
                    models.CharField(
                        choices=[
                            ("open", "Promised"),
                            ("in_progress", "Being worked on"),
                            ("kept", "Kept"),
                            ("not_kept", "Not kept"),
                        ],
                        max_length=12,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("due_on", models.DateField(help_text="the promised day at that moment")),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Consultation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=60, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("fkp", "Public consultation forum (FKP)"),
                            ("forum", "Forum with users of a service"),
                            ("musyawarah", "Deliberation (musyawarah)"),
                        ],
                        max_length=12,
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("purpose", models.TextField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("place", models.CharField(max_length=300)),
                ("how_to_join", models.TextField()),
                ("accessibility", models.TextField(blank=True)),
                (
                    "contributions_until",
                    models.DateField(help_text="empty: no written contributions", null=True),
                ),
                ("created_at", models.DateTimeField()),
                ("announced_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("cancel_reason", models.TextField(blank=True)),
                ("minutes", models.TextField(blank=True)),
                ("minutes_file_name", models.CharField(blank=True, max_length=200)),
                (
                    "minutes_file_is_public",
                    models.BooleanField(
                        default=False, help_text="somebody has said that the scan holds no names"
                    ),
                ),
                ("published_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ConsultationAgendaItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("text", models.CharField(max_length=300)),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="ConsultationContribution",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField()),
                ("hour", models.DateTimeField()),
                (
                    "is_suspicious",
                    models.BooleanField(default=False, help_text="came in too fast, or with many others"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits to be read"),
                            ("shown", "Read and shown"),
                            ("not_shown", "Read, not shown"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "reason_code",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("personal", "It names people or holds personal data"),
                            ("off_topic", "It is about something else"),
                            ("repeated", "The same text was already sent"),
                            ("abuse", "Advertising or abuse"),
                        ],
                        max_length=10,
                    ),
                ),
                ("read_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ConsultationGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("is_invited", models.BooleanField(default=True)),
                (
                    "attended",
                    models.PositiveIntegerField(help_text="how many came; empty: not counted yet", null=True),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ConsultationPoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("text", models.TextField()),
                ("answer", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="ImprovementEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("action", models.CharField(max_length=20)),
                (
                    "status_after",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("in_progress", "In progress"),
                            ("reported", "Reported, waits for the check"),
                            ("done", "Done and checked"),
                            ("measured", "Done, effect measured"),
                            ("dropped", "Dropped"),
                        ],
                        max_length=12,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ImprovementItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("weak_unsur", "Weak element of a survey"),
                            ("repeat_cause", "Cause of repeated complaints"),
                            ("consultation", "Point of a public consultation"),
                            ("notice", "Notice: service turned bad"),
                            ("own", "Own initiative"),
                        ],
                        max_length=12,
                    ),
                ),
                ("cause_id", models.PositiveBigIntegerField(null=True)),
                ("notice_id", models.PositiveBigIntegerField(null=True)),
                ("reason", models.CharField(blank=True, help_text="what is wrong, in words", max_length=300)),
                (
                    "unsur_code",
                    models.CharField(blank=True, help_text="empty: the index as a whole", max_length=30),
                ),
                ("action", models.CharField(max_length=300)),
                ("due_on", models.DateField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("in_progress", "In progress"),
                            ("reported", "Reported, waits for the check"),
                            ("done", "Done and checked"),
                            ("measured", "Done, effect measured"),
                            ("dropped", "Dropped"),
                        ],
                        default="planned",
                        max_length=12,
                    ),
                ),
                ("created_on", models.DateField(help_text="day of the government's own zone")),
                ("counted_from", models.DateField(help_text="rules/improvement_pace.py")),
                ("created_at", models.DateTimeField()),
                ("reported_at", models.DateTimeField(null=True)),
                (
                    "done_on",
                    models.DateField(
                        help_text="the day it was reported, once the proof is accepted", null=True
                    ),
                ),
                ("checked_at", models.DateTimeField(null=True)),
                ("drop_reason", models.TextField(blank=True)),
                (
                    "tier",
                    models.CharField(
                        blank=True,
                        choices=[("terverifikasi", "verified"), ("terbuka", "open")],
                        max_length=14,
                    ),
                ),
                ("before_n", models.PositiveIntegerField(null=True)),
                ("before_value", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("before_low", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("before_high", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("before_grade", models.CharField(blank=True, max_length=1)),
                ("after_n", models.PositiveIntegerField(null=True)),
                ("after_value", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("after_low", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("after_high", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("after_grade", models.CharField(blank=True, max_length=1)),
                (
                    "effect",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("better", "clearly better"),
                            ("unclear", "no clear change yet"),
                            ("worse", "clearly worse"),
                            ("too_few", "too few answers to say"),
                        ],
                        max_length=8,
                    ),
                ),
                ("measured_at", models.DateTimeField(null=True)),
                ("public_text", models.TextField(blank=True)),
                ("public_approved_at", models.DateTimeField(null=True)),
                ("soon_told_for", models.DateField(null=True)),
                ("late_told_for", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ImprovementProof",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("caption", models.CharField(blank=True, max_length=200)),
                ("added_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ImprovementStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("text", models.CharField(max_length=200)),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="PublicationMedium",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("is_active", models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name="SurveyPublication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "medium",
                    models.CharField(
                        choices=[
                            ("website", "Website"),
                            ("social", "Social media"),
                            ("board", "Notice board"),
                            ("own", "Another medium"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "place",
                    models.CharField(blank=True, help_text="which board, which account", max_length=200),
                ),
                ("link", models.URLField(blank=True, max_length=400)),
                ("published_on", models.DateField()),
                ("file_name", models.CharField(blank=True, max_length=200)),
                ("recorded_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="commitment",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="commitments",
                to="employees.employee",
            ),
        ),
        migrations.AddField(
            model_name="commitmentevent",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="commitmentevent",
            name="commitment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="events", to="feedback.commitment"
            ),
        ),
        migrations.AddField(
            model_name="consultation",
            name="created_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="consultation",
            name="government",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="employees.government"
            ),
        ),
        migrations.AddField(
            model_name="consultation",
            name="minutes_file",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
            ),
        ),
        migrations.AddField(
            model_name="consultation",
            name="published_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="consultation",
            name="service",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="consultations",
                to="feedback.service",
            ),
        ),
        migrations.AddField(
            model_name="consultation",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="consultations",
                to="employees.workunit",
            ),
        ),
        migrations.AddField(
            model_name="consultationagendaitem",
            name="consultation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="agenda", to="feedback.consultation"
            ),
        ),
        migrations.AddField(
            model_name="consultationcontribution",
            name="consultation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contributions",
                to="feedback.consultation",
            ),
        ),
        migrations.AddField(
            model_name="consultationcontribution",
            name="read_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="consultationgroup",
            name="consultation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="groups", to="feedback.consultation"
            ),
        ),
        migrations.AddField(
            model_name="consultationpoint",
            name="consultation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="points", to="feedback.consultation"
            ),
        ),
        migrations.AddField(
            model_name="consultationpoint",
            name="group",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="feedback.consultationgroup",
            ),
        ),
        migrations.AddField(
            model_name="consultationcontribution",
            name="point",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="contributions",
                to="feedback.consultationpoint",
            ),
        ),
        migrations.AddField(
            model_name="commitment",
            name="point",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="commitments",
                to="feedback.consultationpoint",
            ),
        ),
        migrations.AddField(
            model_name="improvementevent",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="improvementitem",
            name="after_period",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="feedback.surveyperiod",
            ),
        ),
        migrations.AddField(
            model_name="improvementitem",
            name="checked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="improvementitem",
            name="created_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="improvementitem",
            name="government",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="employees.government"
            ),
        ),
        migrations.AddField(
            model_name="improvementitem",
            name="point",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="improvements",
                to="feedback.consultationpoint",
            ),
        ),
        migrations.AddField(
            model_name="improvementitem",
            name="public_approved_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="improvementitem",
            name="reported_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="improvementitem",
            name="responsible",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="improvements",
                to="employees.employee",
            ),
        ),
        migrations.AddField(
            model_name="improvementitem",
            name="service",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="improvements",
                to="feedback.service",
            ),
        ),
        migrations.AddField(
            model_name="improvementitem",
            name="survey_period",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="feedback.surveyperiod",
            ),
        ),
        migrations.AddField(
            model_name="improvementitem",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="improvements",
                to="employees.workunit",
            ),
        ),
        migrations.AddField(
            model_name="improvementevent",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="events",
                to="feedback.improvementitem",
            ),
        ),
        migrations.AddField(
            model_name="improvementproof",
            name="added_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="improvementproof",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
            ),
        ),
        migrations.AddField(
            model_name="improvementproof",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="proofs",
                to="feedback.improvementitem",
            ),
        ),
        migrations.AddField(
            model_name="improvementstep",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="steps",
                to="feedback.improvementitem",
            ),
        ),
        migrations.AddField(
            model_name="publicationmedium",
            name="government",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="publication_media",
                to="employees.government",
            ),
        ),
        migrations.AddField(
            model_name="surveypublication",
            name="file",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
            ),
        ),
        migrations.AddField(
            model_name="surveypublication",
            name="own_medium",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="feedback.publicationmedium",
            ),
        ),
        migrations.AddField(
            model_name="surveypublication",
            name="recorded_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="surveypublication",
            name="survey_period",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="publications",
                to="feedback.surveyperiod",
            ),
        ),
        migrations.AddIndex(
            model_name="consultation",
            index=models.Index(fields=["unit", "starts_at"], name="consultation_by_unit"),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="consultation_has_a_duration"
            ),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("published_at__isnull", True),
                    models.Q(
                        ("announced_at__isnull", False),
                        ("cancelled_at__isnull", True),
                        models.Q(("minutes", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="consultation_published_with_minutes",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cancelled_at__isnull", True),
                    models.Q(("cancel_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="consultation_cancel_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationagendaitem",
            constraint=models.UniqueConstraint(fields=("consultation", "number"), name="agenda_number_once"),
        ),
        migrations.AddConstraint(
            model_name="consultationgroup",
            constraint=models.UniqueConstraint(
                fields=("consultation", "name"), name="consultation_group_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationpoint",
            constraint=models.UniqueConstraint(
                fields=("consultation", "number"), name="consultation_point_number_once"
            ),
        ),
        migrations.AddIndex(
            model_name="consultationcontribution",
            index=models.Index(fields=["consultation", "status"], name="contribution_by_status"),
        ),
        migrations.AddConstraint(
            model_name="consultationcontribution",
            constraint=models.CheckConstraint(
                condition=models.Q(("status", "waiting"), ("read_at__isnull", False), _connector="XOR"),
                name="contribution_read_at_iff_read",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationcontribution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "not_shown"), _negated=True),
                    models.Q(("reason_code", ""), _negated=True),
                    _connector="XOR",
                ),
                name="contribution_reason_iff_not_shown",
            ),
        ),
        migrations.AddIndex(
            model_name="commitment",
            index=models.Index(
                condition=models.Q(("status__in", ["open", "in_progress"])),
                fields=["due_on"],
                name="commitment_open_by_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "in_progress", "kept", "not_kept"])),
                name="commitment_status_is_a_known_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["kept", "not_kept"]), ("settled_at__isnull", True), _connector="XOR"
                ),
                name="commitment_settled_at_iff_settled",
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "not_kept"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="commitment_not_kept_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "kept"), _negated=True),
                    models.Q(("outcome", ""), _negated=True),
                    _connector="OR",
                ),
                name="commitment_kept_has_an_outcome",
            ),
        ),
        migrations.AddIndex(
            model_name="improvementitem",
            index=models.Index(fields=["unit", "status", "due_on"], name="improvement_by_unit"),
        ),
        migrations.AddIndex(
            model_name="improvementitem",
            index=models.Index(
                condition=models.Q(("status__in", ["planned", "in_progress"])),
                fields=["due_on"],
                name="improvement_running_by_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="improvementitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["planned", "in_progress", "reported", "done", "measured", "dropped"])
                ),
                name="improvement_status_is_a_known_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="improvementitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("checked_at__isnull", False),
                        ("done_on__isnull", False),
                        ("status__in", ["done", "measured"]),
                    ),
                    models.Q(
                        models.Q(("status__in", ["done", "measured"]), _negated=True),
                        ("checked_at__isnull", True),
                        ("done_on__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="improvement_done_on_iff_done",
            ),
        ),
        migrations.AddConstraint(
            model_name="improvementitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("checked_by__isnull", True),
                    models.Q(("checked_by", models.F("reported_by")), _negated=True),
                    _connector="OR",
                ),
                name="improvement_is_not_checked_by_the_reporter",
            ),
        ),
        migrations.AddConstraint(
            model_name="improvementitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("after_period__isnull", False),
                        ("measured_at__isnull", False),
                        ("status", "measured"),
                        models.Q(("effect", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("status", "measured"), _negated=True),
                        ("effect", ""),
                        ("measured_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="improvement_effect_iff_measured",
            ),
        ),
        migrations.AddConstraint(
            model_name="improvementitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "dropped"), _negated=True),
                    models.Q(("drop_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="improvement_drop_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="improvementitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("public_approved_at__isnull", True),
                    models.Q(("public_text", ""), _negated=True),
                    _connector="OR",
                ),
                name="improvement_approved_wording_has_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="improvementitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("survey_period__isnull", True),
                    models.Q(("service__isnull", False), models.Q(("tier", ""), _negated=True)),
                    _connector="OR",
                ),
                name="improvement_baseline_names_service_and_tier",
            ),
        ),
        migrations.AddConstraint(
            model_name="improvementproof",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at__isnull", True)),
                fields=("item", "file"),
                name="improvement_proof_file_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="improvementstep",
            constraint=models.UniqueConstraint(
                fields=("item", "number"), name="improvement_step_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="publicationmedium",
            constraint=models.UniqueConstraint(fields=("government", "name"), name="publication_medium_once"),
        ),
        migrations.AddConstraint(
            model_name="surveypublication",
            constraint=models.CheckConstraint(
                condition=models.Q(("medium", "own"), ("own_medium__isnull", True), _connector="XOR"),
                name="publication_own_medium_iff_named",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
