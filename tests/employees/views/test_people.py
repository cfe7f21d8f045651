"""Pages about staff: who sees what, what is refused and leaves everything as it was, and constant query counts."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from apps.accounts.models import ActivationCode
from apps.employees import selectors
from apps.employees.models import AppraiserLink, Mandate, RoleAssignment, SupervisorCorrection
from apps.employees.views._shared import today
from tests.world import World


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def queries(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


# --- list and profile -------------------------------------------------------------------------------------------------


def test_the_list_shows_exactly_whom_i_may_see(world: World) -> None:
    page = world.client(world.head).get("/pegawai/").context["page"]
    assert {row.pk for row in page.object_list} == {world.head.pk, world.staff.pk, world.colleague.pk}
    own = world.client(world.staff).get("/pegawai/").context["page"].object_list
    assert [row.pk for row in own] == [world.staff.pk]


def test_search_by_name_and_nip_and_unit(world: World) -> None:
    client = world.client(world.personnel_officer)

    def found(**query: str) -> set[str]:
        return {person.name for person in client.get("/pegawai/", query).context["page"].object_list}

    assert found(cari="contoh perawat") == {world.staff.name}
    assert found(cari=f"{world.staff.nip[:8]}.{world.staff.nip[8:]}") == {world.staff.name}
    assert found(cari=world.foreigner.nip) == set()
    assert found(unit=str(world.other_agency.pk)) == {world.stranger.name, world.stranger_head.name}
    assert found(hanya="tanpa-penilai") == {world.agency_head.name, world.stranger_head.name}
    assert client.get("/pegawai/", {"unit": str(world.other.unit.pk)}).status_code == 404


def test_a_row_says_place_and_supervisor_of_the_day_and_leads_to_the_person(world: World) -> None:
    def row(who: Any) -> Any:
        rows = world.client(world.personnel_officer).get("/pegawai/").context["rows"]
        return next((person, url) for person, url in rows if person.pk == who.pk)

    person, url = row(world.staff)
    assert url == reverse("employees:detail", args=[world.staff.pk])
    place = selectors.placement_on(world.staff, today(world.government))
    assert place is not None
    assert (person.full_name, person.nip) == (world.staff.full_name, world.staff.nip)
    assert (person.position, person.unit) == (place.position.title, place.position.unit.name)
    assert person.supervisor == world.head.full_name
    assert row(world.agency_head)[0].supervisor is None
    # An elected official appraises without a staff record; where even the name is missing, somebody is recorded.
    AppraiserLink.objects.filter(employee=world.staff).update(
        appraiser=None, external_name="Wali Kota Contoh"
    )
    assert row(world.staff)[0].supervisor == "Wali Kota Contoh"


def test_a_page_beyond_the_end_is_the_last_one(world: World) -> None:
    for number in range(30):
        world.make_employee(f"Tambahan {number}", world.unit, appraiser=world.head)
    client = world.client(world.personnel_officer)

    def shown(page: str, **query: str) -> tuple[int, int, list[int]]:
        found = client.get("/pegawai/", {"page": page, **query}).context["page"]
        return found.number, found.paginator.count, [row.pk for row in found.object_list]

    first, second = shown("1"), shown("2")
    assert (first[0], second[0], len(first[2])) == (1, 2, 25)
    assert first[1] == second[1] == 25 + len(second[2])
    assert not set(first[2]) & set(second[2])
    for number in ("3", "0", "-1", "9" * 30):
        assert shown(number) == second
    for number in ("", "x", "1.5"):
        assert shown(number) == first
    assert shown("2", cari="Tambahan")[1:] == (30, shown("7", cari="Tambahan")[2])
    assert shown("4", cari="tidak ada orang ini") == (1, 0, [])


def test_the_list_asks_as_often_for_many_as_for_few(world: World) -> None:
    client = world.client(world.personnel_officer)
    few = queries(client, "/pegawai/")
    for number in range(6):
        world.make_employee(f"Tambahan {number}", world.unit, appraiser=world.head)
    assert queries(client, "/pegawai/") == few


def test_the_unit_tree_asks_as_often_for_many_as_for_few(world: World) -> None:
    client = world.client(world.personnel_officer)
    few = queries(client, "/unit/")
    for number in range(4):
        unit = world.make_unit(f"Bidang {number}", "bidang", world.agency)
        world.make_employee(f"Kepala {number}", unit, is_head=True)
    assert queries(client, "/unit/") == few
    rows = client.get("/unit/").context["page"].object_list
    assert [(row.name, row.tree_step) for row in rows][:3] == [
        ("Kota Kendari", 0),
        ("Dinas Kesehatan", 1),
        ("Bidang 0", 2),
    ]
    by_name = {row.name: row for row in rows}
    assert by_name["Puskesmas Lepo-Lepo"].head_name == world.head.full_name
    assert by_name["Puskesmas Lepo-Lepo"].staff_count == 3


def test_the_profile_of_an_invisible_person_does_not_exist(world: World) -> None:
    url = reverse("employees:detail", args=[world.staff.pk])
    for who in (world.colleague, world.stranger, world.foreigner, world.foreigner.user):
        assert world.client(who).get(url).status_code == 404
    for who in (world.staff, world.head, world.agency_head, world.personnel_officer, world.auditor):
        assert world.client(who).get(url).status_code == 200


def test_the_profile_offers_what_the_viewer_may_do(world: World) -> None:
    url = reverse("employees:detail", args=[world.staff.pk])
    ask = reverse("employees:correction-ask", args=[world.staff.pk])
    fix = reverse("employees:appraiser-set", args=[world.staff.pk])
    pages = {
        name: world.client(who).get(url).content.decode()
        for name, who in (("self", world.staff), ("head", world.head), ("officer", world.personnel_officer))
    }
    assert (ask in pages["self"], ask in pages["head"], ask in pages["officer"]) == (True, False, False)
    assert (fix in pages["self"], fix in pages["head"], fix in pages["officer"]) == (False, False, True)


# --- the supervisor is wrong ------------------------------------------------------------------------------------------


def test_asking_keeps_the_text_while_searching_for_the_right_person(world: World) -> None:
    url = reverse("employees:correction-ask", args=[world.staff.pk])
    client = world.client(world.staff)
    data = {"reason": "Atasan saya lain.", "query": "bidan", "search_person": "1"}
    page = client.post(url, data)
    assert page.status_code == 200
    html = page.content.decode()
    assert "Atasan saya lain." in html
    assert world.colleague.full_name in html
    assert world.colleague.nip not in html
    assert not SupervisorCorrection.objects.exists()
    assert not client.post(url, data | {"query": world.foreigner.name.split()[0] + " xyz"}).context["people"]
    del data["search_person"]
    assert client.post(url, data | {"person": str(world.colleague.pk)}).status_code == 302
    request = SupervisorCorrection.objects.get()
    assert (request.employee, request.proposed, request.reason) == (
        world.staff,
        world.colleague,
        "Atasan saya lain.",
    )


def test_the_same_form_sent_twice_is_one_request(world: World) -> None:
    url = reverse("employees:correction-ask", args=[world.staff.pk])
    client = world.client(world.staff)
    data = {"reason": "Lain.", "_key": "5f0c5c3e-8f0e-4f63-9d8c-8a4d7f1c0001"}
    first, second = client.post(url, data), client.post(url, data)
    assert first["Location"] == second["Location"]
    assert SupervisorCorrection.objects.count() == 1
    third = client.post(url, data | {"_key": "5f0c5c3e-8f0e-4f63-9d8c-8a4d7f1c0002"})
    assert third.status_code == 422
    assert SupervisorCorrection.objects.count() == 1


def test_nobody_asks_for_somebody_else_or_names_a_foreigner(world: World) -> None:
    url = reverse("employees:correction-ask", args=[world.staff.pk])
    assert world.client(world.head).post(url, {"reason": "x"}).status_code == 403
    assert world.client(world.stranger).post(url, {"reason": "x"}).status_code == 404
    own = world.client(world.staff)
    assert own.post(url, {"reason": "x", "person": str(world.foreigner.pk)}).status_code == 422
    assert own.post(url, {"reason": ""}).status_code == 422
    assert not SupervisorCorrection.objects.exists()


def test_the_officer_decides_with_the_proposed_person_offered(world: World) -> None:
    world.client(world.staff).post(
        reverse("employees:correction-ask", args=[world.staff.pk]),
        {"reason": "Lain.", "person": str(world.colleague.pk)},
    )
    request = SupervisorCorrection.objects.get()
    url = reverse("employees:correction-decide", args=[request.pk])
    client = world.client(world.personnel_officer)
    assert world.colleague.full_name in client.get(url).content.decode()
    assert client.post(url, {"decision": "refuse", "answer": " "}).status_code == 422
    assert client.post(url, {"decision": "grant"}).status_code == 422
    request.refresh_from_db()
    assert request.is_open
    for who in (world.head, world.auditor, world.foreigner):
        assert world.client(who).post(url, {"decision": "grant"}).status_code == 404
    assert world.client(world.staff).post(url, {"decision": "grant"}).status_code == 403
    assert client.post(url, {"decision": "grant", "person": str(world.colleague.pk)}).status_code == 302
    day = today(world.government)
    assert selectors.appraiser_on(world.staff, day) == world.colleague
    assert client.post(url, {"decision": "refuse", "answer": "x"}).status_code == 302
    request.refresh_from_db()
    assert request.is_granted


def test_setting_the_supervisor_by_hand(world: World) -> None:
    url = reverse("employees:appraiser-set", args=[world.agency_head.pk])
    links = AppraiserLink.objects.filter(employee=world.agency_head)
    client = world.client(world.personnel_officer)
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {"external_name": "Wali Kota", "person": str(world.head.pk)}).status_code == 422
    assert world.client(world.auditor).post(url, {"external_name": "Wali Kota"}).status_code == 403
    assert not links.exists()
    assert client.post(url, {"external_name": "Wali Kota Contoh"}).status_code == 302
    assert links.get().external_name == "Wali Kota Contoh"


def test_correcting_a_nip(world: World) -> None:
    url = reverse("employees:nip-correct", args=[world.staff.pk])
    client = world.client(world.personnel_officer)
    before = world.staff.nip
    type(world.staff).objects.filter(pk=world.foreigner.pk).update(name="Orang Jauh")
    for wrong in ("", "123", world.foreigner.nip, world.colleague.nip):
        page = client.post(url, {"nip": wrong})
        assert page.status_code == 422
        assert "Orang Jauh" not in page.content.decode()
    assert world.client(world.head).post(url, {"nip": "198501012010011777"}).status_code == 403
    world.staff.refresh_from_db()
    assert world.staff.nip == before
    assert client.post(url, {"nip": "19850101 201001 1 777"}).status_code == 302
    world.staff.refresh_from_db()
    assert world.staff.nip == world.staff.user.login == "198501012010011777"


# --- activation codes -------------------------------------------------------------------------------------------------


def test_codes_are_shown_once_and_open_the_door(world: World) -> None:
    client = world.client(world.personnel_officer)
    data = {"unit": str(world.unit.pk), "_key": "5f0c5c3e-8f0e-4f63-9d8c-8a4d7f1c0009"}
    page = client.post("/pegawai/kode/", data)
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    slips = page.context["slips"]
    assert {slip.employee for slip in slips} == {world.head, world.staff, world.colleague}
    assert all(slip.code in page.content.decode() for slip in slips)
    again = client.post("/pegawai/kode/", data)
    assert again.status_code == 302  # the same form again shows nothing and changes nothing
    shown_later = client.get(again["Location"]).content.decode()
    assert not any(slip.code in shown_later for slip in slips)
    staff = next(slip for slip in slips if slip.employee == world.staff)
    password = "kuda terbang di atas awan"
    entered = world.client().post(
        "/masuk/aktivasi/",
        {"login": world.staff.nip, "code": staff.code, "password": password, "password_again": password},
    )
    assert entered.status_code == 302


def test_codes_only_for_my_people(world: World) -> None:
    officer = world.make_role_user("personnel_officer", world.unit)
    client = world.client(officer)
    for data in (
        {"people": str(world.stranger.pk)},
        {"unit": str(world.other_agency.pk)},
        {"people": str(world.foreigner.pk)},
        {},
    ):
        assert client.post("/pegawai/kode/", data).status_code == 422
    assert world.client(world.head).post("/pegawai/kode/", {"unit": str(world.unit.pk)}).status_code == 403
    assert not ActivationCode.objects.exists()
    assert client.post("/pegawai/kode/", {"people": str(world.staff.pk)}).status_code == 200
    assert ActivationCode.objects.get().user == world.staff.user


# --- roles and mandates -----------------------------------------------------------------------------------------------


def test_roles_for_colleagues_and_outsiders(world: World) -> None:
    client = world.client(world.personnel_officer)
    before = RoleAssignment.objects.count()
    base = {"role": "auditor", "unit": str(world.root.pk)}
    for wrong in (
        {},
        {"person": str(world.foreigner.pk)},
        {"email": "luar@example.id"},
        {"email": "luar@example.id", "display_name": "Luar", "unit": str(world.other.root.pk)},
        {"email": world.other.auditor.login, "display_name": "Luar"},
        {"email": world.personnel_officer.login, "display_name": "Saya"},
    ):
        assert client.post("/peran/", base | wrong).status_code == 422, wrong
    assert world.client(world.head).post("/peran/", base | {"person": str(world.staff.pk)}).status_code == 403
    before += 2  # the two of the other government
    assert RoleAssignment.objects.count() == before
    same_key = {"_key": "5f0c5c3e-8f0e-4f63-9d8c-8a4d7f1c0010"}
    assert client.post(
        "/peran/", base | same_key | {"email": world.personnel_officer.login, "display_name": "x"}
    )
    # After a refusal the same form, corrected, works: its key was not used up.
    outsider = base | same_key | {"email": "Luar@Example.id", "display_name": "Auditor Luar"}
    assert client.post("/peran/", outsider).status_code == 302
    assert client.post("/peran/", base | {"person": str(world.staff.pk)}).status_code == 302
    assert client.post("/peran/", base | {"person": str(world.staff.pk)}).status_code == 422  # has it already
    assert RoleAssignment.objects.count() == before + 2
    mine = RoleAssignment.objects.get(user=world.staff.user)
    assert world.client(world.head).post(reverse("employees:role-end", args=[mine.pk])).status_code == 403
    foreign = RoleAssignment.objects.get(user=world.other.auditor)
    assert client.post(reverse("employees:role-end", args=[foreign.pk])).status_code == 404
    own = RoleAssignment.objects.get(user=world.personnel_officer)
    client.post(reverse("employees:role-end", args=[own.pk]))
    assert RoleAssignment.objects.filter(pk=own.pk, period__endswith__isnull=True).exists()
    assert client.post(reverse("employees:role-end", args=[mine.pk])).status_code == 302
    assert selectors.roles_of(world.staff.user, today(world.government)) == frozenset()


def test_a_mandate_is_recorded_and_ended(world: World) -> None:
    client = world.client(world.personnel_officer)
    post = world.head.placements.get().position
    day = today(world.government)
    base = {
        "kind": "plh",
        "position": str(post.pk),
        "since": day.isoformat(),
        "until": "",
        "note": "SK 1/2026",
    }
    for wrong in (
        {},
        {"person": str(world.foreigner.pk)},
        {"person": str(world.staff.pk), "until": "2020-01-01"},
        {"person": str(world.staff.pk), "since": ""},
        {"person": str(world.staff.pk), "position": str(world.other.head.placements.get().position.pk)},
    ):
        assert client.post("/mandat/", base | wrong).status_code == 422, wrong
    assert world.client(world.head).post("/mandat/", base).status_code == 403
    assert not Mandate.objects.exists()
    assert client.post("/mandat/", base | {"person": str(world.staff.pk)}).status_code == 302
    mandate = Mandate.objects.get()
    assert (mandate.holder, mandate.granted_by) == (world.staff, world.personnel_officer)
    end = reverse("employees:mandate-end", args=[mandate.pk])
    assert world.client(world.other.personnel_officer).post(end).status_code == 404
    assert client.post(end).status_code == 302
    mandate.refresh_from_db()
    assert mandate.last_day == day
    assert isinstance(mandate.last_day, date)
