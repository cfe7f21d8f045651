"""Large tables carry their government, and every key of theirs includes it: the catalogue says so (decision 0015)."""

from collections import Counter

from django.db import connection

# Tables that grow with people and days, and what refers to them: all keys include the government.
LARGE = {
    "assessments_appraiserchange",
    "assessments_calibrationcomment",
    "assessments_creditconversion",
    "assessments_dialoguenote",
    "assessments_escalation",
    "assessments_evaluation",
    "assessments_evaluationnote",
    "assessments_evidence",
    "assessments_evidencequestion",
    "assessments_feedbacknote",
    "assessments_feedbackreaction",
    "assessments_namedpeeranswer",
    "assessments_objection",
    "assessments_objectionattachment",
    "assessments_objectionstatement",
    "assessments_peeranswer",
    "assessments_peerinvitation",
    "assessments_peerround",
    "assessments_progressentry",
    "assessments_ratingchange",
    "assessments_ratingdraft",
    "assessments_reportdecision",
    "assessments_reportline",
    "assessments_reportversion",
    "assessments_selfreport",
    "employees_importrow",
    "employees_recordview",
    "feedback_answer",
    "feedback_arrivalmark",
    "feedback_paperrow",
    "feedback_publicremark",
    "feedback_response",
    "indicators_annexitem",
    "indicators_behaviorexpectation",
    "indicators_indicator",
    "indicators_matrixcell",
    "indicators_planproposal",
    "indicators_skp",
    "indicators_skpdecision",
    "indicators_skpversion",
    "indicators_workresult",
    "reports_document",
    "supervision_batchitem",
    "supervision_drawnreport",
    "supervision_exceptioncase",
    "supervision_exceptionstep",
    "supervision_listedreport",
    "supervision_prevoteballot",
    "supervision_prevoteperson",
    "supervision_secondreading",
    "supervision_secondreadingdecline",
    "supervision_unitfigure",
    "training_attendance",
    "training_certificate",
    "training_checkattempt",
    "training_coachingnote",
    "training_coachingplan",
    "training_coachingplannote",
    "training_coachingstep",
    "training_competenceassessment",
    "training_competenceimportrow",
    "training_enrolment",
    "training_followup",
    "training_followupproposal",
    "training_needproposal",
    "training_needreason",
    "training_planline",
    "training_trainingneed",
}
# Tables whose government is a word: the column holds its code, or nothing for what belongs to the installation. It
# stands in every key as `government_id` does in those above.
SCOPED = {
    "core_auditentry": "scope",
    "core_outboxarchive": "scope",
    "core_outboxmessage": "scope",
}
# Tables that stand whole on every node (in Citus: reference tables), so foreign keys to them stay plain. People, units
# and what an office sets up: 1 kB per person in all, and referred to from everywhere. A stored file is 0.3 kB more per
# file; it is found by its hash, which is unique everywhere (docs/operations/scaling.md).
EVERYWHERE = {
    "accounts_user",
    "assessments_calibrationsession",
    "assessments_creditpak",
    "assessments_period",
    "core_storedfile",
    "employees_employee",
    "employees_government",
    "employees_importbatch",
    "employees_mandate",
    "employees_placement",
    "employees_workunit",
    "feedback_complaint",
    "feedback_paperbatch",
    "feedback_quarantinecase",
    "feedback_service",
    "feedback_servicealert",
    "feedback_servicepoint",
    "feedback_surveyperiod",
    "feedback_unsur",
    "indicators_unitindicator",
    "supervision_batchacceptance",
    "supervision_exceptionact",
    "supervision_prevote",
    "supervision_prevotevoter",
    "supervision_reviewdraw",
    "training_competence",
    "training_competenceimport",
    "training_learningform",
    "training_nomination",
    "training_recognition",
    "training_session",
    "training_topic",
    "training_trainingplan",
}
# Tables that no large one refers to and that stay small beside them: with what they grow. They stand whole as well.
SMALL = {
    "people: their place, their steps and their settings, a few rows in a working life": {
        "accounts_activationcode",
        "assessments_creditdiploma",
        "assessments_creditopening",
        "assessments_creditrankstep",
        "employees_appraiserlink",
        "employees_position",
        "employees_roleassignment",
        "employees_servicestate",
        "employees_supervisionloan",
        "employees_supervisorcorrection",
        "employees_unithelper",
        "supervision_disciplinerecord",
        "supervision_firstweek",
        "supervision_practiceentry",
        "supervision_talentinput",
        "training_calendaraddress",
        "training_educationrecord",
    },
    "units and services per period, and who leads them": {
        "assessments_calibrationsession_participants",
        "assessments_distributionstatement",
        "assessments_periodrun",
        "assessments_reminderplan",
        "assessments_unitachievement",
        "assessments_unitachievementchange",
        "feedback_figurestep",
        "feedback_ikmresult",
        "feedback_paperscan",
        "feedback_repeatcausereport",
        "feedback_respondenttable",
        "feedback_servicecount",
        "feedback_surveypublication",
        "feedback_surveytally",
        "indicators_unittarget",
        "reports_packvolume",
        "reports_scheduledpack",
        "supervision_adoptionfigure",
        "supervision_figuremark",
        "supervision_queuerun",
        "supervision_ratercardview",
        "supervision_samplerate",
    },
    "complaints and alerts: some per thousand people and year": {
        "feedback_alertstep",
        "feedback_casestep",
        "feedback_commitment",
        "feedback_commitmentevent",
        "feedback_complaintassignment",
        "feedback_complaintcheckback",
        "feedback_complaintcontact",
        "feedback_complaintevent",
        "feedback_complaintfile",
        "feedback_complaintredaction",
        "feedback_consultation",
        "feedback_consultationagendaitem",
        "feedback_consultationcontribution",
        "feedback_consultationgroup",
        "feedback_consultationpoint",
        "feedback_escalationstep",
        "feedback_improvementevent",
        "feedback_improvementitem",
        "feedback_improvementproof",
        "feedback_improvementstep",
        "feedback_pendinganswer",
        "feedback_reportedofficer",
        "feedback_rightsrequest",
        "feedback_templateuse",
    },
    "trainings, juries and audits, not with those who take part": {
        "supervision_auditbundle",
        "supervision_auditengagement",
        "supervision_auditsample",
        "supervision_auditsampleitem",
        "training_checkquestion",
        "training_juror",
        "training_programme",
        "training_programme_topics",
        "training_reaction",
        "training_trainingeffect",
    },
    "what an office sets up": {
        "assessments_cycle",
        "assessments_entryexample",
        "core_holiday",
        "core_policyvalue",
        "feedback_answertemplate",
        "feedback_cause",
        "feedback_causeimprovement",
        "feedback_kiosk",
        "feedback_publicationmedium",
        "feedback_publishedskm",
        "feedback_questionnaire",
        "feedback_queuekey",
        "feedback_receiptbatch",
        "feedback_receiptday",
        "feedback_unitnetwork",
        "indicators_skptemplate",
        "supervision_practicecase",
        "supervision_practiceperiod",
        "supervision_rulefate",
        "training_leveldescription",
        "training_positionstandard",
    },
    "days, one row each, whoever works": {
        "core_auditanchor",
        "core_audithead",
        "core_auditseal",
        "core_dailycheck",
        "core_sequence",
        "feedback_dailykey",
        "feedback_retentionrun",
    },
    "nothing: emptied again": {
        "axes_accessattempt",
        "axes_accessattemptexpiration",
        "axes_accessfailurelog",
        "axes_accesslog",
        "core_job",
        "core_submissionkey",
        "django_session",
        "feedback_attackstate",
        "feedback_draftfile",
        "feedback_receiptuse",
    },
    "nothing: Django's own": {
        "accounts_user_groups",
        "accounts_user_user_permissions",
        "auth_group",
        "auth_group_permissions",
        "auth_permission",
        "django_content_type",
        "django_migrations",
    },
}
# What is still to be done, and why it is not. These lists may only become shorter.
NOT_YET_KEYS = {
    # No two valid conversions of a person for the same days: a person has one government, and it needs no node's help.
    (
        "assessments_creditconversion",
        "EXCLUDE USING gist (employee_id WITH =, period WITH &&) WHERE ((replaced_at IS NULL))",
    ),
}
NOT_YET = {
    "core_notification": "by its recipient, not by a government: `id` and `key` would have to include the recipient",
}
_KEYS = """
SELECT con.conrelid::regclass::text, pg_get_constraintdef(con.oid), con.contype::text, con.convalidated,
       con.confrelid::regclass::text,
       EXISTS (SELECT FROM pg_attribute WHERE attrelid = con.conrelid AND attname = 'government_id'
               AND attnum = ANY (con.conkey)),
       (SELECT array_agg(attname::text) FROM pg_attribute WHERE attrelid = con.conrelid AND attnum = ANY (con.conkey))
FROM pg_constraint con
WHERE con.contype IN ('p', 'u', 'f', 'x') AND con.conparentid = 0 -- a part's own ones are those of its table
  AND (con.conrelid::regclass::text = ANY (%(large)s) OR con.confrelid::regclass::text = ANY (%(large)s))
"""
_UNIQUE_INDEXES = """
SELECT pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid::regclass::text = ANY (%(large)s) AND indisunique AND NOT EXISTS (
    SELECT FROM pg_attribute WHERE attrelid = indrelid AND attname = 'government_id' AND attnum = ANY (indkey))
"""
_COLUMNS = """
SELECT attrelid::regclass::text FROM pg_attribute
WHERE attrelid::regclass::text = ANY (%(large)s) AND attname = 'government_id' AND attnotnull AND NOT attisdropped
"""


