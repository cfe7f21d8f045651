import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.assessments.rules.calibration_lifecycle import (
    CalibrationAction,
    CalibrationStatus,
    TransitionNotAllowed,
    allowed_actions,
    next_status,
)


@pytest.mark.parametrize("action", list(CalibrationAction))
def test_every_action_needs_an_open_session(action: CalibrationAction) -> None:
    assert action in allowed_actions(CalibrationStatus.OPEN)
    with pytest.raises(TransitionNotAllowed):
        next_status(CalibrationStatus.CLOSED, action)


@settings(max_examples=100)
@given(actions=st.lists(st.sampled_from(list(CalibrationAction)), max_size=12))
def test_no_sequence_of_actions_opens_a_closed_session_again(actions: list[CalibrationAction]) -> None:
    status, closed = CalibrationStatus.OPEN, False
    for action in actions:
        try:
            status = next_status(status, action)
        except TransitionNotAllowed:
            assert closed
        closed = closed or action is CalibrationAction.CLOSE
        assert (status is CalibrationStatus.CLOSED) == closed
