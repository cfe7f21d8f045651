"""Clocks that ran out, and acting appraisers."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0009_credit"), ("employees", "0003_service_states")]

    operations = [
        migrations.AddField(
            model_name="evaluation",
            name="is_part",
            field=models.BooleanField(
                default=False,
                help_text="closing evaluation of a part of the year before a move; not the yearly result (SPC-1)",
            ),
        ),
        migrations.AddField(
            model_name="evaluation",
            name="mandate",
            field=models.ForeignKey(
                help_text="by which the appraiser acts in a post they do not hold; both names are shown (ACT-1)",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="employees.mandate",
            ),
        ),
        migrations.CreateModel(
            name="AppraiserChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(help_text="inactive, no_post, away", max_length=20)),
                ("at", models.DateTimeField()),
                (
                    "after",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="employees.employee",
                    ),
                ),
                (
                    "before",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="employees.employee",
                    ),
                ),
                (
                    "evaluation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appraiser_changes",
                        to="assessments.evaluation",
                    ),
                ),
                (
                    "mandate",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="employees.mandate",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Escalation",
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
                            ("rate", "set the ratings"),
                            ("deliver", "hand the result over"),
                            ("decide", "decide on the objection"),
                        ],
                        max_length=20,
                    ),
                ),
                ("due_on", models.DateField()),
                ("raised_at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(null=True)),
                (
                    "evaluation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="escalations",
                        to="assessments.evaluation",
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
                    "objection",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="escalations",
                        to="assessments.objection",
                    ),
                ),
                (
                    "owed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="employees.employee",
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="escalations",
                        to="employees.employee",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("resolved_at__isnull", True)),
                        fields=["to"],
                        name="escalation_open_by_to",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("evaluation", "kind"), name="escalation_once_per_evaluation_and_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "decide"), ("objection__isnull", False)),
                            models.Q(("kind", "decide"), _negated=True),
                            _connector="OR",
                        ),
                        name="escalation_of_a_decision_names_the_objection",
                    ),
                ],
            },
        ),
    ]
