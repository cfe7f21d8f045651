"""The queue: no reason without its fact, no order but that of weight and age."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.supervision.rules.exceptions import (
    PARAMETERS,
    UNVERIFIED_TABLE,
    ExceptionKind,
    ExceptionRule,
    Explanation,
    Facts,
    Fate,
    RuleTable,
    fate_of,
    ranked,
    reasons_of,
)

RULES = {rule.kind: rule for rule in UNVERIFIED_TABLE.rules}


@pytest.mark.parametrize(
    ("facts", "explanation", "parameters"),
    [
        (Facts(1, periods_without_evidence=2), "no_evidence", {"periods": 2}),
        (
            Facts(1, achievement=Decimal(500), usual_achievement=Decimal(100)),
            "above_trend",
            {"achievement": Decimal(500), "usual": Decimal(100), "times": Decimal("5.0")},
        ),
        (
            Facts(1, achievement=Decimal(12), usual_achievement=Decimal(90)),
            "below_trend",
            {"achievement": Decimal(12), "usual": Decimal(90), "times": Decimal("7.5")},
        ),
        (
            Facts(1, achievement=Decimal(40), usual_achievement=Decimal(0)),
            "from_nothing",
            {"achievement": Decimal(40)},
        ),
        (
            Facts(1, achievement=Decimal(20), usual_achievement=Decimal(100)),
            "below_trend",
            {"achievement": Decimal(20), "usual": Decimal(100), "times": Decimal("5.0")},
        ),
        (Facts(1, achievement=Decimal(0), usual_achievement=Decimal(90)), "to_nothing", {"usual": 90}),
        (Facts(1, recycled_evidence=1), "recycled_evidence", {"count": 1}),
        (Facts(1, feedback_overdue_days=1), "feedback_overdue", {"days": 1}),
        (Facts(1, objection_days_left=3), "objection_running_out", {"days_left": 3}),
        (Facts(1, objection_days_left=0), "objection_running_out", {"days_left": 0}),
        (Facts(1, objection_days_left=-2), "objection_run_out", {"days": 2}),
        (Facts(1, complaints=2), "complaint", {"count": 2}),
        (Facts(1, service_signals=1), "bad_service", {"count": 1}),
        (Facts(1, plan_waiting_days=5), "plan_not_approved", {"days": 5}),
        (Facts(1, report_late_days=4), "report_late", {"days": 4}),
    ],
)
def test_every_reason_with_its_figures(
    facts: Facts, explanation: str, parameters: dict[str, int | Decimal]
) -> None:
    [reason] = reasons_of(facts, UNVERIFIED_TABLE)
    assert (reason.explanation.value, reason.parameters) == (explanation, parameters)
    assert tuple(reason.parameters) == PARAMETERS[reason.explanation]
    assert reason.weight == RULES[reason.kind].weight


@pytest.mark.parametrize(
    "facts",
    [
        Facts(1),
        Facts(1, periods_without_evidence=1),
        Facts(1, achievement=Decimal("499.99"), usual_achievement=Decimal(100)),
        Facts(1, achievement=Decimal("20.01"), usual_achievement=Decimal(100)),
        Facts(1, achievement=Decimal(500)),
        Facts(1, usual_achievement=Decimal(90)),
        Facts(1, achievement=Decimal(0), usual_achievement=Decimal(0)),
        Facts(1, objection_days_left=4),
        Facts(1, plan_waiting_days=4),
    ],
)
def test_just_before_the_limit_there_is_nothing(facts: Facts) -> None:
    assert reasons_of(facts, UNVERIFIED_TABLE) == ()
    assert ranked([facts], UNVERIFIED_TABLE) == ()


def test_the_queue_of_the_page() -> None:
    # docs/rules/supervision.md, the same five people.
    people = [
        Facts(1, report_late_days=3),
        Facts(2, periods_without_evidence=2, report_late_days=9),
        Facts(3, objection_days_left=1),
        Facts(4),
        Facts(5, recycled_evidence=2, plan_waiting_days=12),
    ]
    queue = ranked(people, UNVERIFIED_TABLE)
    assert [(line.person, line.score) for line in queue] == [(5, 8), (3, 8), (2, 6), (1, 2)]
    # 5 and 3 weigh the same; 5 has waited for twelve days.
    assert [reason.kind.value for reason in queue[0].reasons] == ["recycled_evidence", "plan_not_approved"]


def test_of_equals_the_one_whose_clock_ran_out_first_comes_first() -> None:
    people = [Facts(person, objection_days_left=left) for person, left in ((1, 2), (2, -1), (3, 0), (4, -9))]
    assert [line.person for line in ranked(people, UNVERIFIED_TABLE)] == [4, 2, 3, 1]
    same = [Facts(9, complaints=1), Facts(7, complaints=3), Facts(8, complaints=1)]
    assert [line.person for line in ranked(same, UNVERIFIED_TABLE)] == [7, 8, 9]


def test_among_equals_a_running_clock_comes_before_none() -> None:
    # 8 with two days left, and 4 + 4 without any clock.
    people = [Facts(1, periods_without_evidence=2, service_signals=1), Facts(2, objection_days_left=2)]
    assert [(line.person, line.score) for line in ranked(people, UNVERIFIED_TABLE)] == [(2, 8), (1, 8)]


def test_equal_weights_stand_in_the_order_of_the_kinds() -> None:
    facts = Facts(
        1,
        periods_without_evidence=2,
        achievement=Decimal(0),
        usual_achievement=Decimal(90),
        service_signals=1,
        recycled_evidence=1,
    )
    kinds = [reason.kind.value for reason in reasons_of(facts, UNVERIFIED_TABLE)]
    assert kinds == ["recycled_evidence", "no_evidence", "off_trend", "bad_service"]


PERCENT = st.none() | st.integers(0, 600).map(Decimal)
COUNT = st.integers(0, 8)
FACTS = st.builds(
    Facts,
    person=st.integers(1, 10_000),
    periods_without_evidence=COUNT,
    achievement=PERCENT,
    usual_achievement=PERCENT,
    recycled_evidence=COUNT,
    feedback_overdue_days=COUNT,
    objection_days_left=st.none() | st.integers(-8, 8),
    complaints=COUNT,
    service_signals=COUNT,
    plan_waiting_days=st.none() | COUNT,
    report_late_days=COUNT,
)
PEOPLE = st.lists(FACTS, max_size=8, unique_by=lambda facts: facts.person)
RETIRED = st.sets(st.sampled_from(ExceptionKind))


@settings(max_examples=60, deadline=None)
@given(PEOPLE, RETIRED, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(
    people: list[Facts], retired: set[ExceptionKind], chance: Random
) -> None:
    queue = ranked(people, UNVERIFIED_TABLE, retired)
    shuffled, rules = people[:], list(UNVERIFIED_TABLE.rules)
    chance.shuffle(shuffled)
    chance.shuffle(rules)
    assert ranked(shuffled, replace(UNVERIFIED_TABLE, rules=tuple(rules)), retired) == queue
    assert [line.score for line in queue] == sorted((line.score for line in queue), reverse=True)


@settings(max_examples=60, deadline=None)
@given(PEOPLE, st.data())
def test_a_person_stands_the_same_whoever_else_is_there(people: list[Facts], data: st.DataObject) -> None:
    some = [facts for facts in people if data.draw(st.booleans())]
    kept = {facts.person for facts in some}
    queue = ranked(people, UNVERIFIED_TABLE)
    assert ranked(some, UNVERIFIED_TABLE) == tuple(line for line in queue if line.person in kept)


def _off_trend(facts: Facts) -> bool:
    now, usual = facts.achievement, facts.usual_achievement
    return now is not None and usual is not None and now != usual and (now >= 5 * usual or usual >= 5 * now)


# What must be true for a reason, said a second time and independently of the table's code.
FACT_BEHIND: dict[ExceptionKind, Callable[[Facts], bool]] = {
    ExceptionKind.NO_EVIDENCE: lambda facts: facts.periods_without_evidence > 1,
    ExceptionKind.OFF_TREND: _off_trend,
    ExceptionKind.RECYCLED_EVIDENCE: lambda facts: facts.recycled_evidence > 0,
    ExceptionKind.FEEDBACK_OVERDUE: lambda facts: facts.feedback_overdue_days > 0,
    ExceptionKind.OBJECTION_RUNNING_OUT: lambda facts: (
        facts.objection_days_left is not None and facts.objection_days_left < 4
    ),
    ExceptionKind.COMPLAINT: lambda facts: facts.complaints > 0,
    ExceptionKind.BAD_SERVICE: lambda facts: facts.service_signals > 0,
    ExceptionKind.PLAN_NOT_APPROVED: lambda facts: (facts.plan_waiting_days or 0) > 4,
    ExceptionKind.REPORT_LATE: lambda facts: facts.report_late_days > 0,
}


@settings(max_examples=150, deadline=None)
@given(FACTS, RETIRED)
def test_no_reason_without_its_fact_and_no_fact_without_its_reason(
    facts: Facts, retired: set[ExceptionKind]
) -> None:
    reasons = reasons_of(facts, UNVERIFIED_TABLE, retired)
    expected = {kind for kind, is_true in FACT_BEHIND.items() if is_true(facts)} - retired
    assert {reason.kind for reason in reasons} == expected
    assert len(reasons) == len(expected)
    assert [reason.weight for reason in reasons] == sorted((r.weight for r in reasons), reverse=True)
    queue = ranked([facts], UNVERIFIED_TABLE, retired)
    assert sum(line.score for line in queue) == sum(RULES[kind].weight for kind in expected)
    for reason in reasons:
        assert tuple(reason.parameters) == PARAMETERS[reason.explanation]


def test_a_kind_without_a_row_is_not_looked_for() -> None:
    table = replace(UNVERIFIED_TABLE, rules=(RULES[ExceptionKind.COMPLAINT],))
    facts = Facts(1, complaints=1, report_late_days=9)
    assert [reason.kind for reason in reasons_of(facts, table)] == [ExceptionKind.COMPLAINT]


def test_the_table_knows_every_kind_and_every_sentence() -> None:
    assert set(RULES) == set(ExceptionKind) == set(FACT_BEHIND)
    assert set(PARAMETERS) == set(Explanation)


def test_a_person_comes_once() -> None:
    with pytest.raises(ValueError, match="once"):
        ranked([Facts(1), Facts(1, complaints=1)], UNVERIFIED_TABLE)


def test_what_a_table_refuses() -> None:
    row = RULES[ExceptionKind.COMPLAINT]
    with pytest.raises(ValueError, match="one rule"):
        RuleTable(2, date(2027, 1, 1), "test", (row, replace(row, weight=1)))
    with pytest.raises(ValueError, match="weighs nothing"):
        replace(row, weight=0)
    with pytest.raises(ValueError, match="at least one"):
        replace(row, limit=Decimal(0))
    with pytest.raises(ValueError, match="factor"):
        replace(RULES[ExceptionKind.OFF_TREND], limit=Decimal(1))
    with pytest.raises(ValueError, match="negative"):
        replace(RULES[ExceptionKind.OBJECTION_RUNNING_OUT], limit=Decimal(-1))
    with pytest.raises(ValueError, match="complaints"):
        Facts(1, complaints=-1)


LATE, OBJECTION = RULES[ExceptionKind.REPORT_LATE], RULES[ExceptionKind.OBJECTION_RUNNING_OUT]
LEAST = Decimal("0.30")


@pytest.mark.parametrize(
    ("rule", "led", "fate"),
    [
        (LATE, [True] * 3 + [False] * 7, Fate.KEPT),  # exactly 30 %
        (LATE, [True] * 2 + [False] * 8, Fate.RETIRED),
        (LATE, [False] * 9, Fate.KEPT),  # too few hits to judge
        (LATE, [True] * 50 + [False] * 8 + [True] * 2, Fate.RETIRED),  # only the last ten count
        (LATE, [False] * 50 + [True] * 3 + [False] * 7, Fate.KEPT),
        (OBJECTION, [False] * 10, Fate.PASSED_UP),
    ],
)
def test_s17_a_rule_that_nobody_follows(rule: ExceptionRule, led: list[bool], fate: Fate) -> None:
    assert fate_of(rule, led, last=10, least=LEAST) is fate


@settings(max_examples=60, deadline=None)
@given(st.lists(st.booleans(), max_size=30), st.integers(1, 20), st.sampled_from(list(RULES.values())))
def test_s17_no_duty_is_retired_and_no_action_makes_it_worse(
    led: list[bool], last: int, rule: ExceptionRule
) -> None:
    fate = fate_of(rule, led, last=last, least=LEAST)
    assert fate is not (Fate.RETIRED if rule.is_duty else Fate.PASSED_UP)
    if fate is Fate.KEPT and len(led) >= last:
        assert fate_of(rule, [*led, True], last=last, least=LEAST) is Fate.KEPT
    assert fate_of(rule, [True] * last, last=last, least=Decimal(1)) is Fate.KEPT
    assert fate_of(rule, led, last=last, least=Decimal(0)) is Fate.KEPT


@pytest.mark.parametrize(("last", "least"), [(0, "0.3"), (10, "-0.1"), (10, "1.1")])
def test_s17_has_its_ends(last: int, least: str) -> None:
    with pytest.raises(ValueError, match="judged"):
        fate_of(LATE, [], last=last, least=Decimal(least))
