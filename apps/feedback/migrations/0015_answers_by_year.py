"""Answers of the public stand in parts by year (docs/operations/scaling.md)."""

from django.db import migrations, models

from apps.core.partition_operation import AddYear, PartitionByYear


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("feedback", "0014_answers_carry_their_government")]

    operations = [
        AddYear("feedback_answer", "year", of="feedback_response.hour", via="response_id"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField(
                    "answer", "year", models.DateField(editable=False), preserve_default=False
                )
            ],
        ),
        PartitionByYear("feedback_answer", "year", key=("id", "government_id")),
    ]
