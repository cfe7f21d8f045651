"""What else grows with people and days, or refers to what does, carries its government in its keys (decision 0015).

In the topmost app for the same reason as the migration before: certificates are referred to by official documents.
"""

from django.db import migrations

from apps.core.government_keys import CarryGovernment


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("assessments", "0015_progress_by_year"),
        ("employees", "0007_views_carry_their_government"),
        ("feedback", "0015_answers_by_year"),
        ("reports", "0008_plans_carry_their_government"),
    ]

    operations = [
        CarryGovernment(
            columns={
                # Learning.
                "training_enrolment": "employee_id",
                "training_attendance": "enrolment_id",
                "training_checkattempt": "enrolment_id",
                "training_certificate": "employee_id",
                "training_planline": "need_id",
                "training_coachingplannote": "plan_id",
                "training_coachingstep": "plan_id",
                "training_competenceimportrow": "batch_id",
                "training_competenceassessment": "employee_id",
                # Answers of colleagues, and objections.
                "assessments_peerround": "employee_id",
                "assessments_peerinvitation": "round_id",
                "assessments_peeranswer": "round_id",
                "assessments_namedpeeranswer": "invitation_id",
                "assessments_objectionattachment": "objection_id",
                "assessments_objectionstatement": "objection_id",
                # What supervisors look at.
                "supervision_exceptionstep": "case_id",
                "supervision_secondreading": "drawn_id",
                "supervision_secondreadingdecline": "reading_id",
                "supervision_prevoteballot": "person_id",
                # Sheets of paper: a row per person at the counter.
                "feedback_service": "unit_id",
                "feedback_surveyperiod": "service_id",
                "feedback_paperbatch": "survey_period_id",
                "feedback_paperrow": "batch_id",
            },
            keys=[
                "training_enrolment",
                "training_attendance",
                "training_checkattempt",
                "training_certificate",
                "training_trainingneed",
                "training_needreason",
                "training_needproposal",
                "training_followupproposal",
                "training_followup",
                "training_coachingnote",
                "training_coachingplan",
                "training_coachingplannote",
                "training_coachingstep",
                "training_planline",
                "training_competenceimportrow",
                "training_competenceassessment",
                "assessments_peerround",
                "assessments_peerinvitation",
                "assessments_peeranswer",
                "assessments_namedpeeranswer",
                "assessments_dialoguenote",
                "assessments_evaluationnote",
                "assessments_evidencequestion",
                "assessments_feedbackreaction",
                "assessments_ratingdraft",
                "assessments_appraiserchange",
                "assessments_calibrationcomment",
                "assessments_creditconversion",
                "assessments_escalation",
                "assessments_objection",
                "assessments_objectionattachment",
                "assessments_objectionstatement",
                "indicators_matrixcell",
                "indicators_planproposal",
                "supervision_listedreport",
                "supervision_drawnreport",
                "supervision_batchitem",
                "supervision_secondreading",
                "supervision_secondreadingdecline",
                "supervision_prevoteperson",
                "supervision_prevoteballot",
                "supervision_exceptioncase",
                "supervision_exceptionstep",
                "feedback_paperrow",
                "reports_document",
            ],
        )
    ]
