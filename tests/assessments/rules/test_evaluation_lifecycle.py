import pytest

from apps.assessments.rules.evaluation_lifecycle import (
    TRANSITIONS,
    EvaluationAction,
    EvaluationStatus,
    TransitionNotAllowed,
    allowed_actions,
    is_final,
    next_status,
)

EXPECTED = {
    ("prepared", "rate"): "rated",
    ("rated", "rate"): "rated",
    ("rated", "calibrate"): "rated",
    ("rated", "deliver"): "delivered",
    ("delivered", "accept"): "accepted",
    ("delivered", "lapse"): "accepted",
    ("delivered", "object"): "objected",
    ("objected", "decide"): "decided",
}


@pytest.mark.parametrize("action", list(EvaluationAction))
@pytest.mark.parametrize("status", list(EvaluationStatus))
def test_every_pair_of_status_and_action(status: EvaluationStatus, action: EvaluationAction) -> None:
    expected = EXPECTED.get((status.value, action.value))
    if expected is None:
        with pytest.raises(TransitionNotAllowed):
            next_status(status, action)
        assert action not in allowed_actions(status)
    else:
        assert next_status(status, action).value == expected
        assert action in allowed_actions(status)


def test_every_status_can_be_reached() -> None:
    assert {EvaluationStatus.PREPARED, *TRANSITIONS.values()} == set(EvaluationStatus)


def test_final_results_are_those_without_a_way_on() -> None:
    assert {status for status in EvaluationStatus if is_final(status)} == {
        EvaluationStatus.ACCEPTED,
        EvaluationStatus.DECIDED,
    }
    assert {status for status in EvaluationStatus if not allowed_actions(status)} == {
        EvaluationStatus.ACCEPTED,
        EvaluationStatus.DECIDED,
    }
