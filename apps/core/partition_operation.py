"""Operations of migrations that put a table in parts by year, without copying it (partitions.py, decision 0015)."""

# ruff: noqa: S608 - names of tables and columns stand in our migrations and modules; every value is a parameter

from typing import Any

from django.db import transaction
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.utils import timezone

from .partitions import part_name, rest_name

BATCH = 5_000

_INDEXES = """
SELECT index_class.relname, pg_get_indexdef(indexrelid) FROM pg_index
JOIN pg_class index_class ON index_class.oid = indexrelid
WHERE indrelid = %s::regclass AND NOT indisunique ORDER BY 1
"""
_UNIQUE = """
SELECT conname, array(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY key(number, place)
                      JOIN pg_attribute ON attrelid = conrelid AND attnum = number ORDER BY place)
FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'u' ORDER BY 1
"""
_BARE_UNIQUE = """
SELECT indexrelid::regclass::text FROM pg_index
WHERE indrelid = %s::regclass AND indisunique AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
_CONSTRAINTS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %s::regclass AND contype = 'f' ORDER BY 1
"""
_TRIGGERS = """
SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal ORDER BY 1
"""


class AddYear(Operation):
    """Give a table the year of its parent, as its first day, for which it can stand in parts.

    No trigger can fill the column by which PostgreSQL chooses a part ("moving row to another partition during a BEFORE
    FOR EACH ROW trigger is not supported"), so the model has the field, and whoever writes SQL gives it.

    Rows of before get the year that most of them are of, without being written: a default given with the column is
    kept in the catalogue. Only rows of other years are written, some thousand per transaction. Needs a migration with
    `atomic = False`; says nothing to Django's state.

    :param of: "table.column", the parent's instant; its year is that of the local day, so the parent has a government.
    :param via: the column that refers to the parent.
    """

    reduces_to_sql = False
    reversible = True

    def __init__(self, table: str, column: str, *, of: str, via: str) -> None:
        self.table = table
        self.column = column
        self.of = of
        self.via = via

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing: the field stands beside it in the migration."""

    def describe(self) -> str:
        """Return what `showmigrations --plan` says."""
        return f"Give {self.table} the year of {self.of}"

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Add the column, put right the rows of other years, then demand it; each step looks whether it was done."""
        connection, table, column = schema_editor.connection, self.table, self.column
        parent, instant = self.of.split(".")
        year = f"date_trunc('year', parent.{instant} AT TIME ZONE government.timezone)::date"
        parents = (
            f"{parent} parent JOIN employees_government government ON government.id = parent.government_id"
        )
        wrong = f"parent.id = row.{self.via} AND row.{column} IS DISTINCT FROM {year}"
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT attnotnull FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s"
                " AND NOT attisdropped",
                [table, column],
            )
            found = cursor.fetchone()
            if found and found[0]:
                return
            if not found:
                cursor.execute(f"SELECT {year} FROM {parents} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")
                most = cursor.fetchone()
                default = f" DEFAULT '{most[0]:%Y-%m-%d}'" if most else ""
                cursor.execute(
                    f"ALTER TABLE {table} ADD COLUMN {column} date{default};"
                    f" ALTER TABLE {table} ALTER COLUMN {column} DROP DEFAULT"
                )
            cursor.execute(f"SELECT min(row.id), max(row.id) FROM {table} row, {parents} WHERE {wrong}")
            first, last = cursor.fetchone()
            while first is not None:
                until = min(first + BATCH - 1, last)
                cursor.execute(
                    f"UPDATE {table} row SET {column} = {year} FROM {parents}"
                    f" WHERE {wrong} AND row.id BETWEEN %s AND %s",
                    [first, until],
                )
                first = until + 1 if until < last else None
            check = f"{table}_has_{column}"
            cursor.execute(
                f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {check},"
                f" ADD CONSTRAINT {check} CHECK ({column} IS NOT NULL) NOT VALID"
            )
            cursor.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {check}")
            cursor.execute(
                f"ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL; ALTER TABLE {table} DROP CONSTRAINT {check}"
            )

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Drop the column."""
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {self.table} DROP COLUMN IF EXISTS {self.column}")


class PartitionByYear(Operation):
    """Make a table one of parts by the years of a column, that nothing refers to.

    The table as it is becomes the first part, which also holds all years before; the next year's part and the rest are
    empty. Its primary key and its unique constraints get the column at their end; a unique index that is no constraint
    is refused. Needs a migration with `atomic = False`. Back again the rows are copied.
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
            unique = self._unique(cursor, table, first)
            for place, (_name, columns) in enumerate(unique):
                cursor.execute(f"DROP INDEX IF EXISTS {first}_key_{place}")
                cursor.execute(
                    f"CREATE UNIQUE INDEX {once} {first}_key_{place} ON {table} ({columns}, {self.column})"
                )
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
            for place, (name, _columns) in enumerate(unique):
                cursor.execute(
                    f'ALTER TABLE {table} DROP CONSTRAINT "{name}",'
                    f" ADD CONSTRAINT {first}_key_{place} UNIQUE USING INDEX {first}_key_{place}"
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
            for name, columns in unique:
                cursor.execute(
                    f'ALTER TABLE {table} ADD CONSTRAINT "{name}" UNIQUE ({columns}, {self.column})'
                )
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
            unique = self._unique(cursor, table, table)
            cursor.execute(f"SELECT nextval('{table}_id_seq')")
            next_id = cursor.fetchone()[0]
            cursor.execute(
                f"CREATE TABLE {table}_whole (LIKE {table} INCLUDING CONSTRAINTS INCLUDING STORAGE)"
            )
            cursor.execute(f"INSERT INTO {table}_whole SELECT * FROM {table}")
            cursor.execute(f"DROP TABLE {table}")
            cursor.execute(f"ALTER TABLE {table}_whole RENAME TO {table}")
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_pkey PRIMARY KEY ({self.former_key})")
            for name, columns in unique:
                cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" UNIQUE ({columns})')
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

    def _unique(self, cursor: Any, table: str, first: str) -> list[tuple[str, str]]:
        """Return the unique constraints and their columns, without the one of the years.

        :raises ValueError: for a unique index that is no constraint: its condition would have to come along.
        """
        cursor.execute(_UNIQUE, [table])
        found = [
            (name, ", ".join(c for c in columns if c != self.column)) for name, columns in cursor.fetchall()
        ]
        cursor.execute(_BARE_UNIQUE, [table])
        # What a run that was stopped has left is made anew.
        ours = (f"{first}_pkey", f"{first}_key_")
        if bare := [name for (name,) in cursor.fetchall() if not name.startswith(ours)]:
            raise ValueError(f"{table}: {', '.join(bare)}")
        return found

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
