"""The pages on which a session is changed or cancelled, and a nomination withdrawn."""

import uuid
from typing import Any

import pytest

from apps.core.models import Notification
from apps.training.models import Enrolment, Nomination, Session
from apps.training.services import programmes
from tests.training.juries import before_the_jury, named
from tests.training.story import AT, make_session

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_october(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


def at(session: Session, verb: str = "") -> str:
    return f"/pelatihan/sesi/{session.pk}/{verb}"


def sent(**values: Any) -> dict[str, Any]:
    return {
        "starts_on": "2026-10-20",
        "ends_on": "2026-10-21",
        "place": "Ruang Rapat",
        "seats": "2",
        "begins": "08.00",
        "ends": "12.00",
        **values,
    }


def test_the_office_changes_a_session_once(world: Any) -> None:
    session = make_session(world)
    programmes.enrol(session=session, employee=world.staff, by=world.head, at=AT)
    client = world.client(world.personnel_officer)
    assert at(session, "ubah/") in client.get(at(session)).content.decode()
    page = client.get(at(session, "ubah/"))
    assert page.context["form"]["place"].value() == session.place
    refused = client.post(at(session, "ubah/"), sent(seats="0"))
    assert refused.status_code == 422
    assert "Ruang Rapat" in refused.content.decode()
    told = Notification.objects.count()
    for _twice in range(2):
        key = "8c5f0f4c-5f0e-4d55-9a5a-1d2f3a4b5c6e"
        answer = client.post(at(session, "ubah/"), sent(_key=key))
        assert answer.url == at(session)
    session.refresh_from_db()
    assert session.place == "Ruang Rapat"
    assert Notification.objects.count() == told + 1


def test_what_a_change_would_break_is_said_beside_the_form(world: Any) -> None:
    session = make_session(world)
    for person in (world.staff, world.colleague):
        programmes.enrol(session=session, employee=person, by=world.head, at=AT)
    client = world.client(world.personnel_officer)
    assert "seats" in client.post(at(session, "ubah/"), sent(seats="1")).context["form"].errors
    past = client.post(at(session, "ubah/"), sent(starts_on="2026-10-01"))
    assert past.status_code == 422
    assert past.context["form"].non_field_errors()
    assert Session.objects.get(pk=session.pk).place == session.place


def test_a_cancelled_session_says_so_and_takes_nobody(world: Any) -> None:
    session = make_session(world)
    place = programmes.enrol(session=session, employee=world.staff, by=world.head, at=AT)
    client = world.client(world.personnel_officer)
    assert client.post(at(session, "batalkan/"), {"reason": " "}).status_code == 422
    assert Enrolment.objects.get(pk=place.pk).status == "enrolled"
    assert client.post(at(session, "batalkan/"), {"reason": "Gedung banjir"}).url == at(session)
    assert Enrolment.objects.get(pk=place.pk).status == "cancelled"
    page = world.client(world.staff).get(at(session)).content.decode()
    assert "Gedung banjir" in page
    assert session.pk not in {row.pk for row in client.get("/pelatihan/").context["coming"]}
    # Nothing goes on from here: neither a change, nor a second cancelling, nor a new place.
    for verb in ("ubah/", "batalkan/", "daftarkan/"):
        assert client.get(at(session, verb)).url == at(session)
    assert client.post(at(session, "batalkan/"), {"reason": "Lain"}).url == at(session)
    assert Session.objects.get(pk=session.pk).cancel_reason == "Gedung banjir"


@pytest.mark.parametrize("verb", ["ubah/", "batalkan/"])
def test_who_runs_no_sessions_changes_none(world: Any, verb: str) -> None:
    session = make_session(world)
    client = world.client(world.head)
    assert verb not in client.get(at(session)).content.decode()
    assert client.post(at(session, verb), sent(reason="Mau saya")).status_code == 403
    row = Session.objects.get(pk=session.pk)
    assert (row.place, row.cancelled_at) == (session.place, None)


def test_who_named_a_deed_withdraws_it_after_a_question(world: Any) -> None:
    nomination = before_the_jury(world)
    address = f"/penghargaan/usulan/{nomination.pk}/cabut/"
    client = world.client(world.colleague)
    assert address in client.get(f"/penghargaan/usulan/{nomination.pk}/").content.decode()
    assert client.post(address).status_code == 200
    assert Nomination.objects.get().status == "jury"
    key = str(uuid.uuid4())
    for _twice in range(2):
        assert client.post(address, {"confirmed": "1", "_key": key}).status_code == 302
    withdrawn = Nomination.objects.get()
    assert (withdrawn.status, withdrawn.withdrawn_at) == ("withdrawn", AT)
    assert not withdrawn.is_decided
    for person in world.jury:
        assert Notification.objects.filter(recipient=person.user, text__contains="withdrawn").count() == 1


@pytest.mark.parametrize(("who", "expected"), [("personnel_officer", 403), ("staff", 404)])
def test_nobody_withdraws_what_another_named(world: Any, who: str, expected: int) -> None:
    nomination = named(world)
    address = f"/penghargaan/usulan/{nomination.pk}/cabut/"
    assert world.client(getattr(world, who)).post(address, {"confirmed": "1"}).status_code == expected
    assert Nomination.objects.get().status == "nominated"
