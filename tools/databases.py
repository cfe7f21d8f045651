"""Other databases of the configured server, outside Django: templates of tests and bench, and their copies."""

import os
from typing import Any

import psycopg2
from django.conf import settings
from psycopg2 import sql


def connect(database: str) -> Any:
    """Connect to a database of the server, each statement a transaction."""
    given = settings.DATABASES["default"]
    connection = psycopg2.connect(
        dbname=database,
        user=given.get("USER") or None,
        password=given.get("PASSWORD") or None,
        host=given.get("HOST") or None,
        port=given.get("PORT") or None,
    )
    connection.autocommit = True
    return connection


def url_of(database: str) -> str:
    """Return the address of another database of the server.

    :raises KeyError: if nothing says where the server is; the settings find it through DATABASE_URL.
    """
    base, question, options = os.environ["DATABASE_URL"].partition("?")
    return f"{base.rpartition('/')[0]}/{database}{question}{options}"


def statement(text: str, *names: str) -> sql.Composed:
    """Return a statement with quoted names in the gaps."""
    return sql.SQL(text).format(*(sql.Identifier(name) for name in names))
