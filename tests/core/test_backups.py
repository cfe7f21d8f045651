"""Backup and restore: whole or not at all, into clean places only, and compared to the last byte."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from apps.core import audit, audit_anchors, files
from apps.core.backups import contents, copying, manifest, restoring, servers, taking
from apps.core.backups.manifest import BadBackup
from apps.core.backups.restoring import NotClean, NotTheSame
from apps.core.models import AuditEntry, AuditHead, Holiday, StoredFile
from tests.database import migrated_template
from tools.databases import connect

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]

AT = datetime(2026, 11, 22, 10, tzinfo=UTC)


def _quiet(_sentence: str) -> None:
    pass


@pytest.fixture
def to(tmp_path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def clean() -> Iterator[servers.Address]:
    """An empty database of the tests' server."""
    address = servers.own_address().sibling(f"test_restore_{secrets.token_hex(4)}")
    servers.create_database(address)
    yield address
    servers.drop_database(address)


@pytest.fixture
def site(world) -> StoredFile:
    """A site with people, a file, entries and an anchor."""
    Holiday.objects.create(date="2026-12-25", name='Natal\t"\\ \u2603')
    audit.record_many(
        audit.entry("core.test.happened", target=Holiday(pk=n), by=None, scope="kendari") for n in range(5)
    )
    audit_anchors.anchor_due(now=AT)
    return files.store(b"evidence", "text/plain")


def _take(to: Path, *, minutes: int = 0, keep: int = 9, with_program: bool = True) -> Path:
    folder, _made = taking.take(
        to=to, at=AT + timedelta(minutes=minutes), keep=keep, say=_quiet, with_program=with_program
    )
    return folder


@pytest.mark.parametrize("with_program", [True, False], ids=["pg_dump", "copy"])
def test_what_was_saved_comes_back_in_a_clean_place(
    site, to, clean, tmp_path, monkeypatch, with_program: bool
) -> None:
    monkeypatch.setattr(copying, "_migrate", _copy_of_the_template)
    folder = _take(to, with_program=with_program)
    log: list[str] = []
    result = restoring.restore(
        source=restoring.newest(to), into=clean, media=tmp_path / "restored", anchors=None, say=log.append
    )
    assert (result.entries, result.anchors, result.younger) == (5, 1, [])
    assert files.path_of(site.sha256).relative_to(tmp_path / "media") == next(
        path.relative_to(tmp_path / "restored")
        for path in (tmp_path / "restored").rglob("*")
        if path.is_file()
    )
    made = manifest.read(folder)
    assert made.tables["employees_employee"].rows > 3
    assert any(made.content in line for line in log)
    with closing(connect(clean.name)) as there, there.cursor() as cursor:
        cursor.execute("SELECT name FROM core_holiday WHERE date = '2026-12-25'")
        assert cursor.fetchone() == ('Natal\t"\\ \u2603',)
        # The chain goes on, and the guards are back.
        cursor.execute("INSERT INTO core_auditentry (scope, at, action, actor, target_type, target_id, data) "
                       "VALUES ('kendari', now(), 'x', 'y', 'z', '1', '{}') RETURNING id")  # fmt: skip
        cursor.execute("SELECT seq FROM core_audithead WHERE scope = 'kendari'")
        assert cursor.fetchone() == (6,)
        with pytest.raises(Exception, match="append-only"):
            cursor.execute("DELETE FROM core_auditentry")


def _copy_of_the_template(into: servers.Address) -> None:
    """What the migrations make, without the minute they take."""
    servers.drop_database(into)
    with closing(connect("postgres")) as there, there.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {into.name} TEMPLATE {migrated_template()}")


def test_the_drill_restores_the_newest_backup_and_leaves_nothing(site, to, capsys) -> None:
    _take(to)
    call_command("restore_drill", source=to)
    out = capsys.readouterr().out
    assert "5 entries valid, 1 anchors agree" in out
    assert "the drill has passed" in out
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'asn_drill_%'")
        before = cursor.fetchone()
    (to / "asn-20261122T100000Z" / manifest.MEDIA_LIST).write_text("")
    with pytest.raises(CommandError, match="drill failed"):
        call_command("restore_drill", source=to)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'asn_drill_%'")
        assert cursor.fetchone() == before


def test_nothing_is_overwritten(site, to, clean, tmp_path) -> None:
    folder = _take(to)
    with pytest.raises(NotClean, match="has tables already"):
        restoring.restore(source=folder, into=servers.own_address(), media=None, anchors=None, say=_quiet)
    (tmp_path / "media2").mkdir()
    (tmp_path / "media2" / "kept").write_text("mine")
    with pytest.raises(NotClean, match="is not empty"):
        restoring.restore(source=folder, into=clean, media=tmp_path / "media2", anchors=None, say=_quiet)
    assert (tmp_path / "media2" / "kept").read_text() == "mine"
    with closing(connect(clean.name)) as there, there.cursor() as cursor:
        assert contents.tables_of(cursor) == []


