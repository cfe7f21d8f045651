"""Indexes that another index begins with are written with every row and never asked (docs/operations/indexes.md)."""

# lint-ok: DROP_INDEX - no release before this one runs anywhere

from django.db import migrations

from apps.core.migration_operations import DropFieldIndex


class Migration(migrations.Migration):
    dependencies = [("employees", "0005_unit_helpers")]

    operations = [
        DropFieldIndex("appraiserlink", "appraiser"),
        DropFieldIndex("employee", "government"),
        DropFieldIndex("importrow", "batch"),
        DropFieldIndex("placement", "position"),
        DropFieldIndex("position", "unit"),
        DropFieldIndex("recordview", "employee"),
        DropFieldIndex("recordview", "viewer"),
        DropFieldIndex("supervisionloan", "holder"),
        DropFieldIndex("supervisionloan", "lender"),
        DropFieldIndex("workunit", "government"),
    ]
