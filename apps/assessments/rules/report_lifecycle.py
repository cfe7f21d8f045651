"""Which states a self-report of one period has, and which action leads where (EXE-1, EVA-1)."""

from enum import StrEnum

from apps.core.rules.lifecycle import StateTable, TransitionNotAllowed

__all__ = [
    "TRANSITIONS",
    "ReportAction",
    "ReportStatus",
    "TransitionNotAllowed",
    "allowed_actions",
    "next_status",
]


class ReportStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class ReportAction(StrEnum):
    SUBMIT = "submit"
    RECALL = "recall"
    RETURN = "return"
    ACCEPT = "accept"
    # Only what was accepted together with others, for a short while (services/report_batches.py).
    REOPEN = "reopen"


TRANSITIONS: dict[tuple[ReportStatus, ReportAction], ReportStatus] = {
    (ReportStatus.DRAFT, ReportAction.SUBMIT): ReportStatus.SUBMITTED,
    (ReportStatus.RETURNED, ReportAction.SUBMIT): ReportStatus.SUBMITTED,
    (ReportStatus.SUBMITTED, ReportAction.RECALL): ReportStatus.DRAFT,
    (ReportStatus.SUBMITTED, ReportAction.RETURN): ReportStatus.RETURNED,
    (ReportStatus.SUBMITTED, ReportAction.ACCEPT): ReportStatus.ACCEPTED,
    (ReportStatus.ACCEPTED, ReportAction.REOPEN): ReportStatus.SUBMITTED,
}

_TABLE = StateTable(TRANSITIONS)
next_status = _TABLE.next_status
allowed_actions = _TABLE.allowed_actions
