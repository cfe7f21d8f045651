"""Files on the way of a report: kept over the pages, shown to nobody else, never guessable."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.feedback.models import Complaint, ComplaintFile, DraftFile
from apps.feedback.services import complaints
from tests.feedback.helpers import complain
from tests.feedback.test_attachments import PDF, photo
from tests.feedback.views.test_complaining import EN, send, track, walk

FILES = "feedback:complaint-new-files"


def upload(content, name="rumah-budi.png"):
    return SimpleUploadedFile(name, content)


def test_files_wait_over_the_pages_and_go_with_the_report(service):
    client = Client(headers=EN)
    walk(client, service)
    url = reverse(FILES)
    response = client.post(url, {"files": [upload(photo()), upload(PDF, "budi.pdf")], "add": "1"})
    assert response.url == url
    page = client.get(url).content.decode()
    assert "Photo 1" in page
    assert "Document 2" in page
    assert "budi" not in page
    token = str(DraftFile.objects.latest("id").token)
    assert client.post(url, {"remove": token}).status_code == 302
    assert "2 of them" not in client.get(reverse("feedback:complaint-new-check")).content.decode()
    send(client)
    kept = ComplaintFile.objects.get()
    assert (kept.complaint, kept.name, kept.by) == (Complaint.objects.get(), "foto-1.png", None)
    assert not DraftFile.objects.exists()


def test_a_bad_file_is_explained_and_the_good_ones_stay(service):
    client = Client(headers=EN)
    walk(client, service)
    response = client.post(reverse(FILES), {"files": [upload(photo()), upload(b"MZ", "x.jpg")]})
    assert response.status_code == 422
    assert "neither a photo" in response.content.decode()
    assert DraftFile.objects.count() == 1


def test_nobody_takes_away_a_file_of_somebody_else(service):
    mine, other = Client(), Client()
    for client in (mine, other):
        walk(client, service)
    mine.post(reverse(FILES), {"files": [upload(photo())]})
    other.post(reverse(FILES), {"remove": str(DraftFile.objects.get().token)})
    other.post(reverse(FILES), {"remove": "kacau"})
    assert DraftFile.objects.count() == 1


def test_a_far_too_long_request_is_refused_with_a_sentence_before_it_is_taken_in(service, monkeypatch):
    monkeypatch.setattr(complaints, "largest_request", lambda: 1000)
    client = Client(headers=EN)
    walk(client, service)
    response = client.post(reverse(FILES), {"files": [upload(b"x" * 200_000)]})
    assert response.status_code == 413
    assert "too big" in response.content.decode()
    assert not DraftFile.objects.exists()


def test_without_a_first_page_there_is_nothing_to_attach_to(service):
    response = Client().post(reverse(FILES), {"files": [upload(photo())]})
    assert response.url == reverse("feedback:complaint-new")
    assert not DraftFile.objects.exists()


def test_a_pdf_stands_in_the_way_of_leaving_no_trace(service):
    client = Client(headers=EN)
    walk(client, service)
    client.post(reverse(FILES), {"files": [upload(PDF)]})
    response = client.post(reverse("feedback:complaint-new-contact"), {"identity": "no_author"})
    assert response.status_code == 422
    assert "name of its writer" in response.content.decode()


@pytest.fixture
def reported(world):
    complaint, secret = complain(world.unit)
    complaints.add_files(complaint_id=complaint.pk, contents=[photo()], by=None, at=complaint.received_at)
    client = Client(headers=EN)
    track(client, complaint.number, secret)
    return complaint, client


def test_a_file_is_for_its_reporter_and_for_those_who_may_see_the_report(world, reported):
    complaint, reporter = reported
    token = complaint.files.get().token
    own, inside = (
        reverse("feedback:complaint-own-file", args=[token]),
        reverse("feedback:complaint-inside-file", args=[complaint.pk, token]),
    )
    answer = reporter.get(own)
    assert answer.status_code == 200
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    assert own in reporter.get(reverse("feedback:complaint-status")).content.decode()
    assert world.client(world.head).get(inside).status_code == 200
    assert Client().get(own).status_code == 302
    assert Client().get(inside).status_code == 302
    assert world.client(world.stranger).get(inside).status_code == 404
    # The number of another report does not open it, nor does somebody else's open report.
    other, secret = complain(world.unit)
    stranger = Client()
    track(stranger, other.number, secret)
    assert stranger.get(own).status_code == 404
    assert (
        world.client(world.head)
        .get(reverse("feedback:complaint-inside-file", args=[other.pk, token]))
        .status_code
        == 404
    )
    assert reporter.get(reverse("feedback:complaint-own-file", args=[uuid.uuid4()])).status_code == 404


def test_both_sides_add_files_later(world, reported):
    complaint, reporter = reported
    url = reverse("feedback:complaint-files")
    assert reporter.post(url, {"files": [upload(photo((5, 5, 5)))]}).url == reverse(
        "feedback:complaint-status"
    )
    assert reporter.post(url, {}).status_code == 422
    assert Client().post(url, {"files": [upload(photo((6, 6, 6)))]}).status_code == 302
    office = reverse("feedback:complaint-office-files", args=[complaint.pk])
    assert world.client(world.head).post(office, {"files": [upload(PDF)]}).status_code == 302
    assert world.client(world.auditor).post(office, {"files": [upload(photo((7, 7, 7)))]}).status_code == 403
    assert world.client(world.stranger).post(office, {"files": [upload(photo((7, 7, 7)))]}).status_code == 404
    assert list(complaint.files.values_list("name", flat=True)) == [
        "foto-1.png",
        "foto-2.png",
        "dokumen-3.pdf",
    ]
    assert "dokumen-3.pdf" in reporter.get(reverse("feedback:complaint-status")).content.decode()
