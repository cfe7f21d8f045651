"""What happens to an allegation against a named employee, from being named to a decision (feedback sheet 3.2).

Nobody is decided about without having been heard, or having let the days for it pass. One objection, decided by
somebody else. Only what has come to its end may be quoted elsewhere.
"""

from enum import StrEnum

from apps.core.rules.lifecycle import StateTable, TransitionNotAllowed

__all__ = [
    "TRANSITIONS",
    "AllegationAction",
    "AllegationStatus",
    "Finding",
    "TransitionNotAllowed",
    "allowed_actions",
    "is_quotable",
    "is_standing",
    "next_status",
]


class AllegationStatus(StrEnum):
    AWAITING = "awaiting"
    HEARD = "heard"
    SILENT = "silent"
    DECIDED = "decided"
    OBJECTED = "objected"
    FINAL = "final"
    WITHDRAWN = "withdrawn"


class AllegationAction(StrEnum):
    STATE = "state"
    LAPSE = "lapse"
    DECIDE = "decide"
    OBJECT = "object"
    DECIDE_OBJECTION = "decide_objection"
    SETTLE = "settle"
    WITHDRAW = "withdraw"


class Finding(StrEnum):
    PROVEN = "terbukti"
    NOT_PROVEN = "tidak_terbukti"
    CANNOT_BE_PROVEN = "tidak_dapat_dibuktikan"


_S, _A = AllegationStatus, AllegationAction

TRANSITIONS: dict[tuple[AllegationStatus, AllegationAction], AllegationStatus] = {
    (_S.AWAITING, _A.STATE): _S.HEARD,
    (_S.AWAITING, _A.LAPSE): _S.SILENT,
    (_S.AWAITING, _A.WITHDRAW): _S.WITHDRAWN,
    # Late words still count, as long as nothing is decided.
    (_S.SILENT, _A.STATE): _S.HEARD,
    (_S.SILENT, _A.DECIDE): _S.DECIDED,
    (_S.SILENT, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.HEARD, _A.DECIDE): _S.DECIDED,
    (_S.HEARD, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.DECIDED, _A.OBJECT): _S.OBJECTED,
    (_S.DECIDED, _A.SETTLE): _S.FINAL,
    (_S.OBJECTED, _A.DECIDE_OBJECTION): _S.FINAL,
}

_TABLE = StateTable(TRANSITIONS)
next_status = _TABLE.next_status
allowed_actions = _TABLE.allowed_actions


def is_standing(status: AllegationStatus) -> bool:
    """Tell whether somebody is (or was) named: everything but a name taken back."""
    return status is not AllegationStatus.WITHDRAWN


def is_quotable(status: AllegationStatus) -> bool:
    """Tell whether the finding may be used elsewhere: decided, and the right to object used or let pass."""
    return status is AllegationStatus.FINAL
