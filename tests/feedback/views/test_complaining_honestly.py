"""No trace, no lost text, earlier reports, four weeks later: what the reporter's pages promise."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core.policy import set_value
from apps.feedback.models import Complaint, ComplaintContact
from apps.feedback.services import complaints
from tests.feedback.helpers import complain
from tests.feedback.views.test_complaining import EN, opened, send, walk

ADDRESS, BROWSER = "203.0.113.77", "PerambanPenanda/7.7"


def everything_stored():
    """Return every value of every column of every table as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for name in tables:
            cursor.execute(f'SELECT t::text FROM "{name}" t')
            found[name] = [row for (row,) in cursor.fetchall()]
    return found


def test_no_trace_means_that_nothing_in_any_table_leads_to_the_reporter(service, monkeypatch, own_cache):
    def no_mark(*_args, **_options):
        raise AssertionError("a mark of the network was made")

    monkeypatch.setattr("apps.feedback.services.arrivals.network_mark", no_mark)
    client = Client(headers={**EN, "user-agent": BROWSER}, REMOTE_ADDR=ADDRESS)
    walk(
        client,
        service,
        identity="no_author",
        name="Nama Penanda",
        phone="0812999777",
        email="p@penanda.example",
    )
    before = client.cookies["sessionid"].value
    receipt = send(client).url
    page = client.get(receipt).content.decode()
    complaint = Complaint.objects.get()
    secret = re.search(r'data-role="secret">([^<]+)<', page)[1]
    assert complaint.has_no_author
    assert complaint.is_anonymous
    assert complaint.number in page
    assert not Session.objects.exists()
    assert not ComplaintContact.objects.exists()
    assert complaint.events.get().by_id is None
    marks = (ADDRESS, "203.0.113", BROWSER, "Penanda", "0812999777", "penanda.example", before, secret)
    for table, rows in everything_stored().items():
        for row in rows:
            assert not [mark for mark in marks if mark in row], f"{table}: {row[:200]}"
    # A single time: the same browser is a stranger now, but the secret word still opens the report.
    assert client.get(receipt).url == reverse("feedback:complaint-track")
    assert complaints.find_by_secret(number=complaint.number, secret=secret) == complaint


def test_many_reports_without_trace_wait_for_a_person(service, own_cache):
    cache.clear()
    set_value(
        "feedback.no_author_per_hour",
        1,
        scope="kendari",
        valid_from=timezone.now().date(),
        by=None,
        reason="x",
    )
    for _number in range(2):
        client = Client()
        walk(client, service, identity="no_author")
        assert send(client).status_code == 302
    assert list(Complaint.objects.order_by("id").values_list("is_quarantined", flat=True)) == [False, True]


def test_a_signed_in_reader_stays_signed_in_and_out_of_the_report(world, service):
    client = world.client(world.staff)
    walk(client, service, identity="no_author")
    client.get(send(client).url)
    assert client.session.get("_auth_user_id") == str(world.staff.user_id)
    assert not [key for key, _value in client.session.items() if key.startswith("complaint")]


def test_who_is_under_18_leaves_no_contact(service):
    client = Client(headers=EN)
    response = walk(client, service, identity="contact", name="Anak", phone="0812")
    assert response.status_code == 422
    assert "is_adult" in response.context["form"].errors
    assert client.get(reverse("feedback:complaint-new-check")).status_code == 302


@pytest.mark.parametrize(
    ("switches", "expected"),
    [
        ({}, (False, False)),
        ({"is_anonymous": "on"}, (True, False)),
        ({"is_secret": "on"}, (False, True)),
        ({"is_anonymous": "on", "is_secret": "on"}, (True, True)),
    ],
)
def test_anonymous_and_secret_do_not_depend_on_each_other(service, switches, expected):
    client = Client()
    walk(client, service, identity="contact", phone="0812", is_adult="on", **switches)
    send(client)
    complaint = Complaint.objects.get()
    assert (complaint.is_anonymous, complaint.is_secret) == expected
    assert complaint.contact.phone == "0812"


def test_a_session_that_ended_loses_no_text(service):
    client = Client(headers=EN)
    told = {"subject": "Tidak hilang", "body": "Panjang sekali."}
    response = client.post(reverse("feedback:complaint-new-story"), told)
    assert response.url == reverse("feedback:complaint-new")
    client.post(response.url, {"kind": "aspirasi", "about": f"s:{service.code}"})
    assert "Panjang sekali." in client.get(reverse("feedback:complaint-new-story")).content.decode()
    # The last page carries everything, so that it can be sent after the session is gone.
    walk(client, service, **told)
    page = client.get(reverse("feedback:complaint-new-check")).content.decode()
    carried = re.search(r'name="draft" value="([^"]+)"', page)[1]
    Session.objects.all().delete()
    assert send(client, draft=carried + "x").url == reverse("feedback:complaint-new")
    assert not Complaint.objects.exists()
    assert send(client, draft=carried).status_code == 302
    assert Complaint.objects.get().body == "Panjang sekali."


