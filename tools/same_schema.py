"""Prove that migrations which build their models once make the same schema as Django's own way (two minutes).

    RUN_DIR=.run/dev .venv/bin/python tools/same_schema.py

Migrates two empty databases of the tests' server, one each way, and compares what pg_dump says of them: tables with
the order of their columns, constraints, indexes, triggers, functions. To be run after a change of
apps/core/migration_operations.py, or when a migration becomes one of `BuiltOnce`.
"""

import contextlib
import difflib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAMES = {"once": "same_schema_once", "each": "same_schema_each"}


def main() -> int:
    """Compare, and say in which lines they differ."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "asn_kinerja.settings")
    if len(sys.argv) == 2:
        return _migrate(plain=sys.argv[1] == "each")
    import django

    django.setup()
    from tests.database import connect, url_of

    schemas = []
    with contextlib.closing(connect("postgres")) as connection, connection.cursor() as cursor:
        for way, name in NAMES.items():
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            cursor.execute(f"CREATE DATABASE {name}")
            subprocess.run(
                [sys.executable, __file__, way],
                env={**os.environ, "DATABASE_URL": url_of(name)},
                check=True,
            )
            schemas.append(_schema(name, connection.server_version // 10000))
            cursor.execute(f"DROP DATABASE {name}")
    once, each = schemas
    differences = list(difflib.unified_diff(once, each, "built once", "Django's way", lineterm="", n=1))
    print("\n".join(differences) or f"The same: {len(once)} lines of schema.")
    return 1 if differences else 0


def _migrate(*, plain: bool) -> int:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db.migrations import Migration

    from apps.core.migration_operations import BuiltOnce

    if plain:
        BuiltOnce.apply = Migration.apply  # type: ignore[method-assign]
    call_command("migrate", verbosity=0)
    return 0


def _schema(name: str, major: int) -> list[str]:
    from django.conf import settings

    from apps.core.backups import servers

    given = settings.DATABASES["default"]
    address = {
        f"PG{word}": str(given[word]) for word in ("HOST", "PORT", "USER", "PASSWORD") if given.get(word)
    }
    shown = subprocess.run(
        [servers.find_program("pg_dump", major), "--schema-only", name],
        env={**os.environ, **address},
        capture_output=True,
        text=True,
        check=True,
    )
    # Newer programs put a random word around the dump.
    return [one for one in shown.stdout.splitlines() if not one.startswith(("\\restrict", "\\unrestrict"))]


if __name__ == "__main__":
    sys.exit(main())
