"""Pages of survey papers: what can be made, by whom, and what is refused."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.core import files
from apps.core.models import Job
from apps.reports.models import Document

from ..surveyed import answered, ended_period, surveyed

pytestmark = pytest.mark.django_db
INDEX = "/dokumen/skm/"


def page(period: Any) -> str:
    return reverse("reports:survey-report", args=[period.pk])


def form(world: Any, **changes: Any) -> dict[str, Any]:
    return {
        "unit": world.unit.pk,
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
        "kind": "reports.survey_span",
    } | changes


def test_one_click_makes_the_report_and_offers_it(world: Any) -> None:
    period = surveyed(world)
    client = world.client(world.head)
    answer = client.post(page(period))
    document = Document.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"{page(period)}?dibuat={document.pk}"
    html = client.get(answer["Location"]).content.decode()
    assert document.code in html
    download = client.get(reverse("reports:document-download", args=[document.pk]))
    assert b"".join(download.streaming_content).startswith(b"%PDF")


def test_before_publication_the_page_says_why_and_nothing_is_made(world: Any) -> None:
    period = ended_period(world.make_service(unit=world.unit))
    answered(period, 12)
    client = world.client(world.head, headers={"accept-language": "en"})
    assert "Nobody answered" in client.get(page(period)).content.decode()
    assert client.post(page(period)).status_code == 302
    assert not Document.objects.exists()


@pytest.mark.parametrize("who", ["staff", "stranger", "foreigner", "personnel_officer"])
def test_others_find_neither_page_nor_file(world: Any, who: str) -> None:
    period = surveyed(world)
    world.client(world.head).post(page(period))
    document = Document.objects.get()
    client = world.client(getattr(world, who))
    assert client.get(page(period)).status_code == 404
    assert client.post(page(period)).status_code == 404
    assert client.post(reverse("reports:survey-annex", args=[period.pk])).status_code == 404
    assert client.get(reverse("reports:document-download", args=[document.pk])).status_code == 404
    assert Document.objects.count() == 1
    assert not Job.objects.exists()


def test_the_annex_is_a_job_of_whoever_asked(world: Any) -> None:
    period = surveyed(world)
    answer = world.client(world.head).post(reverse("reports:survey-annex", args=[period.pk]))
    job = Job.objects.get()
    assert answer.status_code == 302
    assert job.kind == "reports.survey_annex"
    assert job.owner == world.head.user


@pytest.mark.parametrize("kind", ["reports.survey_span", "reports.survey_recap"])
def test_papers_of_units_start_jobs(world: Any, kind: str) -> None:
    answer = world.client(world.head).post(INDEX, form(world, kind=kind))
    job = Job.objects.get()
    assert answer.status_code == 302
    assert job.kind == kind
    assert job.params == {"unit_id": world.unit.pk, "starts_on": "2026-01-01", "ends_on": "2026-12-31"}


@pytest.mark.parametrize(
    "changes",
    [
        {"starts_on": "2026-12-31", "ends_on": "2026-01-01"},
        {"starts_on": ""},
        {"kind": "reports.cycle_recap"},
        {"unit": "other"},
    ],
)
def test_a_wrong_form_comes_back_with_what_was_typed(world: Any, changes: dict[str, str]) -> None:
    if changes.get("unit") == "other":
        changes = {"unit": world.other_agency.pk}
    answer = world.client(world.head).post(INDEX, form(world, **changes))
    assert answer.status_code == 422
    assert "2026-12-31" in answer.content.decode()
    assert not Job.objects.exists()


def test_the_list_asks_the_same_for_one_report_and_for_many(world: Any) -> None:
    def made(number: int) -> None:
        Document.objects.create(
            government=world.government,
            kind="survey_span",
            code=f"CODE-{number}",
            unit=world.unit,
            starts_on="2026-01-01",
            ends_on="2026-06-30",
            file=files.store(b"%PDF-1.7 uji", "application/pdf"),
            name="laporan.pdf",
            facts_hash=f"{number}" * 64,
            issued_at=timezone.now(),
        )

    client = world.client(world.head)
    client.get(INDEX)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(INDEX).status_code == 200
        return len(queries)

    made(1)
    few = count()
    for number in range(2, 9):
        made(number)
    assert count() == few
