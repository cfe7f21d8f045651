"""Stamps of live screens."""

import pytest
import redis
from django.db import transaction

from apps.core import stamps
from apps.core.redis import client

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _quiet() -> None:
    """What an earlier test is still holding back is no matter of the next."""
    for key in client().keys(stamps.key_of("below:*")):
        client().delete(key)


def test_a_stamp_stays_until_something_changes() -> None:
    before = stamps.current("unit:1", "user:2")
    assert stamps.current("unit:1", "user:2") == before
    stamps.bump("user:2")
    assert stamps.current("unit:1", "user:2") != before


def test_a_change_that_is_rolled_back_is_no_change() -> None:
    before = stamps.current("unit:1")
    with pytest.raises(RuntimeError), transaction.atomic():
        stamps.bump("unit:1")
        raise RuntimeError
    assert stamps.current("unit:1") == before


def test_a_lost_stamp_is_made_anew() -> None:
    before = stamps.current("unit:9")
    client().delete(stamps.key_of("unit:9"))
    after = stamps.current("unit:9")
    assert after != before
    assert stamps.current("unit:9") == after


def test_a_silent_redis_does_not_stop_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    class Silent:
        def pipeline(self, **_: object) -> None:
            raise redis.ConnectionError

    monkeypatch.setattr(stamps, "client", Silent)
    stamps.bump("unit:1")


def _end_of_holding(name: str) -> None:
    """What the passing of HELD_SECONDS does."""
    (key,) = client().keys(f"{stamps.key_of(name)}:*")
    assert 0 < client().ttl(key) <= stamps.HELD_SECONDS
    client().delete(key)


def test_what_happens_far_below_is_told_at_once_and_then_together() -> None:
    before = stamps.current("below:1", "user:2")
    stamps.bump("below:1")
    first = stamps.current("below:1", "user:2")
    assert first != before
    for _report in range(30):
        stamps.bump("below:1")
        assert stamps.current("below:1", "user:2") == first
    _end_of_holding("below:1")
    together = stamps.current("below:1", "user:2")
    assert together not in (before, first)
    assert stamps.current("below:1", "user:2") == together


def test_of_a_single_event_nothing_is_told_twice() -> None:
    stamps.bump("below:1")
    told = stamps.current("below:1")
    _end_of_holding("below:1")
    assert stamps.current("below:1") == told


def test_later_events_do_not_hold_back_longer() -> None:
    stamps.bump("below:1")
    (key,) = client().keys(f"{stamps.key_of('below:1')}:*")
    client().expire(key, 3)
    stamps.bump("below:1")
    assert client().ttl(key) <= 3


def test_only_what_is_far_below_is_held_back() -> None:
    seen = set()
    for _event in range(3):
        stamps.bump("below:1", "unit:1")
        seen.add(stamps.current("below:1", "unit:1"))
    assert len(seen) == 3
    assert not client().keys(f"{stamps.key_of('unit:1')}:*")
