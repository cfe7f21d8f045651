"""One ring, many messages: what is taken along, what is not, and that everything stays once and by itself."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from apps.core import jobs, outbox_drain
from apps.core.models import Holiday, OutboxMessage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The rings that were made; none is heard unless a test takes it out."""
    made: list[int] = []
    monkeypatch.setattr(jobs, "_handlers", {})
    monkeypatch.setattr(jobs, "_quiet_until", 0.0)
    monkeypatch.setattr(jobs, "publish", made.append)
    monkeypatch.setattr(jobs, "rings_waiting", lambda: len(made))
    jobs.handler("test.effect")(lambda day, **_: _effect(day))
    return made


def _effect(day: int) -> None:
    Holiday.objects.create(scope="test", date=f"2026-01-{day:02d}", name="effect")


def _days() -> list[int]:
    return [holiday.date.day for holiday in Holiday.objects.filter(scope="test").order_by("pk")]


def _hear(rings: list[int]) -> None:
    outbox_drain.hear(rings.pop(0))


def test_short_work_rings_once_while_nobody_has_heard(rings: list[int]) -> None:
    first = jobs.enqueue("test.effect", day=1)
    for day in range(2, 21):
        jobs.enqueue("test.effect", day=day)
    assert first is not None
    assert rings == [first.pk]
    while rings:
        _hear(rings)
    assert _days() == list(range(1, 21)), "each once, in the order of the promises"
    assert not OutboxMessage.objects.filter(done_at__isnull=True).exists()


def test_what_is_promised_while_a_ring_waits_is_seen_by_whoever_hears_it(rings: list[int]) -> None:
    jobs.enqueue("test.effect", day=1)
    late = jobs.enqueue("test.effect", day=2)
    assert late is not None
    OutboxMessage.objects.exclude(pk=late.pk).delete()
    _hear(rings)
    assert _days() == [2], "the ring's own message may be gone"


def test_whoever_begins_with_one_wakes_another_for_what_was_not_rung_for(rings: list[int]) -> None:
    """A worker that is held, or slow, in its first message leaves the others to whoever is free."""
    waiting: list[list[int]] = []
    jobs.handler("test.slow")(lambda **_: waiting.append(list(rings)))
    jobs.enqueue("test.slow")
    jobs.enqueue("test.effect", day=1)
    _hear(rings)
    assert waiting == [[outbox_drain.ANY_MESSAGE]]


def test_whoever_begins_with_the_only_one_wakes_nobody(rings: list[int]) -> None:
    waiting: list[list[int]] = []
    jobs.handler("test.slow")(lambda **_: waiting.append(list(rings)))
    jobs.enqueue("test.slow")
    _hear(rings)
    assert waiting == [[]]


def test_long_work_always_has_a_ring_of_its_own_and_comes_last(rings: list[int]) -> None:
    jobs.handler("test.long", atomic=False)(lambda **_: _effect(31))
    long_ones = [jobs.enqueue("test.long"), jobs.enqueue("test.long")]
    jobs.enqueue("test.effect", day=1)
    assert rings == [message.pk for message in long_ones if message]
    OutboxMessage.objects.filter(pk=rings[1]).delete()
    _hear(rings)
    assert _days() == [1, 31]


def test_what_was_tried_before_or_is_not_due_is_not_taken_along(rings: list[int]) -> None:
    now = timezone.now()
    alone = [jobs.enqueue("test.effect", day=day) for day in (1, 2, 3, 4, 5)]
    tried, claimed, died, later, parked = [message.pk for message in alone if message]
    OutboxMessage.objects.filter(pk=tried).update(attempts=1)
    OutboxMessage.objects.filter(pk=claimed).update(lease_until=now + timedelta(minutes=1))
    OutboxMessage.objects.filter(pk=died).update(lease_until=now - timedelta(minutes=1))
    OutboxMessage.objects.filter(pk=later).update(ready_at=now + timedelta(minutes=1))
    OutboxMessage.objects.filter(pk=parked).update(parked_at=now)
    assert outbox_drain.drain() == 0
    assert _days() == []


def test_poison_among_them_stops_nobody(rings: list[int]) -> None:
    jobs.handler("test.poison")(lambda **_: 1 / 0)
    jobs.enqueue("test.effect", day=1)
    bad = jobs.enqueue("test.poison")
    jobs.enqueue("test.effect", day=2)
    assert bad is not None
    assert outbox_drain.drain() == 2
    bad.refresh_from_db()
    assert (bad.attempts, bad.last_error, bad.done_at, bad.lease_until) == (
        1,
        "ZeroDivisionError",
        None,
        None,
    )
    assert _days() == [1, 2]


