"""Which states a promise made at a public consultation has, and which action leads where.

A promise that was not kept stays one in public, with its reason, even when it is taken up again: the history
is never rewritten.
"""

from enum import StrEnum

from apps.core.rules.lifecycle import StateTable, TransitionNotAllowed

__all__ = [
    "TRANSITIONS",
    "CommitmentAction",
    "CommitmentStatus",
    "TransitionNotAllowed",
    "allowed_actions",
    "is_open",
    "next_status",
]


class CommitmentStatus(StrEnum):
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    KEPT = "kept"
    NOT_KEPT = "not_kept"


class CommitmentAction(StrEnum):
    START = "start"
    KEEP = "keep"
    FAIL = "fail"
    RESUME = "resume"


TRANSITIONS: dict[tuple[CommitmentStatus, CommitmentAction], CommitmentStatus] = {
    (CommitmentStatus.OPEN, CommitmentAction.START): CommitmentStatus.IN_PROGRESS,
    (CommitmentStatus.OPEN, CommitmentAction.FAIL): CommitmentStatus.NOT_KEPT,
    (CommitmentStatus.IN_PROGRESS, CommitmentAction.KEEP): CommitmentStatus.KEPT,
    (CommitmentStatus.IN_PROGRESS, CommitmentAction.FAIL): CommitmentStatus.NOT_KEPT,
    (CommitmentStatus.NOT_KEPT, CommitmentAction.RESUME): CommitmentStatus.IN_PROGRESS,
}

_TABLE = StateTable(TRANSITIONS)
next_status = _TABLE.next_status
allowed_actions = _TABLE.allowed_actions


def is_open(status: CommitmentStatus) -> bool:
    """Tell whether somebody still has to act; exactly then its clock runs."""
    return status in {CommitmentStatus.OPEN, CommitmentStatus.IN_PROGRESS}
