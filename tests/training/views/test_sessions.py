"""Pages of what happens in a session, as its people see them."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.reports.models import Document
from apps.training.models import (
    Attendance,
    Certificate,
    CheckAttempt,
    CheckQuestion,
    Enrolment,
    LearningForm,
    Programme,
    Reaction,
    Session,
)
from apps.training.services import attendance, invitations, programmes
from tests.training.story import AT, make_forms, make_session, make_topic
from tests.training.test_services_sessions import HEAD, table

pytestmark = pytest.mark.django_db
FIRST = datetime(2026, 10, 20, 1, 0, tzinfo=UTC)
AFTER = FIRST + timedelta(days=2)


@pytest.fixture(autouse=True)
def _in_october(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    make_forms()
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


@pytest.fixture
def session(world: Any) -> Session:
    row = make_session(world, seats=1)
    Session.objects.filter(pk=row.pk).update(takes_attendance=True)
    row.refresh_from_db()
    return row


def seat(world: Any, session: Session, employee: Any = None) -> Enrolment:
    return programmes.enrol(session=session, employee=employee or world.staff, by=world.head, at=AT)


def at(name: str, *args: Any) -> str:
    return reverse(f"training:{name}", args=args)


def test_invite_accept_wait_and_decline(world: Any, session: Session) -> None:
    address = at("session-enrol", session.pk)
    for person in (world.staff, world.colleague):
        data = {"employee": person.pk, "action": "invite"}
        assert world.client(world.head).post(address, data).status_code == 302
    mine, other = (Enrolment.objects.get(employee=person) for person in (world.staff, world.colleague))
    client = world.client(world.staff)
    detail = at("session-detail", session.pk)
    assert client.get(detail).context["may_answer"]
    assert world.client(world.colleague).post(at("place-accept", mine.pk)).status_code == 404
    assert world.client(world.head).post(at("place-accept", mine.pk)).status_code == 403
    client.post(at("place-accept", mine.pk))
    world.client(world.colleague).post(at("place-accept", other.pk))
    assert world.client(world.colleague).get(detail).context["place_in_line"] == 1
    decline = at("place-decline", mine.pk)
    assert client.post(decline, {"note": ""}).status_code == 422
    mine.refresh_from_db()
    assert mine.status == "enrolled"
    assert client.post(decline, {"note": "Tugas luar"}).status_code == 302
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.status, other.status) == ("declined", "enrolled")
    assert "Tugas luar" in world.client(world.head).get(detail).content.decode()


def test_a_full_session_offers_the_waiting_list(world: Any, session: Session) -> None:
    seat(world, session, world.colleague)
    address = at("session-enrol", session.pk)
    page = world.client(world.head).get(address + "?q=perawat")
    assert 'value="queue"' in page.content.decode()
    world.client(world.head).post(address, {"employee": world.staff.pk, "action": "queue"})
    assert Enrolment.objects.get(employee=world.staff).status == "waiting"


def test_the_code_on_the_screen_takes_a_participant_in(
    world: Any, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = seat(world, session)
    monkeypatch.setattr("django.utils.timezone.now", lambda: FIRST)
    officer, client = world.client(world.personnel_officer), world.client(world.staff)
    screen = officer.get(at("attendance-code", session.pk))
    code = screen.context["code"]
    assert f'content="{screen.context["reload"]}"' in screen.content.decode()
    assert "no-store" in screen["Cache-Control"]
    assert officer.get(at("attendance-qr", session.pk)).content.startswith(b"<svg")
    landed = client.get(at("attend", session.pk), {"kode": code})
    assert landed.url == at("check-in", place.pk) + f"?kode={code}"
    assert f'value="{code}"' in client.get(landed.url).content.decode()
    assert not Attendance.objects.exists(), "looking is not being there"
    response = client.post(at("check-in", place.pk), {"code": "AAAA-AAAA"})
    assert response.status_code == 422
    assert 'value="AAAA-AAAA"' in response.content.decode()
    assert client.post(at("check-in", place.pk), {"code": code}).status_code == 302
    assert Attendance.objects.get().enrolment == place
    assert world.client(world.colleague).get(at("attend", session.pk)).url == at("programme-list")


def test_the_screen_asks_for_the_next_code_by_itself(
    world: Any, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = seat(world, session)
    monkeypatch.setattr("django.utils.timezone.now", lambda: FIRST)
    officer, address = world.client(world.personnel_officer), at("attendance-code", session.pk)
    page = officer.get(address)
    # A page that reloads under the reader is for browsers without JavaScript alone.
    assert "<noscript><meta http-equiv" in page.content.decode()
    stamp = officer.get(address + "?bagian=stempel")
    assert (stamp.status_code, stamp["ETag"]) == (200, page.context["stamp"])
    known = {"If-None-Match": stamp["ETag"]}
    assert officer.get(address + "?bagian=stempel", headers=known).status_code == 304
    code = page.context["code"]
    world.client(world.staff).post(at("check-in", place.pk), {"code": code})
    assert officer.get(address + "?bagian=stempel", headers=known).status_code == 200, "somebody has come"
    monkeypatch.setattr("django.utils.timezone.now", lambda: FIRST + timedelta(hours=1))
    part = officer.get(address + "?bagian=layar").content.decode()
    assert code not in part, "the code has changed"
    assert "<html" not in part
    assert world.client(world.staff).get(address + "?bagian=layar").status_code == 403


def test_the_list_keeps_its_ticks(world: Any, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    place = seat(world, session)
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTER)
    client = world.client(world.personnel_officer)
    address = at("attendance", session.pk) + "?hari=2026-10-21"
    assert client.post(address, {"present": [place.pk, "x", "²"]}).status_code == 302
    assert Attendance.objects.get().day == date(2026, 10, 21)
    assert "checked" in client.get(address).content.decode()
    assert world.client(world.head).post(address, {}).status_code == 403
    assert Attendance.objects.count() == 1
    client.post(address, {})
    assert not Attendance.objects.exists()


def test_a_learning_check_from_question_to_score(
    world: Any, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = seat(world, session)
    officer, client, key = world.client(world.personnel_officer), world.client(world.staff), str(uuid.uuid4())
    address = at("check-questions", session.programme_id)
    good = {"text": "Apa dulu?", "option_0": "Catat", "option_1": "Pulang", "right": "0"}
    for bad in ({"option_1": "Catat"}, {"right": "3"}, {"text": ""}, {"option_1": ""}):
        response = officer.post(address, {**good, **bad})
        assert response.status_code == 422
    assert 'value="Catat"' in response.content.decode()
    for _ in range(2):
        assert officer.post(address, {**good, "_key": key}).status_code == 302
    question = CheckQuestion.objects.get()
    before = at("check-before", place.pk)
    name = f"q{question.pk}"
    assert client.get(before).status_code == 200
    assert client.post(before, {}).status_code == 422
    assert client.post(before, {name: "7"}).status_code == 422
    assert not CheckAttempt.objects.exists()
    client.post(before, {name: "1"})
    assert client.get(before).status_code == 302, "once"
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTER)
    client = world.client(world.staff)
    client.post(at("check-after", place.pk), {name: "0"})
    assert list(CheckAttempt.objects.order_by("pk").values_list("moment", "percent")) == [
        ("before", 0),
        ("after", 100),
    ]
    retire = at("question-retire", question.pk)
    assert world.client(world.head).post(retire).status_code == 403
    assert world.client(world.personnel_officer).post(retire).status_code == 302
    question.refresh_from_db()
    assert question.retired_at == AFTER


def test_a_reaction_is_asked_once_and_shown_to_nobody_yet(
    world: Any, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = seat(world, session)
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTER)
    client, address = world.client(world.staff), at("reaction", place.pk)
    assert client.post(address, {"useful": "4", "well_taught": "5", "will_use": "1"}).status_code == 422
    assert not Reaction.objects.exists()
    for _ in range(2):
        client.post(address, {"useful": "4", "well_taught": "3", "will_use": "1"})
    assert Reaction.objects.count() == 1
    assert (
        world.client(world.personnel_officer).get(at("session-detail", session.pk)).context["reactions"]
        is None
    )


def test_results_come_in_after_a_look(world: Any, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    place = seat(world, session)
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTER)
    client, address = world.client(world.personnel_officer), at("results-import", session.pk)
    assert client.get(at("results-export", session.pk)).content.startswith(b"PK")
    assert client.post(address, {}).status_code == 422
    broken = SimpleUploadedFile("hasil.xlsx", b"halo")
    assert client.post(address, {"file": broken}).status_code == 422
    content = table(HEAD, [world.staff.nip, "", "ya", "ya", "", "", "selesai", "9/2026"], ["1"] + [""] * 7)
    page = client.post(address, {"file": SimpleUploadedFile("hasil.xlsx", content)})
    assert (page.status_code, page.context["preview"].completed, len(page.context["problems"])) == (200, 1, 1)
    assert not Certificate.objects.exists()
    sealed = page.context["sealed"]
    assert world.staff.nip not in sealed
    other = make_session(world)
    assert client.post(at("results-import", other.pk), {"content": sealed}).status_code == 422
    assert client.post(address, {"content": sealed + "x"}).status_code == 422
    key = str(uuid.uuid4())
    for _ in range(2):
        assert client.post(address, {"content": sealed, "_key": key}).status_code == 302
    place.refresh_from_db()
    assert (place.status, Certificate.objects.get().number) == ("completed", "9/2026")


def test_a_certificate_of_ours_is_printed_with_a_code(
    world: Any, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = seat(world, session)
    for day in (FIRST, FIRST + timedelta(days=1)):
        attendance.check_in(enrolment=place, code=attendance.code_at(session, day), at=day)
    certificate = programmes.complete_enrolment(
        enrolment=place, certificate_number="1/2026", by=world.personnel_officer, at=AFTER
    )
    address = reverse("reports:certificate-document", args=[certificate.pk])
    client = world.client(world.staff)
    for _ in range(2):
        assert client.post(address).status_code == 302
    document = Document.objects.get()
    assert (document.kind, document.certificate) == ("certificate", certificate)
    assert address in world.client(world.staff).get("/pembelajaran/").content.decode()
    checked = world.client().get(reverse("reports:verify-result", args=[document.code]))
    assert checked.status_code == 200
    assert world.staff.name not in checked.content.decode()
    elsewhere = Certificate.objects.create(
        employee=world.staff,
        name="Kursus",
        organizer="LAN",
        kind="klasikal",
        starts_on=date(2026, 5, 1),
        ends_on=date(2026, 5, 2),
        jp=Decimal(6),
        number="A",
        verified_at=AT,
    )
    client.post(reverse("reports:certificate-document", args=[elsewhere.pk]))
    assert Document.objects.count() == 1


def test_the_calendar_address_is_made_and_switched_off(world: Any, session: Session) -> None:
    seat(world, session)
    client = world.client(world.staff)
    assert client.get("/pembelajaran/").context["calendar"] == {"url": ""}
    client.post(at("calendar-make"))
    url = client.get("/pembelajaran/").context["calendar"]["url"]
    path = url.split("testserver")[1]
    answer = world.client().get(path)
    assert answer["Content-Type"].startswith("text/calendar")
    assert answer.content.count(b"BEGIN:VEVENT") == 2
    client.post(at("calendar-revoke"))
    assert world.client().get(path).status_code == 404
    assert client.get(at("session-calendar", session.pk)).status_code == 200


# --- forms of learning


def test_hours_are_computed_by_the_table_of_the_day(world: Any) -> None:
    client = world.client(world.personnel_officer)
    data = {
        "name": "Seminar arsip",
        "organizer": "ANRI",
        "form": "seminar",
        "amount": "360",
        "topics": [make_topic("writing").pk],
    }
    client.post("/pelatihan/program/tambah/", data)
    programme = Programme.objects.get()
    assert (programme.jp, programme.kind, programme.form.code) == (Decimal(8), "klasikal", "seminar")
    change = at("form-change", "seminar")
    row = {
        "name": "Seminar",
        "classical": "1",
        "way": "training",
        "unit": "days",
        "jp": "",
        "source": "Lampiran",
        "valid_from": "2026-10-12",
        "is_offered": "on",
    }
    assert client.post(change, row).status_code == 422
    assert client.post(change, {**row, "jp": "6", "valid_from": "2026-10-11"}).status_code == 422
    assert LearningForm.objects.filter(code="seminar").count() == 1
    assert client.post(change, {**row, "jp": "6"}).status_code == 302
    assert client.post(change, {**row, "jp": "7"}).status_code == 422, "one row a day"
    client.post("/pelatihan/program/tambah/", {**data, "name": "Dua hari", "amount": "2"})
    assert Programme.objects.get(name="Dua hari").jp == 12
    assert client.post("/pelatihan/program/tambah/", {**data, "amount": ""}).status_code == 422
    assert Programme.objects.count() == 2
    other = world.client(world.other.personnel_officer).get(at("form-list")).context["rows"]
    assert next(row for row in other if row.code == "seminar").unit == "minutes"
    assert world.client(world.head).post(change, row).status_code == 403


# --- lesson hours


def earn(employee: Any, jp: int, code: str | None = "seminar") -> None:
    Certificate.objects.create(
        employee=employee,
        name="Kursus",
        organizer="LAN",
        kind="klasikal",
        form=LearningForm.objects.get(code=code, government=None) if code else None,
        starts_on=date(2026, 5, 1),
        ends_on=date(2026, 5, 2),
        jp=Decimal(jp),
        number=uuid.uuid4().hex,
        verified_at=AT,
    )


def test_hours_beside_the_year_and_the_mix(world: Any) -> None:
    earn(world.staff, 12)
    earn(world.staff, 12, "magang")
    earn(world.staff, 3, None)
    earn(world.colleague, 2)
    found = world.client(world.staff).get("/pembelajaran/").context["hours"]
    assert (found.standing.pace, found.no_form) == ("reached", 3)
    assert [part.share for part in found.mix] == [50, 0, 50]
    page = world.client(world.head).get(at("hours"))
    assert {row.pk: str(row.pace["value"]) for row in page.context["page"]} == {
        world.staff.pk: "reached",
        world.colleague.pk: "behind",
    }
    behind = world.client(world.head).get(at("hours") + "?laju=behind").context["page"]
    assert [row.pk for row in behind] == [world.colleague.pk]
    units = world.client(world.head).get(at("hours") + "?lihat=unit").context["page"]
    assert [(row["people"], row["mean"], row["reached"]) for row in units] == [(2, Decimal("14.5"), 1)]
    assert world.client(world.staff).get(at("hours")).status_code == 403


@pytest.mark.parametrize("query", ["", "?lihat=unit"])
def test_the_overview_asks_a_constant_number_of_questions(world: Any, query: str) -> None:
    client = world.client(world.personnel_officer)

    def count() -> int:
        client.get(at("hours") + query)
        with CaptureQueriesContext(connection) as queries:
            client.get(at("hours") + query)
        return len(queries)

    earn(world.staff, 5)
    before = count()
    for number in range(3):
        earn(world.make_employee(f"Baru {number}", world.unit, appraiser=world.head), number + 1)
    assert count() == before


def test_a_session_has_hours_in_the_right_order(world: Any, session: Session) -> None:
    client, address = world.client(world.personnel_officer), at("session-add", session.programme_id)
    data = {"starts_on": "2026-11-03", "ends_on": "2026-11-04", "seats": "5", "begins": "08.00"}
    for ends in ("", "07.30", "25.00"):
        assert client.post(address, {**data, "ends": ends}).status_code == 422
    assert Session.objects.count() == 1
    client.post(address, {**data, "ends": "15.30", "takes_attendance": "on"})
    row = Session.objects.latest("pk")
    assert (row.begins, row.ends, row.takes_attendance) == (time(8), time(15, 30), True)


def test_the_session_page_asks_a_constant_number_of_questions(world: Any) -> None:
    session = make_session(world, seats=9)
    Session.objects.filter(pk=session.pk).update(takes_attendance=True)
    client = world.client(world.personnel_officer)

    def counts() -> list[int]:
        found = []
        for address in (at("session-detail", session.pk), at("attendance", session.pk)):
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            found.append(len(queries))
        return found

    seat(world, session)
    before = counts()
    seat(world, session, world.colleague)
    invitations.invite(session=session, employee=world.head, by=world.agency_head, at=AT)
    assert counts() == before
