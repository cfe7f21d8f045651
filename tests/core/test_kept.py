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


def _piece(make: Any, key: tuple[object, ...] = ("a",), names: tuple[str, ...] = ("unit:1",)) -> Any:
    return kept.shared("test", key=key, stamp_names=names, make=make)


@pytest.fixture
def _nothing_shared() -> None:
    kept._shared.clear()


@pytest.mark.usefixtures("_nothing_shared")
def test_a_shared_piece_is_made_once_for_all_and_again_after_the_stamp(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept, "SHARED_BELIEVED_SECONDS", 0.0)
    make = Maker()
    assert [_piece(make), _piece(make)] == [1, 1]
    stamps.bump_now("unit:2")
    assert _piece(make) == 1
    stamps.bump_now("unit:1")
    assert _piece(make) == 2
    with translation.override("en"):
        assert _piece(make) == 3
    assert _piece(make, key=("b",)) == 4


@pytest.mark.usefixtures("_nothing_shared")
def test_stamps_are_believed_for_a_second_and_a_piece_for_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("apps.core.kept.time.monotonic", lambda: clock[0])
    make, alone = Maker(), Maker()
    assert [_piece(make), _piece(alone, key=("c",), names=())] == [1, 1]
    stamps.bump_now("unit:1")
    assert _piece(make) == 1
    clock[0] += 1.1
    assert [_piece(make), _piece(alone, key=("c",), names=())] == [2, 1]
    clock[0] += 60
    assert [_piece(make), _piece(alone, key=("c",), names=())] == [3, 2]


@pytest.mark.usefixtures("_nothing_shared")
def test_nothing_is_not_kept_and_old_pieces_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "SHARED_AT_MOST", 2)
    made = []
    assert [_piece(lambda: made.append(1)) for _ in range(2)] == [None, None]
    assert len(made) == 2
    make = Maker()
    assert [_piece(make, key=(name,)) for name in "abc"] == [1, 2, 3]
    assert _piece(make, key=("c",)) == 3
    assert _piece(make, key=("a",)) == 4


@pytest.mark.usefixtures("_nothing_shared")
def test_what_happens_while_a_shared_piece_is_made_makes_it_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "SHARED_BELIEVED_SECONDS", 0.0)

    def make() -> str:
        stamps.bump_now("unit:1")
        return "old"

    assert _piece(make) == "old"
    assert _piece(lambda: "new") == "new"
