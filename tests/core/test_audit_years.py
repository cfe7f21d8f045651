"""The audit trail in parts by year: a chain across New Year, guards of each part, and a year that leaves with proof."""

import gzip
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from apps.core import audit, audit_anchors, audit_check, audit_years, partitions
from apps.core.audit_check import Flaw
from apps.core.models import AuditEntry, AuditHead, Holiday
from apps.core.operations import daily_checks
from tests.emptying import allow_truncate

pytestmark = pytest.mark.django_db(transaction=True)

YEAR = timezone.now().year
FIRST, SECOND = f"{audit_years.TABLE}_{YEAR}", f"{audit_years.TABLE}_{YEAR + 1}"
LATER = datetime(YEAR + 2, 1, 5, tzinfo=UTC)
migration = import_module("apps.core.migrations.0006_audit_by_year")


@pytest.fixture(autouse=True)
def _parts_as_before() -> Iterator[None]:
    yield
    for part in partitions.parts(audit_years.TABLE):
        if part.year not in {YEAR, YEAR + 1}:
            run(
                "SET session_replication_role = replica",
                f"DROP TABLE {part.table}",
                "RESET session_replication_role",
            )
    audit_years.make_year(YEAR)
    run(f"SELECT core_audit_write_until({YEAR + 1})")
    # A part that was made anew has its guard again, and tests that come later are emptied by TRUNCATE.
    with connection.cursor() as cursor:
        allow_truncate(cursor)


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def ask(statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def new_year() -> None:
    """From now on it is the next year, as far as the trail's own clock knows."""
    run(f"ALTER TABLE ONLY core_auditentry ALTER year SET DEFAULT {YEAR + 1}")


def write(times: int, scope: str = "kendari") -> None:
    audit.record_many(
        audit.entry("core.test.happened", target=Holiday(pk=n), by=None, scope=scope, n=n)
        for n in range(times)
    )


def straight_into(part: str, scope: str = "kendari") -> None:
    run(
        f"INSERT INTO {part} (scope, at, action, actor, target_type, target_id, data)"
        f" VALUES ('{scope}', now(), 'core.test.straight', 'user:1', 'core.holiday', '1', '{{}}')"
    )


def places(part: str) -> list[tuple[str, int]]:
    return ask(f"SELECT scope, seq FROM {part} ORDER BY scope, seq")


def noted() -> audit_anchors.Noted:
    return audit_anchors.read_folder(audit_years.settings.AUDIT_ANCHOR_DIR)


def reports(*, anchored: bool = True) -> dict[str, audit_check.ChainReport]:
    return {report.scope: report for report in audit_check.verify(noted().anchors if anchored else ())}


def leave(folder: Path, name: str = "trail.copy.gz") -> Any:
    return audit_years.leave(YEAR, keep_in=folder / name, by="command", at=LATER)


def two_years() -> None:
    """Kendari has five entries in each year, Serang four in the first only, the installation one in the second."""
    write(5)
    write(4, "serang")
    new_year()
    write(5)
    write(1, "")


# --- two years


def test_a_chain_goes_on_across_new_year_and_is_read_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_check, "PORTION", 3)
    two_years()
    assert places(FIRST) == [("kendari", n) for n in range(1, 6)] + [("serang", n) for n in range(1, 5)]
    assert places(SECOND) == [("", 1)] + [("kendari", n) for n in range(6, 11)]
    found = reports()
    assert {scope: (report.entries, report.is_valid) for scope, report in found.items()} == {
        "": (1, True),
        "kendari": (10, True),
        "serang": (4, True),
    }


@pytest.mark.parametrize("part", [FIRST, SECOND])
def test_what_is_written_straight_into_a_part_is_sealed_too(part: str) -> None:
    write(2)
    straight_into(part)
    assert places(part)[-1] == ("kendari", 3)
    assert reports()["kendari"].is_valid


