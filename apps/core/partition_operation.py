"""The operation of migrations that puts a table in parts by year, without copying it (partitions.py, decision 0015)."""

# ruff: noqa: S608 - names of tables and columns stand in our migrations and modules; every value is a parameter

from typing import Any

from django.db import transaction
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.utils import timezone

from .partitions import part_name, rest_name

_INDEXES = """
SELECT index_class.relname, pg_get_indexdef(indexrelid) FROM pg_index
JOIN pg_class index_class ON index_class.oid = indexrelid
WHERE indrelid = %s::regclass AND NOT indisunique ORDER BY 1
"""
_CONSTRAINTS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %s::regclass AND contype = 'f' ORDER BY 1
"""
_TRIGGERS = """
SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal ORDER BY 1
"""


class PartitionByYear(Operation):
    """Make a table one of parts by the years of a column, that nothing refers to.

    The table as it is becomes the first part, which also holds all years before; the next year's part and the rest are
    empty. Its primary key gets the column at its end. Needs a migration with `atomic = False`. Back again the rows are
    copied.
    """

    reduces_to_sql = False
    reversible = True

    def __init__(self, table: str, column: str, key: tuple[str, ...]) -> None:
        self.table = table
        self.column = column
        self.key = ", ".join([*key, column])
        self.former_key = ", ".join(key)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing: the models know nothing of it."""

    def describe(self) -> str:
        """Return what `showmigrations --plan` says."""
        return f"Put {self.table} in parts by the years of {self.column}"

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Prove where the rows end and build the key beside, while others write; then change over in a moment."""
        connection, table = schema_editor.connection, self.table
        if self._is_in_parts(connection):
            return
        bound, first = f"{table}_years", ""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT max({self.column}) FROM {table}")
            newest = cursor.fetchone()[0]
            last = max(timezone.now().year, newest.year if newest else 0)
            first = part_name(table, last)
            cursor.execute(
                f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {bound},"
                f" ADD CONSTRAINT {bound} CHECK ({self.column} < '{last + 1}-01-01') NOT VALID"
            )
            cursor.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {bound}")
            cursor.execute(f"DROP INDEX IF EXISTS {first}_pkey")
            once = "" if connection.in_atomic_block else "CONCURRENTLY"
            cursor.execute(f"CREATE UNIQUE INDEX {once} {first}_pkey ON {table} ({self.key})")
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table}")
            indexes, references, triggers = self._belongings(cursor, table)
            for name, _definition in triggers:
                cursor.execute(f'DROP TRIGGER "{name}" ON {table}')
            for place, (name, _definition) in enumerate(indexes):
                cursor.execute(f'ALTER INDEX "{name}" RENAME TO {first}_{place}')
            cursor.execute(
                f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey,"
                f" ADD CONSTRAINT {first}_pkey PRIMARY KEY USING INDEX {first}_pkey"
            )
            next_id = self._forget_identity(cursor, table)
            cursor.execute(f"ALTER TABLE {table} RENAME TO {first}")
            cursor.execute(
                f"CREATE TABLE {table} (LIKE {first} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)"
                f" PARTITION BY RANGE ({self.column})"
            )
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {bound}")
            # Not an identity: before PostgreSQL 17 a table in parts cannot have one. Known to Django all the same.
            cursor.execute(f"CREATE SEQUENCE {table}_id_seq START {next_id} OWNED BY {table}.id")
            cursor.execute(f"ALTER TABLE {table} ALTER id SET DEFAULT nextval('{table}_id_seq')")
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_pkey PRIMARY KEY ({self.key})")
            self._give(cursor, indexes, references, triggers)
            cursor.execute(
                f"ALTER TABLE {table} ATTACH PARTITION {first} FOR VALUES FROM (MINVALUE) TO ('{last + 1}-01-01')"
            )
            cursor.execute(f"ALTER TABLE {first} DROP CONSTRAINT {bound}")
            cursor.execute(
                f"CREATE TABLE {part_name(table, last + 1)} PARTITION OF {table}"
                f" FOR VALUES FROM ('{last + 1}-01-01') TO ('{last + 2}-01-01')"
            )
            cursor.execute(f"CREATE TABLE {rest_name(table)} PARTITION OF {table} DEFAULT")

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Copy all parts into one plain table."""
        connection, table = schema_editor.connection, self.table
        if not self._is_in_parts(connection):
            return
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table}")
            indexes, references, triggers = self._belongings(cursor, table)
            cursor.execute(f"SELECT nextval('{table}_id_seq')")
            next_id = cursor.fetchone()[0]
            cursor.execute(
                f"CREATE TABLE {table}_whole (LIKE {table} INCLUDING CONSTRAINTS INCLUDING STORAGE)"
            )
            cursor.execute(f"INSERT INTO {table}_whole SELECT * FROM {table}")
            cursor.execute(f"DROP TABLE {table}")
            cursor.execute(f"ALTER TABLE {table}_whole RENAME TO {table}")
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_pkey PRIMARY KEY ({self.former_key})")
            cursor.execute(
                f"ALTER TABLE {table} ALTER id ADD GENERATED BY DEFAULT AS IDENTITY (START WITH {next_id})"
            )
            self._give(
                cursor, [(n, d.replace(" ON ONLY ", " ON ")) for n, d in indexes], references, triggers
            )

    def _is_in_parts(self, connection: Any) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT relkind = 'p' FROM pg_class WHERE oid = %s::regclass", [self.table])
            return bool(cursor.fetchone()[0])

    def _belongings(self, cursor: Any, table: str) -> tuple[list[Any], list[Any], list[Any]]:
        """Return the names and definitions of indexes, foreign keys and triggers."""
        found = []
        for statement in (_INDEXES, _CONSTRAINTS, _TRIGGERS):
            cursor.execute(statement, [table])
            found.append(cursor.fetchall())
        return found[0], found[1], found[2]

    def _give(self, cursor: Any, indexes: list[Any], references: list[Any], triggers: list[Any]) -> None:
        for _name, definition in indexes:
            cursor.execute(definition)
        for name, definition in references:
            cursor.execute(f'ALTER TABLE {self.table} ADD CONSTRAINT "{name}" {definition}')
        for _name, definition in triggers:
            cursor.execute(definition)

    def _forget_identity(self, cursor: Any, table: str) -> int:
        """Drop the identity of `id` and return the next number it would have given."""
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
        next_id = int(cursor.fetchone()[0])
        cursor.execute(f"ALTER TABLE {table} ALTER id DROP IDENTITY")
        return next_id
