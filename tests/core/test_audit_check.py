"""Known and random tamperings of a chain: each is found, and named by its place and row."""

import random
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apps.core import audit, audit_check
from apps.core.audit_check import Anchor, Flaw
from apps.core.models import AuditEntry, AuditHead, Holiday

pytestmark = pytest.mark.django_db

LENGTH = 9
AT = datetime(2026, 11, 22, 3, tzinfo=UTC)


def _write(times: int, scope: str = "kendari") -> None:
    audit.record_many(
        audit.entry("core.test.happened", target=Holiday(pk=n), by=None, scope=scope, number=n)
        for n in range(times)
    )
    seal()


def seal() -> None:
    """Do what the end of a transaction does, so that a test can be rolled back."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def _tamper(*statements: str) -> None:
    """Do what somebody with the database's own rights can do."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditentry DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)


def _findings(*anchors: Anchor) -> list[tuple[Flaw, int]]:
    (report,) = audit_check.verify(anchors)
    assert report.flaws == len(report.findings)
    return [(finding.flaw, finding.seq) for finding in report.findings]


def _anchor(seq: int) -> Anchor:
    digest = AuditEntry.objects.get(seq=seq).hash
    assert digest is not None
    return Anchor(at=AT, scope="kendari", seq=seq, hash=digest)


def _forge_from(seq: int) -> None:
    """Compute the chain anew from a place on, head included, as a patient insider would."""
    last = AuditEntry.objects.count()
    renew = [
        "UPDATE core_auditentry e SET previous_hash = coalesce("
        "(SELECT hash FROM core_auditentry b WHERE b.seq = e.seq - 1), '') WHERE seq = {}",
        "UPDATE core_auditentry e SET hash = core_audit_digest(e.*) WHERE seq = {}",
    ]
    _tamper(*(statement.format(place) for place in range(seq, last + 1) for statement in renew))
    AuditHead.objects.update(seq=last, hash=AuditEntry.objects.get(seq=last).hash)


def test_an_untouched_chain_agrees_with_all_its_anchors() -> None:
    _write(LENGTH)
    (report,) = audit_check.verify([_anchor(2), _anchor(LENGTH)])
    assert (report.is_valid, report.entries, report.anchors, report.broken_seq) == (True, LENGTH, 2, None)


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["UPDATE core_auditentry SET actor = 'user:1' WHERE seq = 4"], [(Flaw.EDITED, 4)]),
        (["UPDATE core_auditentry SET at = at + interval '1 us' WHERE seq = 9"], [(Flaw.EDITED, 9)]),
        (["UPDATE core_auditentry SET data = data || '{\"x\": 1}' WHERE seq = 1"], [(Flaw.EDITED, 1)]),
        (["DELETE FROM core_auditentry WHERE seq IN (4, 5)"], [(Flaw.REMOVED, 4)]),
        (["DELETE FROM core_auditentry WHERE seq = 1"], [(Flaw.REMOVED, 1)]),
        (["DELETE FROM core_auditentry WHERE seq > 7"], [(Flaw.CUT_OFF, 8)]),
        (["DELETE FROM core_auditentry"], [(Flaw.CUT_OFF, 1)]),
        # Two entries change places, hashes and all: each is sealed with another place than it stands at.
        (
            [
                "UPDATE core_auditentry SET seq = -seq WHERE seq IN (4, 5)",
                "UPDATE core_auditentry SET seq = 9 + seq WHERE seq < 0",
            ],
            [(Flaw.EDITED, 4), (Flaw.EDITED, 5), (Flaw.UNLINKED, 6)],
        ),
        # An entry with a hash that is right in itself, at a place that was taken already.
        (
            [
                "ALTER TABLE core_auditentry DROP CONSTRAINT audit_one_entry_per_place_in_chain",
                "INSERT INTO core_auditentry (scope, at, action, actor, target_type, target_id, data, seq,"
                " previous_hash, hash) SELECT scope, at, 'core.test.invented', actor, target_type, target_id, data,"
                " seq, previous_hash, '' FROM core_auditentry WHERE seq = 4",
                "UPDATE core_auditentry e SET hash = core_audit_digest(e.*) WHERE action = 'core.test.invented'",
            ],
            [(Flaw.DOUBLE, 4), (Flaw.UNLINKED, 5)],
        ),
        (
            [
                "INSERT INTO core_auditentry (scope, at, action, actor, target_type, target_id, data)"
                " VALUES ('kendari', now(), 'core.test.invented', 'user:1', 'core.holiday', '1', '{}')"
            ],
            [(Flaw.UNSEALED, 0)],
        ),
        (["UPDATE core_audithead SET hash = repeat('0', 64)"], [(Flaw.PAST_HEAD, 9)]),
        (["UPDATE core_audithead SET seq = 3"], [(Flaw.PAST_HEAD, 4)]),
    ],
)
def test_each_tampering_is_named(statements: list[str], found: list[tuple[Flaw, int]]) -> None:
    _write(LENGTH)
    _tamper(*statements)
    assert _findings() == found