def test_one_transaction_into_two_years_is_sealed_whole() -> None:
    with transaction.atomic():
        write(2)
        straight_into(SECOND)
        write(1)
    assert sorted(places(FIRST) + places(SECOND)) == [("kendari", n) for n in range(1, 5)]
    assert reports()["kendari"].is_valid
    assert ask("SELECT count(*) FROM core_auditseal") == [(0,)]


@pytest.mark.parametrize("part", [FIRST, SECOND])
@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE {part}",
        "DELETE FROM {part}",
        "UPDATE {part} SET action = 'x'",
        "INSERT INTO {part} SELECT * FROM {part}",
        "UPDATE core_auditentry SET year = year + 1",
    ],
)
def test_a_part_refuses_what_the_whole_refuses(part: str, statement: str) -> None:
    two_years()
    if statement.startswith("TRUNCATE"):
        # Taken off for the tests' own sake (tests/conftest.py).
        run(f"ALTER TABLE {part} ENABLE TRIGGER core_audit_refuse_truncate")
    before = (places(FIRST), places(SECOND))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run(statement.format(part=part))
    assert (places(FIRST), places(SECOND)) == before


def test_tampering_in_either_year_is_found() -> None:
    two_years()
    run(
        "ALTER TABLE core_auditentry DISABLE TRIGGER USER",
        f"UPDATE {FIRST} SET actor = 'user:1' WHERE scope = 'kendari' AND seq = 2",
        f"DELETE FROM {SECOND} WHERE scope = 'kendari' AND seq IN (7, 10)",
        "ALTER TABLE core_auditentry ENABLE TRIGGER USER",
    )
    assert [(found.flaw, found.seq) for found in reports()["kendari"].findings] == [
        (Flaw.EDITED, 2),
        (Flaw.REMOVED, 7),
        (Flaw.CUT_OFF, 10),
    ]


# --- the next part


