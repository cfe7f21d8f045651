import pytest

from apps.feedback.rules.complaint_lifecycle import (
    TRANSITIONS,
    ComplaintAction,
    ComplaintStatus,
    TransitionNotAllowed,
    allowed_actions,
    clock_runs,
    is_open,
    next_status,
)

# Rows: status; then "action>next" for every action that applies.
TABLE = """
received         start>in_progress forward>forwarded ask_info>incomplete reject>rejected
incomplete       citizen_reply>received lapse>closed_no_reply
forwarded        start>in_progress forward>forwarded ask_info>incomplete reject>rejected
in_progress      answer>answered forward>forwarded ask_info>incomplete
answered         confirm>confirmed_solved lapse>closed_no_reply reopen>reopened
confirmed_solved reopen>reopened
closed_no_reply  reopen>reopened
rejected         reopen>reopened
reopened         start>in_progress forward>forwarded ask_info>incomplete reject>rejected
"""
EXPECTED = {
    (status, pair.split(">")[0]): pair.split(">")[1]
    for status, *pairs in (line.split() for line in TABLE.strip().splitlines())
    for pair in pairs
}


@pytest.mark.parametrize("action", list(ComplaintAction))
@pytest.mark.parametrize("status", list(ComplaintStatus))
def test_every_pair_of_status_and_action(status: ComplaintStatus, action: ComplaintAction) -> None:
    expected = EXPECTED.get((status.value, action.value))
    if expected is None:
        with pytest.raises(TransitionNotAllowed):
            next_status(status, action)
        assert action not in allowed_actions(status)
    else:
        assert next_status(status, action).value == expected
        assert action in allowed_actions(status)


def test_every_status_can_be_reached() -> None:
    assert {ComplaintStatus.RECEIVED, *TRANSITIONS.values()} == set(ComplaintStatus)


def test_silence_is_never_counted_as_solved() -> None:
    sources = {action for (_, action), target in TRANSITIONS.items() if target == "confirmed_solved"}
    assert sources == {ComplaintAction.CONFIRM}


def test_three_ends_are_closed() -> None:
    closed = {status.value for status in ComplaintStatus if not is_open(status)}
    assert closed == {"confirmed_solved", "closed_no_reply", "rejected"}


def test_the_clock_rests_while_the_citizen_is_asked() -> None:
    running = {status.value for status in ComplaintStatus if clock_runs(status)}
    assert running == {"received", "forwarded", "in_progress", "reopened"}
