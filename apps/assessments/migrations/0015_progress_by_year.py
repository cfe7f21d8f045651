"""Lines of daily work stand in parts by year (docs/operations/scaling.md)."""

from django.db import migrations

from apps.core.partition_operation import PartitionByYear


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("assessments", "0014_evaluations_know_what_they_were_made_of"),
        # Their government stands in the primary key by then.
        ("reports", "0008_plans_carry_their_government"),
    ]

    operations = [
        PartitionByYear("assessments_progressentry", "date", key=("id", "government_id")),
    ]
