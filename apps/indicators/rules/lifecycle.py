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


class SkpAction(StrEnum):
    SUBMIT = "submit"
    RECALL = "recall"
    RETURN = "return"
    APPROVE = "approve"
    CLOSE = "close"


TRANSITIONS: dict[tuple[SkpStatus, SkpAction], SkpStatus] = {
    (SkpStatus.DRAFT, SkpAction.SUBMIT): SkpStatus.SUBMITTED,
    (SkpStatus.RETURNED, SkpAction.SUBMIT): SkpStatus.SUBMITTED,
    (SkpStatus.SUBMITTED, SkpAction.RECALL): SkpStatus.DRAFT,
    (SkpStatus.SUBMITTED, SkpAction.RETURN): SkpStatus.RETURNED,
    (SkpStatus.SUBMITTED, SkpAction.APPROVE): SkpStatus.APPROVED,
    (SkpStatus.APPROVED, SkpAction.CLOSE): SkpStatus.CLOSED,
}

_TABLE = StateTable(TRANSITIONS)
next_status = _TABLE.next_status
allowed_actions = _TABLE.allowed_actions
