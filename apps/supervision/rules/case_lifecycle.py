"""What a supervisor has done with an exception: states, verbs, and when a case comes back by itself (S2, S3, S17).

A case is one kind of exception of one person, from the first day it is seen until it is no longer true. Accepting,
asking and putting off quiet it; worse facts bring it back. Days that merely go on are worse only after some of them,
otherwise every accepted delay would be back the next morning.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from apps.core.rules.lifecycle import StateTable, TransitionNotAllowed

from .exceptions import ExceptionKind, Explanation, Reason

__all__ = [
    "DUTY_KINDS",
    "TRANSITIONS",
    "VERBS",
    "WORK_KINDS",
    "CaseAction",
    "CaseStatus",
    "Outcome",
    "TransitionNotAllowed",
    "allowed_actions",
    "is_worse",
    "next_status",
    "severity_of",
    "wakes",
]


class CaseStatus(StrEnum):
    OPEN = "open"
    SNOOZED = "snoozed"
    ACCEPTED = "accepted"
    ASKED = "asked"
    PASSED_UP = "passed_up"
    ENDED = "ended"


class CaseAction(StrEnum):
    """The four verbs, and what happens by itself."""

    ACCEPT = "accept"
    ASK = "ask"
    SNOOZE = "snooze"
    PASS_UP = "pass_up"  # noqa: S105 - a verb, no secret
    WAKE = "wake"
    WAKE_ABOVE = "wake_above"
    COME_BACK = "come_back"
    END = "end"


class Outcome(StrEnum):
    """What becomes of one thing in an act: done, or why not."""

    DONE = "done"
    GONE = "gone"
    CHANGED = "changed"
    WORSE = "worse"
    NOT_YOURS = "not_yours"
    NOT_IN_BATCH = "not_in_batch"
    LOW_RATING = "low_rating"


VERBS = (CaseAction.ACCEPT, CaseAction.ASK, CaseAction.SNOOZE, CaseAction.PASS_UP)

TRANSITIONS: dict[tuple[CaseStatus, CaseAction], CaseStatus] = {
    (CaseStatus.OPEN, CaseAction.ACCEPT): CaseStatus.ACCEPTED,
    (CaseStatus.OPEN, CaseAction.ASK): CaseStatus.ASKED,
    (CaseStatus.OPEN, CaseAction.SNOOZE): CaseStatus.SNOOZED,
    (CaseStatus.OPEN, CaseAction.PASS_UP): CaseStatus.PASSED_UP,
    (CaseStatus.OPEN, CaseAction.END): CaseStatus.ENDED,
    # Whoever it was passed to has the same four verbs; theirs is the next level for passing up.
    (CaseStatus.PASSED_UP, CaseAction.ACCEPT): CaseStatus.ACCEPTED,
    (CaseStatus.PASSED_UP, CaseAction.ASK): CaseStatus.ASKED,
    (CaseStatus.PASSED_UP, CaseAction.SNOOZE): CaseStatus.SNOOZED,
    (CaseStatus.PASSED_UP, CaseAction.PASS_UP): CaseStatus.PASSED_UP,
    # Whoever it was passed to has left: it is the supervisor's again.
    (CaseStatus.PASSED_UP, CaseAction.COME_BACK): CaseStatus.OPEN,
    (CaseStatus.PASSED_UP, CaseAction.END): CaseStatus.ENDED,
    (CaseStatus.SNOOZED, CaseAction.WAKE): CaseStatus.OPEN,
    # Put off by whoever it was passed to: it wakes with them.
    (CaseStatus.SNOOZED, CaseAction.WAKE_ABOVE): CaseStatus.PASSED_UP,
    (CaseStatus.SNOOZED, CaseAction.COME_BACK): CaseStatus.OPEN,
    (CaseStatus.SNOOZED, CaseAction.END): CaseStatus.ENDED,
    (CaseStatus.ASKED, CaseAction.WAKE): CaseStatus.OPEN,
    (CaseStatus.ASKED, CaseAction.END): CaseStatus.ENDED,
    (CaseStatus.ACCEPTED, CaseAction.WAKE): CaseStatus.OPEN,
    (CaseStatus.ACCEPTED, CaseAction.END): CaseStatus.ENDED,
}

_TABLE = StateTable(TRANSITIONS)
next_status = _TABLE.next_status
allowed_actions = _TABLE.allowed_actions

# Duties of the supervisor and the rights of others: one at a time, never in a batch.
DUTY_KINDS = frozenset(
    {ExceptionKind.OBJECTION_RUNNING_OUT, ExceptionKind.COMPLAINT, ExceptionKind.FEEDBACK_OVERDUE}
)
# What speaks about the person's work; the rest is what somebody else owes, and makes no report extraordinary.
WORK_KINDS = frozenset(ExceptionKind) - {ExceptionKind.FEEDBACK_OVERDUE, ExceptionKind.PLAN_NOT_APPROVED}

# Figures that grow by themselves from day to day.
_CLOCKS = frozenset(
    {
        ExceptionKind.FEEDBACK_OVERDUE,
        ExceptionKind.OBJECTION_RUNNING_OUT,
        ExceptionKind.PLAN_NOT_APPROVED,
        ExceptionKind.REPORT_LATE,
    }
)
# From nothing, or to nothing: no factor can say how far.
_BOUNDLESS = Decimal(100000)


def severity_of(reason: Reason) -> Decimal:
    """Return how bad it is, in the measure of its kind: things, periods, days past, or times the usual."""
    if reason.explanation is Explanation.OBJECTION_RUNNING_OUT:
        return -Decimal(reason.parameters["days_left"])
    if reason.explanation in {Explanation.FROM_NOTHING, Explanation.TO_NOTHING}:
        return _BOUNDLESS
    if reason.kind is ExceptionKind.OFF_TREND:
        return min(Decimal(reason.parameters["times"]), _BOUNDLESS)
    return Decimal(reason.figures[0])


def is_worse(kind: ExceptionKind, before: Decimal, now: Decimal, *, clock_step: int) -> bool:
    """Tell whether facts are worse than when somebody last decided; a clock must have gone on by `clock_step` days.

    An objection whose time ran out meanwhile is worse at once.
    """
    if kind is ExceptionKind.OBJECTION_RUNNING_OUT and before <= 0 < now:
        return True
    if kind in _CLOCKS:
        return now >= before + max(clock_step, 1)
    return now > before


def wakes(
    status: CaseStatus,
    *,
    kind: ExceptionKind,
    until: date | None,
    before: Decimal,
    now: Decimal,
    day: date,
    clock_step: int,
) -> bool:
    """Tell whether a quiet case comes back: its day has come, or its facts are worse."""
    if status in {CaseStatus.SNOOZED, CaseStatus.ASKED} and until is not None and day >= until:
        return True
    quiet = {CaseStatus.SNOOZED, CaseStatus.ASKED, CaseStatus.ACCEPTED}
    return status in quiet and is_worse(kind, before, now, clock_step=clock_step)
