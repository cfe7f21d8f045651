"""Which states a complaint has, and which action leads where (feedback sheet 2.4).

Windows ("within so many days", "once") are checked by the service; escalation is a mark on an open
complaint and not a state.
"""

from enum import StrEnum

from apps.core.rules.lifecycle import StateTable, TransitionNotAllowed

__all__ = [
    "TRANSITIONS",
    "ComplaintAction",
    "ComplaintStatus",
    "TransitionNotAllowed",
    "allowed_actions",
    "clock_runs",
    "is_open",
    "next_status",
]


class ComplaintStatus(StrEnum):
    RECEIVED = "received"
    INCOMPLETE = "incomplete"
    FORWARDED = "forwarded"
    IN_PROGRESS = "in_progress"
    ANSWERED = "answered"
    # Two ends kept apart: only the first one says that the citizen is content.
    CONFIRMED_SOLVED = "confirmed_solved"
    CLOSED_NO_REPLY = "closed_no_reply"
    REJECTED = "rejected"
    REOPENED = "reopened"


class ComplaintAction(StrEnum):
    ASK_INFO = "ask_info"
    CITIZEN_REPLY = "citizen_reply"
    FORWARD = "forward"
    START = "start"
    ANSWER = "answer"
    CONFIRM = "confirm"
    LAPSE = "lapse"
    REJECT = "reject"
    REOPEN = "reopen"


TRANSITIONS: dict[tuple[ComplaintStatus, ComplaintAction], ComplaintStatus] = {
    (ComplaintStatus.RECEIVED, ComplaintAction.START): ComplaintStatus.IN_PROGRESS,
    (ComplaintStatus.RECEIVED, ComplaintAction.FORWARD): ComplaintStatus.FORWARDED,
    (ComplaintStatus.RECEIVED, ComplaintAction.ASK_INFO): ComplaintStatus.INCOMPLETE,
    (ComplaintStatus.RECEIVED, ComplaintAction.REJECT): ComplaintStatus.REJECTED,
    (ComplaintStatus.INCOMPLETE, ComplaintAction.CITIZEN_REPLY): ComplaintStatus.RECEIVED,
    (ComplaintStatus.INCOMPLETE, ComplaintAction.LAPSE): ComplaintStatus.CLOSED_NO_REPLY,
    (ComplaintStatus.FORWARDED, ComplaintAction.START): ComplaintStatus.IN_PROGRESS,
    # "Not our competence": on to the next receiver, as often as needed.
    (ComplaintStatus.FORWARDED, ComplaintAction.FORWARD): ComplaintStatus.FORWARDED,
    (ComplaintStatus.FORWARDED, ComplaintAction.ASK_INFO): ComplaintStatus.INCOMPLETE,
    (ComplaintStatus.FORWARDED, ComplaintAction.REJECT): ComplaintStatus.REJECTED,
    (ComplaintStatus.IN_PROGRESS, ComplaintAction.ANSWER): ComplaintStatus.ANSWERED,
    (ComplaintStatus.IN_PROGRESS, ComplaintAction.FORWARD): ComplaintStatus.FORWARDED,
    (ComplaintStatus.IN_PROGRESS, ComplaintAction.ASK_INFO): ComplaintStatus.INCOMPLETE,
    (ComplaintStatus.ANSWERED, ComplaintAction.CONFIRM): ComplaintStatus.CONFIRMED_SOLVED,
    (ComplaintStatus.ANSWERED, ComplaintAction.LAPSE): ComplaintStatus.CLOSED_NO_REPLY,
    (ComplaintStatus.ANSWERED, ComplaintAction.REOPEN): ComplaintStatus.REOPENED,
    (ComplaintStatus.CONFIRMED_SOLVED, ComplaintAction.REOPEN): ComplaintStatus.REOPENED,
    (ComplaintStatus.CLOSED_NO_REPLY, ComplaintAction.REOPEN): ComplaintStatus.REOPENED,
    (ComplaintStatus.REJECTED, ComplaintAction.REOPEN): ComplaintStatus.REOPENED,
    (ComplaintStatus.REOPENED, ComplaintAction.START): ComplaintStatus.IN_PROGRESS,
    (ComplaintStatus.REOPENED, ComplaintAction.FORWARD): ComplaintStatus.FORWARDED,
    (ComplaintStatus.REOPENED, ComplaintAction.ASK_INFO): ComplaintStatus.INCOMPLETE,
    (ComplaintStatus.REOPENED, ComplaintAction.REJECT): ComplaintStatus.REJECTED,
}

_TABLE = StateTable(TRANSITIONS)
next_status = _TABLE.next_status
allowed_actions = _TABLE.allowed_actions

_CLOSED = frozenset(
    {
        ComplaintStatus.CONFIRMED_SOLVED,
        ComplaintStatus.CLOSED_NO_REPLY,
        ComplaintStatus.REJECTED,
    }
)
# Somebody else's turn: the citizen's.
_WAITING = frozenset({ComplaintStatus.INCOMPLETE, ComplaintStatus.ANSWERED})


def is_open(status: ComplaintStatus) -> bool:
    """Tell whether somebody still has to act, be it the citizen."""
    return status not in _CLOSED


def clock_runs(status: ComplaintStatus) -> bool:
    """Tell whether the time of the office is running."""
    return is_open(status) and status not in _WAITING
