"""My learning, the same page for those who lead me, and adding a certificate."""

import io
import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from apps.core import policy
from apps.training.models import Certificate
from apps.training.services import coaching, recognition
from tests.training.story import AT, make_forms, make_need

pytestmark = pytest.mark.django_db
ADD = "/pembelajaran/sertifikat/tambah/"


@pytest.fixture(autouse=True)
def _in_october(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    make_forms()
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


def picture(name: str = "sertifikat.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def answers(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Kursus arsip",
        "organizer": "LAN",
        "form": "kursus",
        "starts_on": "2026-05-04",
        "ends_on": "2026-05-06",
        "jp": "12,5",
        "number": "77/LAN",
        "file": picture(),
        **changes,
    }


def test_my_page_has_everything_of_mine_and_nothing_of_others(world: Any) -> None:
    need, other = make_need(world), make_need(world, "aspect_waktu", employee=world.colleague)
    note = coaching.add_coaching_note(
        employee=world.staff,
        observation="Antrean",
        agreement="Membagi loket",
        follow_up_on=date(2026, 11, 1),
        by=world.head,
        at=AT,
    )
    given = recognition.recognize(
        unit=world.unit, employee=world.staff, title="Loket baru", reason="Cepat", by=world.head, at=AT
    )
    response = world.client(world.staff).get("/pembelajaran/")
    assert list(response.context["needs"]) == [need]
    assert list(response.context["notes"]) == [note]
    assert list(response.context["recognitions"]) == [given]
    assert response.context["jp"].target == 20
    assert other.topic.name not in response.content.decode().replace(need.topic.name, "")


def test_the_page_of_a_person_is_for_those_who_lead_them(world: Any) -> None:
    make_need(world)
    address = reverse("training:person", args=[world.staff.pk])
    assert world.client(world.head).get(address).status_code == 200
    assert world.client(world.stranger_head).get(address).status_code == 404
    assert world.client(world.staff).get(address).status_code == 302


def test_an_auditor_does_not_read_coaching_on_the_page(world: Any) -> None:
    coaching.add_coaching_note(
        employee=world.staff,
        observation="Rahasia berdua",
        agreement="Membagi loket",
        follow_up_on=date(2026, 11, 1),
        by=world.head,
        at=AT,
    )
    page = world.client(world.auditor).get(reverse("training:person", args=[world.staff.pk]))
    assert "Membagi loket" not in page.content.decode()


def test_a_certificate_waits_for_verification(world: Any) -> None:
    response = world.client(world.staff).post(ADD, answers())
    certificate = Certificate.objects.get()
    assert (response.status_code, response.url) == (302, "/pembelajaran/?tahun=2026#sertifikat")
    assert (certificate.employee, certificate.status, str(certificate.jp)) == (world.staff, "waiting", "12.5")


def test_a_second_arrival_of_the_same_form_adds_nothing(world: Any) -> None:
    client, key = world.client(world.staff), str(uuid.uuid4())
    places = {client.post(ADD, answers(_key=key)).url for _ in range(3)}
    assert len(places) == 1
    assert Certificate.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"jp": "banyak"}, "jp"),
        ({"jp": "0"}, "jp"),
        ({"ends_on": "2026-05-01"}, "ends_on"),
        ({"ends_on": "2027-05-01"}, "ends_on"),
        ({"form": "lain"}, "form"),
        ({"file": ""}, "file"),
        ({"file": SimpleUploadedFile("a.pdf", b"MZ this is a program")}, "file"),
        ({"file": SimpleUploadedFile("a.pdf", b"")}, "file"),
        ({"file": SimpleUploadedFile("a.jpg", b"\xff\xd8\xff broken")}, "file"),
        ({"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7 broken")}, "file"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_kept(world: Any, changes: dict[str, Any], field: str) -> None:
    response = world.client(world.staff).post(ADD, answers(**changes))
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    assert not Certificate.objects.exists()
    if field != "organizer":
        assert 'value="LAN"' in response.content.decode()


def test_a_file_that_is_too_large_is_refused_by_its_size(world: Any) -> None:
    policy.set_value(
        "training.certificate_max_megabytes",
        0,
        scope="kendari",
        valid_from=date(2026, 1, 1),
        by=None,
        reason="uji",
    )
    response = world.client(world.staff).post(ADD, answers())
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"file"}
    assert not Certificate.objects.exists()


def test_the_same_number_again_is_named(world: Any) -> None:
    client = world.client(world.staff)
    client.post(ADD, answers())
    response = client.post(ADD, answers())
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"number"}
    assert Certificate.objects.count() == 1


def test_the_text_survives_a_lost_session(world: Any) -> None:
    client = world.client(world.staff)
    page = client.get(ADD).content.decode()
    owner = page.split('name="_owner" value="')[1].split('"')[0]
    client.logout()
    data = answers(_owner=owner)
    del data["file"]
    assert client.post(ADD, data).status_code == 302
    client.force_login(world.staff.user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(ADD).content.decode()
    assert 'value="Kursus arsip"' in page
    assert not Certificate.objects.exists()


def test_the_file_is_served_to_those_who_may_see_its_owner(world: Any) -> None:
    world.client(world.staff).post(ADD, answers())
    address = reverse("training:certificate-file", args=[Certificate.objects.get().pk])
    for who in (world.staff, world.head, world.personnel_officer):
        response = world.client(who).get(address)
        assert (response.status_code, response["X-Content-Type-Options"]) == (200, "nosniff")
        assert b"".join(response.streaming_content).startswith(b"\xff\xd8")
    for who in (world.colleague, world.stranger, world.foreigner):
        assert world.client(who).get(address).status_code == 404


def test_hours_of_another_year(world: Any) -> None:
    client = world.client(world.staff)
    client.post(ADD, answers(starts_on="2025-05-04", ends_on="2025-05-06"))
    Certificate.objects.update(verified_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert client.get("/pembelajaran/").context["jp"].verified == 0
    assert client.get("/pembelajaran/?tahun=2025").context["jp"].verified > 0
    assert client.get("/pembelajaran/?tahun=9999").context["year"] == 2026


def test_the_page_asks_a_constant_number_of_questions(world: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = world.client(world.staff)
    client.post(ADD, answers())
    make_need(world)
    client.get("/pembelajaran/")
    with CaptureQueriesContext(connection) as one:
        client.get("/pembelajaran/")
    for number in ("a", "b"):
        client.post(ADD, answers(number=number, file=picture()))
    make_need(world, "coaching")
    make_need(world, "aspect_waktu")
    client.get("/pembelajaran/")
    with CaptureQueriesContext(connection) as three:
        client.get("/pembelajaran/")
    assert len(three) == len(one)
