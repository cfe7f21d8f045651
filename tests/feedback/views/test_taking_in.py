"""An officer writes for somebody, and releases words for everybody."""

import re
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.feedback.models import Complaint
from apps.feedback.services import complaints
from tests.feedback.helpers import complain

EN = {"headers": {"accept-language": "en"}}
TAKE_IN = "feedback:complaint-take-in"


def told(service, **changes):
    return {
        "_key": str(uuid.uuid4()),
        "kind": "tidak_berkadar_pengawasan",
        "about": f"s:{service.code}",
        "subject": "Loket tutup",
        "body": "Pukul dua sudah tutup.",
        "identity": "anonymous",
        **changes,
    }


def test_a_report_from_the_counter_gets_a_receipt_to_hand_over(world, service, officer):
    client = world.client(officer, **EN)
    data = told(service, identity="contact", phone="0812", is_adult="on", is_anonymous="on")
    first, second = client.post(reverse(TAKE_IN), data), client.post(reverse(TAKE_IN), data)
    complaint = Complaint.objects.get()
    assert first.url == second.url == reverse("feedback:complaint-taken", args=[complaint.number])
    assert (complaint.channel, complaint.is_anonymous, complaint.contact.phone) == ("officer", True, "0812")
    assert complaint.events.get().by == officer
    page = client.get(first.url).content.decode()
    secret = re.search(r'data-role="secret">([^<]+)<', page)[1]
    assert complaints.find_by_secret(number=complaint.number, secret=secret) == complaint
    inside = client.get(reverse("feedback:complaint-detail", args=[complaint.pk])).content.decode()
    assert secret not in inside


def test_the_receipt_is_for_its_writer_and_for_a_quarter_of_an_hour(world, service, officer, monkeypatch):
    client = world.client(officer)
    url = client.post(reverse(TAKE_IN), told(service)).url
    assert world.client(world.head).get(url).url == reverse(TAKE_IN)
    later = timezone.now().timestamp() + 16 * 60
    monkeypatch.setattr("apps.feedback.views.taking_in.time.time", lambda: later)
    assert client.get(url).url == reverse(TAKE_IN)


@pytest.mark.parametrize(
    "bad",
    [
        {"subject": ""},
        {"about": "s:bukan"},
        {"identity": "contact"},
        {"identity": "contact", "phone": "0812"},
    ],
)
def test_what_is_missing_is_said_and_the_text_stays(world, service, officer, bad):
    response = world.client(officer).post(reverse(TAKE_IN), told(service, **bad))
    assert response.status_code == 422
    assert "Pukul dua sudah tutup." in response.content.decode()
    assert not Complaint.objects.exists()


def test_only_who_handles_reports_writes_for_others(world, service):
    for who in (world.staff, world.auditor, world.personnel_officer):
        assert world.client(who).post(reverse(TAKE_IN), told(service)).status_code == 403
    assert not Complaint.objects.exists()


# --- words for everybody


def test_released_words_are_checked_words(world, officer):
    complaint, _secret = complain(world.unit, subject="Budi kasar", body="Budi, 081234567890, kasar.")
    url = reverse("feedback:complaint-publish", args=[complaint.pk])
    client = world.client(officer, **EN)
    assert "081234567890" not in client.get(url).content.decode()
    assert client.post(url, {"subject": ""}).status_code == 422
    client.post(url, {"subject": "Petugas kasar 081234567890", "text": "Di loket."})
    complaint.refresh_from_db()
    assert complaint.public_subject == "Petugas kasar [telepon]"
    assert complaint.events.get(action="publish").is_public is False
    client.post(url, {"withdraw": "1"})
    complaint.refresh_from_db()
    assert complaint.published_at is None


def test_the_head_of_the_unit_releases_nothing_about_it(world):
    complaint, _secret = complain(world.unit)
    url = reverse("feedback:complaint-publish", args=[complaint.pk])
    assert world.client(world.head).post(url, {"subject": "x"}).status_code == 403
    assert world.client(world.stranger).post(url, {"subject": "x"}).status_code == 404
    complaint.refresh_from_db()
    assert complaint.published_at is None


@pytest.mark.parametrize(
    "fields", [{"is_secret": True}, {"kind": "berkadar_pengawasan"}, {"is_suspicious": True}]
)
def test_what_may_not_be_public_cannot_be_released(world, officer, fields):
    complaint, _secret = complain(world.unit, **fields)
    url = reverse("feedback:complaint-publish", args=[complaint.pk])
    assert world.client(officer).post(url, {"subject": "x"}).status_code == 302
    with pytest.raises(complaints.NotForThePublic):
        complaints.publish(complaint_id=complaint.pk, subject="x", text="", by=officer, at=timezone.now())
    complaint.refresh_from_db()
    assert complaint.published_at is None
