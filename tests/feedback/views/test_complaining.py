"""A complaint in four pages, and following it afterwards."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core.models import AuditEntry
from apps.employees.models import WorkUnit
from apps.feedback.models import Complaint, ComplaintContact, Service
from apps.feedback.services import complaints
from apps.feedback.services.abuse import shown_token
from tests.feedback.helpers import complain
from tests.world import World

EN = {"accept-language": "en"}


def walk(client, service, **changes):
    """Fill in the first three pages; return the answer of the last one."""
    values = {
        "kind": "tidak_berkadar_pengawasan",
        "about": f"s:{service.code}",
        "subject": "Antrean dilewati",
        "body": "Dua kali.",
        "identity": "anonymous",
        **changes,
    }
    for name in ("complaint-new", "complaint-new-story", "complaint-new-contact"):
        response = client.post(reverse(f"feedback:{name}"), values)
    return response


def send(client, key=None, **changes):
    shown = shown_token(timezone.now() - timedelta(seconds=60))
    data = {"_key": key or str(uuid.uuid4()), "tampil": shown, **changes}
    return client.post(reverse("feedback:complaint-new-check"), data)


def test_from_first_page_to_receipt(service):
    client = Client(headers=EN)
    assert (
        client.get(reverse("feedback:complaint-new"), {"titik": service.points.get().code}).status_code == 200
    )
    assert walk(client, service, is_secret="on").url == reverse("feedback:complaint-new-check")
    page = client.get(reverse("feedback:complaint-new-check")).content.decode()
    assert "Antrean dilewati" in page
    response = send(client)
    complaint = Complaint.objects.get()
    assert response.url == reverse("feedback:complaint-receipt", args=[complaint.number])
    assert (complaint.unit, complaint.service, complaint.kind) == (
        service.unit,
        service,
        "tidak_berkadar_pengawasan",
    )
    assert (complaint.is_anonymous, complaint.is_secret, complaint.is_quarantined) == (True, True, False)
    page = client.get(response.url).content.decode()
    secret = re.search(r'data-role="secret">([^<]+)<', page)[1]
    assert complaint.number in page
    assert complaints.find_by_secret(number=complaint.number, secret=secret) == complaint
    # The draft is gone, the receipt is for this browser only.
    assert client.get(reverse("feedback:complaint-new-check")).url == reverse("feedback:complaint-new")
    assert Client().get(response.url).url == reverse("feedback:complaint-track")


def test_pages_cannot_be_skipped(service):
    client = Client()
    first = reverse("feedback:complaint-new")
    for name in ("complaint-new-story", "complaint-new-contact", "complaint-new-check"):
        assert client.get(reverse(f"feedback:{name}")).url == first
    assert send(client).url == first
    assert not Complaint.objects.exists()


def test_a_change_goes_straight_back_to_the_check(service):
    client = Client()
    walk(client, service)
    response = client.post(
        reverse("feedback:complaint-new-story") + "?periksa", {"subject": "Lain", "body": "Lebih jelas."}
    )
    assert response.url == reverse("feedback:complaint-new-check")
    assert "Lebih jelas." in client.get(response.url).content.decode()


@pytest.mark.parametrize(
    ("page", "bad", "field"),
    [
        ("complaint-new", {"kind": ""}, "kind"),
        ("complaint-new", {"about": "s:bukan"}, "about"),
        ("complaint-new-story", {"body": " "}, "body"),
        ("complaint-new-story", {"body": "x" * 4001}, "body"),
        ("complaint-new-contact", {"identity": ""}, "identity"),
        ("complaint-new-contact", {"identity": "contact"}, "phone"),
        ("complaint-new-contact", {"identity": "contact", "email": "bukan"}, "email"),
    ],
)
def test_errors_keep_what_was_typed(service, page, bad, field):
    client = Client()
    walk(client, service)
    good = {
        "kind": "ringan",
        "about": f"s:{service.code}",
        "subject": "Tetap ada",
        "body": "Isi",
        "identity": "anonymous",
        "name": "Warga",
    }
    response = client.post(reverse(f"feedback:{page}"), {**good, **bad})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "error-summary" in response.content.decode()


def test_a_contact_is_kept_only_if_wanted(service):
    for identity, kept in (("anonymous", 0), ("contact", 1)):
        client = Client()
        walk(client, service, identity=identity, name="Warga Contoh", phone="0812", is_adult="on")
        send(client)
        assert ComplaintContact.objects.count() == kept
    assert "Warga" not in str(list(AuditEntry.objects.values_list("data", flat=True)))


def test_a_unit_that_vanished_meanwhile_keeps_the_text(service):
    client = Client()
    walk(client, service, body="Jangan hilang.")
    Service.objects.update(is_active=False)
    response = send(client)
    assert response.status_code == 409
    assert "Jangan hilang." in response.content.decode()
    assert not Complaint.objects.exists()
    Service.objects.update(is_active=True)
    assert send(client).status_code == 302


def test_another_matter_of_a_unit_needs_no_service(service):
    client = Client()
    walk(client, service, about=f"u:{service.unit_id}")
    send(client)
    assert (Complaint.objects.get().service, Complaint.objects.get().unit) == (None, service.unit)


def test_spam_gets_its_receipt_and_waits(service):
    client = Client()
    walk(client, service)
    assert send(client, situs="http://x.example").status_code == 302
    assert Complaint.objects.get().is_quarantined


def test_a_second_send_leads_to_the_first_receipt(service):
    client, key = Client(), str(uuid.uuid4())
    walk(client, service)
    first, second = send(client, key), send(client, key)
    assert first.url == second.url
    assert Complaint.objects.count() == 1
    assert client.get(second.url).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_ten_parallel_sends_are_one_complaint_with_one_receipt():
    service = World().make_service()
    client = Client()
    walk(client, service)
    session, key = client.cookies["sessionid"].value, str(uuid.uuid4())

    def post(_number):
        try:
            mine = Client()
            mine.cookies["sessionid"] = session
            return send(mine, key).url
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        addresses = set(pool.map(post, range(10)))
    number = Complaint.objects.get().number
    assert addresses == {reverse("feedback:complaint-receipt", args=[number])}
    page = client.get(addresses.pop())
    assert page.status_code == 200
    secret = re.search(r'data-role="secret">([^<]+)<', page.content.decode())[1]
    assert complaints.find_by_secret(number=number, secret=secret) is not None


# --- following


def track(client, number, secret):
    return client.post(reverse("feedback:complaint-track"), {"number": number, "secret": secret})


def comparable(response, typed):
    """Return the page without what differs from request to request."""
    page = response.content.decode().replace(typed, "NUMBER")
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)
    return re.sub(r'name="_key" value="[^"]*"', "", page)


def test_wrong_number_and_wrong_word_look_the_same(world):
    complaint, secret = complain(world.unit)
    unknown = "ADU-KENDARI-2026-000777"
    wrong_word = track(Client(), complaint.number, "XXXXXXXXXX")
    wrong_number = track(Client(), unknown, "XXXXXXXXXX")
    assert wrong_word.status_code == wrong_number.status_code == 422
    assert comparable(wrong_word, complaint.number) == comparable(wrong_number, unknown)
    assert track(Client(), complaint.number, secret).status_code == 302


def test_guessing_is_slowed_down_for_every_number_alike(world, own_cache):
    complaint, secret = complain(world.unit)
    for number in (complaint.number, "ADU-KENDARI-2026-000777"):
        codes = [track(Client(), number, "XXXXXXXXXX").status_code for _ in range(12)]
        assert codes == [422] * 10 + [429] * 2
    # Also the right word waits then, or guessing would go on in the dark.
    assert track(Client(), complaint.number, secret).status_code == 429


def opened(world, **fields):
    complaint, secret = complain(world.unit, **fields)
    client = Client(headers=EN)
    track(client, complaint.number, secret)
    return complaint, client


def test_the_reporter_sees_steps_and_offices_but_no_officers(world):
    complaint, client = opened(world)
    at = timezone.now()
    complaints.start(complaint_id=complaint.pk, by=world.head.user, at=at)
    complaints.add_note(complaint_id=complaint.pk, text="Rahasia dapur", by=world.head.user, at=at)
    page = client.get(reverse("feedback:complaint-status")).content.decode()
    assert "Handling started" in page
    assert "Rahasia dapur" not in page
    assert world.head.user.display_name not in page


def test_nobody_sees_a_status_without_the_word(world):
    complain(world.unit)
    for name in ("complaint-reply", "complaint-confirm", "complaint-reopen"):
        response = Client().post(reverse(f"feedback:{name}"), {"text": "x"})
        assert response.url == reverse("feedback:complaint-track")
    assert Client().get(reverse("feedback:complaint-status")).url == reverse("feedback:complaint-track")
    assert Complaint.objects.get().events.count() == 1


def test_reply_confirm_and_reopen(world):
    complaint, client = opened(world)
    head = world.head.user
    complaints.ask_info(complaint_id=complaint.pk, text="Kapan?", by=head, at=timezone.now())
    empty = client.post(reverse("feedback:complaint-reply"), {"text": ""})
    assert empty.status_code == 422
    client.post(reverse("feedback:complaint-reply"), {"text": "Kemarin.", "_key": str(uuid.uuid4())})
    complaint.refresh_from_db()
    assert complaint.status == "received"
    complaints.start(complaint_id=complaint.pk, by=head, at=timezone.now())
    complaints.answer(complaint_id=complaint.pk, text="Beres.", by=head, at=timezone.now())
    client.post(reverse("feedback:complaint-reopen"), {"text": "Belum."})
    complaint.refresh_from_db()
    assert complaint.status == "reopened"
    complaints.start(complaint_id=complaint.pk, by=head, at=timezone.now())
    complaints.answer(complaint_id=complaint.pk, text="Sekarang beres.", by=head, at=timezone.now())
    client.post(reverse("feedback:complaint-confirm"))
    client.post(reverse("feedback:complaint-confirm"))
    complaint.refresh_from_db()
    assert complaint.status == "confirmed_solved"
    assert complaint.events.filter(action="confirm").count() == 1


def test_leaving_forgets_the_report_on_this_phone(world):
    _complaint, client = opened(world)
    assert client.get(reverse("feedback:complaint-status")).status_code == 200
    client.post(reverse("feedback:complaint-leave"))
    assert client.get(reverse("feedback:complaint-status")).status_code == 302


def test_an_opened_report_closes_after_half_an_hour(world, monkeypatch):
    _complaint, client = opened(world)
    later = timezone.now() + timedelta(minutes=31)
    monkeypatch.setattr("apps.feedback.views.tracking.time.time", later.timestamp)
    assert client.get(reverse("feedback:complaint-status")).status_code == 302


@pytest.mark.parametrize("field", ["subject", "body"])
def test_a_report_is_text_and_never_a_program(world, officer, field):
    payload = "<svg onload=alert(1)><script>1</script>"
    complaint, client = opened(world, **{field: payload})
    inside = world.client(officer)
    pages = [
        client.get(reverse("feedback:complaint-status")),
        inside.get(reverse("feedback:complaint-inbox")),
        inside.get(reverse("feedback:complaint-detail", args=[complaint.pk])),
        inside.get(reverse("feedback:complaint-note", args=[complaint.pk])),
    ]
    for page in pages:
        assert page.status_code == 200
        assert "<svg onload" not in page.content.decode()
        assert "<script>1" not in page.content.decode()


def test_a_closed_unit_is_not_offered(world):
    service = world.make_service()
    WorkUnit.objects.filter(pk=world.unit.pk).update(is_active=False)
    page = Client().get(reverse("feedback:complaint-new")).content.decode()
    assert f"s:{service.code}" not in page
