"""Indexes that another index begins with are written with every row and never asked (docs/operations/indexes.md)."""

# lint-ok: DROP_INDEX - no release before this one runs anywhere

from django.db import migrations

from apps.core.migration_operations import DropFieldIndex


class Migration(migrations.Migration):
    dependencies = [("core", "0004_operations")]

    operations = [
        DropFieldIndex("holiday", "scope"),
        DropFieldIndex("job", "owner"),
        DropFieldIndex("notification", "recipient"),
        DropFieldIndex("policyvalue", "scope"),
    ]
