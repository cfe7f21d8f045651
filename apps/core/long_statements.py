"""Statements that may take their time: one pass over a whole table, in work that nobody waits for at a page."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

# Long enough for a year of a large city on a busy server; an end all the same, so that nothing hangs for ever.
_SETTINGS = {"statement_timeout": "15min", "work_mem": "64MB"}


@contextmanager
def at_leisure() -> Iterator[None]:
    """Let the statements inside run longer than a page may, and gather in memory what would go through files.

    In a transaction, so that the settings are gone with it, whatever happens; in one of the caller's they are put back.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, setting || coalesce(unit, '') FROM pg_settings WHERE name = ANY(%s)", [[*_SETTINGS]]
        )
        before = dict(cursor.fetchall())
        _set(_SETTINGS)
        yield
        _set(before)


def _set(settings: dict[str, str]) -> None:
    with connection.cursor() as cursor:
        for name, value in settings.items():
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
