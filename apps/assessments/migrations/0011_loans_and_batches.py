import django.db.models.deletion
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce


class Migration(BuiltOnce):
    dependencies = [
        ("assessments", "0010_escalations"),
        ("employees", "0004_supervision_loans"),
    ]

    operations = [
        # When each score was decided is gone with its draft; a rater's tempo is told from this (UX sheet 4.1).
        migrations.AddField(
            model_name="ratingchange",
            name="scored_at",
            field=models.JSONField(
                default=dict,
                help_text="when each dimension was last saved as a draft; empty if both were set at once",
            ),
        ),
        # Who supervised on loan, for which appraiser: both names stay with the work done.
        migrations.AddField(
            model_name="dialoguenote",
            name="on_behalf_of",
            field=models.ForeignKey(
                help_text="the appraiser for whom somebody supervises on loan; both names are shown",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="employees.employee",
            ),
        ),
        migrations.AddField(
            model_name="feedbacknote",
            name="on_behalf_of",
            field=models.ForeignKey(
                help_text="the appraiser for whom somebody supervises on loan; both names are shown",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="employees.employee",
            ),
        ),
        migrations.AddField(
            model_name="reportdecision",
            name="on_behalf_of",
            field=models.ForeignKey(
                help_text="the appraiser for whom somebody supervises on loan; both names are shown",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="employees.employee",
            ),
        ),
        migrations.AddField(
            model_name="selfreport",
            name="decided_on_behalf_of",
            field=models.ForeignKey(
                help_text="the appraiser for whom somebody decided on loan; both names are shown",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="employees.employee",
            ),
        ),
        migrations.AddField(
            model_name="reportdecision",
            name="is_batch",
            field=models.BooleanField(
                default=False, help_text="accepted together with others, after a drawn part of them was read"
            ),
        ),
        # How long a report takes, as a median of many on the page about adoption.
        migrations.AddField(
            model_name="selfreport",
            name="active_seconds",
            field=models.PositiveIntegerField(
                null=True,
                help_text="time between saves in active sittings (burden figure); empty: not measured",
            ),
        ),
    ]
