"""Uploading evidence: every wrong file gets its own sentence, nothing is kept."""

import io
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.assessments.models import Evidence, EvidenceQuestion
from apps.assessments.services import evidence, reports
from apps.assessments.views.evidence import REFUSALS

from ..conftest import NOW, fill, picture
from ..test_services_evidence import pdf, put


def upload(client: Any, report: Any, content: bytes, name: str = "foto.jpg") -> Any:
    return client.post(f"/laporan/{report.pk}/bukti/", {"file": SimpleUploadedFile(name, content)})


def test_a_photo_is_added_and_read_again(world: Any, draft: Any) -> None:
    client = world.client(world.staff)
    assert upload(client, draft, picture()).status_code == 302
    item = Evidence.objects.get()
    answer = client.get(f"/laporan/bukti/{item.pk}/")
    assert (answer.status_code, answer["Content-Security-Policy"]) == (200, "default-src 'none'; sandbox")
    assert b"".join(answer.streaming_content)[:3] == b"\xff\xd8\xff"


@pytest.mark.parametrize(
    ("content", "code", "status"),
    [
        (b"", "empty_upload", 422),
        (b"MZ this is a program", "unknown_content", 422),
        (picture()[:200], "broken_image", 422),
        (pdf("rahasia"), "encrypted_pdf", 422),
        (b"%PDF-1.4 cut off", "broken_pdf", 422),
        (b"\xff\xd8\xff" + b"x" * 10_020_000, "too_big", 413),
        (b"\xff\xd8\xff" + b"x" * 30_000_000, "too_big", 413),
    ],
    ids=["empty", "program", "cut photo", "locked pdf", "cut pdf", "just too big", "30 MB"],
)
def test_each_wrong_file_gets_its_sentence(
    world: Any, draft: Any, content: bytes, code: str, status: int
) -> None:
    answer = upload(world.client(world.staff), draft, content)
    (error,) = answer.context["form"].errors["file"]
    assert (answer.status_code, error) == (status, str(REFUSALS[code]) % {"limit": 10})
    assert Evidence.objects.count() == 0


def test_a_huge_request_is_never_parsed(world: Any, draft: Any, monkeypatch: Any) -> None:
    parsed: list[Any] = []
    monkeypatch.setattr("django.http.request.MultiPartParser", lambda *a, **k: parsed.append(a))
    assert upload(world.client(world.staff), draft, b"x" * 30_000_000).status_code == 413
    assert parsed == []


def test_the_check_against_forged_requests_still_stands(world: Any, draft: Any) -> None:
    client = world.client(world.staff, enforce_csrf_checks=True)
    assert upload(client, draft, picture()).status_code == 403
    assert Evidence.objects.count() == 0


def test_without_a_file(world: Any, draft: Any) -> None:
    answer = world.client(world.staff).post(f"/laporan/{draft.pk}/bukti/", {})
    assert (answer.status_code, "file" in answer.context["form"].errors) == (422, True)


def test_the_same_file_is_friendly(world: Any, draft: Any) -> None:
    client = world.client(world.staff)
    upload(client, draft, picture())
    assert upload(client, draft, picture(), "lagi.jpg").status_code == 302
    assert Evidence.objects.count() == 1


def test_a_file_of_an_earlier_period_is_a_question(world: Any, skp: Any, periods: list[Any]) -> None:
    earlier = reports.open_report(employee=world.staff, period=periods[1], by=world.staff, at=NOW)
    put(earlier, picture())
    report = reports.open_report(employee=world.staff, period=periods[2], by=world.staff, at=NOW)
    client = world.client(world.staff)
    upload(client, report, picture())
    (row,) = client.get(f"/laporan/{report.pk}/bukti/").context["files"]
    (asked,) = row["questions"]
    assert (asked["question"].kind, asked["question"].other_report, asked["is_open"]) == (
        "same_file",
        earlier,
        True,
    )
    assert client.post(asked["url"], {"answer": "Ruang yang sama, difoto kembali."}).status_code == 302
    question = EvidenceQuestion.objects.get()
    assert (question.answer, question.is_open) == ("Ruang yang sama, difoto kembali.", False)


