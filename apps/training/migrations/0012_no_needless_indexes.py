"""Indexes that another index begins with are written with every row and never asked (docs/operations/indexes.md)."""

# lint-ok: DROP_INDEX - no release before this one runs anywhere

from django.db import migrations

from apps.core.migration_operations import DropFieldIndex


class Migration(migrations.Migration):
    dependencies = [("training", "0011_corrections")]

    operations = [
        DropFieldIndex("attendance", "enrolment"),
        DropFieldIndex("coachingplan", "coach"),
        DropFieldIndex("coachingplan", "employee"),
        DropFieldIndex("competence", "government"),
        DropFieldIndex("competenceimportrow", "batch"),
        DropFieldIndex("enrolment", "session"),
        DropFieldIndex("followup", "evaluation"),
        DropFieldIndex("juror", "nomination"),
        DropFieldIndex("learningform", "government"),
        DropFieldIndex("leveldescription", "competence"),
        DropFieldIndex("needreason", "need"),
        DropFieldIndex("nomination", "government"),
        DropFieldIndex("planline", "plan"),
        DropFieldIndex("recognition", "unit"),
        DropFieldIndex("trainingeffect", "government"),
        DropFieldIndex("trainingplan", "unit"),
    ]
