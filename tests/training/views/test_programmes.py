"""Programmes, sessions, participants and the queue of certificates as pages."""

import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from apps.training.models import Certificate, Enrolment, Programme, Session
from apps.training.services import programmes
from tests.training.story import AT, make_forms, make_need, make_session, make_topic

pytestmark = pytest.mark.django_db
AFTER = AT + timedelta(days=10)


@pytest.fixture(autouse=True)
def _in_october(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    make_forms()
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


def later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTER)


def test_the_office_adds_a_programme_and_a_session_once(world: Any) -> None:
    client, key = world.client(world.personnel_officer), str(uuid.uuid4())
    data = {
        "name": "Pelayanan prima",
        "organizer": "BKPSDM",
        "form": "pelatihan_teknis",
        "jp": "7,5",
        "topics": [make_topic("unsur_waktu").pk],
    }
    places = {client.post("/pelatihan/program/tambah/", {**data, "_key": key}).url for _ in range(2)}
    programme = Programme.objects.get()
    assert places == {reverse("training:programme-detail", args=[programme.pk])}
    assert (programme.jp, programme.government) == (Decimal("7.5"), world.government)
    address = reverse("training:session-add", args=[programme.pk])
    days = {"starts_on": "2026-11-03", "ends_on": "2026-11-02", "place": "Aula", "seats": "30"}
    response = client.post(address, days)
    assert response.status_code == 422
    assert 'value="Aula"' in response.content.decode()
    assert client.post(address, {**days, "ends_on": "2026-11-04", "seats": "0"}).status_code == 422
    assert not Session.objects.exists()
    assert client.post(address, {**days, "ends_on": "2026-11-04"}).status_code == 302
    assert Session.objects.get().seats == 30


@pytest.mark.parametrize("who", ["staff", "head", "auditor"])
def test_others_do_not_add(world: Any, who: str) -> None:
    client = world.client(getattr(world, who))
    assert client.post("/pelatihan/program/tambah/", {"name": "X"}).status_code == 403
    assert not Programme.objects.exists()


def test_everybody_sees_the_offer_and_the_names_they_may_see(world: Any) -> None:
    session = make_session(world)
    programmes.enrol(session=session, employee=world.staff, by=world.head, at=AT)
    address = reverse("training:session-detail", args=[session.pk])
    assert [row.employee for row in world.client(world.staff).get(address).context["page"]] == [world.staff]
    page = world.client(world.stranger).get(address)
    assert (list(page.context["page"]), page.context["free"]) == ([], 1)
    assert world.client(world.foreigner).get(address).status_code == 404


def test_a_leader_enrols_their_people_from_the_session(world: Any) -> None:
    need, session = make_need(world), make_session(world)
    client, address = world.client(world.head), reverse("training:session-enrol", args=[session.pk])
    page = client.get(address)
    assert list(page.context["suggested"]) == [need]
    assert client.get(address + "?q=bidan").context["found"] == [world.colleague]
    assert client.get(address + "?q=guru").context["found"] == [], "not one of hers"
    assert client.post(address, {"employee": world.staff.pk}).status_code == 302
    assert Enrolment.objects.get().need == need
    assert client.get(address + "?q=perawat").context["found"] == []


@pytest.mark.parametrize(("target", "status"), [("stranger", 404), ("foreigner", 404), ("head", 403)])
def test_a_leader_enrols_nobody_elses_people(world: Any, target: str, status: int) -> None:
    address = reverse("training:session-enrol", args=[make_session(world).pk])
    response = world.client(world.head).post(address, {"employee": getattr(world, target).pk})
    assert (response.status_code, Enrolment.objects.count()) == (status, 0)


@pytest.mark.parametrize("text", ["", "abc", "-1", "99999999999999999999", "²"])
def test_a_strange_number_is_nobody(world: Any, text: str) -> None:
    address = reverse("training:session-enrol", args=[make_session(world).pk])
    assert world.client(world.head).post(address, {"employee": text}).status_code == 404


def test_a_full_session_says_so(world: Any) -> None:
    session = make_session(world, seats=1)
    programmes.enrol(session=session, employee=world.colleague, by=world.head, at=AT)
    client, address = world.client(world.head), reverse("training:session-enrol", args=[session.pk])
    response = client.post(address, {"employee": world.staff.pk}, follow=True)
    assert response.status_code == 200
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert Enrolment.objects.count() == 1


