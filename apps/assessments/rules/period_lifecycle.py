"""Which states a period has; only the schedule moves it, and never back (EVA-1, reliability rule R5)."""

from enum import StrEnum

from apps.core.rules.lifecycle import StateTable, TransitionNotAllowed

__all__ = [
    "TRANSITIONS",
    "PeriodAction",
    "PeriodKind",
    "PeriodStatus",
    "TransitionNotAllowed",
    "allowed_actions",
    "next_status",
]


class PeriodKind(StrEnum):
    PERIODIC = "periodic"
    YEARLY = "yearly"


class PeriodStatus(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


class PeriodAction(StrEnum):
    OPEN = "open"
    CLOSE = "close"


TRANSITIONS: dict[tuple[PeriodStatus, PeriodAction], PeriodStatus] = {
    (PeriodStatus.PLANNED, PeriodAction.OPEN): PeriodStatus.OPEN,
    (PeriodStatus.OPEN, PeriodAction.CLOSE): PeriodStatus.CLOSED,
}

_TABLE = StateTable(TRANSITIONS)
next_status = _TABLE.next_status
allowed_actions = _TABLE.allowed_actions
