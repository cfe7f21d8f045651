"""Many writers at once: one valid chain per scope, no circle of waiting, one pass per transaction."""

import random
import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from apps.core import audit, audit_check, notify
from apps.core.models import AuditEntry, AuditHead, Holiday

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, TRANSACTIONS = 8, 12
TARGET = Holiday(pk=1)


def _in_threads(work: Callable[[int], None], count: int) -> list[Exception]:
    failures: list[Exception] = []
    start = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            start.wait(30)
            work(number)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return failures


def test_parallel_transactions_into_several_scopes_make_valid_chains() -> None:
    def write(number: int) -> None:
        dice = random.Random(number)
        for turn in range(TRANSACTIONS):
            scopes = ["kendari", "serang", ""]
            dice.shuffle(scopes)
            with transaction.atomic():
                for scope in scopes:
                    audit.record("core.test.happened", target=TARGET, by=None, scope=scope, turn=turn)
                audit.record_many(
                    audit.entry("core.test.listed", target=TARGET, by=None, scope=scopes[0], n=n)
                    for n in range(3)
                )

    assert _in_threads(write, WRITERS) == []
    reports = audit_check.verify()
    assert [report.scope for report in reports] == ["", "kendari", "serang"]
    assert all(report.is_valid for report in reports)
    assert sum(report.entries for report in reports) == WRITERS * TRANSACTIONS * 6


def test_a_chain_is_never_held_while_waiting_for_a_foreign_key(world) -> None:
    """Both wait in the end: one for the user's row, the other for the chain. A circle would fail one of them."""
    user = world.staff.user

    def tell() -> None:
        try:
            with transaction.atomic():
                audit.record("core.test.happened", target=TARGET, by=None, scope="kendari")
                notify.send(user, "Hello")
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    failures: list[Exception] = []
    other = threading.Thread(target=tell)
    with transaction.atomic():
        type(user).objects.select_for_update().get(pk=user.pk)
        audit.record("core.test.happened", target=TARGET, by=None, scope="kendari")
        other.start()
        _wait_until_somebody_waits()
    other.join(30)
    assert failures == []
    (report,) = audit_check.verify()
    assert (report.is_valid, report.entries) == (True, 2)


def _wait_until_somebody_waits() -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("the other transaction waits for nothing")


def test_many_entries_are_written_in_one_statement_and_keep_their_order(django_assert_num_queries) -> None:
    with transaction.atomic(), django_assert_num_queries(1):
        written = audit.record_many(
            audit.entry("core.test.listed", target=Holiday(pk=n), by="public", scope="kendari", n=n)
            for n in range(300)
        )
    assert written == 300
    assert list(AuditEntry.objects.order_by("seq").values_list("data__n", flat=True)) == list(range(300))
    assert audit_check.verify()[0].is_valid
    assert AuditHead.objects.get().seq == 300


def test_nothing_to_write_writes_nothing() -> None:
    assert audit.record_many([]) == 0
    assert not AuditHead.objects.exists()


def test_what_is_rolled_back_leaves_no_gap() -> None:
    with transaction.atomic():
        audit.record("core.test.happened", target=TARGET, by=None, scope="kendari", n=1)
        with pytest.raises(RuntimeError), transaction.atomic():
            audit.record("core.test.happened", target=TARGET, by=None, scope="serang", n=2)
            raise RuntimeError
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record("core.test.happened", target=TARGET, by=None, scope="kendari", n=3)
        raise RuntimeError
    audit.record("core.test.happened", target=TARGET, by=None, scope="kendari", n=4)
    (report,) = audit_check.verify()
    assert (report.scope, report.entries, report.is_valid) == ("kendari", 2, True)


def test_entries_sealed_before_the_end_of_their_transaction_go_on_in_the_same_chain() -> None:
    with transaction.atomic():
        audit.record("core.test.happened", target=TARGET, by=None, scope="kendari", n=1)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        audit.record("core.test.happened", target=TARGET, by=None, scope="kendari", n=2)
    assert list(AuditEntry.objects.order_by("seq").values_list("seq", "data__n")) == [(1, 1), (2, 2)]
    assert audit_check.verify()[0].is_valid
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_auditseal")
        assert cursor.fetchone() == (0,)


def test_nobody_brings_a_place_in_the_chain_along() -> None:
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        AuditEntry.objects.create(
            scope="kendari",
            at="2026-11-22T00:00Z",
            action="core.test.invented",
            actor="user:1",
            seq=1,
            hash="0",
        )
    assert not AuditEntry.objects.exists()
