"""A staff list in temporary tables while it is checked: rows go in by COPY, rules about many rows are SQL over them.

What a single cell means is said once, in `staff_rows`, on the way in. What a unit or a post of the file means is said
once, in `staff_plan`: those rules see one row of each kind (all rows that say the same of a unit are one kind), and
their words are spread over the others here. Twice named numbers, unknown appraisers, and who is new are SQL alone. So
memory is one portion and one row per kind, however long the list is. Everything ends with the transaction.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import connection

from apps.core.copying import copy_into

from ..models import Government, ImportBatch
from .staff_rows import COLUMNS, StaffRow

_TABLES = """
CREATE TEMPORARY TABLE staff_line (
    row_number integer, nip text, old_nip text, email text, appraiser_nip text, unit_code text, is_head boolean,
    unit_kind text, post_kind text, cells jsonb, raw text, is_bad boolean
) ON COMMIT DROP;
CREATE TEMPORARY TABLE staff_problem (
    id integer GENERATED ALWAYS AS IDENTITY, row_number integer, problem jsonb, is_note boolean
) ON COMMIT DROP;
CREATE TEMPORARY TABLE staff_said (kind text, row_number integer, problem jsonb, place integer) ON COMMIT DROP;
CREATE TEMPORARY TABLE staff_known (row_number integer PRIMARY KEY, is_new boolean, changes jsonb) ON COMMIT DROP;
CREATE TEMPORARY TABLE staff_extra (row_number integer PRIMARY KEY, changes jsonb) ON COMMIT DROP;
"""
_LINE = (
    "row_number", "nip", "old_nip", "email", "appraiser_nip", "unit_code", "is_head", "unit_kind", "post_kind",
    "cells", "raw", "is_bad",
)  # fmt: skip
# What a row says of its unit, and of its post.
UNIT = ("unit_code", "unit_name", "unit_kind", "guessed_kind", "parent_code")
POST = ("unit_code", "position", "position_class", "level", "is_head")
# The same kind of row has the same of all these; a unit separator stands in no cell (blanks are single spaces).
_BETWEEN = "\x1f"


def _unit_kind(row: StaffRow) -> str | None:
    return _kind(row, UNIT) if row.values.get("unit_code") else None


def _post_kind(row: StaffRow) -> str | None:
    return _kind(row, POST) if row.values.get("unit_code") and row.values.get("position") else None


def _kind(row: StaffRow, names: Sequence[str]) -> str:
    values = row.values
    return _BETWEEN.join([f"={values[name]}" if name in values else "" for name in names])


def open_tables() -> None:
    """Make the tables, empty; they end with the present transaction.

    Until then the session sorts and gathers in more memory than usual: a hundred thousand rows of half a kilobyte would
    go through files of the server a dozen times.
    """
    _run("SET LOCAL work_mem = '64MB'")
    _run("DROP TABLE IF EXISTS staff_line, staff_problem, staff_said, staff_known, staff_extra")
    _run(_TABLES)


def add(rows: Sequence[StaffRow], said: dict[str, StaffRow]) -> None:
    """Write a portion of cleaned rows with the problems of their cells.

    `said` gathers the first row of each kind: of all rows that say the same of a unit.
    """

    def line(row: StaffRow) -> tuple[Any, ...]:
        values, kind = row.values, _unit_kind(row)
        if kind is not None and kind not in said:
            said[kind] = StaffRow(row.number, values)
        return (
            row.number, values.get("nip") or None, values.get("old_nip") or None, values.get("email") or None,
            values.get("appraiser_nip") or None, values.get("unit_code") or None, values.get("is_head", False),
            kind, _post_kind(row), values, _BETWEEN.join(row.raw.values()), not row.is_good,
        )  # fmt: skip

    copy_into("staff_line", _LINE, map(line, rows))
    _add_problems((row.number, problem) for row in rows for problem in row.problems)


def _add_problems(problems: Iterable[tuple[int, dict[str, Any]]]) -> None:
    copy_into(
        "staff_problem",
        ("row_number", "problem", "is_note"),
        ((number, problem, bool(problem.get("is_note"))) for number, problem in problems),
    )


def settle() -> None:
    """Let the planner know how long the list is; a rough picture of these tables is enough."""
    _run("SET LOCAL default_statistics_target = 20")
    _run("ANALYZE staff_line (row_number, nip, appraiser_nip, unit_kind, post_kind, is_bad)")
    _run("SET LOCAL default_statistics_target TO DEFAULT")


# --- rules about many rows --------------------------------------------------------------------------------------------


def refuse_repetitions() -> None:
    """Refuse the second and further rows with the same NIP, wrong NIP or e-mail."""
    for column, code in (("nip", "nip_twice"), ("old_nip", "nip_twice"), ("email", "email_twice")):
        _run(
            f"""
            INSERT INTO staff_problem (row_number, problem, is_note)
            SELECT row_number, jsonb_build_object('column', %s::text, 'code', %s::text,
                                                  'params', jsonb_build_object('first', first)), false
            FROM (SELECT row_number, min(row_number) OVER (PARTITION BY {column}) AS first
                  FROM staff_line WHERE {column} IS NOT NULL) named
            WHERE row_number > first
            """,  # noqa: S608 -- names of our columns
            [column, code],
        )
    _mark_bad()


def spread_units(said: Mapping[str, StaffRow]) -> None:
    """Give what was found in one row of each kind to all rows that say the same of their unit."""
    _spread(((kind, None, row.problems) for kind, row in said.items()), "unit_kind", only_good=False)


def posts_of_good_rows() -> list[StaffRow]:
    """Return the first good row of each kind of post, in the order of the file."""
    return _rows(
        "SELECT row_number, cells FROM staff_line WHERE row_number IN "
        "(SELECT min(row_number) FROM staff_line WHERE NOT is_bad GROUP BY post_kind) ORDER BY row_number"
    )


def good_rows_of_posts(keys: Sequence[tuple[str, str]]) -> list[StaffRow]:
    """Return all good rows of these posts (unit, title), in the order of the file."""
    return _rows(
        "SELECT line.row_number, line.cells FROM staff_line line "
        "JOIN unnest(%s::text[], %s::text[]) AS post (code, title) "
        "ON post.code = line.unit_code AND post.title = line.cells ->> 'position' "
        "WHERE NOT line.is_bad ORDER BY line.row_number",
        [[code for code, _title in keys], [title for _code, title in keys]],
    )


def spread_posts(kinds: Iterable[StaffRow], singles: Iterable[StaffRow]) -> None:
    """Give what was found in rows that stand for their kind to all of the kind, and the rest to their own rows."""
    found = [(_post_kind(row), None, row.problems) for row in kinds]
    _spread([*found, *((None, row.number, row.problems) for row in singles)], "post_kind", only_good=True)


def heads() -> list[StaffRow]:
    """Return the good rows of those who are to lead their unit."""
    return _rows("SELECT row_number, cells FROM staff_line WHERE is_head AND NOT is_bad ORDER BY row_number")


def good_rows_of(nips: Sequence[str]) -> list[StaffRow]:
    """Return the good rows of these people."""
    return _rows(
        "SELECT row_number, cells FROM staff_line WHERE nip = ANY(%s) AND NOT is_bad ORDER BY row_number",
        [list(nips)],
    )


def add_problems(rows: Iterable[StaffRow]) -> None:
    """Keep what was found in rows one by one."""
    _add_problems((row.number, problem) for row in rows for problem in row.problems)
    _mark_bad()


def refuse_unknown_appraisers(government: Government) -> None:
    """Refuse rows whose appraiser is neither in the list nor among the people of the government."""
    _run(
        """
        INSERT INTO staff_problem (row_number, problem, is_note)
        SELECT row_number, '{"column": "appraiser_nip", "code": "appraiser_unknown", "params": {}}', false
        FROM staff_line line
        WHERE NOT is_bad AND appraiser_nip IS NOT NULL
          AND appraiser_nip NOT IN (SELECT nip FROM staff_line WHERE nip IS NOT NULL)
          AND NOT EXISTS (SELECT FROM employees_employee person
                          WHERE person.nip = line.appraiser_nip AND person.government_id + 0 = %s)
        """,
        [government.pk],
    )
    _mark_bad()


def find_known() -> None:
    """Find the good rows that are about somebody or something recorded; all others are about new people."""
    _run(
        """
        INSERT INTO staff_known (row_number, is_new, changes)
        SELECT row_number, false, '{}' FROM staff_line line
        WHERE NOT is_bad AND (
            EXISTS (SELECT FROM employees_employee person WHERE person.nip = line.nip)
            OR EXISTS (SELECT FROM employees_employee person WHERE person.nip = line.old_nip)
            OR EXISTS (SELECT FROM accounts_user account WHERE account.login = line.nip)
            OR EXISTS (SELECT FROM accounts_user account WHERE account.email = line.email))
        """
    )


def known_portions(size: int) -> Iterator[list[StaffRow]]:
    """Yield the rows that `find_known` found."""
    last = 0
    while rows := _rows(
        "SELECT row_number, cells FROM staff_line JOIN staff_known USING (row_number) "
        "WHERE row_number > %s ORDER BY row_number LIMIT %s",
        [last, size],
    ):
        yield rows
        last = rows[-1].number


def keep_comparisons(found: Iterable[tuple[int, bool, dict[str, list[Any]]]]) -> None:
    """Keep what good known rows would do: row, whether they make somebody new, changes."""
    _run("CREATE TEMPORARY TABLE IF NOT EXISTS staff_found (LIKE staff_known) ON COMMIT DROP")
    copy_into("staff_found", ("row_number", "is_new", "changes"), found)
    _run(
        "UPDATE staff_known known SET is_new = found.is_new, changes = found.changes "
        "FROM staff_found found WHERE found.row_number = known.row_number"
    )
    _run("TRUNCATE staff_found")


def note_bad_appraisers(government: Government) -> None:
    """Note that an appraiser's own row is bad; the row goes in without them."""
    _run(
        """
        WITH noted AS (
            INSERT INTO staff_problem (row_number, problem, is_note)
            SELECT row_number, jsonb_build_object('column', 'appraiser_nip', 'code', 'appraiser_row_bad',
                                                  'params', '{}'::jsonb, 'is_note', true), true
            FROM staff_line line
            WHERE NOT is_bad AND appraiser_nip IS NOT NULL
              AND appraiser_nip NOT IN (SELECT nip FROM staff_line WHERE nip IS NOT NULL AND NOT is_bad)
              AND NOT EXISTS (SELECT FROM employees_employee person
                              WHERE person.nip = line.appraiser_nip AND person.government_id + 0 = %s)
            RETURNING row_number
        )
        UPDATE staff_known known SET changes = changes - 'appraiser_nip'
        FROM noted WHERE noted.row_number = known.row_number
        """,
        [government.pk],
    )


