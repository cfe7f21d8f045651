"""Plans are revised within the year; every approved version is kept; templates.

Two guards in the database: a kept version never changes, and the rows of a plan that was sent or decided on
change only where a service says so in the same transaction (services/guard.py). The leader's expectations may
be written until the approval.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce

FORWARD = """
CREATE FUNCTION indicators_refuse_version_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an approved version never changes' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER indicators_skpversion_immutable BEFORE UPDATE OR DELETE ON indicators_skpversion
    FOR EACH ROW EXECUTE FUNCTION indicators_refuse_version_change();

CREATE FUNCTION indicators_guard_plan_rows() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    plans bigint[];
    open_states text[] := ARRAY['draft', 'returned'];
BEGIN
    IF current_setting('asn.plan_apply', true) = 'on' THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_TABLE_NAME = 'indicators_indicator' THEN
        SELECT array_agg(skp_id) INTO plans
        FROM indicators_workresult WHERE id IN (OLD.result_id, NEW.result_id);
    ELSE
        plans := ARRAY[OLD.skp_id, NEW.skp_id];
    END IF;
    IF TG_TABLE_NAME = 'indicators_behaviorexpectation' THEN
        open_states := open_states || 'submitted'::text;
    END IF;
    IF EXISTS (SELECT 1 FROM indicators_skp WHERE id = ANY(plans) AND NOT status = ANY(open_states)) THEN
        RAISE EXCEPTION 'a plan that was sent or decided on keeps its content'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER indicators_workresult_guard BEFORE INSERT OR UPDATE OR DELETE ON indicators_workresult
    FOR EACH ROW EXECUTE FUNCTION indicators_guard_plan_rows();

CREATE TRIGGER indicators_indicator_guard BEFORE INSERT OR UPDATE OR DELETE ON indicators_indicator
    FOR EACH ROW EXECUTE FUNCTION indicators_guard_plan_rows();

CREATE TRIGGER indicators_annexitem_guard BEFORE INSERT OR UPDATE OR DELETE ON indicators_annexitem
    FOR EACH ROW EXECUTE FUNCTION indicators_guard_plan_rows();

CREATE TRIGGER indicators_behaviorexpectation_guard BEFORE INSERT OR UPDATE OR DELETE ON indicators_behaviorexpectation
    FOR EACH ROW EXECUTE FUNCTION indicators_guard_plan_rows();
