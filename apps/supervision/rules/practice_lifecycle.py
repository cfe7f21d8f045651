"""Which states a task of the practice period has, and which action leads where (docs/rules/adoption.md).

A practice report always comes back once: being asked is part of what is practised. Reviews and cases are answered
once, because the agreed answer is shown afterwards.
"""

from enum import StrEnum

from apps.core.rules.lifecycle import StateTable, TransitionNotAllowed

__all__ = [
    "TRANSITIONS",
    "PracticeAction",
    "PracticeKind",
    "PracticeStatus",
    "TransitionNotAllowed",
    "allowed_actions",
    "next_status",
]


class PracticeKind(StrEnum):
    """What is practised: the own report, reviewing one, rating a case."""

    REPORT = "report"
    REVIEW = "review"
    RATING = "rating"


class PracticeStatus(StrEnum):
    """`sent_again` is the second sending; `done` ends every task."""

    DRAFT = "draft"
    SENT = "sent"
    RETURNED = "returned"
    SENT_AGAIN = "sent_again"
    DONE = "done"


class PracticeAction(StrEnum):
    SAVE = "save"
    SEND = "send"
    ASK = "ask"
    FINISH = "finish"
    ANSWER = "answer"


TRANSITIONS: dict[tuple[PracticeStatus, PracticeAction], PracticeStatus] = {
    (PracticeStatus.DRAFT, PracticeAction.SAVE): PracticeStatus.DRAFT,
    (PracticeStatus.DRAFT, PracticeAction.SEND): PracticeStatus.SENT,
    (PracticeStatus.SENT, PracticeAction.ASK): PracticeStatus.RETURNED,
    (PracticeStatus.RETURNED, PracticeAction.SAVE): PracticeStatus.RETURNED,
    (PracticeStatus.RETURNED, PracticeAction.SEND): PracticeStatus.SENT_AGAIN,
    (PracticeStatus.SENT_AGAIN, PracticeAction.FINISH): PracticeStatus.DONE,
    (PracticeStatus.DRAFT, PracticeAction.ANSWER): PracticeStatus.DONE,
}

_TABLE = StateTable(TRANSITIONS)
next_status = _TABLE.next_status
allowed_actions = _TABLE.allowed_actions