def test_every_night_next_years_part_is_made_with_its_guards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partitions.timezone, "now", lambda: datetime(YEAR + 1, 1, 1, 18, 5, tzinfo=UTC))
    nightly = daily_checks.checks()["core.partitions"]
    assert nightly.find() == 0
    assert nightly.find() == 0
    third = f"{audit_years.TABLE}_{YEAR + 2}"
    assert [part.table for part in partitions.parts(audit_years.TABLE)] == [FIRST, SECOND, third]
    triggers = "SELECT tgname FROM pg_trigger WHERE tgrelid = '{}'::regclass AND NOT tgisinternal ORDER BY 1"
    assert ask(triggers.format(third)) == ask(triggers.format(audit_years.TABLE))
    assert len(ask(triggers.format(third))) == 4
    straight_into(third)
    assert places(third) == [("kendari", 1)]
    for statement in (f"TRUNCATE {third}", f"DELETE FROM {third}"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            run(statement)


def test_without_a_part_of_its_year_an_entry_goes_into_the_newest() -> None:
    ((default,),) = ask(
        "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum"
        " WHERE adrelid = 'core_auditentry'::regclass AND attname = 'year'"
    )
    told = {
        instant: ask(f"SELECT {default.replace('now()', f'timestamptz {instant!r}')}")[0][0]
        for instant in (
            f"{YEAR}-12-31 23:59:59+00",
            f"{YEAR + 1}-01-01 07:59:59+08",
            f"{YEAR + 1}-01-01 00:00:00+00",
            f"{YEAR + 9}-06-01 00:00:00+00",
        )
    }
    assert list(told.values()) == [YEAR, YEAR, YEAR + 1, YEAR + 1]


# --- leaving


def test_a_year_leaves_and_each_chain_goes_on_behind_it(tmp_path: Path) -> None:
    two_years()
    before = AuditEntry.objects.get(scope="kendari", seq=6).hash
    content = leave(tmp_path)
    assert content.rows == 9
    assert len(gzip.decompress((tmp_path / "trail.copy.gz").read_bytes()).splitlines()) == 9
    assert [part.table for part in partitions.parts(audit_years.TABLE)] == [SECOND]
    assert not ask(f"SELECT 1 FROM pg_class WHERE relname = '{FIRST}'")
    write(2)
    write(1, "serang")
    found = reports()
    assert {scope: (r.entries, r.left_until, r.is_valid) for scope, r in found.items()} == {
        "": (2, 0, True),
        "kendari": (7, 5, True),
        "serang": (1, 4, True),
    }
    assert AuditEntry.objects.get(scope="kendari", seq=6).hash == before
    entry = AuditEntry.objects.get(action="core.partition.dropped")
    assert entry.data == {"table": audit_years.TABLE, "year": YEAR, "rows": 9, "sha256": content.sha256}
    said = io.StringIO()
    call_command("verify_audit", stdout=said)
    assert "kendari: 7 entries behind entry 5, which left, 1 anchors compared, ok" in said.getvalue()


def test_without_the_anchors_what_left_is_missing(tmp_path: Path) -> None:
    two_years()
    leave(tmp_path)
    found = reports(anchored=False)["kendari"]
    assert [(finding.flaw, finding.seq, finding.count) for finding in found.findings] == [
        (Flaw.REMOVED, 1, 5)
    ]


@pytest.mark.parametrize(
    ("statements", "flaw"),
    [
        ([f"DELETE FROM {SECOND} WHERE scope = 'kendari' AND seq = 6"], (Flaw.REMOVED, 6)),
        ([f"DELETE FROM {SECOND} WHERE scope = 'kendari' AND seq > 8"], (Flaw.CUT_OFF, 9)),
        ([f"UPDATE {SECOND} SET data = '{{}}' WHERE scope = 'kendari' AND seq = 6"], (Flaw.EDITED, 6)),
        (
            [
                f"UPDATE {SECOND} e SET previous_hash = repeat('0', 64) WHERE scope = 'kendari' AND seq = 6",
                f"UPDATE {SECOND} e SET hash = core_audit_digest(w.*) FROM core_auditentry w"
                " WHERE w.id = e.id AND e.scope = 'kendari' AND e.seq = 6",
            ],
            (Flaw.UNLINKED, 6),
        ),
    ],
)
def test_tampering_behind_a_year_that_left_is_found(
    tmp_path: Path, statements: list[str], flaw: tuple[Flaw, int]
) -> None:
    two_years()
    leave(tmp_path)
    run("ALTER TABLE core_auditentry DISABLE TRIGGER USER", *statements)
    run("ALTER TABLE core_auditentry ENABLE TRIGGER USER")
    findings = reports()["kendari"].findings
    assert (findings[0].flaw, findings[0].seq) == flaw


def test_a_line_in_the_anchors_hides_nothing_while_older_entries_are_there(tmp_path: Path) -> None:
    """As after a commit that failed in its last moment: the check begins at the beginning."""
    two_years()
    last = AuditEntry.objects.get(scope="kendari", seq=5)
    line = audit_anchors.Line(LATER, audit_anchors.KEPT_UNTIL, "kendari", 5, last.hash or "")
    audit_anchors.append(audit_years.settings.AUDIT_ANCHOR_DIR, [line])
    found = reports()["kendari"]
    assert (found.entries, found.left_until, found.is_valid) == (10, 0, True)
    run(
        "ALTER TABLE core_auditentry DISABLE TRIGGER USER",
        f"DELETE FROM {FIRST} WHERE scope = 'kendari' AND seq = 1",
        "ALTER TABLE core_auditentry ENABLE TRIGGER USER",
    )
    assert [(f.flaw, f.seq) for f in reports()["kendari"].findings] == [(Flaw.REMOVED, 1)]
    assert len(noted().anchors) == 1


def test_stragglers_stay_with_the_younger_year(tmp_path: Path) -> None:
    """A transaction of December that committed behind one of January."""
    write(3)
    straight_into(SECOND)
    write(2)
    new_year()
    write(1)
    assert places(FIRST) == [("kendari", n) for n in (1, 2, 3, 5, 6)]
    assert leave(tmp_path).rows == 5
    assert places(SECOND)[:1] == [("", 1)]
    assert places(SECOND)[1:] == [("kendari", n) for n in range(4, 8)]
    found = reports()["kendari"]
    assert (found.entries, found.left_until, found.is_valid) == (4, 3, True)
    with pytest.raises(DatabaseError, match="append-only"):
        run(f"DELETE FROM {SECOND}")


def test_a_trail_with_a_flaw_keeps_its_years(tmp_path: Path) -> None:
    two_years()
    run(
        "ALTER TABLE core_auditentry DISABLE TRIGGER USER",
        f"UPDATE {SECOND} SET actor = 'user:1' WHERE scope = 'kendari' AND seq = 8",
        "ALTER TABLE core_auditentry ENABLE TRIGGER USER",
    )
    with pytest.raises(audit_years.TrailNotSound, match="kendari: entry 8"):
        leave(tmp_path)
    assert len(places(FIRST)) == 9
    assert noted().anchors == []
    assert list(tmp_path.glob("*.gz")) == []


@pytest.mark.parametrize("fails", ["append", "_move_stragglers"])
def test_a_failure_changes_nothing_and_the_next_try_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError("no room")

    two_years()
    with monkeypatch.context() as patched, pytest.raises(OSError, match="no room"):
        patched.setattr(audit_anchors if fails == "append" else audit_years, fails, fail)
        leave(tmp_path)
    assert len(places(FIRST)) == 9
    assert reports()["kendari"].entries == 10
    assert leave(tmp_path).rows == 9


def test_a_year_in_use_and_a_younger_one_stay(tmp_path: Path) -> None:
    two_years()
    for year, at in (
        (YEAR, datetime(YEAR + 1, 12, 31, tzinfo=UTC)),
        (YEAR + 1, datetime(YEAR + 9, 1, 1, tzinfo=UTC)),
    ):
        with pytest.raises(partitions.PartStays):
            audit_years.leave(year, keep_in=tmp_path / "x", by="command", at=at)
    with pytest.raises(CommandError, match="in use"):
        call_command("partitions", "leave", audit_years.TABLE, str(YEAR), "--keep-in", str(tmp_path / "x"))
    (tmp_path / "taken").write_text("older")
    with pytest.raises(FileExistsError):
        leave(tmp_path, "taken")
    assert len(places(FIRST)) == 9
    assert (tmp_path / "taken").read_text() == "older"


# --- the migration


def test_back_into_one_table_and_into_parts_again(tmp_path: Path) -> None:
    two_years()
    editor = SimpleNamespace(connection=connection)
    whole = ask("SELECT id, scope, seq, hash FROM core_auditentry ORDER BY id")
    migration.backwards(None, editor)
    migration.backwards(None, editor)
    try:
        assert ask("SELECT id, scope, seq, hash FROM core_auditentry ORDER BY id") == whole
        write(2)
        assert reports()["kendari"].is_valid
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            run("DELETE FROM core_auditentry")
        where = ask("SELECT id, xmin::text, ctid::text FROM core_auditentry ORDER BY id")
        with connection.cursor() as cursor:
            assert migration.prepare(connection, cursor) == YEAR  # stopped here, and run again
    finally:
        migration.forwards(None, editor)
        migration.forwards(None, editor)
    assert ask(f"SELECT id, xmin::text, ctid::text FROM {FIRST} ORDER BY id") == where, "no row is written"
    write(3)
    assert reports()["kendari"].entries == 15
    assert reports()["kendari"].is_valid
    assert AuditHead.objects.get(scope="kendari").seq == 15
    ids = [row[0] for row in ask("SELECT id FROM core_auditentry ORDER BY id")]
    assert len(ids) == len(set(ids)) == 20
