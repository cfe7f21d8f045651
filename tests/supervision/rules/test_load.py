from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.assessments.rules.feedback_duty import DutyKind
from apps.supervision.rules.load import (
    Appraiser,
    DutyTime,
    LoadPolicy,
    Loan,
    Person,
    after,
    cover_for_leave,
    load_of,
    minutes_of,
    suggest_loans,
)

# The page's example: feedback 20 minutes three times a quarter, a report 5 minutes an indicator.
POLICY = LoadPolicy(
    duties=(
        DutyTime(DutyKind.FEEDBACK, Decimal(20), times=3),
        DutyTime(DutyKind.REPORT, Decimal(5), per_indicator=True),
    ),
    hours_per_day=Decimal("1.5"),
)


def team(first: int, size: int, family: str = "clerk", indicators: int = 6) -> tuple[Person, ...]:
    return tuple(Person(first + step, indicators, family) for step in range(size))


def appraiser(key: int, size: int, family: str = "clerk", days: int = 60) -> Appraiser:
    return Appraiser(key, team(key * 1000, size, family), days)


def test_people_times_indicators_times_duties() -> None:
    load = load_of(appraiser(1, 40), POLICY)
    assert minutes_of(team(1, 1)[0], POLICY) == 3 * 20 + 6 * 5
    assert (load.people, load.minutes, load.feedback_minutes, load.capacity) == (40, 3600, 2400, 5400)
    assert (str(load.used_percent), str(load.spare_percent)) == ("66.67", "33.33")
    assert load.minutes_per_person == Decimal(135)
    assert not load.is_overloaded
    assert not load.is_impossible


@pytest.mark.parametrize(
    ("people", "spare", "overloaded", "impossible"),
    [
        (60, "0.00", False, False),
        (61, "-1.67", True, False),
        (90, "-50.00", True, False),
        # 91 x 60 minutes of feedback are 5460, and there are 5400.
        (91, "-51.67", True, True),
        (140, "-133.33", True, True),
    ],
)
def test_where_the_feedback_cannot_be_done(
    people: int, spare: str, overloaded: bool, impossible: bool
) -> None:
    load = load_of(appraiser(1, people), POLICY)
    assert str(load.spare_percent) == spare
    assert (load.is_overloaded, load.is_impossible) == (overloaded, impossible)


def test_without_days_there_is_no_percentage() -> None:
    load = load_of(appraiser(1, 1, days=0), POLICY)
    assert (load.used_percent, load.spare_percent) == (None, None)
    assert load.is_impossible
    idle = load_of(Appraiser(1, (), 0), POLICY)
    assert idle.minutes_per_person is None
    assert not idle.is_overloaded


def test_the_job_family_goes_before_more_room() -> None:
    # 62 people make 5580 of 5400 minutes: two have to go. 4320 minutes are the ceiling of the others.
    over, clerk, nurse = appraiser(1, 62), appraiser(2, 47), appraiser(3, 0, "nurse")
    found = suggest_loans([over, clerk, replace(nurse, families=frozenset({"nurse"}))], POLICY)
    assert found.loans == (
        Loan(1000, 1, 2, Fraction(90), same_family=True),
        Loan(1001, 1, 3, Fraction(90), same_family=False),
    )
    assert found.left_over == ()


def test_most_spare_percent_not_fewest_people() -> None:
    over = appraiser(1, 61)
    few_days, many_days = appraiser(2, 4, days=8), appraiser(3, 20, days=60)
    # 360 of 720 minutes are 50 %, 1800 of 5400 are 33 %; both have room for 90 more.
    assert [loan.taker for loan in suggest_loans([over, few_days, many_days], POLICY).loans] == [3]


def test_the_most_minutes_that_fit_go_first() -> None:
    people = (Person(10, 6, "clerk"), Person(11, 12, "clerk"), Person(12, 30, "clerk"))
    # 90, 120 and 210 minutes on four days of 90; the helper has room for 144.
    found = suggest_loans([Appraiser(1, people, 4), Appraiser(2, (), 2)], POLICY)
    assert [(loan.person, loan.minutes) for loan in found.loans] == [(11, 120)]
    assert found.left_over == ()


