"""Supervision on loan: who supervises and sees whom on which day, and what the tables refuse."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.employees import selectors
from apps.employees.models import AppraiserLink, Employee, SupervisionLoan
from tests.world import NOW, World

DAY = date(2026, 9, 15)
SPAN = DateRange(date(2026, 9, 10), date(2026, 9, 20))


def make_loan(world: World, **values: Any) -> SupervisionLoan:
    """Lend world.staff from world.head to world.stranger_head."""
    return SupervisionLoan.objects.create(
        **{
            "employee": world.staff,
            "lender": world.head,
            "holder": world.stranger_head,
            "kind": "loan",
            "reason": "Beban",
            "period": SPAN,
            "granted_at": NOW,
            **values,
        }
    )


def supervised(who: Employee, day: date = DAY) -> set[Employee]:
    return set(Employee.objects.supervised_by(who.user, on=day))


def visible(who: Employee, day: date = DAY) -> set[Employee]:
    return set(Employee.objects.visible_to(who.user, on=day))


def test_who_is_lent_is_supervised_and_seen_by_both(world: World) -> None:
    make_loan(world)
    assert supervised(world.stranger_head) == {world.stranger, world.staff}
    assert supervised(world.head) == {world.staff, world.colleague}
    assert world.staff in visible(world.stranger_head)
    assert world.staff in visible(world.head)
    assert world.colleague not in visible(world.stranger_head)
    assert selectors.supervisor_of(world.staff, DAY) == world.stranger_head
    assert selectors.supervisor_of(world.colleague, DAY) == world.head
    assert selectors.appraiser_on(world.staff, DAY) == world.head
    assert set(selectors.loans_of([world.staff.pk, world.colleague.pk], DAY)) == {world.staff.pk}


@pytest.mark.parametrize("day", [date(2026, 9, 9), date(2026, 9, 20)])
def test_outside_its_days_a_loan_opens_nothing(world: World, day: date) -> None:
    make_loan(world)
    assert supervised(world.stranger_head, day) == {world.stranger}
    assert world.staff not in visible(world.stranger_head, day)
    assert selectors.supervisor_of(world.staff, day) == world.head


@pytest.mark.parametrize("change", ["withdrawn", "other appraiser", "holder gone"])
def test_a_loan_without_ground_does_not_count(world: World, change: str) -> None:
    loan = make_loan(world)
    if change == "withdrawn":
        SupervisionLoan.objects.filter(pk=loan.pk).update(is_withdrawn=True, ended_at=NOW)
    elif change == "other appraiser":
        AppraiserLink.objects.filter(employee=world.staff).update(appraiser=world.agency_head)
    else:
        Employee.objects.filter(pk=world.stranger_head.pk).update(is_active=False)
    assert world.staff not in supervised(world.stranger_head)
    assert world.staff not in visible(world.stranger_head)
    assert selectors.supervisor_of(world.staff, DAY) != world.stranger_head


def test_only_those_concerned_and_their_leaders_see_a_loan(world: World) -> None:
    loan = make_loan(world)
    for who in (world.staff, world.head, world.stranger_head, world.agency_head):
        assert loan in SupervisionLoan.objects.visible_to(who.user, on=DAY)
    for who in (world.colleague, world.stranger, world.foreigner):
        assert loan not in SupervisionLoan.objects.visible_to(who.user, on=DAY)


@pytest.mark.parametrize(
    "change",
    [
        {"holder": "staff"},
        {"holder": "head"},
        {"lender": "staff"},
        {"reason": ""},
        {"period": DateRange(date(2026, 9, 1), None)},
        {"period": DateRange(None, date(2026, 9, 1))},
        {"is_withdrawn": True},
    ],
)
def test_the_table_refuses(world: World, change: dict[str, Any]) -> None:
    loan = make_loan(world)
    values = {
        key: getattr(world, value) if key in {"holder", "lender"} else value for key, value in change.items()
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        SupervisionLoan.objects.filter(pk=loan.pk).update(**values)
    loan.refresh_from_db()
    assert (loan.holder, loan.lender, loan.reason, loan.period) == (
        world.stranger_head,
        world.head,
        "Beban",
        SPAN,
    )


def test_one_loan_a_day_unless_the_other_was_withdrawn(world: World) -> None:
    loan = make_loan(world)
    later = DateRange(date(2026, 9, 19), date(2026, 9, 30))
    with pytest.raises(IntegrityError), transaction.atomic():
        make_loan(world, holder=world.agency_head, period=later)
    assert SupervisionLoan.objects.count() == 1
    SupervisionLoan.objects.filter(pk=loan.pk).update(is_withdrawn=True, ended_at=NOW)
    make_loan(world, holder=world.agency_head, period=later)
    assert SupervisionLoan.objects.count() == 2
