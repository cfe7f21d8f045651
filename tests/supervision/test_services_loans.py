"""Lending supervision: who may, whom it never may be, who is told, and how it ends."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from apps.core.models import AuditEntry, Notification
from apps.employees.labels import LoanKind
from apps.employees.models import AppraiserLink, Employee, SupervisionLoan
from apps.supervision.services import loans
from tests.world import World

AT = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)
TODAY = date(2026, 9, 15)
UNTIL = date(2026, 9, 30)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _september() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def world(world: World) -> World:
    """A second section of the health centre, whose head could help."""
    world.section = world.make_unit("Klaster 2", "tim", world.unit)  # type: ignore[attr-defined]
    world.helper = world.make_employee(  # type: ignore[attr-defined]
        "Penyelia Contoh", world.section, is_head=True, appraiser=world.head
    )
    world.helped = world.make_employee("Staf Klaster", world.section, appraiser=world.helper)  # type: ignore[attr-defined]
    return world


def lend(world: World, **values: Any) -> SupervisionLoan:
    return loans.grant_loan(
        **{
            "employee": world.staff,
            "holder": world.helper,  # type: ignore[attr-defined]
            "kind": LoanKind.LOAN,
            "since": TODAY,
            "until": UNTIL,
            "reason": "Beban terlalu banyak.",
            "by": world.agency_head,
            "at": AT,
            **values,
        }
    )


def told(person: Employee) -> int:
    return Notification.objects.filter(recipient=person.user).count()


def test_a_leader_above_both_lends_and_all_three_are_told(world: World) -> None:
    loan = lend(world)
    assert (loan.lender, loan.holder, loan.last_day) == (world.head, world.helper, UNTIL)  # type: ignore[attr-defined]
    assert loan.granted_by == world.agency_head.user
    assert [told(who) for who in (world.staff, world.head, world.helper, world.colleague)] == [1, 1, 1, 0]  # type: ignore[attr-defined]
    entry = AuditEntry.objects.get(action="supervision.loan.granted")
    assert (entry.data["lender"], entry.data["holder"]) == (world.head.pk, world.helper.pk)  # type: ignore[attr-defined]


def test_the_personnel_officer_lends_across_agencies(world: World) -> None:
    assert lend(world, holder=world.stranger_head, by=world.personnel_officer).holder == world.stranger_head


@pytest.mark.parametrize(
    "who", ["head", "helper", "staff", "colleague", "stranger_head", "foreigner", "auditor"]
)
def test_others_lend_nothing(world: World, who: str) -> None:
    with pytest.raises(loans.NotForYou):
        lend(world, by=getattr(world, who))
    assert not SupervisionLoan.objects.exists()
    assert not Notification.objects.exists()


def test_a_leader_of_one_side_alone_lends_nothing(world: World) -> None:
    with pytest.raises(loans.NotForYou):
        lend(world, holder=world.stranger_head, by=world.agency_head)
    assert not SupervisionLoan.objects.exists()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"employee": "helper", "holder": "helped"}, loans.BelowThePerson),
        ({"holder": "head"}, loans.CannotHold),
        ({"holder": "staff"}, loans.CannotHold),
        ({"holder": "foreigner"}, loans.CannotHold),
        ({"employee": "agency_head"}, loans.NobodyToLendFor),
        ({"reason": "  "}, loans.ReasonMissing),
        ({"since": TODAY - timedelta(days=1)}, loans.DaysWrong),
        ({"until": TODAY - timedelta(days=1)}, loans.DaysWrong),
    ],
)
def test_what_is_refused(world: World, change: dict[str, Any], error: type[Exception]) -> None:
    people = {"employee", "holder"}
    values = {key: getattr(world, value) if key in people else value for key, value in change.items()}
    with pytest.raises(error):
        lend(world, by=world.personnel_officer, **values)
    assert not SupervisionLoan.objects.exists()


def test_whoever_has_no_account_or_left_cannot_hold(world: World) -> None:
    Employee.objects.filter(pk=world.helper.pk).update(is_active=False)  # type: ignore[attr-defined]
    with pytest.raises(loans.CannotHold):
        lend(world, holder=Employee.objects.get(pk=world.helper.pk))  # type: ignore[attr-defined]
    assert not SupervisionLoan.objects.exists()


def test_nobody_is_lent_twice_on_one_day(world: World) -> None:
    lend(world)
    with pytest.raises(loans.AlreadyLent):
        lend(world, holder=world.stranger_head, by=world.personnel_officer, since=UNTIL, until=UNTIL)
    assert SupervisionLoan.objects.count() == 1
    lend(world, since=UNTIL + timedelta(days=1), until=UNTIL + timedelta(days=9))
    assert SupervisionLoan.objects.count() == 2


def test_a_loan_of_an_earlier_appraiser_makes_room(world: World) -> None:
    stale = lend(world)
    AppraiserLink.objects.filter(employee=world.staff).update(appraiser=world.agency_head)
    fresh = lend(world, by=world.personnel_officer)
    stale.refresh_from_db()
    assert stale.is_withdrawn
    assert fresh.lender == world.agency_head


def test_ending_gives_the_person_back_today(world: World) -> None:
    loan = lend(world, since=TODAY)
    later = AT + timedelta(days=3)
    with pytest.raises(loans.NotForYou):
        loans.end_loan(loan_id=loan.pk, by=world.helper, at=later)  # type: ignore[attr-defined]
    loan.refresh_from_db()
    assert loan.ended_at is None
    loans.end_loan(loan_id=loan.pk, by=world.head, at=later)
    loan.refresh_from_db()
    assert (loan.period.upper, loan.ended_by, loan.is_withdrawn) == (
        date(2026, 9, 18),
        world.head.user,
        False,
    )
    assert [told(who) for who in (world.staff, world.head, world.helper)] == [2, 2, 2]  # type: ignore[attr-defined]
    with pytest.raises(loans.LoanOver):
        loans.end_loan(loan_id=loan.pk, by=world.agency_head, at=later)


def test_a_loan_ended_on_its_first_day_never_counted(world: World) -> None:
    loan = lend(world)
    loans.end_loan(loan_id=loan.pk, by=world.agency_head, at=AT)
    loan.refresh_from_db()
    assert loan.is_withdrawn
    assert loan.last_day == UNTIL, "the days that were agreed stay on record"
    assert not SupervisionLoan.objects.active_on(TODAY).exists()


def test_the_return_is_announced_once(world: World) -> None:
    lend(world)
    day_after = datetime(2026, 10, 1, 2, 0, tzinfo=UTC)
    assert loans.announce_returns(now=day_after - timedelta(days=1)) == 0
    assert loans.announce_returns(now=day_after) == 1
    assert loans.announce_returns(now=day_after + timedelta(days=1)) == 0
    assert told(world.staff) == 2
