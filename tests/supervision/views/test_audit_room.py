"""The pages of the auditor's room."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core.models import Job
from apps.employees.models import RecordView
from apps.supervision.models import AuditBundle, AuditEngagement, AuditSample
from tests.access.supervision_audit import engagement
from tests.supervision.audited import NOW, year_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _november() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def _record(row: AuditEngagement, employee: Any, query: str = "") -> str:
    return reverse("supervision:audit-record", args=[row.pk, employee.pk]) + query


def test_an_officer_lets_an_auditor_in_and_shuts_the_room_again(world: Any) -> None:
    client = world.client(world.personnel_officer)
    address = reverse("supervision:audit-engagement-grant")
    assert client.get(address).content.decode().count('value="2026"') == 2
    sent = {
        "auditor": world.auditor.pk,
        "unit": world.agency.pk,
        "year_from": "2026",
        "year_to": "2026",
        "since": "2026-11-20",
        "until": "2026-11-30",
        "purpose": "Pemeriksaan reguler",
        "_key": "8c5f0f4c-5f0e-4d55-9a5a-1d2f3a4b5c6d",
    }
    for _twice in range(2):
        response = client.post(address, sent)
        assert response.status_code == 302
    row = AuditEngagement.objects.get()
    assert response["Location"] == reverse("supervision:audit-engagement", args=[row.pk])
    assert (row.starts_at.isoformat(), row.ends_at.isoformat()) == (
        "2026-11-19T16:00:00+00:00",  # days of Kendari
        "2026-11-30T16:00:00+00:00",
    )
    end = reverse("supervision:audit-engagement-end", args=[row.pk])
    refused = client.post(end, {"reason": ""})
    assert refused.status_code == 422
    assert world.client(world.auditor).post(end, {"reason": "Saya"}).status_code == 403
    assert AuditEngagement.objects.get().ended_at is None
    assert client.post(end, {"reason": "Selesai"}).status_code == 302
    assert AuditEngagement.objects.get().ended_at == NOW


@pytest.mark.parametrize(
    ("field", "value"),
    [("until", "2026-11-01"), ("until", "2027-11-01"), ("purpose", ""), ("year_to", "2025")],
)
def test_a_wrong_grant_comes_back_with_what_was_typed(world: Any, field: str, value: str) -> None:
    sent = {
        "auditor": world.auditor.pk,
        "unit": world.agency.pk,
        "year_from": "2026",
        "year_to": "2026",
        "since": "2026-11-20",
        "until": "2026-11-30",
        "purpose": "Surat tugas 700/12",
    } | {field: value}
    response = world.client(world.personnel_officer).post(reverse("supervision:audit-engagement-grant"), sent)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "Surat tugas" in response.content.decode() or field == "purpose"
    assert not AuditEngagement.objects.exists()


def test_the_record_page_shows_the_day_that_was_asked_for_and_notes_the_reading(world: Any) -> None:
    year_of(world)
    row = engagement(world, unit=world.agency)
    client = world.client(world.auditor)
    page = client.get(_record(row, world.staff, "?tanggal=2026-07-03")).content.decode()
    assert "Kiriman pertama" in page
    assert "Kiriman kedua" not in page
    assert "Sangat Baik" not in page
    later = client.get(_record(row, world.staff, "?tanggal=2026-07-30")).content.decode()
    assert "Kiriman kedua" in later
    assert "Sangat Baik" in later
    assert "Angka memang belum dihitung." in later
    assert [view.what for view in RecordView.objects.filter(employee=world.staff)] == ["room"]


@pytest.mark.parametrize("query", ["?tanggal=2027-01-01", "?tanggal=2019-01-01", "?tanggal=kemarin"])
def test_a_day_out_of_scope_opens_nothing(world: Any, query: str) -> None:
    row = engagement(world)
    response = world.client(world.auditor).get(_record(row, world.staff, query))
    assert response.status_code == 422
    assert response.context["record"] is None
    assert not RecordView.objects.exists()


def test_who_is_outside_the_scope_is_not_found(world: Any) -> None:
    row = engagement(world, unit=world.agency)
    client = world.client(world.auditor)
    assert client.get(_record(row, world.stranger)).status_code == 404
    assert client.get(_record(row, world.foreigner)).status_code == 404
    found = client.get(reverse("supervision:audit-engagement", args=[row.pk]), {"cari": "Contoh"})
    assert {person.pk for person in found.context["found"]} == {
        person.pk for person in (world.agency_head, world.head, world.staff, world.colleague)
    }


@pytest.mark.parametrize(
    "change",
    [
        {"starts_at": NOW + timedelta(hours=1)},
        {"ends_at": NOW},
        {"ended_at": NOW, "end_reason": "x"},
    ],
)
def test_outside_the_window_every_door_of_the_room_is_shut(world: Any, change: dict[str, Any]) -> None:
    row = engagement(world)
    client = world.client(world.auditor)
    draw = reverse("supervision:audit-sample-draw", args=[row.pk])
    assert client.post(draw, {"as_of": "2026-06-30", "percent": "50", "minimum": "1"}).status_code == 302
    sample = AuditSample.objects.get()
    if "ended_at" in change:
        change = change | {"ended_by": world.personnel_officer}
    AuditEngagement.objects.filter(pk=row.pk).update(**change)
    assert client.get(_record(row, world.staff)).status_code == 403
    assert client.get(reverse("supervision:audit-sample", args=[row.pk, sample.pk])).status_code == 403
    assert client.post(reverse("supervision:audit-bundle", args=[row.pk, sample.pk])).status_code == 403
    assert client.post(draw, {"as_of": "2026-06-30", "percent": "50", "minimum": "1"}).status_code == 403
    page = client.get(reverse("supervision:audit-engagement", args=[row.pk]), {"cari": "Contoh"})
    assert page.context["found"] is None
    assert AuditSample.objects.count() == 1
    assert not AuditBundle.objects.exists()
    assert not RecordView.objects.exists()


def test_a_sample_is_drawn_once_read_and_bundled(world: Any) -> None:
    year_of(world)
    row = engagement(world, unit=world.unit)
    client = world.client(world.auditor)
    draw = reverse("supervision:audit-sample-draw", args=[row.pk])
    sent = {
        "as_of": "2026-07-30",
        "percent": "100",
        "minimum": "1",
        "_key": "1d5f0f4c-5f0e-4d55-9a5a-1d2f3a4b5c6d",
    }
    assert client.post(draw, sent | {"percent": "0"}).status_code == 422
    assert client.post(draw, sent | {"seed": "pendek"}).status_code == 422
    address = client.post(draw, sent)["Location"]
    assert client.post(draw, sent)["Location"] == address
    sample = AuditSample.objects.get()
    assert client.get(address).context["sample"].opened == 0
    client.get(_record(row, world.staff, "?tanggal=2026-07-30"))
    assert client.get(address).context["sample"].opened == 1
    bundle = reverse("supervision:audit-bundle", args=[row.pk, sample.pk])
    job = Job.objects.filter(kind="reports.audit_bundle")
    assert not job.exists()
    response = client.post(bundle)
    assert response["Location"] == reverse("core:job-detail", args=[job.get().pk])
    assert AuditBundle.objects.get().job == job.get()


def test_lists_ask_the_same_for_one_row_and_for_many(world: Any) -> None:
    client = world.client(world.auditor)
    engagement(world)
    client.get(reverse("supervision:audit-room"))  # the first request of a session writes it
    counts = []
    for _more in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("supervision:audit-room")).status_code == 200
        counts.append(len(captured))
        engagement(world, unit=world.agency)
        engagement(world, unit=world.unit)
    assert counts[0] == counts[1]
