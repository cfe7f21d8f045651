"""Samples of ordinary reports: committed to, frozen, drawn; read, read again, and the rest accepted together.

Triggers keep the order and the outcome: the seed never changes, the list not once it is frozen, the draw not once it is
made, a verdict not once it is given. Nothing of it is deleted.
"""

import django.db.models.deletion
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce

GUARD = """
CREATE FUNCTION supervision_refuse_draw_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was committed, frozen, drawn or judged does not change'
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION supervision_refuse_late_listing() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM supervision_reviewdraw WHERE id = NEW.draw_id AND frozen_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a frozen list does not grow' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION supervision_refuse_late_drawing() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM supervision_reviewdraw WHERE id = NEW.draw_id AND drawn_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a sample does not grow' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER supervision_draw_stays BEFORE UPDATE ON supervision_reviewdraw
    FOR EACH ROW WHEN (
        (OLD.period_id, OLD.supervisor_id, OLD.seed, OLD.seed_hash, OLD.committed_at, OLD.is_committed_late)
            IS DISTINCT FROM
        (NEW.period_id, NEW.supervisor_id, NEW.seed, NEW.seed_hash, NEW.committed_at, NEW.is_committed_late)
        OR (OLD.frozen_at IS NOT NULL
            AND (OLD.frame, OLD.frozen_at) IS DISTINCT FROM (NEW.frame, NEW.frozen_at))
        OR (OLD.drawn_at IS NOT NULL
            AND (OLD.head_seq, OLD.head_hash, OLD.rate, OLD.minimum, OLD.second_share, OLD.drawn_at)
                IS DISTINCT FROM
                (NEW.head_seq, NEW.head_hash, NEW.rate, NEW.minimum, NEW.second_share, NEW.drawn_at))
    ) EXECUTE FUNCTION supervision_refuse_draw_change();
CREATE TRIGGER supervision_draw_is_kept BEFORE DELETE ON supervision_reviewdraw
    FOR EACH ROW EXECUTE FUNCTION supervision_refuse_draw_change();

CREATE TRIGGER supervision_listed_stays BEFORE UPDATE OR DELETE ON supervision_listedreport
    FOR EACH ROW EXECUTE FUNCTION supervision_refuse_draw_change();
CREATE TRIGGER supervision_listed_before_the_freeze BEFORE INSERT ON supervision_listedreport
    FOR EACH ROW EXECUTE FUNCTION supervision_refuse_late_listing();

CREATE TRIGGER supervision_drawn_stays BEFORE UPDATE ON supervision_drawnreport
    FOR EACH ROW WHEN (
        (OLD.draw_id, OLD.report_id, OLD.version, OLD.stratum, OLD.place)
            IS DISTINCT FROM (NEW.draw_id, NEW.report_id, NEW.version, NEW.stratum, NEW.place)
        OR (OLD.found <> ''
            AND (OLD.opened_at, OLD.opened_version, OLD.found, OLD.note, OLD.judged_at)
                IS DISTINCT FROM (NEW.opened_at, NEW.opened_version, NEW.found, NEW.note, NEW.judged_at))
    ) EXECUTE FUNCTION supervision_refuse_draw_change();
CREATE TRIGGER supervision_drawn_is_kept BEFORE DELETE ON supervision_drawnreport
    FOR EACH ROW EXECUTE FUNCTION supervision_refuse_draw_change();
CREATE TRIGGER supervision_drawn_at_the_draw BEFORE INSERT ON supervision_drawnreport
    FOR EACH ROW EXECUTE FUNCTION supervision_refuse_late_drawing();

CREATE TRIGGER supervision_second_stays BEFORE UPDATE ON supervision_secondreading
    FOR EACH ROW WHEN (OLD.found <> '' AND OLD IS DISTINCT FROM NEW)
    EXECUTE FUNCTION supervision_refuse_draw_change();
CREATE TRIGGER supervision_second_is_kept BEFORE DELETE ON supervision_secondreading
    FOR EACH ROW EXECUTE FUNCTION supervision_refuse_draw_change();
"""
NO_GUARD = """
DROP TRIGGER supervision_second_is_kept ON supervision_secondreading;
DROP TRIGGER supervision_second_stays ON supervision_secondreading;
DROP TRIGGER supervision_drawn_at_the_draw ON supervision_drawnreport;
DROP TRIGGER supervision_drawn_is_kept ON supervision_drawnreport;
DROP TRIGGER supervision_drawn_stays ON supervision_drawnreport;
DROP TRIGGER supervision_listed_before_the_freeze ON supervision_listedreport;
DROP TRIGGER supervision_listed_stays ON supervision_listedreport;
DROP TRIGGER supervision_draw_is_kept ON supervision_reviewdraw;
DROP TRIGGER supervision_draw_stays ON supervision_reviewdraw;
DROP FUNCTION supervision_refuse_late_drawing();
DROP FUNCTION supervision_refuse_late_listing();
DROP FUNCTION supervision_refuse_draw_change();
"""


