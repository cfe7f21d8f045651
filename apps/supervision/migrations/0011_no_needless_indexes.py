"""Indexes that another index begins with are written with every row and never asked (docs/operations/indexes.md)."""

# lint-ok: DROP_INDEX - no release before this one runs anywhere

from django.db import migrations

from apps.core.migration_operations import DropFieldIndex


class Migration(migrations.Migration):
    dependencies = [("supervision", "0010_second_reader")]

    operations = [
        DropFieldIndex("adoptionfigure", "period"),
        DropFieldIndex("auditengagement", "auditor"),
        DropFieldIndex("auditsampleitem", "sample"),
        DropFieldIndex("batchitem", "batch"),
        DropFieldIndex("drawnreport", "draw"),
        DropFieldIndex("exceptionact", "by"),
        DropFieldIndex("exceptioncase", "government"),
        DropFieldIndex("practicecase", "government"),
        DropFieldIndex("practiceentry", "person"),
        DropFieldIndex("prevoteballot", "voter"),
        DropFieldIndex("prevoteperson", "vote"),
        DropFieldIndex("prevotevoter", "vote"),
        DropFieldIndex("queuerun", "government"),
        DropFieldIndex("ratercardview", "period"),
        DropFieldIndex("reviewdraw", "period"),
        DropFieldIndex("rulefate", "government"),
        DropFieldIndex("secondreadingdecline", "reading"),
        DropFieldIndex("talentinput", "employee"),
        DropFieldIndex("unitfigure", "period"),
        DropFieldIndex("unitfigure", "unit"),
    ]
