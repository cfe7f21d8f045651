"""A session can be cancelled, a nomination withdrawn."""
# lint-ok: NOT_NULL - no release before this one runs anywhere
# lint-ok: CREATE_INDEX - no release before this one runs anywhere
# lint-ok: CREATE_INDEX_EXCLUSIVE - no release before this one runs anywhere

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce


class Migration(BuiltOnce):
    dependencies = [
        ("employees", "0005_unit_helpers"),
        ("training", "0010_effects"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="nomination",
            name="nomination_status_is_a_known_one",
        ),
        migrations.AddField(
            model_name="nomination",
            name="withdrawn_at",
            field=models.DateTimeField(help_text="when whoever named the deed took it back", null=True),
        ),
        migrations.AddField(
            model_name="session",
            name="cancel_reason",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="session",
            name="cancelled_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="session",
            name="cancelled_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="nomination",
            name="status",
            field=models.CharField(
                choices=[
                    ("nominated", "Nominated"),
                    ("checked", "Checked, jury being named"),
                    ("jury", "Before the jury"),
                    ("awarded", "Awarded"),
                    ("declined", "Not awarded"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="nominated",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="nomination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["nominated", "checked", "jury", "awarded", "declined", "withdrawn"])
                ),
                name="nomination_status_is_a_known_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="nomination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "withdrawn"), ("withdrawn_at__isnull", False)),
                    models.Q(
                        models.Q(("status", "withdrawn"), _negated=True), ("withdrawn_at__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="nomination_withdrawn_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("cancel_reason", ""), ("cancelled_at__isnull", True), ("cancelled_by__isnull", True)
                    ),
                    models.Q(("cancelled_at__isnull", False), models.Q(("cancel_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="session_cancelled_with_a_reason",
            ),
        ),
    ]