def _classes() -> list[set[str]]:
    return [LARGE, EVERYWHERE, set(SCOPED), set(NOT_YET), *SMALL.values()]


def _ask(statement: str) -> list[tuple]:  # type: ignore[type-arg]
    with connection.cursor() as cursor:
        cursor.execute(statement, {"large": sorted(LARGE)})
        return list(cursor.fetchall())


def test_every_large_table_carries_its_government(db: None) -> None:
    assert {row[0] for row in _ask(_COLUMNS)} == LARGE


def test_every_key_of_a_large_table_includes_the_government(db: None) -> None:
    bare = set()
    for table, definition, kind, _valid, target, has_government, columns in _ask(_KEYS):
        is_plain_by_right = kind == "f" and (target in EVERYWHERE or columns == ["government_id"])
        if not has_government and not is_plain_by_right:
            bare.add((table, definition))
    assert bare == NOT_YET_KEYS
    assert _ask(_UNIQUE_INDEXES) == []


_SCOPED_KEYS = """
SELECT coalesce(p.inhparent, i.indrelid)::regclass::text, i.indexrelid::regclass::text,
       array(SELECT attname::text FROM pg_attribute WHERE attrelid = i.indrelid AND attnum = ANY (i.indkey))
FROM pg_index i LEFT JOIN pg_inherits p ON p.inhrelid = i.indrelid
WHERE coalesce(p.inhparent, i.indrelid)::regclass::text = ANY (%(scoped)s) AND i.indisunique
"""
_SCOPED_COLUMNS = """
SELECT attrelid::regclass::text, attname::text FROM pg_attribute
WHERE attrelid::regclass::text = ANY (%(scoped)s) AND attnotnull AND NOT attisdropped
"""
_SCOPED_REFERENCES = """
SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND conparentid = 0
  AND (conrelid::regclass::text = ANY (%(scoped)s) OR confrelid::regclass::text = ANY (%(scoped)s))
"""


