"""The operation of migrations by which large tables carry their government and lead their keys with it (decision 0015).

The column stands in the database only: models, forms and queries know nothing of it. A trigger fills it from the parent
row when it is not given, so every way of writing rows (ORM, COPY, INSERT ... SELECT) stays as it is. Unique keys and
foreign keys keep their names and get the column at their end; there it changes nothing of what they mean, because a row
has the government of its parent, and the foreign key proves it.

Every step asks the catalogue whether it is still to be done: a migration that was stopped or did not get a lock goes on
where it stood (docs/operations/migrations.md). Locks that stop writers are held for moments only.
"""

# ruff: noqa: S608 - names of tables and columns stand in our migrations and modules; every value is a parameter

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

COLUMN = "government_id"
TRIGGER = "carry_government"
BATCH = 5_000

# Columns of a key in their order, without those that INCLUDE brings along.
_INDEXES = """
SELECT index_class.relname, coalesce(con.conname, ''), index.indisprimary, index.indnullsnotdistinct, index.indisvalid,
       array(SELECT pg_get_indexdef(index.indexrelid, place, true) FROM generate_series(1, index.indnkeyatts) place),
       pg_get_expr(index.indpred, index.indrelid)
FROM pg_index index
JOIN pg_class index_class ON index_class.oid = index.indexrelid
LEFT JOIN pg_constraint con ON con.conindid = index.indexrelid AND con.contype IN ('p', 'u')
WHERE index.indrelid = %s::regclass AND index.indisunique
ORDER BY index.indisprimary DESC, index_class.relname
"""
_REFERENCES = """
SELECT con.conrelid::regclass::text, con.conname, con.convalidated,
       array(SELECT attname::text FROM unnest(con.conkey) WITH ORDINALITY key(number, place)
             JOIN pg_attribute ON attrelid = con.conrelid AND attnum = number ORDER BY place),
       EXISTS (SELECT FROM pg_attribute
               WHERE attrelid = con.conrelid AND attname = 'government_id' AND NOT attisdropped)
FROM pg_constraint con
WHERE con.contype = 'f' AND con.confrelid = %s::regclass
ORDER BY 1, 2
"""


