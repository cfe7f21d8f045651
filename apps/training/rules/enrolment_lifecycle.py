"""Which states a place in a session has, and which action leads where.

Somebody invited or waiting has no seat. Whoever declines, or whose place was taken back, may come in again.
"""

from enum import StrEnum

from apps.core.rules.lifecycle import StateTable, TransitionNotAllowed

__all__ = [
    "SEATED",
    "TRANSITIONS",
    "EnrolmentAction",
    "EnrolmentStatus",
    "TransitionNotAllowed",
    "allowed_actions",
    "next_status",
]


class EnrolmentStatus(StrEnum):
    INVITED = "invited"
    WAITING = "waiting"
    ENROLLED = "enrolled"
    COMPLETED = "completed"
    ABSENT = "absent"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class EnrolmentAction(StrEnum):
    ACCEPT = "accept"
    QUEUE = "queue"
    MOVE_UP = "move_up"
    DECLINE = "decline"
    COMPLETE = "complete"
    MISS = "miss"
    CANCEL = "cancel"
    ENROL_AGAIN = "enrol_again"
    INVITE_AGAIN = "invite_again"


# Who sits on a seat of the session.
SEATED = (EnrolmentStatus.ENROLLED, EnrolmentStatus.COMPLETED, EnrolmentStatus.ABSENT)

TRANSITIONS: dict[tuple[EnrolmentStatus, EnrolmentAction], EnrolmentStatus] = {
    (EnrolmentStatus.INVITED, EnrolmentAction.ACCEPT): EnrolmentStatus.ENROLLED,
    (EnrolmentStatus.INVITED, EnrolmentAction.QUEUE): EnrolmentStatus.WAITING,
    (EnrolmentStatus.WAITING, EnrolmentAction.MOVE_UP): EnrolmentStatus.ENROLLED,
    (EnrolmentStatus.INVITED, EnrolmentAction.DECLINE): EnrolmentStatus.DECLINED,
    (EnrolmentStatus.WAITING, EnrolmentAction.DECLINE): EnrolmentStatus.DECLINED,
    (EnrolmentStatus.ENROLLED, EnrolmentAction.DECLINE): EnrolmentStatus.DECLINED,
    (EnrolmentStatus.ENROLLED, EnrolmentAction.COMPLETE): EnrolmentStatus.COMPLETED,
    (EnrolmentStatus.ENROLLED, EnrolmentAction.MISS): EnrolmentStatus.ABSENT,
    (EnrolmentStatus.INVITED, EnrolmentAction.CANCEL): EnrolmentStatus.CANCELLED,
    (EnrolmentStatus.WAITING, EnrolmentAction.CANCEL): EnrolmentStatus.CANCELLED,
    (EnrolmentStatus.ENROLLED, EnrolmentAction.CANCEL): EnrolmentStatus.CANCELLED,
    (EnrolmentStatus.INVITED, EnrolmentAction.ENROL_AGAIN): EnrolmentStatus.ENROLLED,
    (EnrolmentStatus.WAITING, EnrolmentAction.ENROL_AGAIN): EnrolmentStatus.ENROLLED,
    (EnrolmentStatus.DECLINED, EnrolmentAction.ENROL_AGAIN): EnrolmentStatus.ENROLLED,
    (EnrolmentStatus.CANCELLED, EnrolmentAction.ENROL_AGAIN): EnrolmentStatus.ENROLLED,
    (EnrolmentStatus.DECLINED, EnrolmentAction.INVITE_AGAIN): EnrolmentStatus.INVITED,
    (EnrolmentStatus.CANCELLED, EnrolmentAction.INVITE_AGAIN): EnrolmentStatus.INVITED,
    (EnrolmentStatus.DECLINED, EnrolmentAction.QUEUE): EnrolmentStatus.WAITING,
    (EnrolmentStatus.CANCELLED, EnrolmentAction.QUEUE): EnrolmentStatus.WAITING,
}

_TABLE = StateTable(TRANSITIONS)
next_status = _TABLE.next_status
allowed_actions = _TABLE.allowed_actions