# --- what comes out ---------------------------------------------------------------------------------------------------


def first_good_rows(column: str) -> dict[Any, int]:
    """Return the first good row that speaks of each unit ("unit") or post ("post"), by code or (code, title)."""
    if column == "unit":
        found = _all("SELECT unit_code, min(row_number) FROM staff_line WHERE NOT is_bad GROUP BY 1")
        return dict(found)
    found = _all(
        "SELECT unit_code, cells ->> 'position', min(row_number) FROM staff_line WHERE NOT is_bad GROUP BY 1, 2"
    )
    return {(code, title): number for code, title, number in found}


def add_changes(changes: dict[int, dict[str, list[Any]]]) -> None:
    """Show changes of units and posts at rows."""
    copy_into("staff_extra", ("row_number", "changes"), changes.items())


def store(batch: ImportBatch, columns: Sequence[str]) -> None:
    """Write the rows of the batch, each with its problems in the order of the columns; bad ones as they were typed."""
    _run(
        """
        INSERT INTO employees_importrow (batch_id, row_number, "values", problems, effect, changes, applied)
        SELECT %(batch)s, line.row_number,
               CASE WHEN is_bad THEN cells || jsonb_build_object('raw', jsonb_object(%(columns)s::text[],
                    string_to_array(raw, %(between)s))) ELSE cells END,
               coalesce(problem.all, '[]'),
               CASE WHEN is_bad THEN '' WHEN known.row_number IS NULL OR known.is_new THEN 'new'
                    WHEN known.changes = '{}' AND extra.changes IS NULL THEN 'unchanged' ELSE 'changed' END,
               CASE WHEN is_bad THEN '{}'
                    ELSE coalesce(known.changes, '{}') || coalesce(extra.changes, '{}') END,
               false
        FROM staff_line line
        LEFT JOIN staff_known known USING (row_number)
        LEFT JOIN staff_extra extra USING (row_number)
        LEFT JOIN (
            SELECT row_number, jsonb_agg(problem
                ORDER BY array_position(%(order)s::text[], problem ->> 'column'), id) AS all
            FROM staff_problem GROUP BY row_number
        ) problem USING (row_number)
        """,
        {"batch": batch.pk, "order": list(COLUMNS), "columns": list(columns), "between": _BETWEEN},
    )
    # The rows are worked on at once, long before the server would look at them by itself. Its lock lasts until the
    # commit: whoever imports at the same time leaves it out rather than waiting.
    _run("ANALYZE (SKIP_LOCKED) employees_importrow (batch_id, row_number, effect, applied)")