class CarryGovernment(Operation):
    """Give tables the column `government_id`, and put it into the keys of the large ones among them.

    :param columns: table -> its column that names the parent the government is taken from; parents first. A table that
        has the column already (in its model) needs no entry.
    :param keys: tables whose primary key, unique keys, and foreign keys that refer to them include the government.
        Every table that refers to one of them must have the column.
    :param references: (table, column) -> parent, for foreign keys of new models to a table of `keys`. Django cannot
        make them (it names `id` alone, which is not a key there): the model says `db_constraint=False`.

    Needs a migration with `atomic = False`. Says nothing to Django's state, which knows none of it.
    """

    reduces_to_sql = False
    reversible = True

    def __init__(
        self,
        columns: Mapping[str, str],
        keys: Sequence[str] = (),
        references: Mapping[tuple[str, str], str] | None = None,
    ) -> None:
        self.columns = dict(columns)
        self.keys = list(keys)
        self.references = dict(references or {})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing: the models know nothing of it."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Column and trigger, then the rows of before, then the keys."""
        work = _Work(schema_editor.connection, self.references)
        for table, via in self.columns.items():
            work.add_column(table, via)
        for table, via in self.columns.items():
            work.fill(table, via)
            work.require(table)
        for table in self.keys:
            work.change_keys(table, carried=True)
        for (table, column), parent in self.references.items():
            work.refer(table, column, parent)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Give the keys their former columns back, then drop triggers and columns."""
        work = _Work(schema_editor.connection, self.references)
        for table, column in self.references:
            work.run(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {_name(table, column)}")
        for table in reversed(self.keys):
            work.change_keys(table, carried=False)
        for table in reversed(self.columns):
            work.drop_column(table)

    def describe(self) -> str:
        """Return what `showmigrations --plan` says."""
        return f"Carry the government in {len(self.columns)} tables and in the keys of {len(self.keys)}"


class _Work:
    """The single steps; each looks first whether it was done."""

    def __init__(self, connection: Any, references: Mapping[tuple[str, str], str]) -> None:
        self.connection = connection
        self.references = references
        self.alias = connection.alias
        self.quote = connection.ops.quote_name

    def run(self, statement: str, parameters: Sequence[object] | None = None) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(statement, parameters)

    def ask(self, statement: str, parameters: Sequence[object] | None = None) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return list(cursor.fetchall())

    # --- the column

    def has_column(self, table: str) -> bool:
        return bool(
            self.ask(
                "SELECT 1 FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s AND NOT attisdropped",
                [table, COLUMN],
            )
        )

    def parent_of(self, table: str, via: str) -> str:
        """Return the table that a column refers to.

        :raises ValueError: if it refers to none, or to one without a government.
        """
        found = self.ask(
            "SELECT confrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass"
            " AND conkey[1] = (SELECT attnum FROM pg_attribute WHERE attrelid = conrelid AND attname = %s)",
            [table, via],
        )
        parent = found[0][0] if found else self.references.get((table, via))
        if parent is None or not self.has_column(parent):
            raise ValueError(f"{table}.{via} names no row that has a government")
        return str(parent)

    def add_column(self, table: str, via: str) -> None:
        """Add column and trigger in one moment.

        Rows of before get the government that most rows belong to, without being written: a default given with the
        column is kept in the catalogue. So a site of one government has nothing left to fill.
        """
        if self.has_column(table):
            return
        parent = self.parent_of(table, via)
        most = self.ask(f"SELECT {COLUMN} FROM {parent} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")
        default = f" DEFAULT {int(most[0][0])}" if most else ""
        with transaction.atomic(using=self.alias):
            self.run(
                f"ALTER TABLE {table} ADD COLUMN {COLUMN} bigint{default};"
                f" ALTER TABLE {table} ALTER COLUMN {COLUMN} DROP DEFAULT;"
                f" CREATE OR REPLACE FUNCTION {table}_{TRIGGER}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" SELECT {COLUMN} INTO NEW.{COLUMN} FROM {parent} WHERE id = NEW.{via}; RETURN NEW; END $$;"
                f" CREATE TRIGGER {TRIGGER} BEFORE INSERT ON {table} FOR EACH ROW"
                f" WHEN (NEW.{COLUMN} IS NULL) EXECUTE FUNCTION {table}_{TRIGGER}()"
            )

    def fill(self, table: str, via: str) -> None:
        """Put right the rows of the other governments, some thousand per transaction; all at once if keys are random.

        Triggers that refuse changes of kept rows are off for this transaction alone; nobody else can write meanwhile.
        """
        parent = self.parent_of(table, via)
        wrong = f"row.{COLUMN} IS DISTINCT FROM parent.{COLUMN}"
        joined = f"{table} row JOIN {parent} parent ON parent.id = row.{via}"
        update = (
            f"UPDATE {table} row SET {COLUMN} = parent.{COLUMN} FROM {parent} parent"
            f" WHERE parent.id = row.{via} AND {wrong}"
        )
        type_of_id = "SELECT atttypid::regtype::text FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'id'"
        if self.ask(type_of_id, [table])[0][0] == "uuid":
            self.write_past_triggers(table, update, [])
            return
        first, last = self.ask(f"SELECT min(row.id), max(row.id) FROM {joined} WHERE {wrong}")[0]
        while first is not None:
            until = min(first + BATCH - 1, last)
            self.write_past_triggers(table, f"{update} AND row.id BETWEEN %s AND %s", [first, until])
            first = until + 1 if until < last else None

    def write_past_triggers(self, table: str, statement: str, parameters: list[Any]) -> None:
        with transaction.atomic(using=self.alias):
            self.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            self.run(statement, parameters)
            self.run(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    def require(self, table: str) -> None:
        """Make it NOT NULL; the rows are read while others go on writing."""
        is_required = "SELECT attnotnull FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s"
        if self.ask(is_required, [table, COLUMN])[0][0]:
            return
        check = f"{table}_has_government"
        self.run(
            f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {check},"
            f" ADD CONSTRAINT {check} CHECK ({COLUMN} IS NOT NULL) NOT VALID"
        )
        self.run(f"ALTER TABLE {table} VALIDATE CONSTRAINT {check}")
        self.run(
            f"ALTER TABLE {table} ALTER COLUMN {COLUMN} SET NOT NULL; ALTER TABLE {table} DROP CONSTRAINT {check}"
        )

    def drop_column(self, table: str) -> None:
        with transaction.atomic(using=self.alias):
            self.run(f"DROP TRIGGER IF EXISTS {TRIGGER} ON {table}")
            self.run(f"DROP FUNCTION IF EXISTS {table}_{TRIGGER}()")
            self.run(f"ALTER TABLE {table} DROP COLUMN IF EXISTS {COLUMN}")

    # --- the keys

    def change_keys(self, table: str, *, carried: bool) -> None:
        """Put the government at the end of a table's keys and of the foreign keys that refer to it, or take it away.

        New indexes are built beside the old ones; the change itself is one short transaction.

        :raises ValueError: if a table refers to this one that has no government.
        """
        references = self.ask(_REFERENCES, [table])
        if without := [child for child, _name, _valid, _columns, has in references if not has]:
            raise ValueError(f"{table}: {', '.join(without)} refer to it without a government")
        swaps = self.build_beside(table, carried=carried)
        due = [row for row in references if (COLUMN in row[3]) is not carried]
        if swaps or due:
            with transaction.atomic(using=self.alias):
                # A moment of silence, asked for in one go: every table of the change, this one first.
                self.run(f"LOCK TABLE {', '.join([table, *sorted({row[0] for row in due} - {table})])}")
                self.run(";".join([
                    *(f"ALTER TABLE {child} DROP CONSTRAINT {self.quote(name)}" for child, name, *_rest in due),
                    *swaps,
                    *(self.reference(table, child, name, columns, carried) for child, name, _v, columns, _h in due),
                ]))  # fmt: skip
        for child, name, is_valid, *_rest in self.ask(_REFERENCES, [table]):
            if not is_valid:
                self.run(f"ALTER TABLE {child} VALIDATE CONSTRAINT {self.quote(name)}")

    def refer(self, table: str, column: str, parent: str) -> None:
        """Make a foreign key that Django cannot make."""
        name = _name(table, column)
        if not self.ask(
            "SELECT 1 FROM pg_constraint WHERE conrelid = %s::regclass AND conname = %s", [table, name]
        ):
            self.run(self.reference(parent, table, name, [column], carried=True))
        self.run(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")

    def build_beside(self, table: str, *, carried: bool) -> list[str]:
        """Build the new indexes of a table's unique keys and return the statements that put them in place."""
        swaps = []
        found = self.ask(_INDEXES, [table])
        beside = {name: is_valid for name, _con, _primary, _nulls, is_valid, *_rest in found}
        for name, constraint, is_primary, nulls_equal, _valid, columns, condition in found:
            if name.endswith("_beside") or (COLUMN in columns if carried else columns[-1] != COLUMN):
                continue
            new = f"{name[:56]}_beside"
            wanted = [*columns, COLUMN] if carried else columns[:-1]
            if beside.get(new) is False:
                self.run(f"DROP INDEX {self.quote(new)}")
            if not beside.get(new):
                once = "" if self.connection.in_atomic_block else "CONCURRENTLY "
                self.run(
                    f"CREATE UNIQUE INDEX {once}{self.quote(new)} ON {table} ({', '.join(wanted)})"
                    f"{' NULLS NOT DISTINCT' if nulls_equal else ''}{f' WHERE {condition}' if condition else ''}"
                )
            if constraint:
                kind = "PRIMARY KEY" if is_primary else "UNIQUE"
                swaps += [
                    f"ALTER TABLE {table} DROP CONSTRAINT {self.quote(constraint)}",
                    f"ALTER TABLE {table} ADD CONSTRAINT {self.quote(constraint)} {kind} USING INDEX {self.quote(new)}",
                ]
            else:
                swaps += [
                    f"DROP INDEX {self.quote(name)}",
                    f"ALTER INDEX {self.quote(new)} RENAME TO {self.quote(name)}",
                ]
        return swaps

    def reference(self, table: str, child: str, name: str, columns: list[str], carried: bool) -> str:
        """Return the statement that makes a foreign key anew, as Django makes its own; the rows are looked at later."""
        wanted, target = ([*columns, COLUMN], f"id, {COLUMN}") if carried else (columns[:-1], "id")
        return (
            f"ALTER TABLE {child} ADD CONSTRAINT {self.quote(name)} FOREIGN KEY ({', '.join(wanted)})"
            f" REFERENCES {table} ({target}) DEFERRABLE INITIALLY DEFERRED NOT VALID"
        )


def _name(table: str, column: str) -> str:
    return f"{table}_{column}_carried"[-63:]
