"""The test database by copy: the migrations run once into a template, every worker copies that (a second)."""

import contextlib
import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import django
import psycopg2
from django.conf import settings
from psycopg2 import sql

ROOT = Path(__file__).resolve().parents[1]
PREFIX = "template_asn_"
# Any number, the same for all: one process makes the template, the others wait for it.
LOCK = 2_026_112_201


def migrated_template() -> str:
    """Return the name of a database with all migrations, made now if this server has none for them yet."""
    name = PREFIX + _fingerprint()
    building = f"{name}_building"
    with contextlib.closing(connect("postgres")) as connection, connection.cursor() as cursor:
        if _is_there(cursor, name):
            return name
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        if _is_there(cursor, name):
            return name
        # A killed run leaves only the other name behind.
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(building)))
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(building)))
        _migrate(building)
        cursor.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(name))
        )
    return name


def _is_there(cursor: Any, name: str) -> bool:
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return cursor.fetchone() is not None


def connect(database: str) -> Any:
    """Connect to a database of the tests' server, outside Django."""
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


def url_of(name: str) -> str:
    """Return the address of the tests' server with another database."""
    server = os.environ.get("DATABASE_URL")
    assert server, "settings have found the server through DATABASE_URL"
    base, question, options = server.partition("?")
    return f"{base.rpartition('/')[0]}/{name}{question}{options}"


def _fingerprint() -> str:
    """A short hash over everything that decides what the migrations make."""
    found = hashlib.sha256(django.__version__.encode())
    for path in sorted(ROOT.glob("apps/*/migrations/*.py")):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:16]


def _migrate(database: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": url_of(database),
            "DJANGO_SETTINGS_MODULE": "asn_kinerja.settings",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
