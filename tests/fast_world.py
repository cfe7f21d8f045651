"""Makes the world of tests/world.py once per process and puts its rows in place again for every further test.

Most tests begin with the same forty rows. Written through the ORM they cost more than many a test itself; copied they
cost next to nothing. The rows keep the keys of the first time, and the sequences have moved past them.
"""

import io
import pickle
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from tests.world import World


@dataclass(frozen=True)
class _Kept:
    """The rows of each table as PostgreSQL's COPY writes them, and the world itself."""

    tables: tuple[tuple[str, bytes], ...]
    world: bytes


_kept: _Kept | None = None


def make_world() -> World:
    """Return the world of `World()`, with objects of its own for every test."""
    global _kept
    if _kept is None:
        before = _rows()
        world = World()
        new = {name: rows - before[name] for name, rows in _rows().items()}
        tables = tuple((name, b"".join(sorted(rows))) for name, rows in new.items() if rows)
        _kept = _Kept(tables, pickle.dumps(world))
        return world
    # In one transaction: foreign keys are looked at in its end, and the tables come in no particular order.
    with transaction.atomic(), connection.cursor() as cursor:
        for name, rows in _kept.tables:
            cursor.copy_expert(f"COPY {name} FROM STDIN", io.BytesIO(rows))
    copied: World = pickle.loads(_kept.world)
    return copied


def _rows() -> dict[str, set[bytes]]:
    found: dict[str, set[bytes]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'p'")
        parted = {connection.ops.quote_name(name) for (name,) in cursor.fetchall()}
        for name in _tables(cursor):
            written = io.BytesIO()
            # A table in parts cannot be copied as such, and none of those has generated columns.
            source = f"(TABLE {name})" if name in parted else name
            cursor.copy_expert(f"COPY {source} TO STDOUT", written)
            found[name] = set(written.getvalue().splitlines(keepends=True))
    return found


def _tables(cursor: Any) -> list[str]:
    return [connection.ops.quote_name(name) for name in sorted(connection.introspection.table_names(cursor))]
