"""How far a batch of paper sheets is, and which of them a second person types again (SKM 4.1, 4.3).

Typed sheets become answers only when somebody else has looked at a part of them. Which part is drawn when typing has
ended, so that nobody knows it before.
"""

import hashlib
from collections.abc import Iterable, Mapping
from enum import StrEnum

from apps.core.rules.lifecycle import StateTable


class PaperStatus(StrEnum):
    TYPING = "typing"
    CHECKING = "checking"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class PaperAction(StrEnum):
    FINISH = "finish"
    CLOSE = "close"
    WITHDRAW = "withdraw"


TABLE: StateTable[PaperStatus, PaperAction] = StateTable(
    {
        (PaperStatus.TYPING, PaperAction.FINISH): PaperStatus.CHECKING,
        (PaperStatus.TYPING, PaperAction.WITHDRAW): PaperStatus.WITHDRAWN,
        (PaperStatus.CHECKING, PaperAction.CLOSE): PaperStatus.CLOSED,
        (PaperStatus.CHECKING, PaperAction.WITHDRAW): PaperStatus.WITHDRAWN,
        (PaperStatus.CLOSED, PaperAction.WITHDRAW): PaperStatus.WITHDRAWN,
    }
)
next_status = TABLE.next_status
allowed_actions = TABLE.allowed_actions


def drawn(seed: str, numbers: Iterable[int], percent: int) -> list[int]:
    """Return the sheets that are typed a second time: the share, rounded up, at least one; by lot from the seed.

    :raises ValueError: if the share is not between 1 and 100.
    """
    if not 1 <= percent <= 100:
        raise ValueError("a share lies between 1 and 100 percent")
    in_order = sorted(set(numbers), key=lambda number: hashlib.sha256(f"{seed}:{number}".encode()).digest())
    wanted = -(-len(in_order) * percent // 100)
    return sorted(in_order[:wanted])


def differences(first: Mapping[str, int], second: Mapping[str, int]) -> list[str]:
    """Return the codes of the questions that two readings of one sheet answer differently."""
    return sorted(code for code in first.keys() | second.keys() if first.get(code) != second.get(code))


def too_many_errors(wrong: int, cells: int, percent: int) -> bool:
    """Tell whether the wrong cells reach the share from which everything is typed again."""
    return cells > 0 and wrong * 100 >= percent * cells and wrong > 0