def test_the_most_overloaded_is_helped_first() -> None:
    heavy, light = appraiser(2, 80), appraiser(1, 62)
    helper = Appraiser(3, (), 2, frozenset({"clerk"}))  # 180 minutes, 144 up to the ceiling: one person
    found = suggest_loans([light, heavy, helper], POLICY)
    assert [(loan.giver, loan.taker) for loan in found.loans] == [(2, 3)]
    assert found.left_over == ((1, Fraction(180)), (2, Fraction(1710)))


def test_who_must_not_take_over() -> None:
    people = (Person(2, 200, "clerk"), Person(50, 200, "clerk", barred=frozenset({3})))
    over = Appraiser(1, people, 4)
    helpers = [Appraiser(2, (), 60), Appraiser(3, (), 60)]
    # The person 2 is the appraiser 2, and 3 is barred for person 50. 1060 minutes each, 360 are there.
    assert {(loan.person, loan.taker) for loan in suggest_loans([over, *helpers], POLICY).loans} == {
        (2, 3),
        (50, 2),
    }


def test_who_makes_no_work_does_not_change_hands() -> None:
    policy = LoadPolicy((DutyTime(DutyKind.REPORT, Decimal(5), per_indicator=True),), Decimal(1))
    over = Appraiser(1, (Person(10, 30, "clerk"), Person(11, 0, "clerk")), 1)
    found = suggest_loans([over, Appraiser(2, (), 2)], policy)
    assert [loan.person for loan in found.loans] == []
    assert found.left_over == ((1, Fraction(90)),)


def test_cover_takes_the_share_of_the_days_away() -> None:
    away, helper = appraiser(1, 2), appraiser(2, 10)
    found = cover_for_leave([away, helper], POLICY, {1: 20})
    assert found.loans == (
        Loan(1000, 1, 2, Fraction(30), same_family=True),
        Loan(1001, 1, 2, Fraction(30), same_family=True),
    )
    assert found.left_over == ()


def test_nobody_away_stands_in() -> None:
    found = cover_for_leave([appraiser(1, 2), appraiser(2, 1)], POLICY, {1: 60, 2: 30})
    assert found.loans == ()
    assert found.left_over == ((1, Fraction(180)), (2, Fraction(45)))


def test_cover_leaves_the_overloaded_who_are_there_alone() -> None:
    found = cover_for_leave([appraiser(1, 1), appraiser(2, 70), appraiser(3, 0)], POLICY, {1: 60})
    assert [(loan.giver, loan.taker) for loan in found.loans] == [(1, 3)]


@pytest.mark.parametrize("away", [{9: 1}, {1: 0}, {1: 61}])
def test_days_away_are_days_of_the_period(away: dict[int, int]) -> None:
    with pytest.raises(ValueError, match="days away"):
        cover_for_leave([appraiser(1, 1)], POLICY, away)


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="ceiling"):
        replace(POLICY, ceiling_percent=101)
    with pytest.raises(ValueError, match="not negative"):
        replace(POLICY, hours_per_day=Decimal(-1))
    with pytest.raises(ValueError, match="not negative"):
        load_of(appraiser(1, 1, days=-1), POLICY)
    with pytest.raises(ValueError, match="indicators"):
        minutes_of(Person(1, -1, "clerk"), POLICY)
    with pytest.raises(ValueError, match="comes once"):
        suggest_loans([appraiser(1, 1), appraiser(1, 1)], POLICY)
    with pytest.raises(ValueError, match="one appraiser"):
        suggest_loans([appraiser(1, 1), replace(appraiser(1, 1), key=2)], POLICY)
    with pytest.raises(ValueError, match="a loan goes"):
        after([appraiser(1, 1)], [Loan(1000, 1, 9, Fraction(1), same_family=True)])


@st.composite
def offices(draw: st.DrawFn) -> tuple[Appraiser, ...]:
    found = []
    for key in range(draw(st.integers(1, 6))):
        people = tuple(
            Person(
                100 * key + number,
                draw(st.integers(0, 12)),
                draw(st.sampled_from(["clerk", "nurse", "teacher"])),
                draw(st.frozensets(st.integers(0, 5), max_size=2)),
            )
            for number in range(10, 10 + draw(st.integers(0, 8)))
        )
        found.append(Appraiser(key, people, draw(st.integers(0, 12))))
    return tuple(found)


