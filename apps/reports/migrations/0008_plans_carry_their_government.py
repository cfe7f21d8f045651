"""Plans, reports and ratings carry their government in column and keys (docs/decisions/0015).

It stands in the topmost app, because a key can only change together with every foreign key that refers to it, and
those come from all apps.
"""

from django.db import migrations

from apps.core.government_keys import CarryGovernment


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("assessments", "0014_evaluations_know_what_they_were_made_of"),
        ("indicators", "0006_no_needless_indexes"),
        ("reports", "0007_no_needless_indexes"),
        ("supervision", "0012_figures_carry_their_government"),
        ("training", "0012_no_needless_indexes"),
    ]

    operations = [
        CarryGovernment(
            columns={
                # The plan and its rows.
                "indicators_workresult": "skp_id",
                "indicators_indicator": "result_id",
                "indicators_behaviorexpectation": "skp_id",
                "indicators_annexitem": "skp_id",
                "indicators_skpdecision": "skp_id",
                "indicators_skpversion": "skp_id",
                "indicators_matrixcell": "column_id",
                "indicators_planproposal": "skp_id",
                # What is reported on it.
                "assessments_progressentry": "result_id",
                "assessments_selfreport": "skp_id",
                "assessments_reportline": "report_id",
                "assessments_reportversion": "report_id",
                "assessments_reportdecision": "report_id",
                "assessments_evidence": "report_id",
                "assessments_evidencequestion": "report_id",
                "assessments_dialoguenote": "skp_id",
                "assessments_feedbacknote": "employee_id",
                "assessments_feedbackreaction": "note_id",
                "supervision_batchitem": "report_id",
                "supervision_drawnreport": "report_id",
                "supervision_listedreport": "report_id",
                # How it is rated, and what follows from it.
                "assessments_evaluationnote": "evaluation_id",
                "assessments_ratingchange": "evaluation_id",
                "assessments_calibrationcomment": "change_id",
                "assessments_ratingdraft": "evaluation_id",
                "assessments_appraiserchange": "evaluation_id",
                "assessments_objection": "evaluation_id",
                "assessments_creditconversion": "evaluation_id",
                "supervision_prevoteperson": "evaluation_id",
                "training_coachingnote": "employee_id",
                "training_coachingplan": "employee_id",
                "training_followup": "evaluation_id",
                "training_followupproposal": "evaluation_id",
                "training_needproposal": "evaluation_id",
                "training_trainingneed": "employee_id",
                "training_needreason": "need_id",
            },
            # Small tables that refer to these have the column and the composite foreign key; their own keys stay.
            keys=[
                "indicators_skp",
                "indicators_workresult",
                "indicators_indicator",
                "indicators_behaviorexpectation",
                "indicators_annexitem",
                "indicators_skpdecision",
                "indicators_skpversion",
                "assessments_progressentry",
                "assessments_selfreport",
                "assessments_reportline",
                "assessments_reportversion",
                "assessments_reportdecision",
                "assessments_evidence",
                "assessments_feedbacknote",
                "assessments_evaluation",
                "assessments_ratingchange",
            ],
        )
    ]
