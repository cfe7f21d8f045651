"""Indexes that another index begins with are written with every row and never asked (docs/operations/indexes.md)."""

# lint-ok: DROP_INDEX - no release before this one runs anywhere

from django.db import migrations

from apps.core.migration_operations import DropFieldIndex


class Migration(migrations.Migration):
    dependencies = [("indicators", "0005_public_sources")]

    operations = [
        DropFieldIndex("behaviorexpectation", "skp"),
        DropFieldIndex("matrixcell", "employee"),
        DropFieldIndex("planproposal", "skp"),
        DropFieldIndex("skp", "appraiser"),
        DropFieldIndex("skp", "unit"),
        DropFieldIndex("skptemplate", "government"),
        DropFieldIndex("skpversion", "skp"),
        DropFieldIndex("unitindicator", "unit"),
        DropFieldIndex("unittarget", "indicator"),
    ]