CEILINGS = st.integers(0, 100).map(lambda percent: replace(POLICY, ceiling_percent=percent))


@settings(max_examples=60, deadline=None)
@given(offices(), CEILINGS)
def test_nobody_gets_above_the_ceiling_and_nobody_is_lost(
    office: tuple[Appraiser, ...], policy: LoadPolicy
) -> None:
    found = suggest_loans(office, policy)
    changed = after(office, found.loans)
    everybody = sorted(person.key for row in office for person in row.people)
    assert sorted(person.key for row in changed for person in row.people) == everybody
    takers = {loan.taker for loan in found.loans}
    givers = {loan.giver for loan in found.loans}
    assert not takers & givers
    for old, new in zip(office, changed, strict=True):
        load, before = load_of(new, policy), load_of(old, policy)
        assert load.capacity == before.capacity
        if old.key in takers:
            assert load.minutes <= load.capacity * policy.ceiling_percent / 100
        else:
            assert load.minutes <= before.minutes
        if old.key in givers:
            assert before.is_overloaded
        assert load.is_overloaded == (old.key in dict(found.left_over))
    people = {person.key: person for row in office for person in row.people}
    assert all(loan.taker not in people[loan.person].barred for loan in found.loans)


@settings(max_examples=40, deadline=None)
@given(offices(), st.randoms(use_true_random=False))
def test_the_order_of_the_arguments_does_not_matter(office: tuple[Appraiser, ...], random: object) -> None:
    shuffled = [replace(row, people=tuple(random.sample(row.people, len(row.people)))) for row in office]
    random.shuffle(shuffled)
    assert suggest_loans(shuffled, POLICY) == suggest_loans(office, POLICY)


@settings(max_examples=40, deadline=None)
@given(offices(), CEILINGS, st.data())
def test_everybody_of_the_absent_is_covered_or_named(
    office: tuple[Appraiser, ...], policy: LoadPolicy, data: st.DataObject
) -> None:
    away = {
        row.key: data.draw(st.integers(1, row.working_days))
        for row in office
        if row.working_days and data.draw(st.booleans())
    }
    found = cover_for_leave(office, policy, away)
    loads = {row.key: load_of(row, policy) for row in office}
    taken = dict.fromkeys(loads, Fraction(0))
    given_away = dict(found.left_over)
    for loan in found.loans:
        assert loan.giver in away
        assert loan.taker not in away
        taken[loan.taker] += loan.minutes
        given_away[loan.giver] = given_away.get(loan.giver, Fraction(0)) + loan.minutes
    for row in office:
        if taken[row.key]:
            assert (
                loads[row.key].minutes + taken[row.key]
                <= loads[row.key].capacity * policy.ceiling_percent / 100
            )
        if row.key in away:
            share = Fraction(away[row.key], row.working_days)
            assert given_away.get(row.key, Fraction(0)) == loads[row.key].minutes * share


def test_what_stays_with_the_appraiser_is_work_but_never_lent() -> None:
    policy = LoadPolicy((DutyTime(DutyKind.FEEDBACK, Decimal(20)),), Decimal(1))
    person = Person(key=1, indicators=0, family="a")
    appraiser = Appraiser(key=9, people=(person,), working_days=1, kept_minutes=Decimal(30))
    assert load_of(appraiser, policy).minutes == 50
    assert load_of(appraiser, policy).feedback_minutes == 20
    alone = Appraiser(key=9, people=(), working_days=1, kept_minutes=Decimal(90))
    helper = Appraiser(key=8, people=(), working_days=1)
    found = suggest_loans((alone, helper), policy)
    assert (found.loans, found.left_over) == ((), ((9, Fraction(30)),))
    with pytest.raises(ValueError, match="negative"):
        load_of(Appraiser(key=9, people=(), working_days=1, kept_minutes=Decimal(-1)), policy)
