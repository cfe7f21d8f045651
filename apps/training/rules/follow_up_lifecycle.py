"""Which states a consequence of an evaluation has. Nothing happens by itself: a person decides, or declines.

Cancelled means that the result it followed from was changed before anybody decided.
"""

from enum import StrEnum

from apps.core.rules.lifecycle import StateTable, TransitionNotAllowed

__all__ = [
    "TRANSITIONS",
    "FollowUpAction",
    "FollowUpStatus",
    "TransitionNotAllowed",
    "allowed_actions",
    "next_status",
]


class FollowUpStatus(StrEnum):
    PROPOSED = "proposed"
    DECIDED = "decided"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    CONCLUDED = "concluded"


class FollowUpAction(StrEnum):
    DECIDE = "decide"
    DECLINE = "decline"
    CANCEL = "cancel"
    CONCLUDE = "conclude"


TRANSITIONS: dict[tuple[FollowUpStatus, FollowUpAction], FollowUpStatus] = {
    (FollowUpStatus.PROPOSED, FollowUpAction.DECIDE): FollowUpStatus.DECIDED,
    (FollowUpStatus.PROPOSED, FollowUpAction.DECLINE): FollowUpStatus.DECLINED,
    (FollowUpStatus.PROPOSED, FollowUpAction.CANCEL): FollowUpStatus.CANCELLED,
    (FollowUpStatus.DECIDED, FollowUpAction.CONCLUDE): FollowUpStatus.CONCLUDED,
}

_TABLE = StateTable(TRANSITIONS)
next_status = _TABLE.next_status
allowed_actions = _TABLE.allowed_actions