def test_the_day_of_the_answer_is_told_before_sending_and_with_the_receipt(service):
    client = Client(headers=EN)
    walk(client, service, kind="aspirasi")
    before = client.get(reverse("feedback:complaint-new-check"))
    after = client.get(send(client).url)
    complaint = Complaint.objects.get()
    assert before.context["due_on"] == complaint.due_on
    day = re.search(r"<strong>([^<]+)</strong> at the latest", after.content.decode())[1]
    assert day in before.content.decode()
    assert "Ombudsman" in after.content.decode()


# --- earlier reports


@pytest.fixture
def public(world, service, officer):
    complaint, _secret = complain(
        world.unit, service=service, subject="Antrean dilewati", body="Oleh Pak Budi."
    )
    return complaints.publish(
        complaint_id=complaint.pk, subject="Nomor antrean dilewati", text="", by=officer, at=timezone.now()
    )


def test_a_report_like_this_is_offered_before_writing_and_before_sending(service, public):
    client = Client(headers=EN)
    kind = {"kind": "ringan", "about": f"s:{service.code}"}
    client.post(reverse("feedback:complaint-new"), kind)
    page = client.get(reverse("feedback:complaint-new-story")).content.decode()
    assert "Nomor antrean dilewati" in page
    assert "Budi" not in page
    response = client.post(
        reverse("feedback:complaint-new-story"), {"subject": "nomor antrean saya dilewati", "body": "Lagi."}
    )
    assert response.url == reverse("feedback:complaint-new-similar")
    page = client.get(response.url).content.decode()
    assert "Nomor antrean dilewati" in page
    assert "Budi" not in page
    assert reverse("feedback:complaint-new-contact") in page


@pytest.mark.parametrize(
    "change",
    [
        {"is_secret": True, "published_at": None},
        {"is_quarantined": True},
        {"kind": "berkadar_pengawasan"},
        {"published_at": None},
    ],
)
def test_what_is_not_for_everybody_is_offered_to_nobody(service, public, change):
    Complaint.objects.filter(pk=public.pk).update(**change)
    client = Client()
    walk(client, service, subject="Nomor antrean dilewati")
    assert client.get(reverse("feedback:complaint-new-story")).context["known"] == []
    url = reverse("feedback:complaint-public", args=[public.number])
    assert client.get(url).status_code == 404
    assert client.post(reverse("feedback:complaint-voice", args=[public.number])).status_code == 404
    public.refresh_from_db()
    assert public.voices == 0


def test_a_voice_counts_once_per_browser(public):
    url = reverse("feedback:complaint-voice", args=[public.number])
    first, second = Client(headers=EN), Client(headers=EN)
    for client in (first, first, second):
        assert client.post(url).url == reverse("feedback:complaint-public", args=[public.number])
    public.refresh_from_db()
    assert public.voices == 2
    assert (
        'data-voices="2"'
        in first.get(reverse("feedback:complaint-public", args=[public.number])).content.decode()
    )


def test_voices_from_one_network_end_somewhere(public, own_cache):
    set_value(
        "feedback.voices_per_hour", 2, scope="kendari", valid_from=timezone.now().date(), by=None, reason="x"
    )
    url = reverse("feedback:complaint-voice", args=[public.number])
    for _number in range(4):
        Client(REMOTE_ADDR=ADDRESS).post(url)
    public.refresh_from_db()
    assert public.voices == 2


# --- four weeks later


def test_the_question_after_four_weeks_and_the_way_back(world):
    complaint, client = opened(world)
    by, at = world.head.user, timezone.now() - timedelta(days=28)
    complaints.start(complaint_id=complaint.pk, by=by, at=at)
    complaints.answer(complaint_id=complaint.pk, text="Sudah.", by=by, at=at)
    complaints.confirm(complaint_id=complaint.pk, at=at)
    url, status = reverse("feedback:complaint-check-back"), reverse("feedback:complaint-status")
    assert "data-check-back" not in client.get(status).content.decode()
    complaints.ask_due(now=timezone.now())
    assert "data-check-back" in client.get(status).content.decode()
    assert Client().post(url, {"answer": "fixed"}).url == reverse("feedback:complaint-track")
    client.post(url, {"answer": "mungkin"})
    assert complaint.check_backs.get().answer == ""
    client.post(url, {"answer": "came_back"})
    assert complaint.check_backs.get().answer == "came_back"
    client.post(reverse("feedback:complaint-reopen"), {"text": "Lagi."})
    complaint.refresh_from_db()
    assert complaint.status == "reopened"


def test_a_refusal_is_contested_and_a_silent_end_is_not_called_solved(world):
    complaint, client = opened(world)
    complaints.reject(
        complaint_id=complaint.pk, reason_code="court", text="Sidang.", by=world.head.user, at=timezone.now()
    )
    page = client.get(reverse("feedback:complaint-status")).content.decode()
    assert "Contest the refusal" in page
    assert "Before a court" in page
    Complaint.objects.filter(pk=complaint.pk).update(status="closed_no_reply")
    assert "does not count as solved" in client.get(reverse("feedback:complaint-status")).content.decode()
