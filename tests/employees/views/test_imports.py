"""The import pages: upload, preview, apply as a job, bad rows back, and every kind of hostile file."""

import io
import threading
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import translation

from apps.core import jobs, long_jobs
from apps.core.models import Job, OutboxMessage, StoredFile
from apps.employees.models import Employee, ImportBatch, WorkUnit
from apps.employees.services import staff_import
from tests.employees.test_services_staff_import import HEAD, ROW, SAMPLES, as_csv
from tests.world import World

URL = "/pegawai/impor/"


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def upload(client: Any, content: bytes, name: str = "daftar.csv", **values: str) -> Any:
    return client.post(URL, {"file": SimpleUploadedFile(name, content), **values})


def run_jobs() -> None:
    for message in OutboxMessage.objects.filter(done_at__isnull=True):
        assert jobs.consume(message.pk)


def test_upload_preview_apply_and_report(world: World) -> None:
    client = world.client(world.personnel_officer)
    bad = ROW | {"NIP": "12", "Nama": "Contoh Salah"}
    detail = upload(client, as_csv(HEAD, ROW, bad))["Location"]
    page = client.get(detail)
    assert page.context["counts"] == {"salah": 1, "baru": 2, "berubah": 0, "sama": 0}
    assert "Contoh Salah" in page.content.decode()
    assert not Employee.objects.filter(nip=ROW["NIP"]).exists()
    batch = ImportBatch.objects.get()
    job_page = client.post(reverse("employees:import-apply", args=[batch.pk]))["Location"]
    assert client.post(reverse("employees:import-apply", args=[batch.pk]))["Location"] == job_page  # one job
    run_jobs()
    job = Job.objects.get()
    assert (job.status, job.result) == ("done", {"new": 2, "changed": 0, "unchanged": 0, "bad": 1})
    assert Employee.objects.filter(nip=ROW["NIP"]).exists()
    assert client.get(detail).context["is_applicable"] is False
    for kind in ("salah", "baru", "berubah", "sama", "lain"):
        assert client.get(detail, {"baris": kind}).status_code == 200
    file = client.get(reverse("employees:import-bad-rows", args=[batch.pk]))
    assert zipfile.is_zipfile(io.BytesIO(file.content))
    assert "no-store" in file["Cache-Control"]


def test_a_second_upload_shows_what_changed(world: World) -> None:
    client = world.client(world.personnel_officer)
    upload(client, as_csv(HEAD, ROW))
    client.post(reverse("employees:import-apply", args=[ImportBatch.objects.get().pk]))
    run_jobs()
    page = client.get(upload(client, as_csv(HEAD, ROW | {"Golongan": "III/d"}))["Location"])
    assert page.context["counts"] == {"salah": 0, "baru": 0, "berubah": 1, "sama": 1}
    html = page.content.decode()
    assert "<del>III/b</del>" in html
    assert "<ins>III/d</ins>" in html


def test_a_stopped_import_can_be_gone_on_with(world: World) -> None:
    client = world.client(world.personnel_officer)
    detail = upload(client, as_csv(HEAD, ROW))["Location"]
    batch = ImportBatch.objects.get()
    client.post(reverse("employees:import-apply", args=[batch.pk]))
    long_jobs.request_cancel(Job.objects.get(), by=world.personnel_officer)
    assert client.get(detail).context["is_applicable"]
    client.post(reverse("employees:import-apply", args=[batch.pk]))
    run_jobs()
    batch.refresh_from_db()
    assert batch.status == "applied"


@pytest.mark.django_db(transaction=True)
def test_ten_parallel_uploads_of_one_form_are_one_list(world: World) -> None:
    client = world.client(world.personnel_officer)
    key = "5f0c5c3e-8f0e-4f63-9d8c-8a4d7f1c0020"
    found: list[str] = []

    def send() -> None:
        try:
            browser = world.client()
            browser.cookies = client.cookies
            found.append(upload(browser, as_csv(HEAD, ROW), _key=key)["Location"])
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 10
    assert len(set(found)) == 1
    assert ImportBatch.objects.count() == 1


def workbook(fill: Callable[[Any, Any], None]) -> bytes:
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output, {"in_memory": True})
    sheet = book.add_worksheet()
    fill(sheet, book)
    book.close()
    return output.getvalue()


