"""A table of respondents in a temporary table while it is taken over: in by COPY, compared and written by SQL.

Cells are understood in `skm_import`, row by row, on the way in. Which rows repeat a number, which are recorded already
and which differ is said here in SQL; writing goes in portions of row numbers. The temporary table lives as long as the
session's work on the file and is dropped by `close`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from apps.core.copying import copy_into, insert_from
from apps.core.long_statements import at_leisure

from ..labels import Tier
from ..models import Response, SurveyPeriod
from ..rules.parts import years_of

ATTRIBUTES = ("sex", "age_band", "education", "occupation")
NEW, CHANGED, SAME = "new", "changed", "same"

_TABLE = """
CREATE TEMPORARY TABLE skm_line (
    row_number integer, respondent text, content text, hour timestamptz, channel text, sex text, age_band text,
    education text, occupation text, remark text, answers smallint[], is_bad boolean, twice integer
)
"""
_COLUMNS = (
    "row_number", "respondent", "content", "hour", "channel", *ATTRIBUTES, "remark", "answers", "is_bad",
)  # fmt: skip
# The key under which a row is known again: by its number, or by what it says and the how-manieth that says so.
_WORK = """
CREATE TEMPORARY TABLE skm_work AS
WITH marked AS (
    SELECT line.*, CASE WHEN respondent IS NOT NULL THEN 'n:' || respondent
        ELSE 'c:' || row_number() OVER (PARTITION BY respondent, content ORDER BY row_number) || ':' || content
        END AS mark
    FROM skm_line line WHERE NOT is_bad AND twice IS NULL
),
keyed AS (
    SELECT marked.*,
           %(prefix)s || left(encode(sha256(convert_to(mark, 'UTF8')), 'hex'), 40) AS import_key
    FROM marked
)
SELECT keyed.row_number, keyed.import_key, keyed.hour, keyed.channel, keyed.sex, keyed.age_band, keyed.education,
       keyed.occupation, keyed.remark, keyed.answers, stored.id AS response_id,
       CASE WHEN stored.id IS NULL THEN 'new'
            WHEN (keyed.sex, keyed.age_band, keyed.education, keyed.occupation, keyed.remark)
                 = (stored.sex, stored.age_band, stored.education, stored.occupation, stored.remark)
             AND coalesce(keyed.hour, stored.hour) = stored.hour
             AND coalesce(keyed.channel, stored.channel) = stored.channel
             AND keyed.answers = ARRAY(
                 SELECT answer.value FROM unnest(%(unsur)s::bigint[]) WITH ORDINALITY AS asked (id, place)
                 LEFT JOIN feedback_answer answer
                   ON answer.response_id = stored.id AND answer.unsur_id = asked.id
                  AND answer.year BETWEEN %(first_year)s AND %(last_year)s
                 ORDER BY asked.place)
            THEN 'same' ELSE 'changed' END AS state
FROM keyed LEFT JOIN feedback_response stored ON stored.import_key = keyed.import_key
"""
_ADD = """
WITH part AS MATERIALIZED (
    SELECT nextval(pg_get_serial_sequence('feedback_response', 'id')) AS id, work.*
    FROM (SELECT * FROM skm_work work
          WHERE row_number BETWEEN %(first)s AND %(last)s AND state = 'new'
            -- OFFSET 0: a look at an index for each row; a join would read the whole table for each portion.
            AND NOT EXISTS (SELECT FROM feedback_response known WHERE known.import_key = work.import_key
                              AND known.government_id = %(government)s OFFSET 0)
          ORDER BY row_number) work
),
written AS ({written}),
answered AS (
    -- The trigger that would look the government up does not see responses of its own statement.
    INSERT INTO feedback_answer (response_id, unsur_id, value, government_id, year)
    SELECT part.id, asked.id, part.answers[asked.place], %(government)s,
           date_trunc('year', coalesce(part.hour, %(hour)s) AT TIME ZONE %(zone)s)
    FROM part CROSS JOIN unnest(%(unsur)s::bigint[]) WITH ORDINALITY AS asked (id, place)
    WHERE part.answers[asked.place] IS NOT NULL
)
SELECT count(*) FROM part
"""
_CHANGE = (
    """
    UPDATE feedback_response response
    SET sex = work.sex, age_band = work.age_band, education = work.education, occupation = work.occupation,
        remark = work.remark, hour = coalesce(work.hour, response.hour),
        channel = coalesce(work.channel, response.channel)
    FROM skm_work work
    WHERE work.row_number BETWEEN %(first)s AND %(last)s AND work.state = 'changed' AND response.id = work.response_id
    """,
    """
    DELETE FROM feedback_answer answer USING skm_work work
    WHERE work.row_number BETWEEN %(first)s AND %(last)s AND work.state = 'changed'
      AND answer.response_id = work.response_id AND answer.year BETWEEN %(first_year)s AND %(last_year)s
    """,
    """
    INSERT INTO feedback_answer (response_id, unsur_id, value, government_id, year)
    SELECT work.response_id, asked.id, work.answers[asked.place], %(government)s,
           date_trunc('year', response.hour AT TIME ZONE %(zone)s)
    FROM skm_work work JOIN feedback_response response ON response.id = work.response_id
    CROSS JOIN unnest(%(unsur)s::bigint[]) WITH ORDINALITY AS asked (id, place)
    WHERE work.row_number BETWEEN %(first)s AND %(last)s AND work.state = 'changed'
      AND work.answers[asked.place] IS NOT NULL
    """,
)


@dataclass(frozen=True)
class Line:
    """A row as it was understood; `respondent` or `content` says who is meant."""

    number: int
    respondent: str | None
    content: str | None
    hour: datetime | None
    channel: str | None
    attributes: Sequence[str]
    remark: str
    answers: Sequence[int | None]
    is_bad: bool


def open_table() -> None:
    """Make the table, empty; `close` drops it."""
    close()
    _run(_TABLE)


def close() -> None:
    """Drop what was made."""
    _run("DROP TABLE IF EXISTS skm_line, skm_work")


def add(lines: Iterable[Line]) -> None:
    """Write a portion of rows."""
    copy_into(
        "skm_line",
        _COLUMNS,
        (
            (
                line.number,
                line.respondent,
                line.content,
                line.hour,
                line.channel,
                *line.attributes,
                line.remark,
                "{" + ",".join("NULL" if value is None else str(value) for value in line.answers) + "}",
                line.is_bad,
            )
            for line in lines
        ),
    )


def repeated() -> int:
    """Mark the rows whose number stands in an earlier good row; return how many."""
    _run("ANALYZE skm_line (row_number, respondent, is_bad)")
    with at_leisure(), connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE skm_line line SET twice = known.first
            FROM (SELECT respondent, min(row_number) FILTER (WHERE NOT is_bad) AS first FROM skm_line
                  WHERE respondent IS NOT NULL GROUP BY respondent HAVING count(*) > 1) known
            WHERE known.respondent = line.respondent AND line.row_number > known.first
            """
        )
        return int(cursor.rowcount)


