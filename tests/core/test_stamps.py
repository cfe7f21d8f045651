"""Stamps of live screens."""

import pytest
import redis
from django.db import transaction

from apps.core import stamps
from apps.core.redis import client

pytestmark = pytest.mark.django_db(transaction=True)


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
