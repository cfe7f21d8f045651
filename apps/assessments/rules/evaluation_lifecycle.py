"""Which states an evaluation has, from preparation to a final result (EVA-3, OBJ-1, OBJ-2, OBJ-4)."""

from enum import StrEnum

from apps.core.rules.lifecycle import StateTable, TransitionNotAllowed

__all__ = [
    "TRANSITIONS",
    "EvaluationAction",
    "EvaluationStatus",
    "TransitionNotAllowed",
    "allowed_actions",
    "is_final",
    "next_status",
]


class EvaluationStatus(StrEnum):
    PREPARED = "prepared"
    RATED = "rated"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    OBJECTED = "objected"
    DECIDED = "decided"


class EvaluationAction(StrEnum):
    RATE = "rate"
    CALIBRATE = "calibrate"
    DELIVER = "deliver"
    ACCEPT = "accept"
    LAPSE = "lapse"
    OBJECT = "object"
    DECIDE = "decide"


TRANSITIONS: dict[tuple[EvaluationStatus, EvaluationAction], EvaluationStatus] = {
    (EvaluationStatus.PREPARED, EvaluationAction.RATE): EvaluationStatus.RATED,
    (EvaluationStatus.RATED, EvaluationAction.RATE): EvaluationStatus.RATED,
    # Before the hand-over only: a result somebody has read is changed by an objection or not at all.
    (EvaluationStatus.RATED, EvaluationAction.CALIBRATE): EvaluationStatus.RATED,
    (EvaluationStatus.RATED, EvaluationAction.DELIVER): EvaluationStatus.DELIVERED,
    (EvaluationStatus.DELIVERED, EvaluationAction.ACCEPT): EvaluationStatus.ACCEPTED,
    # Silence until the deadline means accepted (OBJ-4).
    (EvaluationStatus.DELIVERED, EvaluationAction.LAPSE): EvaluationStatus.ACCEPTED,
    (EvaluationStatus.DELIVERED, EvaluationAction.OBJECT): EvaluationStatus.OBJECTED,
    (EvaluationStatus.OBJECTED, EvaluationAction.DECIDE): EvaluationStatus.DECIDED,
}

_TABLE = StateTable(TRANSITIONS)
next_status = _TABLE.next_status
allowed_actions = _TABLE.allowed_actions


def is_final(status: EvaluationStatus) -> bool:
    """Tell whether the result can no longer change."""
    return status in (EvaluationStatus.ACCEPTED, EvaluationStatus.DECIDED)
