from django.db import migrations, models

ROWS = ("workresult", "indicator", "behaviorexpectation", "annexitem")


class Migration(migrations.Migration):
    dependencies = [
        ("indicators", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name=name,
            name="changed_in",
            field=models.PositiveIntegerField(
                default=0, help_text="the plan's revision that wrote this row last"
            ),
        )
        for name in ROWS
    ]
