"""What gives somebody a say, in one query: the same as the querysets and selectors say one by one."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.employees import selectors
from apps.employees.models import (
    AppraiserLink,
    Employee,
    Mandate,
    Placement,
    RoleAssignment,
    SupervisionLoan,
    WorkUnit,
)
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

TODAY, LONG_AGO = date(2026, 9, 15), date(2020, 1, 1)


def _one_by_one(user: Any, day: date) -> selectors.Standing:
    employee, government = selectors.employee_of(user), selectors.government_of(user)
    return selectors.Standing(
        employee_id=employee.pk if employee else None,
        government_id=government.pk if government else None,
        timezone=government.timezone if government else "",
        led=tuple(WorkUnit.objects.led_by(user, on=day).order_by("pk").values_list("pk", flat=True)),
        supervises=selectors.supervises(user, day),
        roles=selectors.roles_of(user, day),
    )


def _agrees(day: date = TODAY) -> None:
    for user in User.objects.order_by("pk"):
        assert selectors.standing_of(user, day) == _one_by_one(user, day), user


def test_it_says_what_the_querysets_say_of_everybody(world: World) -> None:
    world.make_role_user("leadership", world.agency)
    _ = world.foreigner
    _agrees()
    _agrees(LONG_AGO)
    head = selectors.standing_of(world.head.user, TODAY)
    assert (head.led, head.supervises, head.roles) == ((world.unit.pk,), True, frozenset())
    assert selectors.standing_of(world.auditor, TODAY).roles == {"auditor"}


def test_a_mandate_leads_and_a_loan_supervises_as_long_as_they_last(world: World) -> None:
    head = world.unit.positions.get(is_head=True)
    Placement.objects.filter(position=head).delete()
    Mandate.objects.create(
        holder=world.staff, position=head, kind="plt", period=DateRange(TODAY, date(2026, 10, 1))
    )
    loan = SupervisionLoan.objects.create(
        employee=world.staff,
        lender=world.head,
        holder=world.stranger_head,
        kind="leave",
        reason="Cuti.",
        granted_at=NOW,
        period=DateRange(TODAY, date(2026, 10, 1)),
    )
    for day in (TODAY, date(2026, 10, 1)):
        _agrees(day)
    assert selectors.standing_of(world.staff.user, TODAY).led == (world.unit.pk,)
    AppraiserLink.objects.filter(appraiser=world.stranger_head).delete()
    assert selectors.standing_of(world.stranger_head.user, TODAY).supervises
    SupervisionLoan.objects.filter(pk=loan.pk).update(is_withdrawn=True, ended_at=NOW)
    assert not selectors.standing_of(world.stranger_head.user, TODAY).supervises
    _agrees()


def test_what_is_taken_away_is_gone_with_the_next_question(world: World) -> None:
    RoleAssignment.objects.filter(user=world.auditor).update(period=DateRange(date(2025, 1, 1), TODAY))
    AppraiserLink.objects.filter(appraiser=world.head).delete()
    Employee.objects.filter(pk=world.stranger.pk).update(user=None)
    assert selectors.standing_of(world.auditor, TODAY).roles == frozenset()
    # The government of a role that is over is still where somebody belongs.
    assert selectors.standing_of(world.auditor, TODAY).government_id == world.government.pk
    assert not selectors.standing_of(world.head.user, TODAY).supervises
    _agrees()


def test_visitors_have_none_and_asking_costs_one_query(world: World) -> None:
    nobody = selectors.standing_of(AnonymousUser(), TODAY)
    assert (nobody.government_id, nobody.led, nobody.supervises, nobody.roles) == (
        None,
        (),
        False,
        frozenset(),
    )
    with CaptureQueriesContext(connection) as captured:
        selectors.standing_of(world.head.user, TODAY)
    assert len(captured) == 1
