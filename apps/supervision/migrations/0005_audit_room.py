"""The auditor's room; a draw is kept as it was made."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce

FORWARD = """
CREATE FUNCTION supervision_keep_audit_sample() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an audit sample is kept as it was drawn' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER supervision_auditsample_immutable BEFORE UPDATE OR DELETE ON supervision_auditsample
    FOR EACH ROW EXECUTE FUNCTION supervision_keep_audit_sample();
CREATE TRIGGER supervision_auditsampleitem_is_kept BEFORE DELETE ON supervision_auditsampleitem
    FOR EACH ROW EXECUTE FUNCTION supervision_keep_audit_sample();
-- That a record was opened is noted once; nothing else of a drawn line ever changes.
CREATE TRIGGER supervision_auditsampleitem_stays BEFORE UPDATE ON supervision_auditsampleitem
    FOR EACH ROW WHEN (
        (OLD.sample_id, OLD.employee_id, OLD.unit_id, OLD."order")
            IS DISTINCT FROM (NEW.sample_id, NEW.employee_id, NEW.unit_id, NEW."order")
        OR (OLD.opened_at IS NOT NULL AND OLD.opened_at IS DISTINCT FROM NEW.opened_at)
    ) EXECUTE FUNCTION supervision_keep_audit_sample();
"""

BACKWARD = """
DROP TRIGGER supervision_auditsampleitem_stays ON supervision_auditsampleitem;
DROP TRIGGER supervision_auditsampleitem_is_kept ON supervision_auditsampleitem;
DROP TRIGGER supervision_auditsample_immutable ON supervision_auditsample;
DROP FUNCTION supervision_keep_audit_sample();
"""


class Migration(BuiltOnce):
    dependencies = [
        ("supervision", "0004_unit_figures"),
        ("core", "0002_audit_chain"),
        ("employees", "0005_unit_helpers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEngagement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year_from", models.PositiveSmallIntegerField()),
                ("year_to", models.PositiveSmallIntegerField()),
                ("purpose", models.TextField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("granted_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(help_text="ended before its time", null=True)),
                ("end_reason", models.TextField(blank=True)),
                (
                    "auditor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="audit_engagements",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "granted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="employees.workunit"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AuditSample",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "as_of",
                    models.DateField(help_text="the records are read as they were at the end of this day"),
                ),
                ("rate", models.DecimalField(decimal_places=4, max_digits=5)),
                ("minimum", models.PositiveSmallIntegerField(help_text="people of every unit, at least")),
                (
                    "strata",
                    models.JSONField(
                        help_text="the list that was drawn from: {id of a unit: [ids of people]}"
                    ),
                ),
                ("seed", models.CharField(max_length=100)),
                ("seed_hash", models.CharField(max_length=64)),
                ("frame", models.CharField(help_text="hash of the list", max_length=64)),
                ("drawn_at", models.DateTimeField()),
                (
                    "engagement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="samples",
                        to="supervision.auditengagement",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AuditBundle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("manifest_sha256", models.CharField(blank=True, max_length=64)),
                ("made_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="core.job",
                    ),
                ),
                (
                    "sample",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bundles",
                        to="supervision.auditsample",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AuditSampleItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveIntegerField(help_text="place in the draw")),
                ("opened_at", models.DateTimeField(null=True)),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="employees.employee"
                    ),
                ),
                (
                    "sample",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="supervision.auditsample",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="employees.workunit"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="auditengagement",
            index=models.Index(fields=["auditor", "-starts_at"], name="engagement_by_auditor"),
        ),
        migrations.AddConstraint(
            model_name="auditengagement",
            constraint=models.CheckConstraint(
                condition=models.Q(("starts_at__lt", models.F("ends_at"))),
                name="engagement_ends_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditengagement",
            constraint=models.CheckConstraint(
                condition=models.Q(("year_from__lte", models.F("year_to"))),
                name="engagement_years_are_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditengagement",
            constraint=models.CheckConstraint(
                condition=models.Q(("purpose", ""), _negated=True), name="engagement_has_a_purpose"
            ),
        ),
        migrations.AddConstraint(
            model_name="auditengagement",
            constraint=models.CheckConstraint(
                condition=models.Q(("auditor", models.F("granted_by")), _negated=True),
                name="engagement_is_granted_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditengagement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end_reason", ""), ("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("ended_by__isnull", False),
                        models.Q(("end_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="engagement_ended_by_somebody_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditsample",
            constraint=models.CheckConstraint(
                condition=models.Q(("rate__gt", 0), ("rate__lte", 1)), name="audit_sample_rate_is_a_share"
            ),
        ),
        migrations.AddConstraint(
            model_name="auditsample",
            constraint=models.CheckConstraint(
                condition=models.Q(("minimum__gte", 1)), name="audit_sample_looks_at_every_unit"
            ),
        ),
        migrations.AddConstraint(
            model_name="auditbundle",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("made_at__isnull", True), ("manifest_sha256", "")),
                    models.Q(("made_at__isnull", False), models.Q(("manifest_sha256", ""), _negated=True)),
                    _connector="OR",
                ),
                name="audit_bundle_made_with_its_hash",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditsampleitem",
            constraint=models.UniqueConstraint(
                fields=("sample", "employee"), name="audit_sample_person_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="auditsampleitem",
            constraint=models.UniqueConstraint(fields=("sample", "order"), name="audit_sample_place_once"),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
