"""Refuse migrations that would stop or break a site in use (`make check`).

Linted is what came after tools/migrations_baseline.json: older ones ran before anybody used the site. A finding that
does no harm in its place is named in the migration itself, with the reason:

    # lint-ok: CREATE_INDEX - the table holds one row per government
"""

import json
import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BASELINE = Path(__file__).with_name("migrations_baseline.json")
ALLOWED = re.compile(r"^# lint-ok: ([A-Z_]+) - \S", re.MULTILINE)


def new_migrations() -> list[tuple[str, str, Path]]:
    """Return app label, name and file of every migration after the baseline."""
    last = json.loads(BASELINE.read_text("utf-8"))
    found = []
    for path in sorted(ROOT.glob("apps/*/migrations/0*.py")):
        app = path.parents[1].name
        if path.stem > last.get(app, ""):
            found.append((app, path.stem, path))
    return found


def main() -> int:
    """Lint each with the exceptions it names."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "asn_kinerja.settings")
    import django

    django.setup()
    from django_migration_linter import MigrationLinter

    refused = []
    for app, name, path in new_migrations():
        linter = MigrationLinter(
            str(ROOT),
            no_cache=True,
            no_output=True,
            all_warnings_as_errors=True,
            analyser_string="postgresql",
            exclude_migration_tests=ALLOWED.findall(path.read_text("utf-8")),
        )
        linter.lint_all_migrations(app_label=app, migration_name=name)
        if linter.has_errors:
            refused.append(f"{app}.{name}")
            MigrationLinter(
                str(ROOT), no_cache=True, all_warnings_as_errors=True, analyser_string="postgresql"
            ).lint_all_migrations(app_label=app, migration_name=name)
    if refused:
        print(f"Refused: {', '.join(refused)}. See docs/operations/migrations.md.", file=sys.stderr)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
