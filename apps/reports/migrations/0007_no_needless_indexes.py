"""Indexes that another index begins with are written with every row and never asked (docs/operations/indexes.md)."""

# lint-ok: DROP_INDEX - no release before this one runs anywhere

from django.db import migrations

from apps.core.migration_operations import DropFieldIndex


class Migration(migrations.Migration):
    dependencies = [("reports", "0006_recognition")]

    operations = [
        DropFieldIndex("document", "unit"),
        DropFieldIndex("packvolume", "job"),
        DropFieldIndex("scheduledpack", "period"),
    ]
