"""Generated regions, kept on the server as databases to copy from.

A region is made once per size, seed and generator. When only migrations were added since, the older copy is migrated
instead of generated anew: a region of a hundred thousand people takes half an hour to generate, and its migration is
at the same time a trial of the migration on much data. What nobody used for a week is dropped, so two branches may
measure side by side.
"""

import contextlib
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db.migrations.loader import MigrationLoader
from psycopg2 import sql

from tools.databases import connect, statement, url_of

ROOT = Path(__file__).resolve().parents[1]
PREFIX = "bench_region_"
SCHEMA_PREFIX = "bench_schema_"
PASSWORD = "sandi-contoh-2026"
KEPT_DAYS = 7
# Any number, the same for all: one bench at a time makes a template.
LOCK = 2_026_112_202

Fill = Callable[[str], None]


def ensure_template(size: int, seed: int, say: Callable[[str], None]) -> str:
    """Return the name of a database with a generated region; made now if this server has none like it."""
    migrations = _fingerprint("apps/*/migrations/*.py")
    family = f"{PREFIX}{size}_s{seed}_{_fingerprint('asn_kinerja/region/*.py')}_"
    name = family + migrations

    def generate(database: str) -> None:
        _manage(
            database, "generate_region", "--employees", str(size), "--seed", str(seed), "--password", PASSWORD
        )

    with server_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        forget_unused(cursor, datetime.now(UTC).date())
        if not _is_there(cursor, name):
            start = time.perf_counter()
            older = _can_be_migrated(_of_family(cursor, family))
            if older:
                _make(cursor, name, older, _migrate)
            else:
                schema = SCHEMA_PREFIX + migrations
                if not _is_there(cursor, schema):
                    _make(cursor, schema, "template0", _migrate)
                _mark_used(cursor, schema)
                _make(cursor, name, schema, generate)
            what = "migrated" if older else "generated"
            say(f"region of {size} people {what} in {time.perf_counter() - start:.0f} s (kept on the server)")
        _mark_used(cursor, name)
    return name


def forget_unused(cursor: Any, today: date) -> None:
    """Drop the regions and schemas nobody used for a week, and what a killed run left half-made."""
    cursor.execute(
        r"SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database"
        r" WHERE datname LIKE 'bench\_region\_%' OR datname LIKE 'bench\_schema\_%'"
    )
    for name, used in cursor.fetchall():
        if name.endswith("_building") or not used or date.fromisoformat(used) < today - timedelta(KEPT_DAYS):
            cursor.execute(statement("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))


def _mark_used(cursor: Any, name: str) -> None:
    today = datetime.now(UTC).date().isoformat()
    cursor.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(today)))


def _is_there(cursor: Any, name: str) -> bool:
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return cursor.fetchone() is not None


def _of_family(cursor: Any, family: str) -> list[str]:
    cursor.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid DESC", [family]
    )
    return [name for (name,) in cursor.fetchall()]


def _can_be_migrated(names: list[str]) -> str | None:
    """Return the first of these databases whose migrations are all known here."""
    known = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations or ())
    for name in names:
        with contextlib.closing(connect(name)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            if set(cursor.fetchall()) <= known:
                return name
    return None


def _make(cursor: Any, name: str, source: str, fill: Fill) -> None:
    """Copy a database, change the copy, and give it its name at the very end."""
    building = f"{name}_building"
    cursor.execute(statement("CREATE DATABASE {} TEMPLATE {}", building, source))
    fill(building)
    cursor.execute(statement("ALTER DATABASE {} RENAME TO {}", building, name))


def _migrate(database: str) -> None:
    _manage(database, "migrate", "-v0")


def _manage(database: str, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(database) | {"DJANGO_SETTINGS_MODULE": "bench.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"manage.py {' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}")


def _fingerprint(*patterns: str) -> str:
    """A short hash over the files that decide how a database looks."""
    found = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:10]


# --- the server


@contextlib.contextmanager
def server_cursor() -> Iterator[Any]:
    """A cursor outside all our databases, to make and drop them."""
    with contextlib.closing(connect("postgres")) as connection, connection.cursor() as cursor:
        yield cursor


def environment(database: str) -> dict[str, str]:
    """The environment of a process that works on one of our databases."""
    return {**os.environ, "DATABASE_URL": url_of(database)}
