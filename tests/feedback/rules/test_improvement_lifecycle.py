import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.feedback.rules.improvement_lifecycle import (
    TRANSITIONS,
    ImprovementAction,
    ImprovementStatus,
    TransitionNotAllowed,
    allowed_actions,
    clock_runs,
    is_done,
    is_open,
    next_status,
)

# Rows: status; then "action>next" for every action that applies.
TABLE = """
planned     start>in_progress drop>dropped
in_progress report>reported drop>dropped
reported    accept>done send_back>in_progress
done        measure>measured
measured    measure>measured
dropped
"""
EXPECTED = {
    (status, pair.split(">")[0]): pair.split(">")[1]
    for status, *pairs in (line.split() for line in TABLE.strip().splitlines())
    for pair in pairs
}


@pytest.mark.parametrize("action", list(ImprovementAction))
@pytest.mark.parametrize("status", list(ImprovementStatus))
def test_every_pair_of_status_and_action(status: ImprovementStatus, action: ImprovementAction) -> None:
    expected = EXPECTED.get((status.value, action.value))
    if expected is None:
        with pytest.raises(TransitionNotAllowed):
            next_status(status, action)
        assert action not in allowed_actions(status)
    else:
        assert next_status(status, action).value == expected
        assert action in allowed_actions(status)


def test_every_status_can_be_reached() -> None:
    assert {ImprovementStatus.PLANNED, *TRANSITIONS.values()} == set(ImprovementStatus)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(list(ImprovementAction)), max_size=12))
def test_done_is_always_reported_and_accepted_first(actions: list[ImprovementAction]) -> None:
    status, taken = ImprovementStatus.PLANNED, []
    for action in actions:
        try:
            status = next_status(status, action)
        except TransitionNotAllowed:
            continue
        taken.append(action)
        if is_done(status):
            report = taken.index(ImprovementAction.REPORT)
            assert ImprovementAction.ACCEPT in taken[report:]
        # An end stays one; whatever is open is not done.
        assert not (is_open(status) and is_done(status))
        assert not clock_runs(status) or is_open(status)
    if ImprovementAction.DROP in taken:
        assert status is ImprovementStatus.DROPPED