def test_a_backup_that_is_not_whole_is_refused_before_anything_is_touched(site, to, clean) -> None:
    folder = _take(to)
    for part, change in (
        (manifest.DUMP, lambda old: old[:-1]),
        (manifest.MANIFEST, lambda old: old.replace(b'"rows": 5', b'"rows": 4')),
        (manifest.SEAL, None),
        (manifest.MEDIA_LIST, lambda old: b""),
    ):
        path = folder / part
        whole = path.read_bytes()
        path.unlink() if change is None else path.write_bytes(change(whole))
        with pytest.raises(BadBackup):
            restoring.restore(source=folder, into=clean, media=None, anchors=None, say=_quiet)
        path.write_bytes(whole)
    with closing(connect(clean.name)) as there, there.cursor() as cursor:
        assert contents.tables_of(cursor) == []


def test_a_stored_file_with_other_bytes_is_found(site, to, clean, tmp_path) -> None:
    folder = _take(to)
    next(path for path in (folder / manifest.MEDIA).rglob("*") if path.is_file()).write_bytes(b"other!!!")
    with pytest.raises(NotTheSame, match="other bytes"):
        restoring.restore(source=folder, into=clean, media=tmp_path / "new", anchors=None, say=_quiet)
    assert not (tmp_path / "new").exists()


def _verify(to: Path) -> list[str]:
    """Look at the chains of this database as a restore of its newest backup would."""
    said: list[str] = []
    result = restoring.Restored(manifest.read(_take(to)))
    with closing(servers.connect(servers.own_address())) as there:
        restoring.verify_audit(there, settings.AUDIT_ANCHOR_DIR, result, said.append)
    return said


def _tamper(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditentry DISABLE TRIGGER core_audit_refuse_change")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE core_auditentry ENABLE TRIGGER core_audit_refuse_change")


def test_a_backup_that_is_older_than_the_anchors_says_what_it_lacks(site, to) -> None:
    _tamper("DELETE FROM core_auditentry WHERE seq > 3")
    AuditHead.objects.filter(scope="kendari").update(seq=3, hash=AuditEntry.objects.get(seq=3).hash)
    (said,) = _verify(to)
    assert "the backup ends at entry 3; anchors say that there were entries up to 5 at least" in said


def test_a_changed_chain_does_not_pass(site, to) -> None:
    _tamper("UPDATE core_auditentry SET actor = 'user:1' WHERE seq = 2")
    with pytest.raises(NotTheSame, match="entry 2"):
        _verify(to)


def test_a_killed_run_leaves_nothing_that_looks_complete(site, to, monkeypatch) -> None:
    kept = _take(to)
    monkeypatch.setattr(manifest, "write", _killed)
    with pytest.raises(KeyboardInterrupt):
        _take(to, minutes=1)
    assert taking.complete_ones(to) == [kept]
    # What kill -9 leaves, the next run takes away.
    (to / f"{taking.UNFINISHED}asn-20261122T100200Z").mkdir()
    assert restoring.newest(to) == kept
    monkeypatch.undo()
    fresh = _take(to, minutes=3)
    assert sorted(path.name for path in to.iterdir()) == [".lock", kept.name, fresh.name]


def _killed(*_args: object) -> str:
    raise KeyboardInterrupt


def test_old_backups_go_and_files_are_shared(site, to) -> None:
    for minutes in range(3):
        _take(to, minutes=minutes, keep=2, with_program=False)
    assert [path.name for path in taking.complete_ones(to)] == [
        "asn-20261122T100100Z",
        "asn-20261122T100200Z",
    ]
    first, second = (path / manifest.MEDIA for path in taking.complete_ones(to))
    inodes = {
        path.stat().st_ino for folder in (first, second) for path in folder.rglob("*") if path.is_file()
    }
    assert len(inodes) == 1
    with pytest.raises(CommandError, match="1 or more"):
        call_command("backup", to=to, keep=0)


def test_a_lost_file_is_told_and_the_rest_is_kept(site, to) -> None:
    files.path_of(site.sha256).unlink()
    with pytest.raises(CommandError, match=site.sha256):
        call_command("backup", to=to)
    (folder,) = taking.complete_ones(to)
    assert manifest.read(folder).media_lost == [site.sha256]


def test_two_backups_into_one_folder_do_not_meet(site, to) -> None:
    with taking._alone(to) if to.mkdir() is None else None, pytest.raises(CommandError, match="is running"):
        call_command("backup", to=to)
    assert taking.complete_ones(to) == []
    shutil.rmtree(to)


def test_a_restored_site_that_takes_over_goes_on_with_valid_anchors(site, to) -> None:
    _take(to)
    audit.record("core.test.happened", target=Holiday(pk=9), by=None, scope="kendari")
    audit_anchors.anchor_due(now=AT + timedelta(hours=1))
    target = servers.own_address().sibling(f"test_restore_{secrets.token_hex(4)}")
    try:
        call_command("restore", source=to, into=servers.url_of(target), create=True, takes_over=True)
        noted = audit_anchors.read_folder(settings.AUDIT_ANCHOR_DIR)
        assert max(anchor.seq for anchor in noted.anchors) == 5
        assert any("was restored to entry 5" in remark for remark in noted.remarks)
    finally:
        servers.drop_database(target)
