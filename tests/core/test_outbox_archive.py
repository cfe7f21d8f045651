"""The outbox's archive: what leaves and what stays, killed between, several at once, and keys that stay taken."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import OuterRef
from django.utils import timezone

from apps.core import jobs, outbox_archive, partitions
from apps.core.models import Holiday, OutboxArchive, OutboxMessage

pytestmark = pytest.mark.django_db(transaction=True)

NOW = timezone.now()
OLD = NOW - timedelta(days=31)


@pytest.fixture(autouse=True)
def _handlers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(jobs, "_handlers", {})
    monkeypatch.setattr(jobs, "ring", lambda message_id: True)
    jobs.handler("test.effect")(lambda **_: None)
    return


def finished(number: int, *, done_at: datetime = OLD, scope: str = "kendari") -> list[OutboxMessage]:
    """Return messages that were finished at an instant."""
    made = []
    for place in range(number):
        message = jobs.enqueue("test.effect", scope=scope, key=f"{done_at:%s}:{place}", place=place)
        assert message is not None
        made.append(message)
    OutboxMessage.objects.filter(pk__in=[message.pk for message in made]).update(done_at=done_at)
    return made


def test_what_was_finished_long_ago_moves_as_it_is() -> None:
    (message,) = finished(1)
    OutboxMessage.objects.update(attempts=3, last_error="ValueError")
    message.refresh_from_db()
    assert outbox_archive.move_finished(NOW) == 1
    assert not OutboxMessage.objects.exists()
    kept = OutboxArchive.objects.get()
    same = (
        "pk",
        "scope",
        "task",
        "kwargs",
        "key",
        "created_at",
        "ready_at",
        "attempts",
        "last_error",
        "done_at",
    )
    assert {name: getattr(kept, name) for name in same} == {name: getattr(message, name) for name in same}
    assert kept.done_on == OLD.astimezone(UTC).date()
    assert outbox_archive.move_finished(NOW) == 0


def test_what_is_not_finished_or_was_given_up_or_dropped_or_is_new_never_moves() -> None:
    finished(1, done_at=NOW - timedelta(days=29))
    waiting = jobs.enqueue("test.effect")
    parked = jobs.enqueue("test.effect")
    dropped = jobs.enqueue("test.effect", key="dropped")
    claimed = jobs.enqueue("test.effect")
    assert waiting
    assert parked
    assert dropped
    assert claimed
    OutboxMessage.objects.exclude(done_at__isnull=False).update(created_at=OLD, ready_at=OLD)
    OutboxMessage.objects.filter(pk__in=[parked.pk, dropped.pk]).update(parked_at=OLD)
    OutboxMessage.objects.filter(pk=claimed.pk).update(lease_until=OLD)
    jobs.drop(dropped.pk, by=None, reason="never again")
    OutboxMessage.objects.filter(pk=dropped.pk).update(done_at=OLD)
    assert outbox_archive.move_finished(NOW) == 0
    assert OutboxMessage.objects.count() == 5


def test_an_archived_key_is_never_promised_again() -> None:
    (message,) = finished(1)
    outbox_archive.move_finished(NOW)
    assert jobs.enqueue("test.effect", scope="kendari", key=message.key) is None
    assert not OutboxMessage.objects.exists()
    assert jobs.enqueue("test.effect", scope="konawe", key=message.key) is not None, (
        "a key belongs to its scope"
    )
    assert jobs.enqueue("test.effect", scope="kendari") is not None, "without a key nothing is asked"


def test_a_refused_key_leaves_the_callers_transaction_as_it_was() -> None:
    (message,) = finished(1)
    outbox_archive.move_finished(NOW)
    with transaction.atomic():
        Holiday.objects.create(scope="test", date="2026-01-01", name="before")
        assert jobs.enqueue("test.effect", scope="kendari", key=message.key) is None
        Holiday.objects.create(scope="test", date="2026-01-02", name="after")
    assert Holiday.objects.filter(scope="test").count() == 2


def test_a_key_that_is_moved_at_this_moment_is_refused() -> None:
    """The insert waits for the archiver that has the key in hand; then it must see what that one has done."""
    (message,) = finished(1)
    outcome: list[object] = []

    def promise() -> None:
        try:
            outcome.append(jobs.enqueue("test.effect", scope="kendari", key=message.key))
        finally:
            connection.close()

    second = threading.Thread(target=promise)
    with transaction.atomic():
        assert outbox_archive.move_finished(NOW) == 1
        second.start()
        _wait_until_somebody_waits()
    second.join(30)
    assert outcome == [None]
    assert (OutboxMessage.objects.count(), OutboxArchive.objects.count()) == (0, 1)


def _wait_until_somebody_waits() -> None:
    pause = threading.Event()
    for _ in range(600):
        with connection.cursor() as cursor:
            # Within a transaction the activity of others is looked up once, unless it is forgotten.
            cursor.execute(
                "SELECT pg_stat_clear_snapshot(); SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
                " AND query LIKE '%INSERT INTO core_outboxmessage%' AND pid <> pg_backend_pid()"
            )
            if cursor.fetchone()[0]:
                return
        pause.wait(0.05)
    pytest.fail("nobody waits for the key")


def test_killed_between_two_portions_nothing_is_lost_and_the_rest_follows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = {message.pk for message in finished(25)}

    class Killed(BaseException):
        pass

    real, portions = connection.cursor, []

    def cursor(*args: Any, **kwargs: Any) -> Any:
        portions.append(1)
        if len(portions) == 3:
            raise Killed
        return real(*args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(connection, "cursor", cursor)
        with pytest.raises(Killed):
            outbox_archive.move_finished(NOW, portion=10)
    live = set(OutboxMessage.objects.values_list("pk", flat=True))
    kept = set(OutboxArchive.objects.values_list("pk", flat=True))
    assert (len(live), len(kept)) == (5, 20)
    assert live | kept == made
    assert outbox_archive.move_finished(NOW, portion=10) == 5
    assert set(OutboxArchive.objects.values_list("pk", flat=True)) == made


def test_killed_within_a_portion_it_never_happened() -> None:
    finished(5)
    with pytest.raises(RuntimeError), transaction.atomic():
        assert outbox_archive.move_finished(NOW) == 5
        raise RuntimeError
    assert (OutboxMessage.objects.count(), OutboxArchive.objects.count()) == (5, 0)


def test_several_archivers_share_the_work_and_nobody_waits() -> None:
    made = sorted(message.pk for message in finished(120))
    start, moved = threading.Barrier(3), []

    def archive() -> None:
        try:
            start.wait()
            moved.append(outbox_archive.move_finished(NOW, portion=7))
        finally:
            connection.close()

    threads = [threading.Thread(target=archive) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outbox_archive.move_finished(NOW)
    assert sum(moved) <= 120
    assert sorted(OutboxArchive.objects.values_list("pk", flat=True)) == made, "each once"
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize(("days", "told"), [(31, 0), (38, 1)])
def test_a_message_in_somebodys_hand_is_left_and_told_after_a_week(days: int, told: int) -> None:
    held, _free = finished(2, done_at=NOW - timedelta(days=days))
    taken, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                OutboxMessage.objects.select_for_update().get(pk=held.pk)
                taken.set()
                assert may_end.wait(30)
        finally:
            connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert taken.wait(30)
    try:
        assert outbox_archive.check() == told
    finally:
        may_end.set()
        holder.join()
    assert OutboxMessage.objects.get().pk == held.pk
    assert outbox_archive.check() == 0
    assert not OutboxMessage.objects.exists()


def test_whoever_asks_what_was_promised_is_told_of_both() -> None:
    for day in (1, 2, 3):
        Holiday.objects.create(scope="kendari", date=date(2026, 1, day), name=f"key:{day}")
    for day in (1, 2):
        jobs.enqueue("test.effect", scope="kendari", key=f"key:{day}")
    OutboxMessage.objects.filter(key="key:1").update(done_at=OLD)
    outbox_archive.move_finished(NOW)
    promised = outbox_archive.was_promised(OuterRef("name"), scope=OuterRef("scope"))
    assert list(Holiday.objects.exclude(promised).values_list("name", flat=True)) == ["key:3"]
    assert list(Holiday.objects.filter(promised).order_by("date").values_list("name", flat=True)) == [
        "key:1",
        "key:2",
    ]


def test_a_message_stands_in_the_part_of_the_year_it_was_finished_in() -> None:
    new_year = datetime(NOW.year, 12, 31, 23, 59, tzinfo=UTC)
    finished(1, done_at=new_year)
    finished(1, done_at=new_year + timedelta(minutes=1))
    assert outbox_archive.move_finished(new_year + timedelta(days=60)) == 2
    assert [partitions.rows_in(f"core_outboxarchive_{NOW.year + later}") for later in (0, 1)] == [1, 1]


def test_a_year_of_finished_work_leaves_into_a_file(tmp_path: Path) -> None:
    (message,) = finished(1)
    outbox_archive.move_finished(NOW)
    later = datetime(NOW.year + 2, 6, 1, tzinfo=UTC)
    with pytest.raises(RuntimeError), transaction.atomic():
        content = partitions.leave(
            outbox_archive.TABLE, NOW.year, keep_in=tmp_path / "outbox.copy.gz", by="command", at=later
        )
        assert content.rows == 1
        assert not OutboxArchive.objects.exists()
        assert jobs.enqueue("test.effect", scope="kendari", key=message.key) is not None, "as documented"
        raise RuntimeError("the other tests need this part")
    assert OutboxArchive.objects.count() == 1


def test_the_nightly_job_moves_and_finds_no_differences() -> None:
    finished(3)
    assert outbox_archive.check() == 0
    assert OutboxArchive.objects.count() == 3


def test_it_is_a_daily_check_and_in_parts() -> None:
    from apps.core.operations import daily_checks

    assert "core.outbox_archive" in daily_checks.checks()
    assert partitions.tables()[outbox_archive.TABLE] == "done_on"