def test_an_answer_needs_a_word_and_its_writer(world: Any, skp: Any, periods: list[Any]) -> None:
    put(reports.open_report(employee=world.staff, period=periods[1], by=world.staff, at=NOW), picture())
    put(reports.open_report(employee=world.staff, period=periods[2], by=world.staff, at=NOW), picture())
    address = f"/laporan/pertanyaan/{EvidenceQuestion.objects.get().pk}/"
    assert world.client(world.staff).post(address, {"answer": "  "}).status_code == 422
    for who in ("head", "colleague", "stranger", "foreigner"):
        assert world.client(getattr(world, who)).post(address, {"answer": "x"}).status_code == 404
    assert EvidenceQuestion.objects.get().answered_at is None


def test_an_answer_survives_an_expired_session(world: Any, skp: Any, periods: list[Any]) -> None:
    put(reports.open_report(employee=world.staff, period=periods[1], by=world.staff, at=NOW), picture())
    put(reports.open_report(employee=world.staff, period=periods[2], by=world.staff, at=NOW), picture())
    address = f"/laporan/pertanyaan/{EvidenceQuestion.objects.get().pk}/"
    client = world.client(world.staff)
    owner = client.get(address).content.decode().split('name="_owner" value="')[1].split('"')[0]
    Session.objects.all().delete()
    client.post(address, {"answer": "Kegiatan rutin bulanan.", "_owner": owner})
    client.force_login(world.staff.user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).context["form"]["answer"].value() == "Kegiatan rutin bulanan."


def test_removing_asks_first(world: Any, draft: Any) -> None:
    item = put(draft, picture())
    client = world.client(world.staff)
    assert client.post(f"/laporan/bukti/{item.pk}/hapus/").status_code == 200
    assert Evidence.objects.get().removed_at is None
    client.post(f"/laporan/bukti/{item.pk}/hapus/", {"confirmed": "1"})
    assert Evidence.objects.get().removed_at is not None
    assert client.get(f"/laporan/bukti/{item.pk}/").status_code == 404


def test_who_reads_a_file(world: Any, draft: Any) -> None:
    item = put(draft, picture())
    address = f"/laporan/bukti/{item.pk}/"
    everybody = (
        "staff",
        "head",
        "agency_head",
        "auditor",
        "personnel_officer",
        "colleague",
        "stranger_head",
        "stranger",
        "foreigner",
    )
    assert [world.client(getattr(world, who)).get(address).status_code for who in everybody] == [
        200,
        *[404] * 8,
    ]
    fill(draft)
    reports.submit_report(report_id=draft.pk, by=world.staff, at=NOW)
    found = []
    for who in everybody:
        answer = world.client(getattr(world, who)).get(address)
        found.append(answer.status_code)
    assert found == [*[200] * 5, *[404] * 4]
    reports.return_report(report_id=draft.pk, note="Lengkapi", by=world.head, at=NOW)
    new = put(draft, picture("red"))
    evidence.remove_evidence(evidence_id=item.pk, by=world.staff, at=NOW)
    client = world.client(world.head)
    assert client.get(f"/laporan/bukti/{new.pk}/").status_code == 404, "not sent yet"
    kept = client.get(address)
    assert kept.status_code == 200, "it belongs to what was sent"


def test_somebody_else_changes_nothing(world: Any, draft: Any) -> None:
    item = put(draft, picture())
    for who in ("head", "stranger", "foreigner"):
        client = world.client(getattr(world, who))
        assert client.post(f"/laporan/bukti/{item.pk}/hapus/", {"confirmed": "1"}).status_code == 404
        assert client.post(f"/pengawas/bukti/{item.pk}/", {"verdict": "accepted"}).status_code == 404
        assert upload(client, draft, picture("red")).status_code == 404
    assert list(Evidence.objects.values_list("pk", "removed_at", "verdict")) == [(item.pk, None, "")]


def test_a_long_request_from_nobody_goes_to_the_sign_in_page(client: Any, draft: Any) -> None:
    answer = client.post(
        f"/laporan/{draft.pk}/bukti/",
        data=io.BytesIO(b"x" * 11_000_000).read(),
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 302
