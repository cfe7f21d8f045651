"""Complaints inside an office."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core.models import AuditEntry
from apps.feedback.models import Complaint
from apps.feedback.services import complaints
from tests.feedback.helpers import complain

VERBS = ("start", "ask", "forward", "answer", "reject", "note", "contact", "release")


def go(name, complaint):
    return reverse(f"feedback:complaint-{name}", args=[complaint.pk])


def words(text="Kami periksa besok.", **more):
    return {"text": text, "_key": str(uuid.uuid4()), **more}


@pytest.fixture
def complaint(world):
    return complain(
        world.unit, at=timezone.now(), is_anonymous=False, contact={"name": "Warga Contoh", "phone": "0812"}
    )[0]


def test_work_on_a_complaint_from_start_to_answer(world, complaint):
    client = world.client(world.head)
    assert client.post(go("start", complaint), words()).url == go("detail", complaint)
    client.post(go("ask", complaint), words("Kapan itu?"))
    complaints.citizen_reply(complaint_id=complaint.pk, text="Kemarin", at=timezone.now())
    client.post(go("start", complaint), words())
    client.post(go("answer", complaint), words("Sudah diperbaiki."))
    complaint.refresh_from_db()
    assert complaint.status == "answered"
    assert client.get(go("detail", complaint)).status_code == 200


def test_passing_on(world, complaint):
    client = world.client(world.head)
    page = client.get(go("forward", complaint)).content.decode()
    assert world.other_agency.name in page
    assert world.other.unit.name not in page or world.other.unit.name == world.unit.name
    foreign = client.post(go("forward", complaint), words(to_unit=world.other.unit.pk))
    assert foreign.status_code == 422
    response = client.post(go("forward", complaint), words(to_unit=world.other_agency.pk))
    complaint.refresh_from_db()
    assert complaint.unit == world.other_agency
    # The complaint now belongs to somebody else: it is gone from here.
    assert client.get(response.url).status_code == 404


@pytest.mark.parametrize("who", ["staff", "stranger_head", "foreigner"])
def test_others_do_not_know_that_it_exists(world, complaint, who):
    client = world.client(getattr(world, who))
    assert client.get(go("detail", complaint)).status_code == 404
    for verb in VERBS:
        assert client.post(go(verb, complaint), words(reason_code="abuse")).status_code == 404
    complaint.refresh_from_db()
    assert (complaint.status, complaint.events.count()) == ("received", 1)


def test_an_auditor_reads_and_changes_nothing(world, complaint):
    client = world.client(world.auditor)
    assert client.get(go("detail", complaint)).status_code == 200
    for verb in VERBS:
        assert client.post(go(verb, complaint), words(reason_code="abuse")).status_code == 403
    complaint.refresh_from_db()
    assert (complaint.status, complaint.events.count()) == ("received", 1)


def test_the_head_of_the_reported_unit_neither_refuses_nor_opens_the_contact(world, complaint):
    client = world.client(world.head)
    page = client.get(go("detail", complaint)).content.decode()
    for verb in ("reject", "contact", "release"):
        assert go(verb, complaint) not in page
        assert client.post(go(verb, complaint), words(reason_code="abuse")).status_code == 403
    complaint.refresh_from_db()
    assert complaint.status == "received"
    assert not AuditEntry.objects.filter(action="feedback.complaint.contact_opened").exists()


def test_the_officer_opens_the_contact_once_and_with_a_reason(world, complaint, officer):
    client = world.client(officer)
    assert "Warga Contoh" not in client.get(go("detail", complaint)).content.decode()
    assert client.post(go("contact", complaint), words(" ")).status_code == 422
    client.post(go("contact", complaint), words("Menanyakan lokasi"))
    assert "Warga Contoh" in client.get(go("detail", complaint)).content.decode()
    assert "Warga Contoh" not in client.get(go("detail", complaint)).content.decode()
    assert AuditEntry.objects.filter(action="feedback.complaint.contact_opened").count() == 1


def test_the_officer_refuses_with_a_reason(world, complaint, officer):
    client = world.client(officer)
    assert client.post(go("reject", complaint), words()).status_code == 422
    client.post(go("reject", complaint), words("Sudah pernah dilaporkan.", reason_code="duplicate"))
    complaint.refresh_from_db()
    assert complaint.status == "rejected"


@pytest.mark.parametrize("verb", ["start", "release"])
def test_buttons_refuse_get(world, complaint, officer, verb):
    assert world.client(officer).get(go(verb, complaint)).status_code == 405
    complaint.refresh_from_db()
    assert complaint.status == "received"


def test_a_second_click_changes_nothing(world, complaint):
    client, data = world.client(world.head), words("Catatan sekali.")
    client.post(go("note", complaint), data)
    client.post(go("note", complaint), data)
    assert complaint.events.filter(action="note").count() == 1
    client.post(go("start", complaint), words())
    client.post(go("start", complaint), words())
    assert complaint.events.filter(action="start").count() == 1


def test_a_text_survives_an_expired_login(world, complaint):
    complaints.start(complaint_id=complaint.pk, by=world.head.user, at=timezone.now())
    client = world.client(world.head)
    page = client.get(go("answer", complaint)).content.decode()
    owner = page.split('name="_owner" value="')[1].split('"')[0]
    client.logout()
    response = client.post(
        go("answer", complaint), words("Jawaban panjang yang tidak boleh hilang.", _owner=owner)
    )
    assert response.status_code == 302
    assert go("answer", complaint) in response.url.replace("%2F", "/")
    complaint.refresh_from_db()
    assert complaint.status == "in_progress"
    client.force_login(world.head.user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(go("answer", complaint))
    assert "Jawaban panjang yang tidak boleh hilang." in page.content.decode()
    complaint.refresh_from_db()
    assert complaint.status == "in_progress"


def test_the_text_hides_numbers_from_officers_not_from_the_reporter(world, officer):
    complaint, _secret = complain(world.unit, body="NIP 198501012010011003, telepon 0812-3456-7890")
    page = world.client(officer).get(go("detail", complaint)).content.decode()
    assert "198501012010011003" not in page
    assert "0812-3456-7890" not in page
    assert "[NIP]" in page


def test_inbox_tabs(world, officer):
    now = timezone.now()
    fresh, _ = complain(world.unit, at=now)
    late, _ = complain(world.unit, at=now - timedelta(days=60), kind="ringan", subject="Terlambat dijawab")
    spam, _ = complain(world.unit, at=now, is_suspicious=True)
    client = world.client(officer)

    def listed(tab):
        rows = client.get(reverse("feedback:complaint-inbox"), {"lihat": tab}).context["rows"]
        return {row["complaint"] for row in rows}

    assert listed("open") == {fresh, late}
    assert listed("late") == {late}
    assert listed("spam") == {spam}
    assert listed("waiting") == listed("closed") == set()
    found = client.get(reverse("feedback:complaint-inbox"), {"q": "terlambat"}).context["rows"]
    assert {row["complaint"] for row in found} == {late}
    assert found[0]["state"] == "overdue"


def test_spam_is_released_by_the_officer(world, officer):
    complaint, _ = complain(world.unit, at=timezone.now(), is_suspicious=True)
    world.client(officer).post(go("release", complaint), words())
    assert not Complaint.objects.get().is_quarantined


def test_staff_without_a_duty_have_no_inbox(world):
    assert world.client(world.staff).get(reverse("feedback:complaint-inbox")).status_code == 403
    assert Client().get(reverse("feedback:complaint-inbox")).status_code == 302


def test_the_inbox_asks_the_same_whatever_its_length(world, officer):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = world.client(officer)
    counted = []
    for more in (1, 2, 6):
        for _ in range(more):
            complain(world.unit, at=timezone.now())
        client.get(reverse("feedback:complaint-inbox"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("feedback:complaint-inbox"))
        counted.append(len(queries))
    assert counted[0] == counted[1] == counted[2]
