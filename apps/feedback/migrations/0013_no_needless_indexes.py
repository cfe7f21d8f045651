"""Indexes that another index begins with are written with every row and never asked (docs/operations/indexes.md)."""

# lint-ok: DROP_INDEX - no release before this one runs anywhere

from django.db import migrations

from apps.core.migration_operations import DropFieldIndex


class Migration(migrations.Migration):
    dependencies = [("feedback", "0012_alerts")]

    operations = [
        DropFieldIndex("alertstep", "alert"),
        DropFieldIndex("answer", "response"),
        DropFieldIndex("answertemplate", "government"),
        DropFieldIndex("cause", "government"),
        DropFieldIndex("causeimprovement", "cause"),
        DropFieldIndex("complaint", "government"),
        DropFieldIndex("complaint", "unit"),
        DropFieldIndex("complaintcheckback", "complaint"),
        DropFieldIndex("complaintfile", "complaint"),
        DropFieldIndex("complaintredaction", "complaint"),
        DropFieldIndex("consultation", "unit"),
        DropFieldIndex("consultationagendaitem", "consultation"),
        DropFieldIndex("consultationcontribution", "consultation"),
        DropFieldIndex("consultationgroup", "consultation"),
        DropFieldIndex("consultationpoint", "consultation"),
        DropFieldIndex("dailykey", "government"),
        DropFieldIndex("escalationstep", "complaint"),
        DropFieldIndex("figurestep", "survey_period"),
        DropFieldIndex("ikmresult", "survey_period"),
        DropFieldIndex("improvementitem", "unit"),
        DropFieldIndex("improvementstep", "item"),
        DropFieldIndex("paperrow", "batch"),
        DropFieldIndex("paperscan", "batch"),
        DropFieldIndex("publicationmedium", "government"),
        DropFieldIndex("quarantinecase", "service"),
        DropFieldIndex("questionnaire", "government"),
        DropFieldIndex("receiptbatch", "service"),
        DropFieldIndex("receiptday", "service"),
        DropFieldIndex("receiptuse", "service"),
        DropFieldIndex("repeatcausereport", "cause"),
        DropFieldIndex("reportedofficer", "employee"),
        DropFieldIndex("response", "survey_period"),
        DropFieldIndex("retentionrun", "government"),
        DropFieldIndex("servicealert", "government"),
        DropFieldIndex("servicecount", "service"),
        DropFieldIndex("surveyperiod", "service"),
        DropFieldIndex("surveytally", "survey_period"),
        DropFieldIndex("unitnetwork", "unit"),
        DropFieldIndex("unsur", "questionnaire"),
    ]
