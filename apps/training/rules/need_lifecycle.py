"""Which states a training need has, and which action leads where.

Planned means that somebody took it up: a session, a coaching talk, or a plan outside of the system.
"""

from enum import StrEnum

from apps.core.rules.lifecycle import StateTable, TransitionNotAllowed

__all__ = [
    "TRANSITIONS",
    "NeedAction",
    "NeedStatus",
    "TransitionNotAllowed",
    "allowed_actions",
    "next_status",
]


class NeedStatus(StrEnum):
    PROPOSED = "proposed"
    PLANNED = "planned"
    DONE = "done"
    DECLINED = "declined"


class NeedAction(StrEnum):
    PLAN = "plan"
    DECLINE = "decline"
    RELEASE = "release"
    FULFIL = "fulfil"


TRANSITIONS: dict[tuple[NeedStatus, NeedAction], NeedStatus] = {
    (NeedStatus.PROPOSED, NeedAction.PLAN): NeedStatus.PLANNED,
    (NeedStatus.PROPOSED, NeedAction.DECLINE): NeedStatus.DECLINED,
    (NeedStatus.PROPOSED, NeedAction.FULFIL): NeedStatus.DONE,
    (NeedStatus.PLANNED, NeedAction.DECLINE): NeedStatus.DECLINED,
    # The place in the session was given up: somebody has to look again.
    (NeedStatus.PLANNED, NeedAction.RELEASE): NeedStatus.PROPOSED,
    (NeedStatus.PLANNED, NeedAction.FULFIL): NeedStatus.DONE,
    # A decision that was wrong is taken back by planning it after all.
    (NeedStatus.DECLINED, NeedAction.PLAN): NeedStatus.PLANNED,
}

_TABLE = StateTable(TRANSITIONS)
next_status = _TABLE.next_status
allowed_actions = _TABLE.allowed_actions
