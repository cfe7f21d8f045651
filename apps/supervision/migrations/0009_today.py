"""Where the reports of a unit stand, for the page of whoever leads many people.

The next step of the schedule fills the columns: a mark without a moment is counted anew.
"""
# lint-ok: NOT_NULL - no release before this one runs anywhere

from django.db import migrations, models

MEASURES = ["reports_owed", "reports_sent", "reports_returned", "reports_late"]


class Migration(migrations.Migration):
    dependencies = [("supervision", "0008_practice")]

    operations = [
        *(
            migrations.AddField("unitfigure", name, models.PositiveIntegerField(default=0))
            for name in MEASURES
        ),
        # Whatever was counted is counted once more, now with these.
        migrations.RunSQL(
            "UPDATE supervision_figuremark SET computed_at = NULL", migrations.RunSQL.noop, elidable=True
        ),
    ]
