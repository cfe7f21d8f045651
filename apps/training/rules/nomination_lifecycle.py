"""Which states a nomination for recognition has: nominated, checked, before the jury, then awarded or declined.

Whoever named the deed may withdraw it until the jury has decided.
"""

from enum import StrEnum

from apps.core.rules.lifecycle import StateTable, TransitionNotAllowed

__all__ = [
    "TRANSITIONS",
    "NominationAction",
    "NominationStatus",
    "TransitionNotAllowed",
    "allowed_actions",
    "next_status",
]


class NominationStatus(StrEnum):
    NOMINATED = "nominated"
    CHECKED = "checked"
    JURY = "jury"
    AWARDED = "awarded"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class NominationAction(StrEnum):
    CHECK = "check"
    CONVENE = "convene"
    AWARD = "award"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


TRANSITIONS: dict[tuple[NominationStatus, NominationAction], NominationStatus] = {
    (NominationStatus.NOMINATED, NominationAction.CHECK): NominationStatus.CHECKED,
    (NominationStatus.NOMINATED, NominationAction.DECLINE): NominationStatus.DECLINED,
    (NominationStatus.CHECKED, NominationAction.CONVENE): NominationStatus.JURY,
    (NominationStatus.CHECKED, NominationAction.DECLINE): NominationStatus.DECLINED,
    (NominationStatus.JURY, NominationAction.AWARD): NominationStatus.AWARDED,
    (NominationStatus.JURY, NominationAction.DECLINE): NominationStatus.DECLINED,
    (NominationStatus.NOMINATED, NominationAction.WITHDRAW): NominationStatus.WITHDRAWN,
    (NominationStatus.CHECKED, NominationAction.WITHDRAW): NominationStatus.WITHDRAWN,
    (NominationStatus.JURY, NominationAction.WITHDRAW): NominationStatus.WITHDRAWN,
}

_TABLE = StateTable(TRANSITIONS)
next_status = _TABLE.next_status
allowed_actions = _TABLE.allowed_actions
