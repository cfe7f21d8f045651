"""The test database by copy: the migrations run once into a template, every worker copies that (a second)."""

import contextlib
import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import django

from tools.databases import connect, statement, url_of

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
        cursor.execute(statement("DROP DATABASE IF EXISTS {} WITH (FORCE)", building))
        cursor.execute(statement("CREATE DATABASE {}", building))
        _migrate(building)
        cursor.execute(statement("ALTER DATABASE {} RENAME TO {}", building, name))
    return name


def _is_there(cursor: Any, name: str) -> bool:
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return cursor.fetchone() is not None


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
