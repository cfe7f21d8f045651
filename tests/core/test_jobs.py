"""The outbox: promised with its cause, run exactly once, rung again, parked when poisonous."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from apps.core import jobs
from apps.core.models import Holiday, OutboxMessage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def handlers(monkeypatch: pytest.MonkeyPatch) -> dict[str, jobs.Registered]:
    """A registry of its own for each test, and a doorbell that nobody hears."""
    registry: dict[str, jobs.Registered] = {}
    monkeypatch.setattr(jobs, "_handlers", registry)
    monkeypatch.setattr(jobs, "publish", lambda message_id: None)
    return registry


def _effect(day: int) -> None:
    Holiday.objects.create(scope="test", date=f"2026-01-{day:02d}", name="effect")


def test_an_unknown_task_is_refused_at_once(handlers: dict[str, Any]) -> None:
    with pytest.raises(jobs.UnknownTask):
        jobs.enqueue("core.mispelt")
    assert not OutboxMessage.objects.exists()


def test_the_promise_goes_with_its_cause(handlers: dict[str, Any]) -> None:
    jobs.handler("test.effect")(lambda day, **_: _effect(day))
    with pytest.raises(RuntimeError), transaction.atomic():
        jobs.enqueue("test.effect", day=1)
        raise RuntimeError
    assert not OutboxMessage.objects.exists()


def test_a_message_is_consumed_once_however_often_the_bell_rings(handlers: dict[str, Any]) -> None:
    jobs.handler("test.effect")(lambda day, **_: _effect(day))
    message = jobs.enqueue("test.effect", day=1)
    assert message is not None
    assert [jobs.consume(message.pk) for _ in range(3)] == [True, False, False]
    assert Holiday.objects.filter(scope="test").count() == 1


def test_the_same_key_is_promised_once(handlers: dict[str, Any]) -> None:
    jobs.handler("test.effect")(lambda **_: None)
    assert jobs.enqueue("test.effect", key="a:1") is not None
    assert jobs.enqueue("test.effect", key="a:1") is None
    assert OutboxMessage.objects.count() == 1


def test_parallel_consumers_have_one_effect(handlers: dict[str, Any]) -> None:
    jobs.handler("test.effect")(lambda day, **_: _effect(day))
    message = jobs.enqueue("test.effect", day=1)
    assert message is not None
    outcomes: list[bool] = []

    def consume() -> None:
        try:
            outcomes.append(jobs.consume(message.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=consume) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False] * 7 + [True]
    assert Holiday.objects.filter(scope="test").count() == 1


def test_a_failed_try_leaves_no_half_effect_and_is_tried_again(handlers: dict[str, Any]) -> None:
    tries = []

    def flaky(**_: object) -> None:
        _effect(len(tries) + 1)
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("a text that may name somebody")

    jobs.handler("test.flaky")(flaky)
    message = jobs.enqueue("test.flaky")
    assert message is not None
    assert jobs.consume(message.pk) is False
    assert not Holiday.objects.filter(scope="test").exists()
    message.refresh_from_db()
    assert (message.attempts, message.last_error) == (1, "ValueError")
    assert jobs.consume(message.pk) is False, "the pause after a failure is kept"
    OutboxMessage.objects.update(ready_at=timezone.now())
    assert jobs.consume(message.pk) is True
    assert Holiday.objects.filter(scope="test").count() == 1


def test_poison_is_parked_while_others_go_on(handlers: dict[str, Any]) -> None:
    def poison(**_: object) -> None:
        raise ValueError

    jobs.handler("test.poison")(poison)
    jobs.handler("test.effect")(lambda day, **_: _effect(day))
    bad, good = jobs.enqueue("test.poison"), jobs.enqueue("test.effect", day=1)
    assert bad is not None
    assert good is not None
    for _ in range(jobs.MAX_ATTEMPTS):
        OutboxMessage.objects.filter(pk=bad.pk).update(ready_at=timezone.now())
        jobs.consume(bad.pk)
    assert jobs.consume(good.pk) is True
    bad.refresh_from_db()
    assert bad.parked_at is not None
    assert jobs.consume(bad.pk) is False


def test_the_relay_rings_for_what_a_dead_worker_left(handlers: dict[str, Any]) -> None:
    jobs.handler("test.effect")(lambda **_: None)
    message = jobs.enqueue("test.effect")
    assert message is not None
    now = timezone.now()
    # Rung, claimed by a worker that was then killed: neither bell nor lease is fresh any more.
    OutboxMessage.objects.update(rung_at=now - timedelta(minutes=5), lease_until=now - timedelta(minutes=1))
    assert jobs.relay(timezone.now()) == 1
    assert jobs.relay(timezone.now()) == 0, "just rung"
    OutboxMessage.objects.update(rung_at=None, lease_until=now + timedelta(minutes=1))
    assert jobs.relay(timezone.now()) == 0, "somebody is working on it"


def test_a_silent_redis_does_not_lose_the_promise(
    handlers: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(message_id: int) -> None:
        raise ConnectionError

    monkeypatch.setattr(jobs, "publish", broken)
    jobs.handler("test.effect")(lambda day, **_: _effect(day))
    message = jobs.enqueue("test.effect", day=1)
    assert message is not None
    assert OutboxMessage.objects.get().rung_at is None
    monkeypatch.setattr(jobs, "publish", jobs.consume)
    assert jobs.relay(timezone.now()) == 1
    assert Holiday.objects.filter(scope="test").count() == 1


def test_a_postponed_message_waits_without_counting_as_failed(handlers: dict[str, Any]) -> None:
    def later(**_: object) -> None:
        raise jobs.Postpone(60)

    jobs.handler("test.later")(later)
    message = jobs.enqueue("test.later")
    assert message is not None
    assert jobs.consume(message.pk) is False
    message.refresh_from_db()
    assert message.attempts == 0
    assert message.ready_at > timezone.now() + timedelta(seconds=50)
