"""What appraisers carry: the same number of queries for any number of them, and suggestions nobody may break."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext

from apps.core import policy
from apps.employees.models import Employee, ServiceState, SupervisionLoan, WorkUnit
from apps.supervision.selectors.load import Board, load_board, propose_cover, propose_loans, times_of
from tests.world import NOW, World

TODAY = date(2026, 9, 15)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _september() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 9, 15, 2, 0, tzinfo=UTC), tick=False):
        yield


def board(world: World, **values: Any) -> Board:
    return load_board(WorkUnit.objects.filter(government=world.government), world.government, TODAY, **values)


def lend(world: World, **values: Any) -> SupervisionLoan:
    return SupervisionLoan.objects.create(
        **{
            "employee": world.staff,
            "lender": world.head,
            "holder": world.stranger_head,
            "kind": "loan",
            "reason": "Beban",
            "period": DateRange(TODAY, date(2026, 10, 1)),
            "granted_at": NOW,
            **values,
        }
    )


def test_load_by_hand(world: World) -> None:
    """July to September 2026 has 66 working days; by default 1.5 hours each, 5,940 minutes.

    Two people: feedback 2 x 15, talks 0 (half-years end in June and December), reports 2 + 0 indicators x 5; rating 2 x
    20 stays. Together 80.
    """
    world.make_periods()
    world.make_skp(world.staff, indicators=2)
    row = board(world).by_key[world.head.pk]
    assert row.load.people == row.own == 2
    assert row.indicators == 2
    assert row.load.capacity == 66 * 90
    assert row.load.minutes == 80
    assert row.load.feedback_minutes == 30
    assert row.load.spare_percent == Decimal("98.65")


def test_a_talk_counts_in_the_quarter_in_which_its_half_year_ends(world: World) -> None:
    times = {day: times_of(world.government, day) for day in (date(2026, 5, 1), TODAY, date(2026, 2, 1))}
    assert times[date(2026, 5, 1)].lent.duties[-1].times == 1
    assert times[TODAY].lent.duties[-1].times == 0
    # Plans are approved at the beginning of the year.
    assert times[date(2026, 2, 1)].kept_per_person == times[TODAY].kept_per_person + 30
    assert (times[TODAY].first, times[TODAY].last) == (date(2026, 7, 1), date(2026, 9, 30))


def test_who_is_lent_counts_for_the_holder_but_rating_stays(world: World) -> None:
    before = board(world).by_key
    lend(world)
    after = board(world).by_key
    assert (after[world.head.pk].lent, after[world.stranger_head.pk].held) == (1, 1)
    assert after[world.head.pk].load.minutes == before[world.head.pk].load.minutes - 15
    assert after[world.stranger_head.pk].load.minutes == before[world.stranger_head.pk].load.minutes + 15
    assert after[world.head.pk].appraiser.kept_minutes == before[world.head.pk].appraiser.kept_minutes == 40


def test_days_away_are_no_capacity(world: World) -> None:
    ServiceState.objects.create(
        employee=world.head,
        kind="long_leave",
        period=DateRange(date(2026, 9, 14), date(2026, 9, 19)),
        recorded_at=NOW,
    )
    assert board(world).by_key[world.head.pk].appraiser.working_days == 61
    assert board(world, present={world.head.pk}).by_key[world.head.pk].appraiser.working_days == 66


def _overload(world: World, minutes: str) -> None:
    policy.set_value(
        "supervision.minutes_feedback",
        minutes,
        scope=world.government.code,
        valid_from=date(2026, 1, 1),
        by=None,
        reason="uji",
    )


def test_suggestions_keep_to_the_ceiling_and_never_go_below_the_person(world: World) -> None:
    # 66 days x 90 = 5,940. The head's two people with 3,000 each are too many; one of them fits nowhere but above.
    _overload(world, "3000")
    found = propose_loans(board(world))
    assert [(offer.loan.giver, offer.loan.taker) for offer in found.offers] == []
    assert [row.employee for row, _hours in found.left_over] == [world.head]
    helper = world.make_employee("Penolong", world.agency, is_head=False, appraiser=world.agency_head)
    small = world.make_employee("Satu Orang", world.agency, appraiser=helper)
    _overload(world, "2960")
    # Helper has one person of 2,960 of 4,752 (80 %): no room either; with 2,000 there is, but nobody is overloaded.
    assert propose_loans(board(world)).offers == []
    SupervisionLoan.objects.create(
        employee=small,
        lender=helper,
        holder=world.agency_head,
        kind="loan",
        reason="x",
        period=DateRange(TODAY, date(2026, 10, 1)),
        granted_at=NOW,
    )
    _overload(world, "2971")
    offers = propose_loans(board(world)).offers
    assert all(offer.taker.employee != world.staff for offer in offers)


def test_loans_are_suggested_with_what_they_change(world: World) -> None:
    for number in range(3):
        world.make_employee(f"Staf {number}", world.unit, appraiser=world.head)
    # Five people of 1,300 are 6,500 + 100 kept > 5,940; the other heads have one person each.
    _overload(world, "1300")
    found = propose_loans(board(world))
    assert len(found.offers) == 1
    offer = found.offers[0]
    assert offer.giver.employee == world.head
    assert offer.taker.employee in {world.stranger_head, world.agency_head}
    effects = {effect.row.employee: effect for effect in found.effects}
    assert effects[world.head].before > 100 > effects[world.head].after
    assert effects[offer.taker.employee].takes == 1
    assert found.left_over == []


def test_whoever_looks_is_neither_lent_nor_lends_nor_takes_over(world: World) -> None:
    for number in range(3):
        world.make_employee(f"Staf {number}", world.unit, appraiser=world.head)
    _overload(world, "1300")
    assert propose_loans(board(world, viewer=world.head)).offers == []
    for taker in (world.stranger_head, world.agency_head):
        offers = propose_loans(board(world, viewer=taker)).offers
        assert all(offer.taker.employee != taker for offer in offers)


def test_one_job_family_alone(world: World) -> None:
    for number in range(3):
        world.make_employee(f"Staf {number}", world.unit, appraiser=world.head)
    _overload(world, "1300")
    facts = board(world)
    family = facts.families[world.staff.pk]
    assert [offer.person for offer in propose_loans(facts, family=family).offers] == [world.staff]
    assert propose_loans(facts, family="tidak ada").offers == []


def test_cover_names_somebody_for_everybody(world: World) -> None:
    facts = board(world, present={world.head.pk})
    found = propose_cover(facts, {world.head.pk: 10})
    assert {offer.person for offer in found.offers} == {world.staff, world.colleague}
    assert world.head not in {offer.taker.employee for offer in found.offers}


def test_the_same_queries_for_few_and_many(world: World) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            propose_loans(board(world))
        return len(seen)

    first = count()
    for number in range(4):
        boss = world.make_employee(f"Kepala {number}", world.agency, appraiser=world.agency_head)
        world.make_employee(f"Anak {number}", world.agency, appraiser=boss)
    assert len(board(world).rows) > 4
    assert count() == first
    assert Employee.objects.count() > 10
