"""Which states a place in a session has, and which action leads where."""

from enum import StrEnum

from apps.core.rules.lifecycle import StateTable, TransitionNotAllowed

__all__ = [
    "TRANSITIONS",
    "EnrolmentAction",
    "EnrolmentStatus",
    "TransitionNotAllowed",
    "allowed_actions",
    "next_status",
]


class EnrolmentStatus(StrEnum):
    ENROLLED = "enrolled"
    COMPLETED = "completed"
    ABSENT = "absent"
    CANCELLED = "cancelled"


class EnrolmentAction(StrEnum):
    COMPLETE = "complete"
    MISS = "miss"
    CANCEL = "cancel"
    ENROL_AGAIN = "enrol_again"


TRANSITIONS: dict[tuple[EnrolmentStatus, EnrolmentAction], EnrolmentStatus] = {
    (EnrolmentStatus.ENROLLED, EnrolmentAction.COMPLETE): EnrolmentStatus.COMPLETED,
    (EnrolmentStatus.ENROLLED, EnrolmentAction.MISS): EnrolmentStatus.ABSENT,
    (EnrolmentStatus.ENROLLED, EnrolmentAction.CANCEL): EnrolmentStatus.CANCELLED,
    (EnrolmentStatus.CANCELLED, EnrolmentAction.ENROL_AGAIN): EnrolmentStatus.ENROLLED,
}

_TABLE = StateTable(TRANSITIONS)
next_status = _TABLE.next_status
allowed_actions = _TABLE.allowed_actions
