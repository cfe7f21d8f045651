from enum import StrEnum

import pytest

from apps.core.rules.lifecycle import StateTable, TransitionNotAllowed


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    LOCKED = "locked"


class Move(StrEnum):
    PUSH = "push"
    PULL = "pull"
    LOCK = "lock"


DOORS = StateTable(
    {
        (Door.SHUT, Move.PULL): Door.OPEN,
        (Door.SHUT, Move.LOCK): Door.LOCKED,
        (Door.OPEN, Move.PUSH): Door.SHUT,
    }
)


def test_the_table_gives_the_next_status() -> None:
    assert DOORS.next_status(Door.OPEN, Move.PUSH) is Door.SHUT


def test_a_pair_outside_the_table_is_refused_with_its_parts() -> None:
    with pytest.raises(TransitionNotAllowed, match="lock does not apply to open") as refusal:
        DOORS.next_status(Door.OPEN, Move.LOCK)
    assert (refusal.value.status, refusal.value.action) == (Door.OPEN, Move.LOCK)


def test_allowed_actions_keep_the_order_of_the_table() -> None:
    assert DOORS.allowed_actions(Door.SHUT) == (Move.PULL, Move.LOCK)
    assert DOORS.allowed_actions(Door.LOCKED) == ()
