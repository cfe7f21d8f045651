import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.feedback.rules.commitment_lifecycle import (
    TRANSITIONS,
    CommitmentAction,
    CommitmentStatus,
    TransitionNotAllowed,
    allowed_actions,
    is_open,
    next_status,
)

TABLE = """
open        start>in_progress fail>not_kept
in_progress keep>kept fail>not_kept
kept
not_kept    resume>in_progress
"""
EXPECTED = {
    (status, pair.split(">")[0]): pair.split(">")[1]
    for status, *pairs in (line.split() for line in TABLE.strip().splitlines())
    for pair in pairs
}


@pytest.mark.parametrize("action", list(CommitmentAction))
@pytest.mark.parametrize("status", list(CommitmentStatus))
def test_every_pair_of_status_and_action(status: CommitmentStatus, action: CommitmentAction) -> None:
    expected = EXPECTED.get((status.value, action.value))
    if expected is None:
        with pytest.raises(TransitionNotAllowed):
            next_status(status, action)
        assert action not in allowed_actions(status)
    else:
        assert next_status(status, action).value == expected
        assert action in allowed_actions(status)


def test_every_status_can_be_reached() -> None:
    assert {CommitmentStatus.OPEN, *TRANSITIONS.values()} == set(CommitmentStatus)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(list(CommitmentAction)), max_size=12))
def test_nobody_keeps_a_promise_without_work_and_a_kept_one_stays(actions: list[CommitmentAction]) -> None:
    status, kept, worked = CommitmentStatus.OPEN, False, False
    for action in actions:
        try:
            status = next_status(status, action)
        except TransitionNotAllowed:
            continue
        assert not kept, "nothing follows a kept promise"
        worked = worked or status is CommitmentStatus.IN_PROGRESS
        kept = status is CommitmentStatus.KEPT
        assert not kept or worked
        assert is_open(status) == (status in {CommitmentStatus.OPEN, CommitmentStatus.IN_PROGRESS})
