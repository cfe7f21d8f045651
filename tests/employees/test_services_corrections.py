"""A wrong supervisor: asked, decided, and the drafts untouched."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.core.models import AuditEntry, Notification
from apps.employees import selectors
from apps.employees.labels import LinkSource
from apps.employees.models import AppraiserLink, SupervisorCorrection
from apps.employees.rules.nip import InvalidNip
from apps.employees.services import corrections, organization, people
from tests.world import NOW, World

DAY = date(2026, 9, 15)


def ask(world: World, **values: object) -> SupervisorCorrection:
    defaults = {
        "employee": world.staff,
        "proposed": world.colleague,
        "reason": "Atasan saya lain.",
        "by": world.staff.user,
        "at": NOW,
    }
    return corrections.ask_correction(**(defaults | values))  # type: ignore[arg-type]


def test_granting_sets_the_supervisor_from_today_and_tells_the_employee(world: World) -> None:
    draft = world.make_skp(world.staff, status="draft")
    before = type(draft).objects.filter(pk=draft.pk).values().get()
    request = ask(world)
    assert Notification.objects.filter(recipient=world.personnel_officer).count() == 1
    corrections.decide_correction(
        correction_id=request.pk,
        is_granted=True,
        appraiser=world.colleague,
        answer="",
        by=world.personnel_officer,
        at=NOW,
    )
    link = selectors.appraiser_link_on(world.staff, DAY)
    assert (link.appraiser, link.source) == (world.colleague, LinkSource.CORRECTED.value)
    assert selectors.appraiser_on(world.staff, DAY - timedelta(days=1)) == world.head
    assert Notification.objects.filter(recipient=world.staff.user).count() == 1
    assert type(draft).objects.filter(pk=draft.pk).values().get() == before
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {
        "employees.correction.asked",
        "employees.correction.granted",
        "employees.appraiser.set",
    } <= actions


def test_refusing_changes_nothing_but_answers(world: World) -> None:
    request = ask(world)
    links = list(AppraiserLink.objects.order_by("pk").values())
    corrections.decide_correction(
        correction_id=request.pk,
        is_granted=False,
        appraiser=None,
        answer="SK belum ada.",
        by=world.personnel_officer,
        at=NOW,
    )
    assert list(AppraiserLink.objects.order_by("pk").values()) == links
    with pytest.raises(corrections.AlreadyDecided):
        corrections.decide_correction(
            correction_id=request.pk,
            is_granted=True,
            appraiser=world.colleague,
            answer="",
            by=world.personnel_officer,
            at=NOW,
        )
    assert list(AppraiserLink.objects.order_by("pk").values()) == links


def test_one_open_request_at_a_time_and_nobody_from_elsewhere(world: World) -> None:
    for wrong in (world.foreigner, world.staff):
        with pytest.raises(corrections.WrongGovernment):
            ask(world, proposed=wrong)
    ask(world, proposed=None)
    with pytest.raises(corrections.AlreadyAsked):
        ask(world)
    assert SupervisorCorrection.objects.count() == 1


def test_an_elected_official_can_appraise(world: World) -> None:
    link = corrections.set_appraiser_by_hand(
        employee=world.agency_head,
        appraiser=None,
        external_name="Wali Kota Contoh",
        by=world.personnel_officer,
        at=NOW,
    )
    assert (link.appraiser, link.external_name) == (None, "Wali Kota Contoh")


def test_confirming_the_derived_supervisor_makes_it_stay(world: World) -> None:
    corrections.set_appraiser_by_hand(
        employee=world.staff, appraiser=world.head, by=world.personnel_officer, at=NOW
    )
    assert AppraiserLink.objects.get(employee=world.staff).source == LinkSource.CORRECTED.value


def test_a_corrected_nip_moves_the_sign_in_and_a_taken_one_is_refused(world: World) -> None:
    right = "198501012010011777"
    people.correct_nip(employee=world.staff, nip="19850101.201001.1.777", by=world.personnel_officer)
    world.staff.refresh_from_db()
    assert (world.staff.nip, world.staff.user.login) == (right, right)
    assert world.staff.user.check_password(World.PASSWORD)
    for taken in (world.colleague.nip, world.foreigner.nip):
        with pytest.raises(people.NipTaken):
            people.correct_nip(employee=world.staff, nip=taken, by=world.personnel_officer)
    with pytest.raises(InvalidNip):
        people.correct_nip(employee=world.staff, nip="123", by=world.personnel_officer)
    world.staff.refresh_from_db()
    assert world.staff.nip == right


def test_a_role_ends_at_once(world: World) -> None:
    assignment = world.auditor.role_assignments.get()
    organization.end_role_now(assignment=assignment, day=DAY, by=world.personnel_officer)
    assert selectors.roles_of(world.auditor, DAY) == frozenset()
    assert selectors.roles_of(world.auditor, DAY - timedelta(days=1)) == {"auditor"}
    fresh = organization.assign_role(
        user=world.auditor, role="auditor", unit=world.root, since=DAY, by=world.personnel_officer
    )
    organization.end_role_now(assignment=fresh, day=DAY, by=world.personnel_officer)
    assert selectors.roles_of(world.auditor, DAY) == frozenset()


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"decided_at": NOW}, "correction_decided_with_an_outcome"),
        ({"is_granted": True}, "correction_decided_with_an_outcome"),
    ],
)
def test_constraints_of_a_request(world: World, values: dict[str, object], constraint: str) -> None:
    request = ask(world)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        SupervisorCorrection.objects.filter(pk=request.pk).update(**values)
    with pytest.raises(IntegrityError, match="correction_proposes_somebody_else"), transaction.atomic():
        SupervisorCorrection.objects.filter(pk=request.pk).update(proposed=world.staff)
    with pytest.raises(IntegrityError, match="correction_one_open_per_employee"), transaction.atomic():
        SupervisorCorrection.objects.create(employee=world.staff, reason="x", asked_at=NOW)
