"""Empties the tables after a test that commits, in a tenth of the time Django's `flush` takes.

`flush` truncates two hundred tables with a thousand indexes, and then writes content types and permissions again for
all models. Most such tests fill a dozen tables, and content types and permissions are nobody's to change: they stay.

What the migrations have put into tables is emptied with the rest, because a test may have changed it, and then put
back as it is in the migrated template: with `--reuse-db` the next run finds this database as it is left here.
"""

import contextlib
import io
from functools import cache
from typing import Any

from django.db import connection as default_connection
from django.db import connections, transaction
from django.test import TransactionTestCase

from tests.database import migrated_template
from tools.databases import connect

KEPT = {"django_migrations", "django_content_type", "auth_permission"}

_flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]


def empty_what_was_written(case: Any) -> None:
    """Stand in for `TransactionTestCase._fixture_teardown`."""
    for name in case._databases_names(include_mirrors=False):
        connection = connections[name]
        if case.available_apps is not None or case.serialized_rollback:
            _flush(case)
            return
        with connection.cursor() as cursor:
            if _may_silence_triggers(cursor):
                _delete(cursor, name)
                continue
        _flush(case)
        with transaction.atomic(using=name), connection.cursor() as cursor:
            # What an owner may do: only our own triggers rest. Foreign keys are looked at before they come back.
            _switch_triggers(cursor, "DISABLE")
            _put_back(cursor)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            _switch_triggers(cursor, "ENABLE")
        return


def allow_truncate(cursor: Any) -> None:
    """Take the audit trail's guard against TRUNCATE off, of the whole and of every part that there is now."""
    cursor.execute(
        "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'core_audit_refuse_truncate'"
    )
    for (table,) in cursor.fetchall():
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER core_audit_refuse_truncate")


def _switch_triggers(cursor: Any, verb: str) -> None:
    for table, _rows in _rows_of_migrations():
        cursor.execute(f"ALTER TABLE {table} {verb} TRIGGER USER")


def _may_silence_triggers(cursor: Any) -> bool:
    cursor.execute("SELECT current_setting('is_superuser')")
    return bool(cursor.fetchone() == ("on",))


def _delete(cursor: Any, alias: str) -> None:
    with transaction.atomic(using=alias):
        # Foreign keys and our own triggers rest meanwhile: the tables come in no particular order.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in _filled(cursor):
            cursor.execute(f"DELETE FROM {table}")
        _put_back(cursor)


def _put_back(cursor: Any) -> None:
    for table, rows in _rows_of_migrations():
        cursor.copy_expert(f"COPY {table} FROM STDIN", io.BytesIO(rows))


@cache
def _rows_of_migrations() -> list[tuple[str, bytes]]:
    """Return by table what the migrations have written, as COPY writes it; asked of the template once per process."""
    found = []
    # Closed at once: nobody can copy a template that somebody is connected to.
    with contextlib.closing(connect(migrated_template())) as template, template.cursor() as cursor:
        for table in _filled(cursor):
            written = io.BytesIO()
            cursor.copy_expert(f"COPY {table} TO STDOUT", written)
            found.append((table, written.getvalue()))
    return found


def _filled(cursor: Any) -> list[str]:
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') "
        "AND NOT relispartition ORDER BY relname"
    )
    quote = default_connection.ops.quote_name
    names = [quote(name) for (name,) in cursor.fetchall() if name not in KEPT]
    cursor.execute(" UNION ALL ".join(f"SELECT '{one}' WHERE EXISTS (SELECT FROM {one})" for one in names))
    return [row[0] for row in cursor.fetchall()]