"""

BACKWARD = """
DROP TRIGGER indicators_workresult_guard ON indicators_workresult;
DROP TRIGGER indicators_indicator_guard ON indicators_indicator;
DROP TRIGGER indicators_annexitem_guard ON indicators_annexitem;
DROP TRIGGER indicators_behaviorexpectation_guard ON indicators_behaviorexpectation;
DROP FUNCTION indicators_guard_plan_rows();
DROP TRIGGER indicators_skpversion_immutable ON indicators_skpversion;
DROP FUNCTION indicators_refuse_version_change();
"""


class Migration(BuiltOnce):
    dependencies = [
        ("indicators", "0002_rows_know_their_revision"),
        ("employees", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SkpTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("job_family", models.CharField(max_length=80)),
                (
                    "level",
                    models.CharField(
                        blank=True, help_text="as in the position; empty for every level", max_length=40
                    ),
                ),
                (
                    "layout",
                    models.CharField(
                        choices=[("jpt", "JPT and heads of independent units"), ("ja_jf", "JA and JF")],
                        max_length=6,
                    ),
                ),
                (
                    "approach",
                    models.CharField(
                        choices=[("kuantitatif", "Quantitative"), ("kualitatif", "Qualitative")],
                        max_length=12,
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("content", models.JSONField()),
                ("is_active", models.BooleanField(default=True)),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SkpVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveSmallIntegerField()),
                ("content", models.JSONField()),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("strategy", "The strategy or the priorities of the organization changed"),
                            ("position", "The position or its tasks changed"),
                            ("assignment", "An assignment was added, changed or ended"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True, help_text="the reason in words; empty for the first version"
                    ),
                ),
                (
                    "appraiser_name",
                    models.CharField(
                        blank=True, help_text="whose approval it is, as printed", max_length=150
                    ),
                ),
                ("approved_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["skp", "version"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="skp",
            name="skp_once_per_employee_year_and_place",
        ),
        migrations.RemoveConstraint(
            model_name="skp",
            name="skp_status_is_a_known_one",
        ),
        migrations.AddField(
            model_name="annexitem",
            name="revised_from",
            field=models.ForeignKey(
                help_text="the approved row it was copied from",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="indicators.annexitem",
            ),
        ),
        migrations.AddField(
            model_name="indicator",
            name="revised_from",
            field=models.ForeignKey(
                help_text="the approved row it was copied from",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="indicators.indicator",
            ),
        ),
        migrations.AddField(
            model_name="skp",
            name="revises",
            field=models.ForeignKey(
                help_text="the approved plan this is a working copy of",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="revisions",
                to="indicators.skp",
            ),
        ),
        migrations.AddField(
            model_name="skp",
            name="revision_note",
            field=models.TextField(blank=True, help_text="the reason in words"),
        ),
        migrations.AddField(
            model_name="skp",
            name="revision_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("strategy", "The strategy or the priorities of the organization changed"),
                    ("position", "The position or its tasks changed"),
                    ("assignment", "An assignment was added, changed or ended"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="skp",
            name="version",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="number of the approved version; 0 before"
            ),
        ),
        migrations.AddField(
            model_name="skpdecision",
            name="mandate",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="employees.mandate",
            ),
        ),
        migrations.AddField(
            model_name="workresult",
            name="revised_from",
            field=models.ForeignKey(
                help_text="the approved row it was copied from",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="indicators.workresult",
            ),
        ),
        migrations.AlterField(
            model_name="skp",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("submitted", "Waiting for approval"),
                    ("returned", "Returned"),
                    ("approved", "Approved"),
                    ("closed", "Closed"),
                    ("merged", "Taken over into the plan"),
                    ("withdrawn", "Change given up"),
                ],
                default="draft",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="skp",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revises__isnull", True)),
                fields=("employee", "year", "placement"),
                name="skp_once_per_employee_year_and_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="skp",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("revises__isnull", False), ("status__in", ["draft", "submitted", "returned"])
                ),
                fields=("revises",),
                name="skp_one_open_revision_per_plan",
            ),
        ),
        migrations.AddConstraint(
            model_name="skp",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("revises__isnull", True),
                        ("status__in", ["draft", "submitted", "returned", "approved", "closed"]),
                    ),
                    models.Q(
                        ("revises__isnull", False),
                        ("status__in", ["draft", "submitted", "returned", "merged", "withdrawn"]),
                    ),
                    _connector="OR",
                ),
                name="skp_status_of_plan_or_copy",
            ),
        ),
        migrations.AddConstraint(
            model_name="skp",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("revises__isnull", True), ("revision_note", ""), ("revision_reason", "")),
                    models.Q(
                        ("revises__isnull", False),
                        models.Q(("revision_reason", ""), _negated=True),
                        models.Q(("revision_note", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="skp_revision_has_its_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="skp",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        ["draft", "submitted", "returned", "approved", "closed", "merged", "withdrawn"],
                    )
                ),
                name="skp_status_is_a_known_one",
            ),
        ),
        migrations.AddField(
            model_name="skptemplate",
            name="government",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="employees.government"
            ),
        ),
        migrations.AddField(
            model_name="skptemplate",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="skpversion",
            name="approved_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="employees.employee",
            ),
        ),
        migrations.AddField(
            model_name="skpversion",
            name="skp",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="indicators.skp"
            ),
        ),
        migrations.AddIndex(
            model_name="skptemplate",
            index=models.Index(fields=["government", "job_family"], name="skp_template_by_family"),
        ),
        migrations.AddConstraint(
            model_name="skptemplate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_active", True)),
                fields=("government", "title"),
                name="skp_template_title_once_per_government",
            ),
        ),
        migrations.AddConstraint(
            model_name="skpversion",
            constraint=models.UniqueConstraint(fields=("skp", "version"), name="skp_version_once_per_plan"),
        ),
        migrations.AddConstraint(
            model_name="skpversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__gte", 1)), name="skp_version_counts_from_one"
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
