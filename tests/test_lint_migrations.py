"""The linter of migrations finds what would stop a site in use, and takes a named exception."""

from pathlib import Path

from django_migration_linter.sql_analyser import PostgresqlAnalyser
from django_migration_linter.sql_analyser.analyser import analyse_sql_statements

from tools import lint_migrations


def _codes(*statements: str) -> set[str]:
    errors, _ignored, warnings = analyse_sql_statements(PostgresqlAnalyser, list(statements), [])
    return {found.code for found in [*errors, *warnings]}


def test_what_it_refuses() -> None:
    assert "NOT_NULL" in _codes('ALTER TABLE "a" ADD COLUMN "b" integer NOT NULL;')
    assert "DROP_COLUMN" in _codes('ALTER TABLE "a" DROP COLUMN "b" CASCADE;')
    assert "RENAME_COLUMN" in _codes('ALTER TABLE "a" RENAME COLUMN "b" TO "c";')
    assert "CREATE_INDEX" in _codes("BEGIN;", 'CREATE INDEX "i" ON "a" ("b");', "COMMIT;")
    assert not _codes('CREATE INDEX CONCURRENTLY "i" ON "a" ("b");')


def test_an_exception_needs_a_reason() -> None:
    named = "# lint-ok: CREATE_INDEX - one row per government\n# lint-ok: DROP_COLUMN\n"
    assert lint_migrations.ALLOWED.findall(named) == ["CREATE_INDEX"]


def test_new_ones_are_those_after_the_baseline() -> None:
    found = {(app, name) for app, name, _path in lint_migrations.new_migrations()}
    assert ("core", "0002_audit_chain") not in found
    assert ("core", "0004_operations") in found
    assert all(
        path.is_relative_to(Path(lint_migrations.ROOT)) for _a, _n, path in lint_migrations.new_migrations()
    )