class Migration(BuiltOnce):
    dependencies = [
        ("supervision", "0001_exceptions"),
        ("assessments", "0011_loans_and_batches"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReviewDraw",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seed", models.CharField(help_text="shown to nobody before the draw", max_length=64)),
                (
                    "seed_hash",
                    models.CharField(
                        help_text="SHA-256 of the seed, in the audit log since then", max_length=64
                    ),
                ),
                ("committed_at", models.DateTimeField()),
                (
                    "is_committed_late",
                    models.BooleanField(
                        default=False,
                        help_text="after the closing: the seed is then mixed with the list and the audit chain",
                    ),
                ),
                ("frame", models.CharField(blank=True, help_text="hash of the frozen list", max_length=64)),
                ("frozen_at", models.DateTimeField(null=True)),
                (
                    "head_seq",
                    models.BigIntegerField(help_text="audit chain when a late draw was made", null=True),
                ),
                ("head_hash", models.CharField(blank=True, max_length=64)),
                ("rate", models.DecimalField(decimal_places=4, max_digits=5, null=True)),
                ("minimum", models.PositiveSmallIntegerField(null=True)),
                ("second_share", models.DecimalField(decimal_places=4, max_digits=5, null=True)),
                ("drawn_at", models.DateTimeField(null=True)),
                (
                    "completed_at",
                    models.DateTimeField(help_text="when the last drawn report had its verdict", null=True),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review_draws",
                        to="assessments.period",
                    ),
                ),
                (
                    "supervisor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review_draws",
                        to="employees.employee",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ListedReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(help_text="the sent version it stood for")),
                ("stratum", models.CharField(max_length=80)),
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="listed",
                        to="assessments.selfreport",
                    ),
                ),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="listed",
                        to="supervision.reviewdraw",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DrawnReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(help_text="the sent version that was drawn")),
                ("stratum", models.CharField(max_length=80)),
                ("place", models.PositiveSmallIntegerField(help_text="order of the draw")),
                (
                    "opened_at",
                    models.DateTimeField(help_text="when the supervisor opened the review page", null=True),
                ),
                (
                    "opened_version",
                    models.PositiveSmallIntegerField(help_text="the version they saw last", null=True),
                ),
                (
                    "found",
                    models.CharField(
                        blank=True,
                        choices=[("none", "In order"), ("finding", "Something is wrong")],
                        max_length=10,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("judged_at", models.DateTimeField(null=True)),
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drawn",
                        to="assessments.selfreport",
                    ),
                ),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drawn",
                        to="supervision.reviewdraw",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BatchAcceptance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("note", models.TextField()),
                ("at", models.DateTimeField()),
                ("undo_until", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="employees.employee"
                    ),
                ),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="batches",
                        to="supervision.reviewdraw",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="SampleRate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("before", models.DecimalField(decimal_places=4, max_digits=5)),
                ("rate", models.DecimalField(decimal_places=4, max_digits=5)),
                ("opened", models.PositiveSmallIntegerField()),
                ("found", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "draw",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="next_rate",
                        to="supervision.reviewdraw",
                    ),
                ),
                (
                    "supervisor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sample_rates",
                        to="employees.employee",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="SecondReading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("assigned_at", models.DateTimeField(null=True)),
                (
                    "found",
                    models.CharField(
                        blank=True,
                        choices=[("none", "In order"), ("finding", "Something is wrong")],
                        max_length=10,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("judged_at", models.DateTimeField(null=True)),
                (
                    "drawn",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="second",
                        to="supervision.drawnreport",
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="second_readings",
                        to="employees.employee",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BatchItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveSmallIntegerField()),
                (
                    "outcome",
                    models.CharField(help_text="accepted, or the reason it was left out", max_length=20),
                ),
                (
                    "undo_outcome",
                    models.CharField(blank=True, help_text="reopened, or why not", max_length=20),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="supervision.batchacceptance",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessments.selfreport",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "report"), name="batch_item_once_per_report")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="reviewdraw",
            index=models.Index(
                condition=models.Q(("drawn_at__isnull", True)), fields=["period"], name="draw_not_yet_made"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewdraw",
            constraint=models.UniqueConstraint(
                fields=("period", "supervisor"), name="draw_once_per_period_and_supervisor"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewdraw",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("frame", ""), ("frozen_at__isnull", True)),
                    models.Q(("frozen_at__isnull", False), models.Q(("frame", ""), _negated=True)),
                    _connector="OR",
                ),
                name="draw_frozen_has_its_frame",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewdraw",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("drawn_at__isnull", True),
                    models.Q(
                        ("frozen_at__isnull", False),
                        ("frozen_at__lte", models.F("drawn_at")),
                        ("minimum__isnull", False),
                        ("rate__isnull", False),
                        ("second_share__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="draw_follows_the_frozen_list",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewdraw",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("drawn_at__isnull", True),
                    ("is_committed_late", False),
                    models.Q(("head_hash", ""), _negated=True),
                    _connector="OR",
                ),
                name="draw_late_is_mixed_with_the_chain",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewdraw",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("completed_at__isnull", True), ("drawn_at__isnull", False), _connector="OR"
                ),
                name="draw_completed_was_drawn",
            ),
        ),
        migrations.AddConstraint(
            model_name="drawnreport",
            constraint=models.UniqueConstraint(fields=("draw", "place"), name="drawn_one_per_place"),
        ),
        migrations.AddConstraint(
            model_name="drawnreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("opened_at__isnull", True), ("opened_version__isnull", True)),
                    models.Q(("opened_at__isnull", False), ("opened_version__isnull", False)),
                    _connector="OR",
                ),
                name="drawn_opened_has_its_version",
            ),
        ),
        migrations.AddConstraint(
            model_name="drawnreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("found", ""), ("judged_at__isnull", True)),
                    models.Q(("found", "none"), ("judged_at__isnull", False), ("opened_at__isnull", False)),
                    models.Q(
                        ("found", "finding"),
                        ("judged_at__isnull", False),
                        ("opened_at__isnull", False),
                        models.Q(("note", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="drawn_judged_was_opened",
            ),
        ),
        migrations.AddConstraint(
            model_name="batchacceptance",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("draw",),
                name="batch_one_in_force_per_draw",
            ),
        ),
        migrations.AddConstraint(
            model_name="batchacceptance",
            constraint=models.CheckConstraint(
                condition=models.Q(("note", ""), _negated=True), name="batch_says_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="batchacceptance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("undone_at__isnull", True), ("undone_at__lte", models.F("undo_until")), _connector="OR"
                ),
                name="batch_undone_in_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="samplerate",
            constraint=models.CheckConstraint(
                condition=models.Q(("rate__gt", 0), ("rate__lte", 1)), name="sample_rate_is_a_share"
            ),
        ),
        migrations.AddConstraint(
            model_name="samplerate",
            constraint=models.CheckConstraint(
                condition=models.Q(("found__lte", models.F("opened"))), name="sample_rate_found_was_opened"
            ),
        ),
        migrations.AddIndex(
            model_name="secondreading",
            index=models.Index(
                condition=models.Q(("found", "")), fields=["reader"], name="second_open_by_reader"
            ),
        ),
        migrations.AddConstraint(
            model_name="secondreading",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("assigned_at__isnull", True), ("reader__isnull", True)),
                    models.Q(("assigned_at__isnull", False), ("reader__isnull", False)),
                    _connector="OR",
                ),
                name="second_reader_assigned_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="secondreading",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("found", ""), ("judged_at__isnull", True)),
                    models.Q(("found", "none"), ("judged_at__isnull", False), ("reader__isnull", False)),
                    models.Q(
                        ("found", "finding"),
                        ("judged_at__isnull", False),
                        ("reader__isnull", False),
                        models.Q(("note", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="second_judged_has_its_reader",
            ),
        ),
        migrations.RunSQL(GUARD, NO_GUARD),
    ]