def test_the_row_is_named_in_words(capsys) -> None:
    _write(LENGTH)
    row = AuditEntry.objects.get(seq=4).pk
    _tamper("UPDATE core_auditentry SET actor = 'user:1' WHERE seq = 4")
    with pytest.raises(CommandError):
        call_command("verify_audit")
    assert f"entry 4 (row {row}) does not have the content that was sealed" in capsys.readouterr().out


def test_a_replaced_digest_function_hides_nothing() -> None:
    _write(LENGTH)
    _tamper(
        "DROP FUNCTION core_audit_digest(core_auditentry)",
        "CREATE FUNCTION core_audit_digest(entry core_auditentry) RETURNS text "
        "LANGUAGE sql IMMUTABLE AS 'SELECT entry.hash::text'",
        "UPDATE core_auditentry SET actor = 'user:1' WHERE seq = 4",
    )
    assert _findings() == [(Flaw.EDITED, 4)]


def test_a_chain_computed_anew_is_valid_in_itself_and_told_by_the_anchors() -> None:
    _write(LENGTH)
    anchors = [_anchor(3), _anchor(7)]
    _tamper("UPDATE core_auditentry SET actor = 'user:1' WHERE seq = 5")
    _forge_from(5)
    assert _findings() == []
    assert _findings(*anchors) == [(Flaw.NOT_AS_ANCHORED, 7)]
    (finding,) = audit_check.verify(anchors)[0].findings
    assert finding.sound_before == anchors[0]
    assert str(finding).endswith("anchored on 2026-11-22 03:00Z; it still agreed with the anchor of entry 3")


def test_a_cut_tail_with_a_turned_back_head_is_told_by_the_anchors() -> None:
    _write(LENGTH)
    anchors = [_anchor(6), _anchor(8)]
    _tamper("DELETE FROM core_auditentry WHERE seq > 6")
    AuditHead.objects.update(seq=6, hash=AuditEntry.objects.get(seq=6).hash)
    assert _findings() == []
    assert _findings(*anchors) == [(Flaw.CUT_OFF, 7)]


def test_a_whole_chain_that_is_gone_is_told_by_the_anchors() -> None:
    _write(LENGTH)
    anchor = _anchor(8)
    _tamper("DELETE FROM core_auditentry")
    AuditHead.objects.all().delete()
    assert audit_check.verify() == []
    assert _findings(anchor) == [(Flaw.CUT_OFF, 1)]


def test_entries_are_read_in_portions(monkeypatch) -> None:
    monkeypatch.setattr(audit_check, "PORTION", 4)
    _write(LENGTH)
    _write(4, scope="serang")
    sizes: list[int] = []
    reports = audit_check.verify(progress=sizes.append)
    assert [(r.scope, r.entries, r.is_valid) for r in reports] == [("kendari", 9, True), ("serang", 4, True)]
    assert sizes == [4, 4, 1, 4, 0]
    _tamper("DELETE FROM core_auditentry WHERE scope = 'kendari' AND seq = 5")
    assert [f.seq for f in audit_check.verify()[0].findings] == [5]


def test_more_flaws_than_are_listed_are_counted() -> None:
    _write(30)
    _tamper("UPDATE core_auditentry SET actor = 'user:1'")
    (report,) = audit_check.verify()
    assert (report.flaws, len(report.findings)) == (30, audit_check.MOST_FINDINGS)


@pytest.mark.parametrize("seed", range(12))
def test_no_random_tampering_passes(seed: int) -> None:
    dice = random.Random(seed)
    _write(LENGTH)
    heads = [_anchor(LENGTH)]
    first, second = sorted(dice.sample(range(1, LENGTH + 1), 2))
    column, value = dice.choice(
        [
            ("actor", "user:9"),
            ("action", "core.x"),
            ("target_id", "77"),
            ("target_type", "a.b"),
            ("scope", "x"),
        ]
    )
    tampering = dice.choice(["edit", "delete", "cut", "swap", "forge"])
    if tampering in {"edit", "forge"} and column != "scope":
        _tamper(f"UPDATE core_auditentry SET {column} = '{value}' WHERE seq = {first}")
    elif tampering in {"edit", "delete"}:
        _tamper(f"DELETE FROM core_auditentry WHERE seq = {first}")
    elif tampering == "swap":
        _tamper(
            "UPDATE core_auditentry a SET data = b.data, target_id = b.target_id FROM core_auditentry b "
            f"WHERE (a.seq, b.seq) IN (({first}, {second}), ({second}, {first}))"
        )
    else:
        _tamper(f"DELETE FROM core_auditentry WHERE seq >= {second}")
        tampering = "cut"
    if tampering == "forge":
        _forge_from(first)
        assert audit_check.verify()[0].is_valid
    (report,) = audit_check.verify(heads)
    assert not report.is_valid
    expected = {"cut": second, "forge": LENGTH}.get(tampering, first)
    assert report.broken_seq == expected


def test_the_digest_is_the_one_of_the_database() -> None:
    target = Holiday(pk=1)
    audit.record("core.test.happened", target=target, by=None, scope="", text='é "\\ \u2028 \t', big=10**20)
    seal()
    (report,) = audit_check.verify()
    assert (report.is_valid, report.entries, report.head_seq) == (True, 1, 1)