def _ask_scoped(statement: str) -> list[tuple]:  # type: ignore[type-arg]
    with connection.cursor() as cursor:
        cursor.execute(statement, {"scoped": sorted(SCOPED)})
        return list(cursor.fetchall())


def test_every_scoped_table_names_its_government_in_every_key(db: None) -> None:
    assert set(SCOPED.items()) <= set(_ask_scoped(_SCOPED_COLUMNS))
    keys = _ask_scoped(_SCOPED_KEYS)
    assert {table for table, _index, _columns in keys} == set(SCOPED), "each has a key at all"
    assert [(table, index) for table, index, columns in keys if SCOPED[table] not in columns] == []


def test_scoped_tables_refer_to_nothing_and_nothing_refers_to_them(db: None) -> None:
    assert _ask_scoped(_SCOPED_REFERENCES) == []


def test_foreign_keys_were_looked_through(db: None) -> None:
    assert [row[:2] for row in _ask(_KEYS) if not row[3]] == []


def test_every_table_is_in_one_class(db: None) -> None:
    """A new table must say how it grows: into LARGE with CarryGovernment, or into another class with a reason."""
    counted = Counter(table for tables in _classes() for table in tables)
    assert {table for table, times in counted.items() if times > 1} == set()
    assert set(connection.introspection.table_names()) == set(counted)


def test_what_refers_to_a_large_table_is_large(db: None) -> None:
    children = {row[0] for row in _ask(_KEYS) if row[2] == "f" and row[4] in LARGE}
    assert children - LARGE == set()
