"""Indexes that another index begins with are written with every row and never asked (docs/operations/indexes.md)."""

# lint-ok: DROP_INDEX - no release before this one runs anywhere

from django.db import migrations

from apps.core.migration_operations import DropFieldIndex


class Migration(migrations.Migration):
    dependencies = [("assessments", "0012_reminders")]

    operations = [
        DropFieldIndex("creditconversion", "evaluation"),
        DropFieldIndex("creditpak", "employee"),
        DropFieldIndex("cycle", "government"),
        DropFieldIndex("dialoguenote", "employee"),
        DropFieldIndex("distributionstatement", "unit"),
        DropFieldIndex("entryexample", "government"),
        DropFieldIndex("escalation", "evaluation"),
        DropFieldIndex("evaluation", "appraiser"),
        DropFieldIndex("evaluation", "skp"),
        DropFieldIndex("evaluation", "unit"),
        DropFieldIndex("evidencequestion", "report"),
        DropFieldIndex("feedbacknote", "author"),
        DropFieldIndex("feedbacknote", "employee"),
        DropFieldIndex("objectionstatement", "objection"),
        DropFieldIndex("peerinvitation", "round"),
        DropFieldIndex("peerround", "employee"),
        DropFieldIndex("period", "cycle"),
        DropFieldIndex("periodrun", "period"),
        DropFieldIndex("progressentry", "employee"),
        DropFieldIndex("ratingdraft", "evaluation"),
        DropFieldIndex("reminderplan", "employee"),
        DropFieldIndex("reportline", "report"),
        DropFieldIndex("reportversion", "report"),
        DropFieldIndex("selfreport", "period"),
        DropFieldIndex("selfreport", "skp"),
        DropFieldIndex("unitachievement", "unit"),
    ]
