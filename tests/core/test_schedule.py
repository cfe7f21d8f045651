"""Steps of a schedule: each alone, and the slow ones not with every tick."""

from datetime import UTC, datetime, timedelta

import pytest
import redis
import time_machine
from django.core.cache import cache

from apps.core import schedule

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)


class Step:
    """Notes when it was asked, and can fail."""

    def __init__(self, *, fails: bool = False) -> None:
        self.asked: list[datetime] = []
        self.fails = fails

    def __call__(self, *, now: datetime) -> int:
        self.asked.append(now)
        if self.fails:
            raise RuntimeError("broken")
        return 0


def test_a_slow_step_is_asked_once_in_its_span_and_again_in_the_next() -> None:
    slow, quick = Step(), Step()
    for seconds in (0, 20, 40, 60, 80):
        with time_machine.travel(NOW + timedelta(seconds=seconds), tick=False):
            schedule.run_steps([("slow test", slow, 60), ("quick test", quick)])
    assert slow.asked == [NOW, NOW + timedelta(seconds=60)]
    assert len(quick.asked) == 5


def test_after_days_without_a_tick_it_is_asked_at_once() -> None:
    slow = Step()
    for at in (NOW, NOW + timedelta(days=9)):
        with time_machine.travel(at, tick=False):
            schedule.run_steps([("late test", slow, 900)])
    assert slow.asked == [NOW, NOW + timedelta(days=9)]


def test_a_slow_step_that_fails_comes_again_with_the_next_tick_and_stops_nobody() -> None:
    slow, other = Step(fails=True), Step()
    for seconds in (0, 20):
        with time_machine.travel(NOW + timedelta(seconds=seconds), tick=False):
            schedule.run_steps([("broken test", slow, 900), ("other test", other)])
    assert (len(slow.asked), len(other.asked)) == (2, 2)


def test_without_redis_every_step_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: object, **_more: object) -> None:
        raise redis.ConnectionError

    monkeypatch.setattr(cache, "add", away)
    slow = Step()
    for _tick in range(2):
        with time_machine.travel(NOW, tick=False):
            schedule.run_steps([("redisless test", slow, 900)])
    assert len(slow.asked) == 2
