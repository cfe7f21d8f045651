"""Restores a backup that was made without PostgreSQL's programs: tables by the migrations, rows by COPY.

Only the code that made the backup can read it: its migrations must be the ones of the backup. What needs no code of
ours, and is quicker, is the dump of pg_dump; this way is for a host where nothing of it is installed.
"""

import os
import subprocess
import sys
import zlib
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from psycopg2 import sql

from . import contents, servers
from .manifest import BadBackup, Manifest


def load(source: Path, made: Manifest, into: servers.Address) -> None:
    """Make the tables, take the reference data of the migrations out, and put the rows of the backup in.

    :raises BadBackup: if this version of the code has other migrations or makes other tables.
    """
    _migrate(into)
    with closing(servers.connect(into)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
        if [name for (name,) in cursor.fetchall()] != made.migrations:
            raise BadBackup(
                "this version of the program has other migrations than the one that made the backup"
            )
        tables = contents.tables_of(cursor)
        if {table.name for table in tables} != set(made.tables):
            raise BadBackup("this version of the program makes other tables than those of the backup")
        cursor.execute("BEGIN")
        # The audit trail may hold more years than the migrations make parts for (migration core 0006, of 2026).
        cursor.execute(
            "SELECT core_audit_make_year(year) FROM generate_series(2026, extract(year FROM now())::int + 1) year"
        )
        guarded = [*(table.name for table in tables), *_parts(cursor)]
        # Our own triggers would seal, refuse and bump; foreign keys stay on and are looked at in the end.
        _each(cursor, guarded, "ALTER TABLE {} DISABLE TRIGGER USER")
        names = sql.SQL(", ").join(sql.Identifier(table.name) for table in tables)
        cursor.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(names))
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in tables:
            statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
                sql.Identifier(table.name), table.column_list
            )
            with (source / "tables" / f"{table.name}.copy.gz").open("rb") as file:
                cursor.copy_expert(statement.as_string(cursor), _Unpacked(file), size=1 << 16)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _each(cursor, guarded, "ALTER TABLE {} ENABLE TRIGGER USER")
        _move_sequences(cursor)
        cursor.execute("COMMIT")


def _migrate(into: servers.Address) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {"DATABASE_URL": servers.url_of(into), "DJANGO_SETTINGS_MODULE": "asn_kinerja.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BadBackup(f"the tables cannot be made: {done.stderr[-2000:]}")


def _parts(cursor: Any) -> list[str]:
    """Return the parts of tables in parts; they have triggers of statements of their own."""
    cursor.execute("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'")
    return [name for (name,) in cursor.fetchall()]


def _each(cursor: Any, tables: list[str], statement: str) -> None:
    for table in tables:
        cursor.execute(sql.SQL(statement).format(sql.Identifier(table)))


def _move_sequences(cursor: Any) -> None:
    cursor.execute(
        """
        SELECT format('SELECT setval(%L, greatest(1, (SELECT coalesce(max(%I), 0) FROM %I)))',
                      pg_get_serial_sequence(quote_ident(c.relname), a.attname), a.attname, c.relname)
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p') AND pg_get_serial_sequence(quote_ident(c.relname), a.attname) IS NOT NULL
        """
    )
    for (statement,) in cursor.fetchall():
        cursor.execute(statement)


class _Unpacked:
    """What was compressed, read in pieces."""

    def __init__(self, file: Any) -> None:
        self.file = file
        self.unpacker = zlib.decompressobj(wbits=31)
        self.waiting = b""

    def read(self, size: int) -> bytes:
        """Return the next piece; nothing at the end."""
        while not self.waiting:
            packed = self.file.read(1 << 16)
            if not packed:
                break
            self.waiting = self.unpacker.decompress(packed)
        piece, self.waiting = self.waiting[:size], self.waiting[size:]
        return piece