def twice(limit: int | None) -> Iterator[tuple[int, int]]:
    """Yield rows that repeat a number, with the row that has it first."""
    yield from _all(
        "SELECT row_number, twice FROM skm_line WHERE twice IS NOT NULL ORDER BY row_number LIMIT %s", [limit]
    )


def left_out() -> int:
    """Return how many rows have something wrong."""
    return int(_all("SELECT count(*) FROM skm_line WHERE is_bad OR twice IS NOT NULL")[0][0])


def compare(period: SurveyPeriod, unsur_ids: Sequence[int]) -> dict[str, int]:
    """Compare the good rows with what earlier imports left; return how many are new, changed and the same."""
    _run("DROP TABLE IF EXISTS skm_work")
    with at_leisure():
        _run(_WORK, {"prefix": f"skm:{period.pk}:", "unsur": list(unsur_ids), **_years(period)})
        _run("CREATE INDEX ON skm_work (row_number) WHERE state <> 'same'")
    _run("ANALYZE skm_work (row_number, state)")
    counts = dict(_all("SELECT state, count(*) FROM skm_work GROUP BY state"))
    return {state: int(counts.get(state, 0)) for state in (NEW, CHANGED, SAME)}


def portions(size: int) -> Iterator[tuple[int, int, int]]:
    """Yield the first and the last row of each portion of work, and how many rows it has."""
    last = 0
    while found := _all(
        "SELECT min(row_number), max(row_number), count(*) FROM (SELECT row_number FROM skm_work "
        "WHERE state <> 'same' AND row_number > %s ORDER BY row_number LIMIT %s) next HAVING count(*) > 0",
        [last, size],
    ):
        first, last, count = found[0]
        yield first, last, count


def write(
    period: SurveyPeriod, unsur_ids: Sequence[int], *, first: int, last: int, hour: datetime, channel: str
) -> tuple[int, int]:
    """Write the rows of a portion in the caller's transaction; return how many were added and changed.

    Nothing is added twice.
    """
    columns = {
        "id": "id",
        "government_id": "%(government)s",
        "service_id": "%(service)s",
        "survey_period_id": "%(period)s",
        "channel": "coalesce(channel, %(channel)s)",
        "tier": "%(tier)s",
        "hour": "coalesce(hour, %(hour)s)",
        **{name: name for name in (*ATTRIBUTES, "remark", "import_key")},
    }
    parameters = {
        "first": first,
        "last": last,
        "government": period.service.unit.government_id,
        "zone": period.service.unit.government.timezone,
        **_years(period),
        "service": period.service_id,
        "period": period.pk,
        "channel": channel,
        "tier": Tier.VERIFIED.value,
        "hour": hour,
        "unsur": list(unsur_ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(_ADD.format(written=insert_from(Response, columns, "part")), parameters)
        added = int(cursor.fetchone()[0])
        cursor.execute(_CHANGE[0], parameters)
        changed = int(cursor.rowcount)
    if changed:
        for statement in _CHANGE[1:]:
            _run(statement, parameters)
    return added, changed


def settle() -> None:
    """Let the planner know of many rows that just came in: sums made by an older picture take minutes."""
    _run("ANALYZE (SKIP_LOCKED) feedback_response (survey_period_id, case_id)")
    _run("ANALYZE (SKIP_LOCKED) feedback_answer (response_id, unsur_id)")


def _years(period: SurveyPeriod) -> dict[str, date]:
    """Name the parts in which the answers of a period stand."""
    first, last = years_of(period.starts_on, period.ends_on)
    return {"first_year": first, "last_year": last}


def _all(statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def _run(statement: str, parameters: Any = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