def _headings(sheet: Any) -> None:
    for column, title in enumerate(ROW):
        sheet.write_string(0, column, title)
        sheet.write_string(1, column, ROW[title])


def _formula(sheet: Any, _book: Any) -> None:
    _headings(sheet)
    sheet.write_formula(1, 2, "=1+1")


def _merged(sheet: Any, _book: Any) -> None:
    _headings(sheet)
    sheet.merge_range(2, 0, 3, 0, "x")


def _long(sheet: Any, _book: Any) -> None:
    _headings(sheet)
    for number in range(1, 60_001):
        sheet.write_string(number, 0, "x")


def bomb() -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return output.getvalue()


HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "has_formulas": ("a.xlsx", lambda: workbook(_formula)),
    "has_merged_cells": ("a.xlsx", lambda: workbook(_merged)),
    "too_many_rows": ("a.xlsx", lambda: workbook(_long)),
    "unpacks_too_large": ("a.xlsx", bomb),
    "wrong_type": ("a.xlsx", lambda: b"%PDF-1.7\n..."),
    "old_excel": ("a.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512),
    "corrupt_file": ("a.xlsx", lambda: b"PK\x03\x04 broken"),
    "missing_columns": ("a.csv", lambda: b"NIP,Alamat\n1,2\n"),
    "no_header": ("a.csv", lambda: b"1,2\n3,4\n"),
    "empty_file": ("a.csv", lambda: as_csv(dict.fromkeys(ROW, ""))),
}


@pytest.mark.parametrize("code", HOSTILE)
def test_a_file_that_cannot_be_used_is_refused_with_words(
    world: World, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, make = HOSTILE[code]
    monkeypatch.setattr(staff_import, "LIMITS", replace(staff_import.LIMITS, max_rows=50_000))
    client = world.client(world.personnel_officer)
    before = (Employee.objects.count(), WorkUnit.objects.count(), StoredFile.objects.count())
    page = client.get(upload(client, make(), name)["Location"])
    batch = ImportBatch.objects.get()
    assert (batch.status, batch.refusal["code"]) == ("refused", code)
    what, todo = page.context["refusal"]
    assert what in page.content.decode().replace("&#x27;", "'")
    assert todo
    assert "%(" not in what
    assert client.post(reverse("employees:import-apply", args=[batch.pk])).status_code == 302
    assert not Job.objects.exists()
    assert before == (Employee.objects.count(), WorkUnit.objects.count(), StoredFile.objects.count())


def test_a_file_of_thirty_megabytes_is_refused_on_the_page(world: World) -> None:
    client = world.client(world.personnel_officer)
    page = upload(client, b"x" * 30_000_000)
    assert page.status_code == 422
    assert "30 MB" in page.content.decode()
    assert upload(client, b"").status_code == 422
    assert client.post(URL, {}).status_code == 422
    assert not ImportBatch.objects.exists()


def test_only_the_personnel_officers_of_the_whole_government_import(world: World) -> None:
    upload(world.client(world.personnel_officer), as_csv(HEAD, ROW))
    batch = ImportBatch.objects.get()
    addresses = [
        URL,
        reverse("employees:import-detail", args=[batch.pk]),
        reverse("employees:import-bad-rows", args=[batch.pk]),
    ]
    unit_officer = world.make_role_user("personnel_officer", world.unit)
    for who in (world.staff, world.head, world.auditor, unit_officer):
        assert {world.client(who).get(url).status_code for url in addresses} == {403}
        assert upload(world.client(who), as_csv(HEAD, ROW)).status_code == 403
    other = world.client(world.other.personnel_officer)
    assert [other.get(url).status_code for url in addresses] == [200, 404, 404]
    assert other.post(reverse("employees:import-apply", args=[batch.pk])).status_code == 404
    assert ImportBatch.objects.count() == 1
    assert not Job.objects.exists()


def test_the_template_can_be_fetched(world: World) -> None:
    response = world.client(world.personnel_officer).get(reverse("employees:import-template"))
    assert zipfile.is_zipfile(io.BytesIO(response.content))
    assert (SAMPLES / "staff-template.xlsx").exists()
