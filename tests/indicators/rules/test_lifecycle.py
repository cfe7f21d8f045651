import pytest

from apps.indicators.rules.lifecycle import (
    TRANSITIONS,
    SkpAction,
    SkpStatus,
    TransitionNotAllowed,
    allowed_actions,
    next_status,
)

EXPECTED = {
    ("draft", "submit"): "submitted",
    ("returned", "submit"): "submitted",
    ("submitted", "recall"): "draft",
    ("submitted", "return"): "returned",
    ("submitted", "approve"): "approved",
    ("approved", "close"): "closed",
}


@pytest.mark.parametrize("action", list(SkpAction))
@pytest.mark.parametrize("status", list(SkpStatus))
def test_every_pair_of_status_and_action(status: SkpStatus, action: SkpAction) -> None:
    expected = EXPECTED.get((status.value, action.value))
    if expected is None:
        with pytest.raises(TransitionNotAllowed):
            next_status(status, action)
    else:
        assert next_status(status, action).value == expected


def test_the_appraiser_and_the_employee_see_these_buttons() -> None:
    assert allowed_actions(SkpStatus.SUBMITTED) == (SkpAction.RECALL, SkpAction.RETURN, SkpAction.APPROVE)
    assert allowed_actions(SkpStatus.CLOSED) == ()


def test_every_status_can_be_reached() -> None:
    assert {SkpStatus.DRAFT, *TRANSITIONS.values()} == set(SkpStatus)