def test_each_message_is_a_transaction_of_its_own(rings: list[int]) -> None:
    """Effect and `done` together, and seen by others before the next one begins."""
    seen: list[tuple[int, int]] = []

    def look() -> None:
        try:
            done = OutboxMessage.objects.filter(done_at__isnull=False).count()
            seen.append((done, Holiday.objects.filter(scope="test").count()))
        finally:
            connection.close()

    def effect(day: int, **_: object) -> None:
        _effect(day)
        other = threading.Thread(target=look)
        other.start()
        other.join()

    jobs.handler("test.looking")(effect)
    for day in range(1, 8):
        jobs.enqueue("test.looking", day=day)
    assert outbox_drain.drain() == 7
    assert seen == [(number, number) for number in range(7)]


def test_a_worker_that_dies_leaves_the_others_of_its_claim_to_be_taken_up(rings: list[int]) -> None:
    class Killed(BaseException):
        pass

    def deadly(**_: object) -> None:
        raise Killed

    jobs.handler("test.deadly")(deadly)
    bad = jobs.enqueue("test.deadly")
    others = [message for day in (1, 2, 3) if (message := jobs.enqueue("test.effect", day=day))]
    claimed = outbox_drain.claim(4)
    assert bad is not None
    assert [message.pk for message in claimed] == [bad.pk, *(message.pk for message in others)]
    with pytest.raises(Killed):
        jobs.attempt(claimed[0])
    OutboxMessage.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert outbox_drain.drain() == 0, "who died of which is not known: each is tried alone"
    assert [jobs.consume(message.pk) for message in others] == [True, True, True]
    bad.refresh_from_db()
    assert (bad.done_at, bad.attempts) == (None, 0)


def test_slow_work_gives_the_rest_back(rings: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    for day in range(1, 10):
        jobs.enqueue("test.effect", day=day)
    rings.clear()
    ran: list[int] = []

    def slow(message: OutboxMessage) -> bool:
        ran.append(message.pk)
        if len(ran) == 4:  # the first of four
            monkeypatch.setattr(outbox_drain, "SLOW_SECONDS", -1.0)
            monkeypatch.setattr(outbox_drain, "QUICK_SECONDS", -1.0)
        return jobs_attempt(message)

    jobs_attempt = jobs.attempt
    monkeypatch.setattr(jobs, "attempt", slow)
    sizes: list[int] = []
    claim = outbox_drain.claim
    monkeypatch.setattr(outbox_drain, "claim", lambda number: sizes.append(number) or claim(number))
    assert outbox_drain.drain() == 9
    assert sizes == [1, 2, 4, 1, 1, 1, 1, 1, 1], "one at a time from then on; the last finds nothing"
    assert _days() == list(range(1, 10))
    assert not OutboxMessage.objects.filter(lease_until__isnull=False).exists()
    assert rings == [outbox_drain.ANY_MESSAGE], "and whoever is free was woken"


def test_who_stops_for_the_time_lets_another_go_on(rings: list[int]) -> None:
    for day in (1, 2, 3):
        jobs.enqueue("test.effect", day=day)
    rings.clear()
    assert outbox_drain.drain(seconds=-1.0) == 1
    assert rings == [outbox_drain.ANY_MESSAGE]
    while rings:
        _hear(rings)
    assert _days() == [1, 2, 3]


def test_several_workers_share_the_work(rings: list[int]) -> None:
    jobs.handler("test.count")(_count)
    with transaction.atomic():
        for number in range(200):
            jobs.enqueue("test.count", number=number)
    start, finished = threading.Barrier(4), []

    def work() -> None:
        try:
            start.wait()
            finished.append(outbox_drain.drain(seconds=120))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(finished) == 200
    names = Holiday.objects.filter(scope="test").order_by("pk").values_list("name", flat=True)
    assert sorted(names, key=int) == [str(number) for number in range(200)]


def _count(number: int, **_: object) -> None:
    Holiday.objects.create(scope="test", date=date(2026, 1, 1) + timedelta(days=number), name=str(number))


def test_a_silent_redis_leaves_the_ringing_to_the_relay(
    rings: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "rings_waiting", lambda: None)
    message = jobs.enqueue("test.effect", day=1)
    assert message is not None
    message.refresh_from_db()
    assert message.rung_at is None
    assert rings == []
    monkeypatch.setattr(jobs, "publish", jobs.consume)
    assert jobs.relay(timezone.now()) == 1
    assert _days() == [1]


def test_a_relay_rings_for_what_no_ring_was_made_for(
    rings: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The waiting ring was lost with its Redis, and nothing new is promised."""
    for day in (1, 2, 3):
        jobs.enqueue("test.effect", day=day)
    rings.clear()
    assert jobs.relay(timezone.now()) == 0
    assert jobs.relay(timezone.now() + timedelta(minutes=1)) == 3


def test_the_task_hears(monkeypatch: pytest.MonkeyPatch) -> None:
    from apps.core import tasks

    heard: list[Any] = []
    monkeypatch.setattr(outbox_drain, "hear", heard.append)
    tasks.consume_message(message_id=7)
    assert heard == [7]
