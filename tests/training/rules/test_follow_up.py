"""Which consequences a result suggests, who decides them, and that nothing happens without a decision."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.assessments.rules.predikat import Predikat
from apps.training.rules.follow_up import (
    DEFAULT_PERIODIC,
    DEFAULT_YEARLY,
    RULES,
    Decider,
    FollowUpKind,
    after_improvement,
    last_day_of,
    proposed_kinds,
    table_from,
)
from apps.training.rules.follow_up_lifecycle import (
    TRANSITIONS,
    FollowUpAction,
    FollowUpStatus,
    TransitionNotAllowed,
    allowed_actions,
    next_status,
)

REWARD, COACHING, IMPROVEMENT, PLACEMENT = FollowUpKind


@pytest.mark.parametrize(
    ("predikat", "yearly", "periodic"),
    [
        ("sangat_baik", (REWARD,), ()),
        ("baik", (), ()),
        ("butuh_perbaikan", (COACHING,), (COACHING,)),
        ("kurang", (COACHING, IMPROVEMENT), (COACHING,)),
        ("sangat_kurang", (COACHING, IMPROVEMENT), (COACHING,)),
    ],
)
def test_the_default_tables(
    predikat: str, yearly: tuple[FollowUpKind, ...], periodic: tuple[FollowUpKind, ...]
) -> None:
    assert proposed_kinds(Predikat(predikat), DEFAULT_YEARLY) == yearly
    assert proposed_kinds(Predikat(predikat), DEFAULT_PERIODIC) == periodic


def test_a_predikat_alone_never_suggests_another_post() -> None:
    table = {Predikat.SANGAT_KURANG: (PLACEMENT, COACHING, COACHING)}
    assert proposed_kinds(Predikat.SANGAT_KURANG, table) == (COACHING,)
    assert proposed_kinds(Predikat.BAIK, table) == ()
    assert after_improvement(improved=False) == (PLACEMENT,)
    assert after_improvement(improved=True) == ()


def test_a_table_somebody_typed_leaves_out_what_it_does_not_know() -> None:
    stored = {"kurang": ["coaching", "dismissal"], "cukup": ["coaching"], "baik": "coaching"}
    assert table_from(stored) == {Predikat.KURANG: (COACHING,)}
    assert table_from(
        {key.value: [kind.value for kind in kinds] for key, kinds in DEFAULT_YEARLY.items()}
    ) == dict(DEFAULT_YEARLY)


def test_a_review_of_the_placement_is_not_the_leaders_to_decide() -> None:
    assert {kind: rule.decider for kind, rule in RULES.items()} == {
        REWARD: Decider.LEADER,
        COACHING: Decider.LEADER,
        IMPROVEMENT: Decider.EITHER,
        PLACEMENT: Decider.PERSONNEL,
    }


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        (date(2026, 1, 15), 6, date(2026, 7, 14)),
        (date(2026, 1, 1), 6, date(2026, 6, 30)),
        (date(2026, 8, 31), 6, date(2027, 2, 27)),
        (date(2026, 12, 1), 1, date(2026, 12, 31)),
    ],
)
def test_months_are_whole_months(first: date, months: int, last: date) -> None:
    assert last_day_of(first, months) == last


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 24))
@settings(max_examples=60, deadline=None)
def test_a_period_has_between_28_and_31_days_a_month(first: date, months: int) -> None:
    span = (last_day_of(first, months) - first).days + 1
    assert 28 * months - 3 <= span <= 31 * months
    assert last_day_of(first, months) > first - timedelta(days=1)


def test_there_is_no_period_of_no_months() -> None:
    with pytest.raises(ValueError, match="at least a month"):
        last_day_of(date(2026, 1, 1), 0)


@given(st.lists(st.sampled_from(list(FollowUpAction)), max_size=8))
@settings(max_examples=80, deadline=None)
def test_nothing_is_decided_or_concluded_without_being_asked(actions: list[FollowUpAction]) -> None:
    status = FollowUpStatus.PROPOSED
    done: list[FollowUpAction] = []
    for action in actions:
        before = status
        try:
            status = next_status(status, action)
        except TransitionNotAllowed:
            assert status is before
            assert action not in allowed_actions(status)
            continue
        assert (before, action) in TRANSITIONS
        done.append(action)
    if status is FollowUpStatus.CONCLUDED:
        assert done == [FollowUpAction.DECIDE, FollowUpAction.CONCLUDE]
    # What was declined or cancelled never has an effect any more.
    if {FollowUpAction.DECLINE, FollowUpAction.CANCEL} & set(done):
        assert len(done) == 1
        assert allowed_actions(status) == ()
