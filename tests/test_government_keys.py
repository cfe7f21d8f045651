"""Large tables carry their government, and every key of theirs includes it: the catalogue says so (decision 0015)."""

from django.db import connection

# Tables that grow with people and days, of which all keys include the government.
LARGE = {
    "assessments_evaluation",
    "assessments_evidence",
    "assessments_feedbacknote",
    "assessments_progressentry",
    "assessments_ratingchange",
    "assessments_reportdecision",
    "assessments_reportline",
    "assessments_reportversion",
    "assessments_selfreport",
    "feedback_answer",
    "feedback_arrivalmark",
    "feedback_publicremark",
    "feedback_response",
    "indicators_annexitem",
    "indicators_behaviorexpectation",
    "indicators_indicator",
    "indicators_skp",
    "indicators_skpdecision",
    "indicators_skpversion",
    "indicators_workresult",
    "supervision_unitfigure",
}
# Tables whose government is a word: the column holds its code, or nothing for what belongs to the installation. It
# stands in every key as `government_id` does in those above.
SCOPED = {
    "core_auditentry": "scope",
    "core_outboxarchive": "scope",
    "core_outboxmessage": "scope",
}
# Tables that stand whole on every node (in Citus: reference tables), so foreign keys to them stay plain. People, units
# and what an office sets up: 1 kB per person in all, and referred to from everywhere.
EVERYWHERE = {
    "accounts_user",
    "assessments_calibrationsession",
    "assessments_period",
    "employees_employee",
    "employees_government",
    "employees_mandate",
    "employees_placement",
    "employees_workunit",
    "feedback_paperbatch",
    "feedback_quarantinecase",
    "feedback_service",
    "feedback_servicepoint",
    "feedback_surveyperiod",
    "feedback_unsur",
    "indicators_unitindicator",
}
# What is still to be done, and why it is not. This list may only become shorter.
NOT_YET_KEYS = {
    # One row per file of every kind; found by its hash, which is unique over the whole installation.
    (
        "assessments_evidence",
        "FOREIGN KEY (file_id) REFERENCES core_storedfile(id) DEFERRABLE INITIALLY DEFERRED",
    ),
}
NOT_YET = {
    "core_notification": "belongs to a user, and users stand outside the governments",
    "core_storedfile": "one file may be kept for several governments",
    "employees_recordview": "a row per opened record of another; next",
    "training_certificate": "official documents refer to it; next",
    "training_enrolment": "referred to by attendance, attempts and certificates; next",
}

_KEYS = """
SELECT con.conrelid::regclass::text, pg_get_constraintdef(con.oid), con.contype::text, con.convalidated,
       con.confrelid::regclass::text,
       EXISTS (SELECT FROM pg_attribute WHERE attrelid = con.conrelid AND attname = 'government_id'
               AND attnum = ANY (con.conkey)),
       (SELECT array_agg(attname::text) FROM pg_attribute WHERE attrelid = con.conrelid AND attnum = ANY (con.conkey))
FROM pg_constraint con
WHERE con.contype IN ('p', 'u', 'f', 'x')
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


def test_what_is_left_exists_and_is_not_done(db: None) -> None:
    tables = set(connection.introspection.table_names())
    assert set(NOT_YET) <= tables
    assert tables >= EVERYWHERE | LARGE | set(SCOPED)
    assert not set(NOT_YET) & (LARGE | set(SCOPED))
