"""Which states an item of an improvement plan (rencana tindak lanjut) has, and which action leads where.

Done is never the word of whoever did it: the responsible person reports with proof, somebody else accepts.
Who may act, and that a proof is there, is checked by permissions and services. Rules: docs/rules/improvement.md.
"""

from enum import StrEnum

from apps.core.rules.lifecycle import StateTable, TransitionNotAllowed

__all__ = [
    "TRANSITIONS",
    "ImprovementAction",
    "ImprovementStatus",
    "TransitionNotAllowed",
    "allowed_actions",
    "clock_runs",
    "is_done",
    "is_open",
    "next_status",
]


class ImprovementStatus(StrEnum):
    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    REPORTED = "reported"
    DONE = "done"
    MEASURED = "measured"
    DROPPED = "dropped"


class ImprovementAction(StrEnum):
    START = "start"
    REPORT = "report"
    ACCEPT = "accept"
    SEND_BACK = "send_back"
    MEASURE = "measure"
    DROP = "drop"


TRANSITIONS: dict[tuple[ImprovementStatus, ImprovementAction], ImprovementStatus] = {
    (ImprovementStatus.PLANNED, ImprovementAction.START): ImprovementStatus.IN_PROGRESS,
    (ImprovementStatus.PLANNED, ImprovementAction.DROP): ImprovementStatus.DROPPED,
    (ImprovementStatus.IN_PROGRESS, ImprovementAction.REPORT): ImprovementStatus.REPORTED,
    (ImprovementStatus.IN_PROGRESS, ImprovementAction.DROP): ImprovementStatus.DROPPED,
    (ImprovementStatus.REPORTED, ImprovementAction.ACCEPT): ImprovementStatus.DONE,
    (ImprovementStatus.REPORTED, ImprovementAction.SEND_BACK): ImprovementStatus.IN_PROGRESS,
    (ImprovementStatus.DONE, ImprovementAction.MEASURE): ImprovementStatus.MEASURED,
    # Too few answered the first time: the next survey period is asked again.
    (ImprovementStatus.MEASURED, ImprovementAction.MEASURE): ImprovementStatus.MEASURED,
}

_TABLE = StateTable(TRANSITIONS)
next_status = _TABLE.next_status
allowed_actions = _TABLE.allowed_actions

_DONE = frozenset({ImprovementStatus.DONE, ImprovementStatus.MEASURED})


def is_done(status: ImprovementStatus) -> bool:
    """Tell whether the work is finished and somebody else has seen the proof."""
    return status in _DONE


def is_open(status: ImprovementStatus) -> bool:
    """Tell whether there is still work to do, or to check."""
    return status not in _DONE and status is not ImprovementStatus.DROPPED


def clock_runs(status: ImprovementStatus) -> bool:
    """Tell whether the responsible person is still expected to report: a check by others is not their delay."""
    return status in {ImprovementStatus.PLANNED, ImprovementStatus.IN_PROGRESS}
