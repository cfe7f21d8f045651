"""The reporter's page with their own data, the office's requests and proofs, and the privacy page."""

import json
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core import policy
from apps.feedback.models import ComplaintContact, RightsRequest
from apps.feedback.rules.retention import RETENTION
from apps.feedback.services import retention, rights
from tests.feedback.helpers import complain

OWN = ("rights-mine", "rights-export", "rights-contact", "rights-withdraw", "rights-ask")


def url(name, *args):
    return reverse(f"feedback:{name}", args=args)


def form(**fields):
    return {"_key": str(uuid.uuid4()), **fields}


@pytest.fixture
def filed(world):
    contact = {"name": "Warga Contoh", "phone": "081234567890", "email": ""}
    return complain(world.unit, is_anonymous=False, contact=contact, at=timezone.now())


@pytest.fixture
def reporter(filed):
    """A browser in which the report was opened with number and secret word."""
    complaint, secret = filed
    client = Client()
    opened = client.post(url("complaint-track"), {"number": complaint.number, "secret": secret})
    assert opened.status_code == 302
    return client


@pytest.mark.usefixtures("own_cache")
def test_without_the_secret_word_there_is_nothing(filed):
    for name in OWN:
        answered = Client().get(url(name))
        assert (answered.status_code, answered.url) == (302, url("complaint-track"))
    assert Client().post(url("rights-withdraw")).status_code == 302
    assert ComplaintContact.objects.count() == 1
    assert not RightsRequest.objects.exists()


@pytest.mark.usefixtures("own_cache")
def test_the_reporter_sees_downloads_corrects_and_withdraws(reporter, filed):
    page = reporter.get(url("rights-mine"))
    assert "081234567890" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    file = reporter.get(url("rights-export"))
    assert file["Content-Type"].startswith("application/json")
    assert json.loads(file.content)["number"] == filed[0].number
    assert reporter.post(url("rights-contact"), form(name="A", phone="", email="")).status_code == 422
    assert ComplaintContact.objects.get().phone == "081234567890"
    assert reporter.post(url("rights-contact"), form(phone="0822")).status_code == 302
    assert ComplaintContact.objects.get().phone == "0822"
    assert reporter.get(url("rights-withdraw")).status_code == 200
    assert ComplaintContact.objects.exists()
    assert reporter.post(url("rights-withdraw"), form()).status_code == 302
    assert not ComplaintContact.objects.exists()
    assert "0822" not in reporter.get(url("rights-mine")).content.decode()
    assert reporter.get(url("rights-contact")).status_code == 302


@pytest.mark.usefixtures("own_cache")
def test_a_request_goes_to_the_officer_and_its_answer_comes_back(world, officer, reporter):
    refused = reporter.post(url("rights-ask"), form(kind="delete", text=""))
    assert refused.status_code == 422
    sent = form(kind="delete", text="Hapus nama saya.")
    for _click in range(2):
        assert reporter.post(url("rights-ask"), sent).status_code == 302
    row = RightsRequest.objects.get(kind="delete")
    assert "Hapus nama saya." in reporter.get(url("rights-mine")).content.decode()
    client = world.client(officer)
    assert row.complaint.number in client.get(url("rights-list")).content.decode()
    assert client.post(url("rights-answer", row.pk), form(text="")).status_code == 422
    # The head of the unit complained about does not see the wish; the auditor reads it only.
    assert world.client(world.head).get(url("rights-answer", row.pk)).status_code == 403
    assert world.client(world.auditor).get(url("rights-answer", row.pk)).status_code == 200
    assert world.client(world.auditor).post(url("rights-answer", row.pk), form(text="x")).status_code == 403
    assert world.client(world.stranger).get(url("rights-answer", row.pk)).status_code == 404
    assert ComplaintContact.objects.exists()
    assert (
        client.post(url("rights-answer", row.pk), form(text="Sudah.", deletes_contact="on")).status_code
        == 302
    )
    assert not ComplaintContact.objects.exists()
    assert "Sudah." in reporter.get(url("rights-mine")).content.decode()


def test_retention_shows_days_and_proofs(world, officer, filed):
    complaint = filed[0]
    rights.withdraw_contact(complaint_id=complaint.pk, at=timezone.now())
    RightsRequest.objects.update(answered_at=timezone.now() - timedelta(days=1900))
    retention.run_due(now=timezone.now())
    for who in (officer, world.auditor):
        page = world.client(who).get(url("retention")).content.decode()
        assert page.count("<tr>") == 1 + len(RETENTION) + 1 + 1
    assert world.client(world.staff).get(url("retention")).status_code == 403
    assert world.client(world.head).get(url("rights-list")).status_code == 403


def test_privacy_says_how_long_from_the_rules_that_run(world):
    code = world.government.code
    day = timezone.now().date() - timedelta(days=3)
    for key, value in (
        ("feedback.retention_days", {"contacts": 77}),
        (
            "feedback.controller",
            {"name": "Pemkot Uji", "office": "Bagian Hukum", "contact": "pdp@uji.example"},
        ),
    ):
        policy.set_value(key, value, scope=code, valid_from=day, by=None, reason="uji")
    page = Client().get(url("privacy"), {"pemerintah": code}).content.decode()
    for text in ("77", "Pemkot Uji", "Bagian Hukum", "pdp@uji.example"):
        assert text in page
    assert "77" not in Client().get(url("privacy")).content.decode().replace("0.77", "")
