"""Heads noted outside the database: once an hour, never lost, and themselves a chain."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection

from apps.core import audit, audit_anchors, audit_check, audit_nightly, jobs, tasks
from apps.core.audit_anchors import HEAD, RESTORED, Line
from apps.core.models import AuditAnchor, AuditEntry, AuditHead, Holiday, Notification, OutboxMessage

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 10, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def folder(settings) -> Path:
    return settings.AUDIT_ANCHOR_DIR


def _write(times: int, scope: str = "kendari") -> None:
    audit.record_many(
        audit.entry("core.test.happened", target=Holiday(pk=n), by=None, scope=scope) for n in range(times)
    )
    # What the end of a transaction does, so that a test can be rolled back.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def _lines(folder: Path) -> list[str]:
    return (folder / "audit-anchors-2026.txt").read_text().splitlines()


def _cut_tail(seq: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditentry DISABLE TRIGGER core_audit_refuse_change")
        cursor.execute("DELETE FROM core_auditentry WHERE seq > %s", [seq])
        cursor.execute("ALTER TABLE core_auditentry ENABLE TRIGGER core_audit_refuse_change")
    AuditHead.objects.update(seq=seq, hash=AuditEntry.objects.get(seq=seq).hash)


def test_each_chain_is_noted_once_an_hour(folder) -> None:
    _write(3)
    _write(1, scope="")
    assert [audit_anchors.anchor_due(now=NOW + timedelta(minutes=n)) for n in (0, 1, 42)] == [2, 0, 0]
    _write(1, scope="serang")
    assert audit_anchors.anchor_due(now=NOW + timedelta(minutes=42)) == 1
    assert audit_anchors.anchor_due(now=NOW + 5 * HOUR) == 3
    assert [line.split("\t")[1:4] for line in _lines(folder)] == [
        ["head", "-", "1"],
        ["head", "kendari", "3"],
        ["head", "serang", "1"],
        ["head", "-", "1"],
        ["head", "kendari", "3"],
        ["head", "serang", "1"],
    ]
    row = AuditAnchor.objects.get(scope="kendari", hour=datetime(2026, 11, 22, 10, tzinfo=UTC))
    assert (row.seq, row.written_to) == (3, str(folder / "audit-anchors-2026.txt"))
    call_command("verify_audit")


def test_without_entries_nothing_is_noted(folder) -> None:
    assert audit_anchors.anchor_due(now=NOW) == 0
    assert not folder.exists()


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_note_it_once(folder) -> None:
    _write(2)
    start = threading.Barrier(4)
    made: list[int] = []

    def beat() -> None:
        try:
            start.wait(30)
            made.append(audit_anchors.anchor_due(now=NOW))
        finally:
            connection.close()

    threads = [threading.Thread(target=beat) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(made) == [0, 0, 0, 1]
    assert len(_lines(folder)) == AuditAnchor.objects.count() == 1


def test_a_folder_that_cannot_be_written_leaves_no_row_and_is_told_once_a_day(
    settings, tmp_path, world
) -> None:
    world.personnel_officer.is_staff = True
    world.personnel_officer.save()
    _write(1)
    settings.AUDIT_ANCHOR_DIR = tmp_path / "file"
    settings.AUDIT_ANCHOR_DIR.write_text("in the way")
    tasks.anchor_audit()
    tasks.anchor_audit()
    assert not AuditAnchor.objects.exists()
    assert Notification.objects.filter(recipient=world.personnel_officer).count() == 1
    settings.AUDIT_ANCHOR_DIR = tmp_path / "mended"
    tasks.anchor_audit()
    assert AuditAnchor.objects.count() == 1


def test_a_cut_tail_is_found_by_the_folder(folder, capsys) -> None:
    _write(5)
    audit_anchors.anchor_due(now=NOW)
    _cut_tail(3)
    assert audit_check.verify()[0].is_valid
    with pytest.raises(CommandError):
        call_command("verify_audit")
    assert "entry 4 and 2 in all are missing at the end" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda lines: [lines[0], *lines[2:]], "line 2 does not follow the line before it"),
        (lambda lines: [lines[0].replace("kendari\t2", "kendari\t1"), *lines[1:]], "line 1 does not follow"),
        (lambda lines: [lines[1], lines[0], *lines[2:]], "line 1 does not follow"),
        (lambda lines: lines[:-1], "(entry 6) was written and is not there any more"),
        (lambda lines: [], "(entry 6) was written and is not there any more"),
        (lambda lines: [lines[0], "something else", *lines[2:]], "line 3 does not follow"),
    ],
)
def test_a_changed_or_shortened_anchor_file_is_found(folder, capsys, change, told: str) -> None:
    for turn in range(3):
        _write(2)
        audit_anchors.anchor_due(now=NOW + turn * HOUR)
    path = folder / "audit-anchors-2026.txt"
    path.write_text("".join(f"{line}\n" for line in change(_lines(folder))))
    with pytest.raises(CommandError):
        call_command("verify_audit")
    assert told in capsys.readouterr().out


def test_half_a_line_of_a_power_cut_is_passed_over(folder) -> None:
    _write(2)
    audit_anchors.anchor_due(now=NOW)
    with (folder / "audit-anchors-2026.txt").open("a") as file:
        file.write("2026-11-22T11:17:00Z\thead\tken")
    _write(1)
    audit_anchors.anchor_due(now=NOW + HOUR)
    noted = audit_anchors.read_folder(folder)
    assert (noted.flaws, [anchor.seq for anchor in noted.anchors]) == ([], [2, 3])
    assert noted.remarks == ["audit-anchors-2026.txt line 2 is not complete (a power cut?)"]
    call_command("verify_audit")


def test_the_running_hash_goes_on_in_the_file_of_the_next_year(folder) -> None:
    first, second = (
        Line(datetime(year, 12, 31, tzinfo=UTC), HEAD, "kendari", year, "a" * 64) for year in (2026, 2027)
    )
    audit_anchors.append(folder, [first])
    audit_anchors.append(folder, [second])
    assert [path.name for path in sorted(folder.glob("*.txt"))] == [
        "audit-anchors-2026.txt",
        "audit-anchors-2027.txt",
    ]
    assert audit_anchors.read_folder(folder).flaws == []
    (folder / "audit-anchors-2026.txt").unlink()
    assert len(audit_anchors.read_folder(folder).flaws) == 1


def test_anchors_beyond_a_restored_place_are_set_aside_and_said_to_be(folder) -> None:
    lines = [Line(NOW + n * HOUR, HEAD, "kendari", 10 * n, f"{n}" * 64) for n in (1, 2, 3)]
    audit_anchors.append(folder, [*lines, Line(NOW + 4 * HOUR, RESTORED, "kendari", 15, "b" * 64)])
    noted = audit_anchors.read_folder(folder)
    assert [anchor.seq for anchor in noted.anchors] == [10, 15]
    assert noted.remarks == ["kendari was restored to entry 15 on 2026-11-22 14:17Z; 2 anchors set aside"]


def test_mail_and_hook_go_through_the_outbox(settings, folder, monkeypatch) -> None:
    settings.AUDIT_ANCHOR_MAIL = ["inspektorat@example.go.id"]
    settings.AUDIT_ANCHOR_URL = "https://anchors.example.go.id/"
    sent: list[bytes] = []
    monkeypatch.setattr(audit_anchors, "_without_redirection", lambda: _Opener(sent))
    monkeypatch.setattr(jobs, "ring", lambda message_id: True)
    _write(2)
    audit_anchors.anchor_due(now=NOW)
    messages = OutboxMessage.objects.order_by("task")
    assert [message.task for message in messages] == ["core.mail_anchor", "core.post_anchor"]
    for message in messages:
        assert jobs.consume(message.pk)
    line = _lines(folder)[0].rpartition("\t")[0]
    assert mail.outbox[0].to == ["inspektorat@example.go.id"]
    assert mail.outbox[0].body == f"{line}\n" == sent[0].decode()


class _Opener:
    def __init__(self, sent: list[bytes]) -> None:
        self.sent = sent

    def open(self, request, timeout: int):
        assert timeout == audit_anchors.HOOK_SECONDS
        self.sent.append(request.data)
        return memoryview(b"")


def test_the_nightly_check_alarms_whoever_runs_the_installation(settings, world, monkeypatch) -> None:
    settings.AUDIT_ANCHOR_MAIL = ["inspektorat@example.go.id"]
    monkeypatch.setattr(jobs, "ring", lambda message_id: True)
    world.personnel_officer.is_staff = True
    world.personnel_officer.save()
    _write(5)
    assert audit_nightly.check() == 0
    assert not Notification.objects.exists()
    _cut_tail(3)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditentry DISABLE TRIGGER core_audit_refuse_change")
        cursor.execute("UPDATE core_auditentry SET actor = 'user:1' WHERE seq = 2")
        cursor.execute("ALTER TABLE core_auditentry ENABLE TRIGGER core_audit_refuse_change")
    assert audit_nightly.check() == audit_nightly.check() == 1
    told = Notification.objects.get(recipient=world.personnel_officer)
    assert (told.params["chain"], told.params["seq"]) == ("kendari", 2)
    message = OutboxMessage.objects.get(task="core.mail_audit_alarm")
    assert jobs.consume(message.pk)
    assert "entry 2 (row" in mail.outbox[0].body
