"""The rules of practising: states, questions, counts that give nobody away, distance to the agreed answer."""

from datetime import date
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.assessments.rules.predikat import Rating
from apps.assessments.rules.report_problems import Problem, ReportProblem
from apps.supervision.rules.practice_counts import Group, Shown, may_total, shown_of
from apps.supervision.rules.practice_distance import steps_between
from apps.supervision.rules.practice_lifecycle import (
    TRANSITIONS,
    PracticeAction,
    PracticeStatus,
    TransitionNotAllowed,
    allowed_actions,
    next_status,
)
from apps.supervision.rules.practice_question import Question, QuestionSource, Unlike, questions_about

DAYS = {"starts_on": date(2026, 9, 1), "last_on": date(2026, 9, 25)}


@pytest.mark.parametrize(("status", "action"), list(product(PracticeStatus, PracticeAction)))
def test_a_pair_is_in_the_table_or_refused(status: PracticeStatus, action: PracticeAction) -> None:
    if (status, action) in TRANSITIONS:
        assert action in allowed_actions(status)
        assert next_status(status, action) is TRANSITIONS[status, action]
    else:
        assert action not in allowed_actions(status)
        with pytest.raises(TransitionNotAllowed):
            next_status(status, action)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.sampled_from(PracticeAction), max_size=12))
def test_whatever_is_pressed_a_report_is_sent_at_most_twice_and_done_stays_done(
    actions: list[PracticeAction],
) -> None:
    status, sent = PracticeStatus.DRAFT, 0
    for action in actions:
        before = status
        try:
            status = next_status(status, action)
        except TransitionNotAllowed:
            assert status is before
        else:
            sent += action is PracticeAction.SEND
            assert before is not PracticeStatus.DONE
    assert sent <= 2
    assert (status is PracticeStatus.SENT_AGAIN) <= (sent == 2)


def test_every_state_can_still_reach_the_end() -> None:
    reached = {PracticeStatus.DONE}
    for _round in PracticeStatus:
        reached |= {source for (source, _action), target in TRANSITIONS.items() if target in reached}
    assert reached == set(PracticeStatus)


def test_what_the_rules_find_is_asked_first() -> None:
    found = questions_about(
        unlike=[Unlike("indicator:1", "above_trend", ("1000", "96", "10.4"))],
        days=[date(2026, 9, 14), date(2026, 8, 31), date(2026, 9, 26)],
        problems=[
            Problem(ReportProblem.NO_OBSTACLES, "kendala"),
            Problem(ReportProblem.NO_ACHIEVEMENTS, "capaian"),
        ],
        **DAYS,
    )
    assert found == (
        Question(QuestionSource.UNLIKE, "above_trend", "indicator:1", ("1000", "96", "10.4")),
        Question(QuestionSource.OUTSIDE_PERIOD, figures=("2",)),
        Question(QuestionSource.MISSING, "no_obstacles", "kendala"),
    )


@pytest.mark.parametrize("problems", [[], [Problem(ReportProblem.NO_OBSTACLES, "kendala")]])
def test_there_is_always_something_to_improve(problems: list[Problem]) -> None:
    found = questions_about(unlike=[], days=[date(2026, 9, 1), date(2026, 9, 25)], problems=problems, **DAYS)
    assert found[-1] == Question(QuestionSource.FIXED)
    assert len(found) == len(problems) + 1


@pytest.mark.parametrize(
    ("tried", "people", "shown"),
    [
        (18, 40, Shown.EXACT),
        (5, 10, Shown.EXACT),
        (4, 40, Shown.FEW),
        (0, 40, Shown.FEW),
        (36, 40, Shown.NEARLY_ALL),
        (40, 40, Shown.NEARLY_ALL),
        (4, 4, Shown.HIDDEN),
        (0, 0, Shown.HIDDEN),
    ],
)
def test_a_count_never_points_at_few(tried: int, people: int, shown: Shown) -> None:
    assert shown_of(Group(tried, people), 5) is shown


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=6))
def test_the_total_gives_no_hidden_group_away(pairs: list[tuple[int, int]]) -> None:
    groups = [Group(tried, tried + others) for tried, others in pairs]
    if not may_total(groups, 5):
        return
    hidden = [group for group in groups if shown_of(group, 5) is not Shown.EXACT]
    tried, people = sum(group.tried for group in hidden), sum(group.people for group in hidden)
    assert not hidden or (tried >= 5 and people - tried >= 5)


def test_nobody_means_no_total() -> None:
    assert not may_total([], 5)


@pytest.mark.parametrize(
    ("mine", "agreed", "steps"),
    [
        (Rating.ABOVE, Rating.BELOW, 2),
        (Rating.MEETS, Rating.MEETS, 0),
        (Rating.BELOW, Rating.MEETS, -1),
    ],
)
def test_distance_is_counted_in_steps_of_the_scale(mine: Rating, agreed: Rating, steps: int) -> None:
    assert steps_between(mine, agreed) == steps
