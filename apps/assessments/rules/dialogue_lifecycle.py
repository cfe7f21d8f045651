"""Which states the note of a talk has: both write, both agree, then it stays (PLN-1, EXE-4).

Whoever edits takes both agreements away: nobody is held to a text they have not seen.
"""

from enum import StrEnum

from apps.core.rules.lifecycle import StateTable, TransitionNotAllowed

__all__ = [
    "TRANSITIONS",
    "DialogueAction",
    "DialogueStatus",
    "Side",
    "TransitionNotAllowed",
    "agree_action",
    "allowed_actions",
    "next_status",
    "waits_for",
]


class DialogueStatus(StrEnum):
    DRAFT = "draft"
    EMPLOYEE_AGREED = "employee_agreed"
    APPRAISER_AGREED = "appraiser_agreed"
    AGREED = "agreed"


class DialogueAction(StrEnum):
    EDIT = "edit"
    AGREE_AS_EMPLOYEE = "agree_as_employee"
    AGREE_AS_APPRAISER = "agree_as_appraiser"
    ADD = "add"


class Side(StrEnum):
    EMPLOYEE = "employee"
    APPRAISER = "appraiser"


TRANSITIONS: dict[tuple[DialogueStatus, DialogueAction], DialogueStatus] = {
    (DialogueStatus.DRAFT, DialogueAction.EDIT): DialogueStatus.DRAFT,
    (DialogueStatus.EMPLOYEE_AGREED, DialogueAction.EDIT): DialogueStatus.DRAFT,
    (DialogueStatus.APPRAISER_AGREED, DialogueAction.EDIT): DialogueStatus.DRAFT,
    (DialogueStatus.DRAFT, DialogueAction.AGREE_AS_EMPLOYEE): DialogueStatus.EMPLOYEE_AGREED,
    (DialogueStatus.DRAFT, DialogueAction.AGREE_AS_APPRAISER): DialogueStatus.APPRAISER_AGREED,
    (DialogueStatus.APPRAISER_AGREED, DialogueAction.AGREE_AS_EMPLOYEE): DialogueStatus.AGREED,
    (DialogueStatus.EMPLOYEE_AGREED, DialogueAction.AGREE_AS_APPRAISER): DialogueStatus.AGREED,
    # Adding to an agreed note makes another note and leaves this one as it is.
    (DialogueStatus.AGREED, DialogueAction.ADD): DialogueStatus.AGREED,
}

_TABLE = StateTable(TRANSITIONS)
next_status = _TABLE.next_status
allowed_actions = _TABLE.allowed_actions


def agree_action(side: Side) -> DialogueAction:
    """Return the action by which one side agrees."""
    return DialogueAction.AGREE_AS_EMPLOYEE if side is Side.EMPLOYEE else DialogueAction.AGREE_AS_APPRAISER


def waits_for(status: DialogueStatus, side: Side) -> bool:
    """Tell whether one side's agreement is still missing."""
    return agree_action(side) in allowed_actions(status)
