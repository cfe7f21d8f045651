"""The tables of a region, by COPY: ids reserved in one piece, foreign keys checked all at once."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, models

from apps.core.copying import Row, copy_rows


class Writer:
    """Writes tables of one region. `bases` remembers where the ids of each table begin, so that ids can be told apart
    from content.
    """

    def __init__(self) -> None:
        self.bases: dict[str, int] = {}
        self.counts: dict[str, int] = {}

    def ids(self, model: type[models.Model], count: int) -> range:
        """Reserve so many ids in one piece; nobody else adds rows to the table until our transaction ends."""
        table = model._meta.db_table
        quoted = connection.ops.quote_name(table)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {quoted} IN SHARE ROW EXCLUSIVE MODE")
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [quoted])
            sequence = cursor.fetchone()[0]
            cursor.execute(f"SELECT last_value + is_called::int FROM {sequence}")
            first = cursor.fetchone()[0]
            if count:
                cursor.execute("SELECT setval(%s, %s)", [sequence, first + count - 1])
        self.bases.setdefault(table, first)
        return range(first, first + count)

    def copy(self, model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> int:
        """Write rows and return how many there were; without ids among the columns they get the next ones."""
        count = copy_rows(model, columns, rows)
        self.counts[model._meta.db_table] = self.counts.get(model._meta.db_table, 0) + count
        return count


@contextmanager
def foreign_keys_at_the_end(*tables: str) -> Iterator[None]:
    """Take the foreign keys of large tables off around a block and put them back, which checks every row at once.

    Row by row they cost more than the rows. Only the owner of the tables is needed for that, no superuser, and nothing
    is trusted: ADD CONSTRAINT reads both tables and refuses what does not fit.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid = ANY (%s::regclass[]) ORDER BY 1, 2",
            [list(tables)],
        )
        keys = cursor.fetchall()
        for table, name, _definition in keys:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {connection.ops.quote_name(name)}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, name, definition in keys:
            cursor.execute(
                f"ALTER TABLE {table} ADD CONSTRAINT {connection.ops.quote_name(name)} {definition}"
            )
