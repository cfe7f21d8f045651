"""Unit targets per period, the matrix, and proposals to approved plans."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce


class Migration(BuiltOnce):
    dependencies = [
        ("indicators", "0003_plan_revisions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MatrixCell",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("outcome", "Intermediate result (outcome antara)"),
                            ("product", "Product"),
                            ("service", "Service"),
                        ],
                        default="outcome",
                        max_length=10,
                    ),
                ),
                ("written_at", models.DateTimeField()),
                (
                    "revision",
                    models.PositiveIntegerField(
                        default=1, help_text="grows with every saved change; guards two tabs"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="PlanProposal",
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
                            ("add", "New planned result"),
                            ("change", "Other wording"),
                            ("drop", "Removal"),
                        ],
                        max_length=6,
                    ),
                ),
                ("text", models.TextField(blank=True, help_text="the new text; empty for a removal")),
                (
                    "text_before",
                    models.TextField(blank=True, help_text="what stood in the plan when it was proposed"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Waiting for an answer"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("withdrawn", "Taken back by the leader"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("answer", models.TextField(blank=True, help_text="why it was declined")),
                ("proposed_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-proposed_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="UnitTarget",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("target", models.DecimalField(decimal_places=4, max_digits=16)),
                ("realization", models.DecimalField(decimal_places=4, max_digits=16, null=True)),
                (
                    "source_note",
                    models.CharField(blank=True, help_text="where the realization was read", max_length=500),
                ),
                ("recorded_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["starts_on", "id"],
            },
        ),
        migrations.AddField(
            model_name="unitindicator",
            name="document",
            field=models.CharField(
                choices=[
                    ("iku", "Key indicator (IKU)"),
                    ("perjanjian_kinerja", "Performance agreement (perjanjian kinerja)"),
                ],
                default="perjanjian_kinerja",
                help_text="where it stands",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="unitindicator",
            name="formula",
            field=models.CharField(
                choices=[
                    (
                        "standard",
                        "by direction: realization ÷ target, or (2 × target - realization) ÷ target",
                    ),
                    ("inverse", "target ÷ realization (only if lower is better)"),
                    ("reached", "reached or not: 100% or 0%"),
                ],
                default="standard",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="unitindicator",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("formula", "inverse"), _negated=True),
                    ("direction", "lower_is_better"),
                    _connector="OR",
                ),
                name="unit_indicator_inverse_only_if_lower_is_better",
            ),
        ),
        migrations.AddField(
            model_name="matrixcell",
            name="column",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="cells", to="indicators.workresult"
            ),
        ),
        migrations.AddField(
            model_name="matrixcell",
            name="employee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="matrix_cells",
                to="employees.employee",
            ),
        ),
        migrations.AddField(
            model_name="matrixcell",
            name="result",
            field=models.ForeignKey(
                help_text="the RHK it became",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="indicators.workresult",
            ),
        ),
        migrations.AddField(
            model_name="matrixcell",
            name="written_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="planproposal",
            name="answered_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="planproposal",
            name="cell",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="proposals",
                to="indicators.matrixcell",
            ),
        ),
        migrations.AddField(
            model_name="planproposal",
            name="column",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="indicators.workresult",
            ),
        ),
        migrations.AddField(
            model_name="planproposal",
            name="proposed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="planproposal",
            name="result",
            field=models.ForeignKey(
                help_text="the RHK to change or drop",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="indicators.workresult",
            ),
        ),
        migrations.AddField(
            model_name="planproposal",
            name="skp",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="proposals", to="indicators.skp"
            ),
        ),
        migrations.AddField(
            model_name="unittarget",
            name="indicator",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="targets",
                to="indicators.unitindicator",
            ),
        ),
        migrations.AddField(
            model_name="unittarget",
            name="recorded_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="matrixcell",
            index=models.Index(fields=["employee", "column"], name="matrix_cell_by_employee"),
        ),
        migrations.AddConstraint(
            model_name="matrixcell",
            constraint=models.UniqueConstraint(
                condition=models.Q(("result__isnull", False)),
                fields=("result",),
                name="matrix_cell_is_alone_with_its_result",
            ),
        ),
        migrations.AddConstraint(
            model_name="matrixcell",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="matrix_cell_says_something"
            ),
        ),
        migrations.AddIndex(
            model_name="planproposal",
            index=models.Index(fields=["skp", "status"], name="plan_proposal_by_plan"),
        ),
        migrations.AddConstraint(
            model_name="planproposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "open")),
                fields=("cell",),
                name="plan_proposal_one_open_per_cell",
            ),
        ),
        migrations.AddConstraint(
            model_name="planproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("status", "open")),
                    models.Q(models.Q(("status", "open"), _negated=True), ("answered_at__isnull", False)),
                    _connector="OR",
                ),
                name="plan_proposal_answered_iff_not_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="planproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "drop"), ("text", "")),
                    models.Q(("kind__in", ["add", "change"]), models.Q(("text", ""), _negated=True)),
                    _connector="OR",
                ),
                name="plan_proposal_has_its_text",
            ),
        ),
        migrations.AddConstraint(
            model_name="planproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "declined"), _negated=True),
                    models.Q(("answer", ""), _negated=True),
                    _connector="OR",
                ),
                name="plan_proposal_declined_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="unittarget",
            constraint=models.UniqueConstraint(
                fields=("indicator", "starts_on"), name="unit_target_once_per_indicator_and_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="unittarget",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                name="unit_target_ends_after_its_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="unittarget",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("realization__isnull", True), ("recorded_at__isnull", True), ("source_note", "")
                    ),
                    models.Q(
                        ("realization__isnull", False),
                        ("recorded_at__isnull", False),
                        models.Q(("source_note", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="unit_target_realization_names_its_source",
            ),
        ),
    ]
