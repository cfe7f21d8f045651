"""Which states a calibration has: it is open, then closed, and never open again."""

from enum import StrEnum

from apps.core.rules.lifecycle import StateTable, TransitionNotAllowed

__all__ = [
    "TRANSITIONS",
    "CalibrationAction",
    "CalibrationStatus",
    "TransitionNotAllowed",
    "allowed_actions",
    "next_status",
]


class CalibrationStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class CalibrationAction(StrEnum):
    MOVE = "move"
    COMMENT = "comment"
    CLOSE = "close"


TRANSITIONS: dict[tuple[CalibrationStatus, CalibrationAction], CalibrationStatus] = {
    (CalibrationStatus.OPEN, CalibrationAction.MOVE): CalibrationStatus.OPEN,
    (CalibrationStatus.OPEN, CalibrationAction.COMMENT): CalibrationStatus.OPEN,
    (CalibrationStatus.OPEN, CalibrationAction.CLOSE): CalibrationStatus.CLOSED,
}

_TABLE = StateTable(TRANSITIONS)
next_status = _TABLE.next_status
allowed_actions = _TABLE.allowed_actions
