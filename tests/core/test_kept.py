"""Parts of pages that are kept until a stamp changes."""

from typing import Any

import pytest
import redis
from django.core.cache import cache
from django.utils import translation

from apps.core import kept, stamps
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kept(settings: Any) -> None:
    """Keep parts of pages, as a running site does."""
    settings.KEEP_PARTS_SECONDS = 60


class Maker:
    """Counts how often it was asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> int:
        self.times += 1
        return self.times


def _part(
    user: Any, make: Maker, key: tuple[object, ...] = ("a",), names: tuple[str, ...] = ("unit:1",)
) -> int:
    return kept.part("test", user=user, key=key, stamp_names=names, make=make).value


def test_it_is_made_once_and_again_after_the_stamp(world: World) -> None:
    make, user = Maker(), world.head.user
    assert [_part(user, make), _part(user, make)] == [1, 1]
    stamps.bump_now("unit:2")
    assert _part(user, make) == 1
    stamps.bump_now("unit:1")
    assert _part(user, make) == 2


def test_nobody_gets_what_was_made_for_somebody_else(world: World) -> None:
    make = Maker()
    assert _part(world.head.user, make) == 1
    assert _part(world.staff.user, make) == 2
    assert _part(world.head.user, make, key=("b",)) == 3
    with translation.override("en"):
        other = _part(world.head.user, make)
    with translation.override("id"):
        assert _part(world.head.user, make) != other


def test_what_happens_while_it_is_made_makes_it_anew(world: World) -> None:
    user = world.head.user

    def make() -> str:
        stamps.bump_now("unit:1")
        return "old"

    assert kept.part("test", user=user, key=(), stamp_names=("unit:1",), make=make).value == "old"
    assert kept.part("test", user=user, key=(), stamp_names=("unit:1",), make=lambda: "new").value == "new"


def test_without_redis_it_is_made_each_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: object, **_more: object) -> None:
        raise redis.ConnectionError

    make = Maker()
    monkeypatch.setattr(stamps, "current", away)
    assert [_part(world.head.user, make), _part(world.head.user, make)] == [1, 2]
    monkeypatch.undo()
    monkeypatch.setattr(cache, "set", away)
    assert _part(world.head.user, make) == 3


def test_nothing_is_kept_where_the_installation_says_so(world: World, settings: Any) -> None:
    settings.KEEP_PARTS_SECONDS = 0
    make = Maker()
    assert [_part(world.head.user, make), _part(world.head.user, make)] == [1, 2]
