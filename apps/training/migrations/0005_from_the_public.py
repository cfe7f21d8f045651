import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0012_alerts"),
        ("training", "0004_follow_ups"),
    ]

    operations = [
        migrations.AddField(
            model_name="coachingnote",
            name="service_alert",
            field=models.ForeignKey(
                help_text="the notice about a service that the talk follows up",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="coaching_notes",
                to="feedback.servicealert",
            ),
        ),
    ]
