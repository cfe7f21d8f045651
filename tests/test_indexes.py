"""Every declared index has its question in docs/operations/indexes.md, and none is the beginning of another."""

import re
from pathlib import Path

from django.apps import apps
from django.db import connection
from django.db.models import Model

DOC = Path(__file__).resolve().parents[1] / "docs" / "operations" / "indexes.md"

# A whole index of one column (most come with foreign keys) that another whole index begins with: it is written with
# every row and never asked. Unique ones are rules, they stay.
NEEDLESS = """
WITH ix AS (
    SELECT i.indexrelid, i.indrelid, i.indisunique, i.indpred IS NULL AND i.indexprs IS NULL AS whole,
           string_to_array(i.indkey::text, ' ')::int[] AS columns, split_part(i.indclass::text, ' ', 1) AS class
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indrelid
    WHERE c.relnamespace = 'public'::regnamespace
)
SELECT DISTINCT a.indrelid::regclass::text, a.indexrelid::regclass::text, b.indexrelid::regclass::text
FROM ix a
JOIN ix b ON a.indrelid = b.indrelid AND a.indexrelid <> b.indexrelid
WHERE a.whole AND b.whole AND NOT a.indisunique AND a.class = b.class
  AND cardinality(a.columns) = 1 AND a.columns[1] = b.columns[1]
ORDER BY 1, 2
"""


def ours() -> list[type[Model]]:
    """Return the models we wrote; tables between two of them are Django's, and hold next to nothing."""
    return [model for model in apps.get_models() if model.__module__.startswith("apps.")]


def declared() -> set[str]:
    """Return the names of the indexes our models declare."""
    return {index.name for model in ours() for index in model._meta.indexes}


def test_every_index_has_its_question_and_no_question_is_about_nothing() -> None:
    written = set(re.findall(r"^\| `([a-z_0-9]+)` \|", DOC.read_text("utf-8"), re.MULTILINE))
    assert declared() - written == set(), "add a line to docs/operations/indexes.md"
    assert written - declared() == set(), "these do not exist any more"


def test_no_index_is_the_beginning_of_another(db: None) -> None:
    tables = {model._meta.db_table for model in ours()}
    with connection.cursor() as cursor:
        cursor.execute(NEEDLESS)
        found = [f"{index} (as {other})" for table, index, other in cursor.fetchall() if table in tables]
    assert found == []