# --- SQL --------------------------------------------------------------------------------------------------------------


def _spread(
    found: Iterable[tuple[str | None, int | None, list[dict[str, Any]]]], column: str, *, only_good: bool
) -> None:
    """Keep problems for all rows of a kind, or for one row."""
    said = [(kind, number, problem, n) for kind, number, list_ in found for n, problem in enumerate(list_)]
    if not said:
        return
    _run("TRUNCATE staff_said")
    copy_into("staff_said", ("kind", "row_number", "problem", "place"), said)
    among = "AND NOT line.is_bad" if only_good else ""
    _run(
        f"""
        INSERT INTO staff_problem (row_number, problem, is_note)
        SELECT line.row_number, said.problem, false
        FROM staff_said said
        JOIN staff_line line ON (line.{column} = said.kind OR line.row_number = said.row_number) {among}
        ORDER BY line.row_number, said.place
        """  # noqa: S608 -- names of our columns
    )
    _mark_bad()


def _mark_bad() -> None:
    _run(
        "UPDATE staff_line SET is_bad = true WHERE NOT is_bad "
        "AND row_number IN (SELECT row_number FROM staff_problem WHERE NOT is_note)"
    )


def _rows(statement: str, parameters: Sequence[Any] = ()) -> list[StaffRow]:
    return [StaffRow(number, json.loads(cells)) for number, cells in _all(statement, parameters)]


def _all(statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def _run(statement: str, parameters: Any = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
