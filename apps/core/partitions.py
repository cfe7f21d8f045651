"""Tables in parts by year (docs/operations/scaling.md): the next part in time, and a year that leaves, with proof.

The days of a part are in its bounds, so a question about days opens only the parts it needs. Days for which there is
no part go into the rest: nobody's line of work is refused because a nightly job did not run. The rest is empty on a
healthy site; making the part of a year moves the year's rows out of it.
"""

# ruff: noqa: S608 - names of tables and columns stand in our migrations and modules; every value is a parameter

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from . import audit
from .backups import contents
from .operations.alarms import raise_alarm
from .operations.daily_checks import last_due_day

# Last year's reports are still being accepted and its ratings decided.
YEARS_IN_USE = 2
# Rather give up than make everybody queue behind a waiting change (docs/operations/migrations.md).
LOCK_TIMEOUT = "2s"

_IN_REST = gettext_noop(
    "%(rows)s rows of %(table)s are in no part of a year. Run manage.py partitions make %(table)s YEAR."
)

_PARTS = """
SELECT part.relname, pg_get_expr(part.relpartbound, part.oid)
FROM pg_inherits link
JOIN pg_class part ON part.oid = link.inhrelid
WHERE link.inhparent = %s::regclass
ORDER BY part.relname
"""
# Table -> its column of days.
_tables: dict[str, str] = {}
# What makes the part of a year of a table that is in parts by rules of its own.
_makers: list[Callable[[int], bool]] = []


class PartStays(ValueError):
    """Raised when a part would leave that is not there or whose year is still in use."""


@dataclass(frozen=True)
class Part:
    """A part of a table: its own table, and its first and last year; the oldest has no first, the rest has neither."""

    table: str
    since: int | None
    year: int | None

    def holds(self, year: int) -> bool:
        """Return whether the days of a year go into it."""
        return self.year is not None and (self.since or 0) <= year <= self.year


def register(table: str, column: str) -> None:
    """Say that a table is in parts by the years of a column; a migration has made it so (`PartitionByYear`)."""
    _tables[table] = column


def register_maker(make: Callable[[int], bool]) -> None:
    """Have the nightly check make the parts of another table too; `make` may be asked for a year that has one."""
    _makers.append(make)


def tables() -> Mapping[str, str]:
    """Return the tables in parts and their columns of days."""
    return dict(_tables)


def parts(table: str) -> list[Part]:
    """Return the parts of a table; the first also holds all years before its own."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(_PARTS, [table])
        for name, bounds in cursor.fetchall():
            since = re.search(r"FROM \('(\d+)-01-01'\)", bounds)
            until = re.search(r"TO \('(\d+)-01-01'\)", bounds)
            alone = re.search(r"IN \('?(\d+)'?\)", bounds)
            first, last = (
                (alone, int(alone.group(1))) if alone else (since, int(until.group(1)) - 1 if until else None)
            )
            found.append(Part(name, int(first.group(1)) if first else None, last))
    return found


def make_year(table: str, year: int) -> int:
    """Make the part of a year if there is none; return how many rows of the rest moved into it."""
    if any(part.holds(year) for part in parts(table)):
        return 0
    column, part = _tables[table], part_name(table, year)
    first, end = f"{year}-01-01", f"{year + 1}-01-01"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        cursor.execute(f"LOCK TABLE {rest_name(table)} IN ACCESS EXCLUSIVE MODE")
        cursor.execute(f"CREATE TABLE {part} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
        cursor.execute(
            f"WITH moved AS (DELETE FROM {rest_name(table)} WHERE {column} >= %s AND {column} < %s RETURNING *)"
            f" INSERT INTO {part} SELECT * FROM moved",
            [first, end],
        )
        moved = int(cursor.rowcount)
        cursor.execute(
            f"ALTER TABLE {table} ATTACH PARTITION {part} FOR VALUES FROM ('{first}') TO ('{end}')"
        )
    return moved


def check() -> int:
    """Make this year's and the next part of every table; tell of rows in the rest, and return how many tables have any.

    Runs every night: the part of a year is there a year before its first day.
    """
    year, outside = timezone.now().year, 0
    for make in _makers:
        for wanted in (year, year + 1):
            make(wanted)
    for table in _tables:
        for wanted in (year, year + 1):
            make_year(table, wanted)
        if rows := rows_in(rest_name(table)):
            outside += 1
            day = last_due_day(timezone.now())
            raise_alarm(_IN_REST, key=f"partition-rest:{table}:{day}", table=table, rows=rows)
    return outside


def rows_in(table: str) -> int:
    """Count the rows of a table or of a part."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def leave(table: str, year: int, *, keep_in: Path, by: Any, at: datetime) -> contents.Content:
    """Write the part that ends with a year into a file, detach and drop it, and note rows and hash in the audit trail.

    The file is what `COPY` wrote, compressed; its hash is over the rows, so it can be compared after years.

    :raises PartStays: if there is no such part, or its year is in use.
    :raises FileExistsError: if the file is there already.
    """
    part = next((part for part in parts(table) if part.year == year), None)
    if part is None or year > at.year - YEARS_IN_USE:
        raise PartStays(f"{table} {year}")
    if keep_in.exists():
        raise FileExistsError(keep_in)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        # DETACH ... CONCURRENTLY is refused beside a rest. First, so that nothing comes in behind the reading.
        cursor.execute(f"ALTER TABLE {table} DETACH PARTITION {part.table}")
        read = next(found for found in contents.tables_of(cursor) if found.name == part.table)
        # psycopg's own cursor: it knows how names are quoted.
        content = contents.measure(cursor.cursor, read, keep_in)
        with keep_in.open("rb") as file:
            os.fsync(file.fileno())
        cursor.execute(f"DROP TABLE {part.table}")
        note_drop(part.table, content, table=table, year=year, by=by, at=at)
    return content


def note_drop(part: str, content: contents.Content, *, table: str, year: int, by: Any, at: datetime) -> None:
    """Write into the audit trail which part was dropped, and what it held."""
    audit.record(
        "core.partition.dropped",
        target=_named(part),
        by=by,
        scope="",
        at=at,
        table=table,
        year=year,
        rows=content.rows,
        sha256=content.sha256,
    )


def part_name(table: str, year: int) -> str:
    """Return the name of the part of a year."""
    return f"{table}_{year}"


def rest_name(table: str) -> str:
    """Return the name of the part for days of no other part."""
    return f"{table}_rest"


def _named(part: str) -> Any:
    """Return what the audit trail names as its target: no row, but a table."""
    return SimpleNamespace(_meta=SimpleNamespace(label_lower="core.partition"), pk=part)
