import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.assessments.rules.dialogue_lifecycle import (
    TRANSITIONS,
    DialogueAction,
    DialogueStatus,
    Side,
    TransitionNotAllowed,
    agree_action,
    allowed_actions,
    next_status,
    waits_for,
)

EXPECTED = {
    ("draft", "edit"): "draft",
    ("employee_agreed", "edit"): "draft",
    ("appraiser_agreed", "edit"): "draft",
    ("draft", "agree_as_employee"): "employee_agreed",
    ("draft", "agree_as_appraiser"): "appraiser_agreed",
    ("appraiser_agreed", "agree_as_employee"): "agreed",
    ("employee_agreed", "agree_as_appraiser"): "agreed",
    ("agreed", "add"): "agreed",
}


@pytest.mark.parametrize("action", list(DialogueAction))
@pytest.mark.parametrize("status", list(DialogueStatus))
def test_every_pair_of_status_and_action(status: DialogueStatus, action: DialogueAction) -> None:
    expected = EXPECTED.get((status.value, action.value))
    if expected is None:
        with pytest.raises(TransitionNotAllowed):
            next_status(status, action)
        assert action not in allowed_actions(status)
    else:
        assert next_status(status, action).value == expected


def test_every_status_can_be_reached() -> None:
    assert {DialogueStatus.DRAFT, *TRANSITIONS.values()} == set(DialogueStatus)


@given(st.lists(st.sampled_from(list(DialogueAction)), max_size=12))
def test_agreed_means_both_agreed_since_the_last_edit_and_never_ends(actions: list[DialogueAction]) -> None:
    status, agreed = DialogueStatus.DRAFT, set()
    for action in actions:
        try:
            after = next_status(status, action)
        except TransitionNotAllowed:
            continue
        if action is DialogueAction.EDIT:
            agreed = set()
        elif action is not DialogueAction.ADD:
            agreed.add(action)
        assert status is not DialogueStatus.AGREED or after is DialogueStatus.AGREED
        status = after
        assert (status is DialogueStatus.AGREED) == (len(agreed) == 2)
        for side in Side:
            assert waits_for(status, side) == (agree_action(side) not in agreed)
