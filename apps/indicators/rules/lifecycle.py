"""Which states an SKP has, and which action leads where (PLN-11, CYC-7)."""

from enum import StrEnum

from apps.core.rules.lifecycle import StateTable, TransitionNotAllowed

__all__ = [
    "TRANSITIONS",
    "SkpAction",
    "SkpStatus",
    "TransitionNotAllowed",
    "allowed_actions",
    "next_status",
]


class SkpStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    CLOSED = "closed"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


class SkpAction(StrEnum):
    SUBMIT = "submit"
    RECALL = "recall"
    RETURN = "return"
    APPROVE = "approve"
    CLOSE = "close"
    MERGE = "merge"
    WITHDRAW = "withdraw"


TRANSITIONS: dict[tuple[SkpStatus, SkpAction], SkpStatus] = {
    (SkpStatus.DRAFT, SkpAction.SUBMIT): SkpStatus.SUBMITTED,
    (SkpStatus.RETURNED, SkpAction.SUBMIT): SkpStatus.SUBMITTED,
    (SkpStatus.SUBMITTED, SkpAction.RECALL): SkpStatus.DRAFT,
    (SkpStatus.SUBMITTED, SkpAction.RETURN): SkpStatus.RETURNED,
    (SkpStatus.SUBMITTED, SkpAction.APPROVE): SkpStatus.APPROVED,
    (SkpStatus.APPROVED, SkpAction.CLOSE): SkpStatus.CLOSED,
    (SkpStatus.SUBMITTED, SkpAction.MERGE): SkpStatus.MERGED,
    (SkpStatus.DRAFT, SkpAction.WITHDRAW): SkpStatus.WITHDRAWN,
    (SkpStatus.SUBMITTED, SkpAction.WITHDRAW): SkpStatus.WITHDRAWN,
    (SkpStatus.RETURNED, SkpAction.WITHDRAW): SkpStatus.WITHDRAWN,
}

# A working copy of an approved plan (PLN-12) is taken over or given up; a plan is approved and closed.
ONLY_COPIES = frozenset({SkpAction.MERGE, SkpAction.WITHDRAW})
ONLY_PLANS = frozenset({SkpAction.APPROVE, SkpAction.CLOSE})

_TABLE = StateTable(TRANSITIONS)


def next_status(status: SkpStatus, action: SkpAction, *, is_copy: bool = False) -> SkpStatus:
    """Return the status after the action, for a plan or for a working copy of one.

    :raises TransitionNotAllowed: if the action does not apply.
    """
    if action in (ONLY_PLANS if is_copy else ONLY_COPIES):
        raise TransitionNotAllowed(status, action)
    return _TABLE.next_status(status, action)


def allowed_actions(status: SkpStatus, *, is_copy: bool = False) -> tuple[SkpAction, ...]:
    """Return what can be done to a plan, or to a working copy, in a status."""
    refused = ONLY_PLANS if is_copy else ONLY_COPIES
    return tuple(action for action in _TABLE.allowed_actions(status) if action not in refused)
