"""Nobody is decided about unheard, one objection, and only an end may be quoted."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.rules.lifecycle import TransitionNotAllowed
from apps.feedback.rules.allegation_lifecycle import (
    TRANSITIONS,
    AllegationAction,
    AllegationStatus,
    allowed_actions,
    is_quotable,
    is_standing,
    next_status,
)

S, A = AllegationStatus, AllegationAction


def walk(actions):
    """Apply what is possible; return the visited states and the actions that took effect."""
    states, done = [S.AWAITING], []
    for action in actions:
        try:
            states.append(next_status(states[-1], action))
            done.append(action)
        except TransitionNotAllowed:
            continue
    return states, done


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(list(A)), max_size=20))
def test_whatever_is_tried(actions):
    states, done = walk(actions)
    if S.DECIDED in states:
        before = states[: states.index(S.DECIDED)]
        assert S.HEARD in before or S.SILENT in before
    assert done.count(A.OBJECT) <= 1
    assert done.count(A.DECIDE) <= 1
    assert done.count(A.STATE) <= 1
    # What was decided is never taken back.
    assert not (A.DECIDE in done and A.WITHDRAW in done)
    if is_quotable(states[-1]):
        assert A.DECIDE in done
        assert A.SETTLE in done or A.DECIDE_OBJECTION in done


def test_ends_are_ends():
    assert allowed_actions(S.FINAL) == ()
    assert allowed_actions(S.WITHDRAWN) == ()
    assert [status for status in S if is_quotable(status)] == [S.FINAL]
    assert [status for status in S if not is_standing(status)] == [S.WITHDRAWN]


def test_every_state_can_be_reached():
    assert set(TRANSITIONS.values()) | {S.AWAITING} == set(S)


def test_an_undecided_allegation_cannot_be_objected_to():
    for status in (S.AWAITING, S.HEARD, S.SILENT, S.FINAL):
        assert A.OBJECT not in allowed_actions(status)
