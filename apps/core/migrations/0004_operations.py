"""Daily checks of stored figures against their sources."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0003_audit_anchors")]

    operations = [
        migrations.CreateModel(
            name="DailyCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("day", models.DateField()),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("differences", models.PositiveIntegerField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("name", "day"), name="daily_check_once")],
            },
        ),
    ]
