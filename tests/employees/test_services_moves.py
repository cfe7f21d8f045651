"""Another post for somebody: place, reporting lines, and the promise to close the former plan."""

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.core.models import AuditEntry, OutboxMessage
from apps.employees import selectors
from apps.employees.labels import LinkSource
from apps.employees.models import AppraiserLink, Mandate, Placement, Position
from apps.employees.services import moves, organization
from tests.world import World

pytestmark = pytest.mark.django_db

MAY = date(2026, 5, 1)
APRIL = date(2026, 4, 30)


def _post(world: World, unit: object = None, **more: object) -> Position:
    return Position.objects.create(
        unit=unit or world.other_agency,
        title="Pengawas Sekolah",
        position_class="jf",
        level="ahli_muda",
        **more,
    )


def test_the_former_place_ends_and_the_new_superior_follows_from_the_unit(world: World) -> None:
    placement = moves.move_employee(employee=world.staff, position=_post(world), since=MAY, by=None)
    assert selectors.placement_on(world.staff, APRIL).position.unit == world.unit
    assert selectors.placement_on(world.staff, MAY) == placement
    assert selectors.appraiser_on(world.staff, APRIL) == world.head
    assert selectors.appraiser_on(world.staff, MAY) == world.stranger_head
    assert AuditEntry.objects.filter(action="employees.employee.moved").count() == 1


def test_the_plan_keeper_is_promised_exactly_one_word(world: World) -> None:
    placement = moves.move_employee(employee=world.staff, position=_post(world), since=MAY, by=None)
    message = OutboxMessage.objects.get(task="employees.moved")
    assert message.kwargs == {"employee_id": world.staff.pk, "since": "2026-05-01"}
    organization.announce_move(placement)
    assert OutboxMessage.objects.filter(task="employees.moved").count() == 1


def test_a_first_place_is_no_move(world: World) -> None:
    newcomer = world.make_employee("Pegawai Baru", world.unit)
    newcomer.placements.all().delete()
    organization.place(employee=newcomer, position=_post(world, world.unit), since=MAY, by=None)
    assert not OutboxMessage.objects.filter(task="employees.moved").exists()


def test_a_head_who_leaves_hands_the_people_to_the_next_head_upward(world: World) -> None:
    AppraiserLink.objects.filter(employee=world.colleague).update(source=LinkSource.CORRECTED.value)
    AppraiserLink.objects.filter(employee=world.staff).update(source=LinkSource.DERIVED.value)
    moves.move_employee(employee=world.head, position=_post(world), since=MAY, by=None)
    assert selectors.appraiser_on(world.staff, APRIL) == world.head
    assert selectors.appraiser_on(world.staff, MAY) == world.agency_head
    # what somebody set by hand stays
    assert selectors.appraiser_on(world.colleague, MAY) == world.head


def test_an_acting_head_takes_the_people_over(world: World) -> None:
    AppraiserLink.objects.update(source=LinkSource.DERIVED.value)
    Mandate.objects.create(
        holder=world.colleague,
        position=world.head.placements.get().position,
        kind="plt",
        period=DateRange(MAY, None),
    )
    moves.move_employee(employee=world.head, position=_post(world), since=MAY, by=None)
    assert selectors.appraiser_on(world.staff, MAY) == world.colleague
    assert selectors.appraiser_on(world.colleague, MAY) == world.agency_head


def test_a_new_head_becomes_the_superior_of_the_unit(world: World) -> None:
    AppraiserLink.objects.update(source=LinkSource.DERIVED.value)
    post = world.head.placements.get().position
    moves.move_employee(employee=world.head, position=_post(world), since=MAY, by=None)
    moves.move_employee(employee=world.stranger, position=post, since=MAY, by=None)
    assert selectors.appraiser_on(world.staff, MAY) == world.stranger
    assert selectors.appraiser_on(world.stranger, MAY) == world.agency_head


@pytest.mark.parametrize(
    ("refusal", "position", "since"),
    [
        (moves.SamePost, lambda w: w.staff.placements.get().position, MAY),
        (moves.MoveTooEarly, _post, date(2025, 1, 1)),
        (moves.PostTaken, lambda w: w.stranger_head.placements.get().position, MAY),
    ],
)
def test_what_cannot_be_changes_nothing(world: World, refusal: type, position: object, since: date) -> None:
    post = position(world)
    before = list(Placement.objects.order_by("pk").values("pk", "period", "position"))
    links = list(AppraiserLink.objects.order_by("pk").values("pk", "period", "appraiser"))
    with pytest.raises(refusal):
        moves.move_employee(employee=world.staff, position=post, since=since, by=None)
    assert list(Placement.objects.order_by("pk").values("pk", "period", "position")) == before
    assert list(AppraiserLink.objects.order_by("pk").values("pk", "period", "appraiser")) == links
    assert not OutboxMessage.objects.filter(task="employees.moved").exists()