def test_completion_by_the_office(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    session = make_session(world)
    row = programmes.enrol(session=session, employee=world.staff, by=world.head, at=AT)
    client, address = (
        world.client(world.personnel_officer),
        reverse("training:enrolment-complete", args=[row.pk]),
    )
    client.post(address, {"number": "1/2026"})
    assert not Certificate.objects.exists(), "the session is not over"
    later(monkeypatch)
    client = world.client(world.personnel_officer)  # ten days later the session has ended too
    assert client.post(address, {"number": ""}).status_code == 422
    assert world.client(world.head).post(address, {"number": "1"}).status_code == 403
    assert world.client(world.staff).post(address, {"number": "1"}).status_code == 403
    assert world.client(world.stranger).post(address, {"number": "1"}).status_code == 404
    assert not Certificate.objects.exists()
    for _ in range(2):
        assert client.post(address, {"number": "1/2026"}).status_code == 302
    assert (Certificate.objects.get().number, Certificate.objects.get().status) == ("1/2026", "verified")


def test_absent(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    row = programmes.enrol(session=make_session(world), employee=world.staff, by=world.head, at=AT)
    address = reverse("training:enrolment-absent", args=[row.pk])
    client = world.client(world.personnel_officer)
    client.post(address)
    row.refresh_from_db()
    assert row.status == "enrolled"
    later(monkeypatch)
    world.client(world.personnel_officer).post(address)
    row.refresh_from_db()
    assert row.status == "absent"


def test_a_place_is_taken_back_after_asking(world: Any) -> None:
    row = programmes.enrol(session=make_session(world), employee=world.staff, by=world.head, at=AT)
    address = reverse("training:enrolment-cancel", args=[row.pk])
    assert world.client(world.staff).post(address, {"confirmed": "1"}).status_code == 403
    client = world.client(world.head)
    assert client.post(address).status_code == 200
    row.refresh_from_db()
    assert row.status == "enrolled"
    client.post(address, {"confirmed": "1"})
    row.refresh_from_db()
    assert row.status == "cancelled"


def test_lists_ask_a_constant_number_of_questions(world: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = world.client(world.personnel_officer)
    session = make_session(world, seats=9)
    programmes.enrol(session=session, employee=world.staff, by=world.head, at=AT)
    addresses = [
        "/pelatihan/",
        reverse("training:programme-detail", args=[session.programme_id]),
        reverse("training:session-detail", args=[session.pk]),
    ]

    def counts() -> list[int]:
        found = []
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            found.append(len(queries))
        return found

    before = counts()
    for person in (world.colleague, world.stranger):
        make_session(world)
        programmes.enrol(session=session, employee=person, by=world.personnel_officer, at=AT)
        programmes.add_session(
            programme=session.programme,
            starts_on=date(2026, 12, 1),
            ends_on=date(2026, 12, 1),
            place="",
            seats=1,
            by=None,
            at=AT,
        )
    assert counts() == before


# --- the queue


def waiting(world: Any, employee: Any = None, number: str = "A-1") -> Certificate:
    return Certificate.objects.create(
        employee=employee or world.staff,
        name="Kursus",
        organizer="LAN",
        kind="klasikal",
        starts_on=date(2026, 5, 1),
        ends_on=date(2026, 5, 2),
        jp=Decimal(6),
        number=number,
    )


def test_the_queue_of_an_officer_covers_their_units(world: Any) -> None:
    mine, other = waiting(world), waiting(world, world.stranger)
    officer = world.make_role_user("training_officer", world.agency)
    queue = world.client(officer).get("/pelatihan/sertifikat/").context["page"]
    assert list(queue) == [mine]
    assert list(world.client(world.personnel_officer).get("/pelatihan/sertifikat/").context["page"]) == [
        mine,
        other,
    ]


def test_verify_and_refuse(world: Any) -> None:
    one, two = waiting(world), waiting(world, number="A-2")
    client = world.client(world.personnel_officer)
    for _ in range(2):
        assert client.post(reverse("training:certificate-verify", args=[one.pk])).status_code == 302
    refuse = reverse("training:certificate-refuse", args=[two.pk])
    assert client.post(refuse, {"note": ""}).status_code == 422
    assert client.post(refuse, {"note": "Foto buram"}).status_code == 302
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.status, two.status, two.refusal_note) == ("verified", "refused", "Foto buram")


@pytest.mark.parametrize(
    ("who", "status"), [("staff", 403), ("head", 403), ("auditor", 403), ("stranger", 404)]
)
def test_others_verify_nothing(world: Any, who: str, status: int) -> None:
    certificate = waiting(world)
    client = world.client(getattr(world, who))
    assert client.post(reverse("training:certificate-verify", args=[certificate.pk])).status_code == status
    assert (
        client.post(reverse("training:certificate-refuse", args=[certificate.pk]), {"note": "x"}).status_code
        == status
    )
    certificate.refresh_from_db()
    assert certificate.status == "waiting"
