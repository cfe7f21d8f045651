"""Which states a session has, and what may still be done with it. The days make the state, but for a cancelled one.

A session that was held stays as it was: its attendance, results and certificates stand on its days.
"""

from datetime import date
from enum import StrEnum

from apps.core.rules.lifecycle import StateTable, TransitionNotAllowed

__all__ = [
    "TRANSITIONS",
    "SessionAction",
    "SessionStatus",
    "TransitionNotAllowed",
    "allowed_actions",
    "next_status",
    "status_on",
]


class SessionStatus(StrEnum):
    PLANNED = "planned"
    RUNNING = "running"
    HELD = "held"
    CANCELLED = "cancelled"


class SessionAction(StrEnum):
    CHANGE = "change"
    CANCEL = "cancel"


TRANSITIONS: dict[tuple[SessionStatus, SessionAction], SessionStatus] = {
    (SessionStatus.PLANNED, SessionAction.CHANGE): SessionStatus.PLANNED,
    (SessionStatus.PLANNED, SessionAction.CANCEL): SessionStatus.CANCELLED,
    (SessionStatus.RUNNING, SessionAction.CHANGE): SessionStatus.RUNNING,
    (SessionStatus.RUNNING, SessionAction.CANCEL): SessionStatus.CANCELLED,
}

_TABLE = StateTable(TRANSITIONS)
next_status = _TABLE.next_status
allowed_actions = _TABLE.allowed_actions


def status_on(day: date, *, starts_on: date, ends_on: date, is_cancelled: bool) -> SessionStatus:
    """Return the state of a session on a day."""
    if is_cancelled:
        return SessionStatus.CANCELLED
    if ends_on < day:
        return SessionStatus.HELD
    return SessionStatus.RUNNING if starts_on <= day else SessionStatus.PLANNED
