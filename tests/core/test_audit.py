"""The chain: sealed at commit, unchangeable, and verifiable against an anchor."""

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from apps.core import audit
from apps.core.models import AuditEntry, AuditHead, Holiday

pytestmark = pytest.mark.django_db(transaction=True)


def _write(times: int, scope: str = "kendari") -> None:
    target = Holiday(pk=1)
    for number in range(times):
        audit.record("core.test.happened", target=target, by=None, scope=scope, number=number)


def test_entries_are_sealed_in_order_when_the_transaction_commits() -> None:
    with transaction.atomic():
        _write(2)
        assert list(AuditEntry.objects.values_list("seq", flat=True)) == [None, None]
    _write(1)
    _write(1, scope="serang")
    assert list(AuditEntry.objects.filter(scope="kendari").order_by("id").values_list("seq", flat=True)) == [
        1,
        2,
        3,
    ]
    first, second = AuditEntry.objects.filter(scope="kendari").order_by("seq")[:2]
    assert second.previous_hash == first.hash
    assert [(report.scope, report.entries, report.is_valid) for report in audit.verify()] == [
        ("kendari", 3, True),
        ("serang", 1, True),
    ]


_SAID = {
    "day": date(2026, 9, 1),
    "share": Decimal("0.50"),
    "order": uuid.UUID(int=7),
    "all": [1, None, "é%s"],
}
_WRITTEN = ("scope", "at", "action", "actor", "target_type", "target_id", "data")


def test_what_record_returns_is_what_is_stored() -> None:
    at = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)
    written = audit.record(
        "core.test.happened", target=Holiday(pk=3), by="public", scope="kendari", at=at, **_SAID
    )
    stored = AuditEntry.objects.get(pk=written.pk)
    assert [getattr(stored, name) for name in _WRITTEN[:-1]] == [
        getattr(written, name) for name in _WRITTEN[:-1]
    ]
    assert (stored.at, stored.target_type, stored.target_id) == (at, "core.holiday", "3")
    assert stored.data == {
        "day": "2026-09-01", "share": "0.50", "order": str(uuid.UUID(int=7)), "all": [1, None, "é%s"]
    }  # fmt: skip
    assert written.data == _SAID
    assert (written._state.adding, written._state.db) == (False, connection.alias)
    assert written.seq is None
    written.refresh_from_db()
    assert written.seq == 1


def test_an_insertion_in_another_statement_writes_the_same_entry_and_is_sealed() -> None:
    at = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)
    text, parameters = audit.insertion(
        "core.test.happened", target=Holiday(pk=3), by=None, scope="kendari", at=at, **_SAID
    )
    with connection.cursor() as cursor:
        cursor.execute(f"WITH told AS ({text}) SELECT 1", parameters)
    audit.record("core.test.happened", target=Holiday(pk=3), by=None, scope="kendari", at=at, **_SAID)
    first, second = AuditEntry.objects.order_by("pk").values_list(*_WRITTEN)
    assert first == second
    assert [(report.entries, report.is_valid) for report in audit.verify()] == [(2, True)]


@pytest.mark.parametrize(
    "statement", ["UPDATE core_auditentry SET action = 'x'", "DELETE FROM core_auditentry"]
)
def test_change_and_deletion_are_refused(statement: str) -> None:
    _write(1)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditEntry.objects.get().action == "core.test.happened"


def test_truncate_is_refused() -> None:
    _write(1)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditentry ENABLE TRIGGER core_audit_refuse_truncate")
        try:
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                cursor.execute("TRUNCATE core_auditentry")
        finally:
            cursor.execute("ALTER TABLE core_auditentry DISABLE TRIGGER core_audit_refuse_truncate")
    assert AuditEntry.objects.count() == 1


def _tamper(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditentry DISABLE TRIGGER core_audit_refuse_change")
        cursor.execute(sql)
        cursor.execute("ALTER TABLE core_auditentry ENABLE TRIGGER core_audit_refuse_change")


def test_an_edited_row_is_named() -> None:
    _write(5)
    _tamper("""UPDATE core_auditentry SET data = '{"number": 99}' WHERE seq = 3""")
    assert audit.verify()[0].broken_seq == 3
    with pytest.raises(CommandError):
        call_command("verify_audit")


def test_a_removed_row_is_noticed() -> None:
    _write(5)
    _tamper("DELETE FROM core_auditentry WHERE seq = 2")
    assert not audit.verify()[0].is_valid


def test_a_shortened_chain_is_noticed_by_its_head_and_by_the_anchor(tmp_path) -> None:
    _write(5)
    anchor = tmp_path / "anchor.json"
    call_command("verify_audit", write_anchor=anchor)
    _tamper("DELETE FROM core_auditentry WHERE seq > 3")
    assert audit.verify()[0].broken_seq == 4
    # An insider who also turns the head back is caught by what was noted outside.
    last = AuditEntry.objects.get(seq=3)
    AuditHead.objects.filter(scope="kendari").update(seq=3, hash=last.hash)
    assert audit.verify()[0].is_valid
    with pytest.raises(CommandError):
        call_command("verify_audit", anchor=anchor)


def test_a_civil_servant_acts_through_their_account(world) -> None:
    assert audit.actor_id(world.staff) == f"user:{world.staff.user.pk}" == audit.actor_id(world.staff.user)
    world.staff.user = None
    assert audit.actor_id(world.staff) == f"employee:{world.staff.pk}"
    assert (audit.actor_id(None), audit.actor_id("public")) == ("system", "public")
