"""Who sees whom: the exact sets, extras are findings."""

from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange

from apps.employees.models import Employee, Mandate, Position, RoleAssignment, SupervisorCorrection, WorkUnit
from apps.employees.services import corrections
from tests.world import NOW, SINCE, World

DAY = date(2026, 9, 15)


def visible(who: object) -> set[Employee]:
    user = getattr(who, "user", who)
    return set(Employee.objects.visible_to(user, on=DAY))


def test_everybody_sees_exactly_their_people(world: World) -> None:
    everybody = set(Employee.objects.filter(government=world.government))
    assert visible(world.staff) == {world.staff}
    assert visible(world.head) == {world.head, world.staff, world.colleague}
    assert visible(world.agency_head) == {world.agency_head, world.head, world.staff, world.colleague}
    assert visible(world.personnel_officer) == visible(world.auditor) == everybody
    assert visible(world.foreigner) == {world.foreigner}
    assert visible(world.make_role_user("feedback_officer")) == set()
    from django.contrib.auth.models import AnonymousUser

    assert visible(AnonymousUser()) == set()


def test_a_mandate_shows_the_unit_while_it_holds(world: World) -> None:
    post = Position.objects.get(unit=world.other_agency, is_head=True)
    Mandate.objects.create(
        holder=world.staff, position=post, kind="plh", period=DateRange(date(2026, 9, 1), date(2026, 9, 16))
    )
    assert visible(world.staff) == {world.staff, world.stranger_head, world.stranger}
    assert set(Employee.objects.visible_to(world.staff.user, on=date(2026, 9, 16))) == {world.staff}


def test_an_officer_of_one_unit_manages_that_unit_only(world: World) -> None:
    officer = world.make_role_user("personnel_officer", world.unit)
    managed = set(Employee.objects.managed_by(officer, on=DAY))
    assert managed == visible(officer) == {world.head, world.staff, world.colleague}
    assert set(Employee.objects.managed_by(world.auditor, on=DAY)) == set()


def test_somebody_without_a_place_belongs_to_the_officers_of_the_whole_government(world: World) -> None:
    world.staff.placements.all().delete()
    officer = world.make_role_user("personnel_officer", world.unit)
    assert world.staff not in Employee.objects.managed_by(officer, on=DAY)
    assert world.staff in Employee.objects.managed_by(world.personnel_officer, on=DAY)
    assert world.staff in visible(world.personnel_officer)


def test_a_role_that_ended_opens_nothing(world: World) -> None:
    RoleAssignment.objects.filter(user=world.personnel_officer).update(period=DateRange(SINCE, DAY))
    assert visible(world.personnel_officer) == set()


def test_requests_are_seen_by_the_person_and_their_officers(world: World) -> None:
    request = corrections.ask_correction(
        employee=world.staff, proposed=None, reason="x", by=world.staff.user, at=NOW
    )
    seen = lambda user: set(SupervisorCorrection.objects.visible_to(user, on=DAY))  # noqa: E731
    assert seen(world.staff.user) == seen(world.personnel_officer) == {request}
    assert seen(world.head.user) == seen(world.auditor) == seen(world.foreigner.user) == set()


def test_units_in_sight(world: World) -> None:
    units = lambda user: set(WorkUnit.objects.visible_to(user, on=DAY))  # noqa: E731
    assert units(world.staff.user) == {world.unit}
    assert units(world.agency_head.user) == {world.agency, world.unit}
    assert units(world.auditor) == set(WorkUnit.objects.filter(government=world.government))


def test_both_ways_down_the_tree_name_the_same_units(world: World) -> None:
    """Numbers on the way compare whole: a unit whose number begins like another's is not below it."""
    number = world.unit.pk * 10
    alike = WorkUnit.objects.create(
        pk=number, government=world.government, parent=world.agency, code="alike", name="Alike", kind="uptd",
        path=f"{world.agency.path}{number}/",
    )  # fmt: skip
    for wanted in (
        [],
        [WorkUnit.objects.get(government=world.government, parent=None).pk],
        [world.agency.pk],
        [world.unit.pk],
        [alike.pk],
    ):
        roots = WorkUnit.objects.filter(pk__in=wanted)
        found = set(WorkUnit.objects.below_any_at_once(roots))
        assert found == set(WorkUnit.objects.below_any(roots))
        assert found >= set(roots)
    assert alike not in WorkUnit.objects.below_any_at_once(WorkUnit.objects.filter(pk=world.unit.pk))
    by_person = WorkUnit.objects.led_by(world.agency_head.user, on=DAY)
    assert set(WorkUnit.objects.below_any_at_once(by_person)) == {world.agency, world.unit, alike}
