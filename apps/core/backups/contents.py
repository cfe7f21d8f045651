"""What is in a database, table by table: rows and a hash over them that does not depend on where they lie."""

import hashlib
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg2 import sql


@dataclass(frozen=True)
class Table:
    """A table: what is copied of it, and in which order."""

    name: str
    columns: tuple[str, ...]
    order: tuple[str, ...]
    # Columns whose order depends on a collation, or that have none as such, are ordered by their bytes.
    by_bytes: frozenset[str]

    @property
    def query(self) -> sql.Composed:
        """Everything in it, always in the same order."""
        order = [
            sql.SQL('{}::text COLLATE "C"').format(sql.Identifier(name))
            if name in self.by_bytes
            else sql.Identifier(name)
            for name in self.order
        ]
        return sql.SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT").format(
            self.column_list, sql.Identifier(self.name), sql.SQL(", ").join(order)
        )

    @property
    def column_list(self) -> sql.Composed:
        """The columns by name: a table that was changed by migrations has them in another order than a new one."""
        return sql.SQL(", ").join(sql.Identifier(name) for name in self.columns)


@dataclass(frozen=True)
class Content:
    """How many rows a table has, and the SHA-256 over them."""

    rows: int
    sha256: str


class _Measure:
    """Takes what COPY writes: counts, hashes, and hands it on compressed where it is to be kept."""

    def __init__(self, keep: Callable[[bytes], object] | None) -> None:
        self.digest = hashlib.sha256()
        self.rows = 0
        self.keep = keep
        self.packer = zlib.compressobj(6, wbits=31)

    def write(self, piece: bytes) -> None:
        """Take a piece. Line breaks within a value are escaped, so every one ends a row."""
        self.digest.update(piece)
        self.rows += piece.count(b"\n")
        if self.keep:
            self.keep(self.packer.compress(piece))

    def close(self) -> None:
        """Hand on what the packer still holds."""
        if self.keep:
            self.keep(self.packer.flush())


def tables_of(cursor: Any) -> list[Table]:
    """Return the tables of ours, by name; generated columns follow from others and are left out."""
    cursor.execute(
        """
        SELECT c.relname,
               array_agg(a.attname::text ORDER BY a.attname::text COLLATE "C"),
               array_agg(a.attname::text ORDER BY array_position(i.indkey::int2[], a.attnum))
                   FILTER (WHERE a.attnum = ANY (i.indkey::int2[])),
               array_agg(a.attname::text) FILTER (WHERE t.typname NOT IN ('int2', 'int4', 'int8'))
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
        GROUP BY c.relname ORDER BY c.relname COLLATE "C"
        """
    )
    return [
        Table(name, tuple(columns), tuple(key or columns), frozenset(others or ()))
        for name, columns, key, others in cursor.fetchall()
    ]


def measure(cursor: Any, table: Table, keep_in: Path | None = None) -> Content:
    """Read a table through, and keep what is read in a compressed file if one is named."""
    if keep_in is None:
        return _measure(cursor, table, None)
    with keep_in.open("wb") as file:
        return _measure(cursor, table, file.write)


def _measure(cursor: Any, table: Table, keep: Callable[[bytes], object] | None) -> Content:
    measuring = _Measure(keep)
    cursor.copy_expert(table.query.as_string(cursor), measuring, size=1 << 16)
    measuring.close()
    return Content(measuring.rows, measuring.digest.hexdigest())


def content_hash(tables: Mapping[str, Content]) -> str:
    """Return one hash over all tables."""
    lines = (f"{name} {found.rows} {found.sha256}\n" for name, found in sorted(tables.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def behind_their_ids(cursor: Any) -> list[str]:
    """Return the sequences that would give out an id once more."""
    cursor.execute(
        """
        SELECT c.relname, a.attname, pg_get_serial_sequence(quote_ident(c.relname), a.attname)
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p') AND pg_get_serial_sequence(quote_ident(c.relname), a.attname) IS NOT NULL
        """
    )
    behind = []
    for table, column, sequence in cursor.fetchall():
        cursor.execute(
            sql.SQL("SELECT coalesce(max({}), 0) FROM {}").format(
                sql.Identifier(column), sql.Identifier(table)
            )
        )
        (largest,) = cursor.fetchone()
        # Quoted where necessary by PostgreSQL itself.
        cursor.execute(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608
        last, is_called = cursor.fetchone()
        if largest >= last + (0 if not is_called else 1):
            behind.append(sequence)
    return behind
