"""Papers about surveys: issued once per facts, only of what is published; spreadsheets of one's own job."""

import io
import threading
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from openpyxl import load_workbook

from apps.core import files, long_jobs
from apps.core.labels import JobStatus
from apps.core.models import AuditEntry, Job
from apps.feedback.models import Response
from apps.reports.models import Document
from apps.reports.selectors.issued import document_by_code
from apps.reports.services import surveys

from .rendering.reading import words
from .surveyed import FIRST, LAST, NOW, answered, ended_period, published, surveyed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let jobs run at NOW."""
    monkeypatch.setattr("apps.reports.tasks.timezone.now", lambda: NOW)


def issue(period: Any, by: Any = None) -> Document:
    return surveys.issue_survey_report(period_id=period.pk, by=by, at=NOW)


def run(kind: str, owner: Any, **params: Any) -> Job:
    job = long_jobs.start(kind, owner=owner, scope="kendari", **params)
    long_jobs.run(str(job.pk))
    job.refresh_from_db()
    return job


def span(world: Any, kind: str, **changes: Any) -> Job:
    days = {"starts_on": FIRST.isoformat(), "ends_on": LAST.isoformat()}
    return run(kind, world.head.user, **{"unit_id": world.unit.pk, **days, **changes})


def cells(job: Job) -> dict[str, list[list[Any]]]:
    assert job.result_file is not None, job.error
    book = load_workbook(io.BytesIO(files.read(job.result_file)))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def test_the_report_is_a_pdf_with_a_code_a_trail_and_the_figures(world: Any) -> None:
    period = surveyed(world)
    document = issue(period, world.head.user)
    told = words(files.read(document.file))
    assert document.kind == "survey_report"
    assert document.survey_period == period
    assert "LAPORAN SURVEI KEPUASAN MASYARAKAT" in told
    assert "IKM 72,22" in told
    assert document.code in told
    entry = AuditEntry.objects.get(action="reports.document.issued")
    assert entry.target_id == str(document.pk)


def test_equal_facts_give_the_same_document_and_new_ones_replace_it(world: Any) -> None:
    period = surveyed(world)
    first = issue(period)
    assert issue(period).pk == first.pk
    service = period.service
    service.name = "Poli dengan nama baru"
    service.save()
    second = issue(period)
    assert second.pk != first.pk
    found = document_by_code(first.code)
    assert found is not None
    assert found.is_replaced
    newest = document_by_code(second.code)
    assert newest is not None
    assert not newest.is_replaced


def test_nothing_is_issued_before_the_result_is_published(world: Any) -> None:
    period = ended_period(world.make_service(unit=world.unit), sampling="receipt")
    with pytest.raises(surveys.NothingToReport):
        issue(period)
    answered(period, 40)
    surveys.IkmResult.objects.create(
        survey_period=period,
        tier="terverifikasi",
        n=40,
        nrr={},
        regime="14/2017",
        rule_version="x",
        computed_at=NOW,
    )
    with pytest.raises(surveys.NotYetPublished):
        issue(period)
    assert not Document.objects.exists()


def test_a_span_is_a_document_for_those_who_see_the_unit(world: Any) -> None:
    surveyed(world)
    job = span(world, "reports.survey_span")
    assert job.status == JobStatus.DONE.value, job.error
    document = Document.objects.get(kind="survey_span")
    assert job.result_file == document.file
    assert (document.unit, document.starts_on, document.ends_on) == (world.unit, FIRST, LAST)
    again = span(world, "reports.survey_span")
    assert again.result_file == document.file
    for who, sees in (
        (world.head, True),
        (world.auditor, True),
        (world.staff, False),
        (world.foreigner, False),
    ):
        user = getattr(who, "user", who)
        assert Document.objects.visible_to(user).filter(pk=document.pk).exists() is sees


def test_a_span_without_a_survey_fails_with_a_sentence(world: Any) -> None:
    for kind in ("reports.survey_span", "reports.survey_recap"):
        job = span(world, kind)
        assert job.status == JobStatus.FAILED.value
        assert job.error
    assert not Document.objects.exists()


def test_the_annex_has_four_rows_below_and_only_texts(world: Any) -> None:
    period = surveyed(world, n=12)
    Response.objects.filter(survey_period=period).update(remark="=1+1")
    job = run("reports.survey_annex", world.head.user, period_id=period.pk)
    assert job.status == JobStatus.DONE.value, job.error
    assert job.result == {"people": 12}
    sheet = cells(job)["Terverifikasi"]
    assert sheet[0] == ["No", *(f"U{number}" for number in range(1, 10))]
    assert sheet[1] == ["1", "2", *(["3"] * 8)]
    assert [row[0] for row in sheet[13:17]] == [
        "Jumlah nilai per unsur",
        "NRR per unsur",
        "NRR tertimbang per unsur",
        "IKM",
    ]
    assert sheet[13][1:3] == ["24", "36"]
    assert sheet[14][1:3] == ["2,0000", "3,0000"]
    assert sheet[15][1:3] == ["0,2222", "0,3333"]
    assert sheet[16][1] == "72,22"
    assert all(value is None or isinstance(value, str) for row in sheet for value in row)
    assert "=1+1" not in str(cells(job))
    assert AuditEntry.objects.filter(action="reports.survey_annex.made").exists()


def test_there_is_no_annex_of_a_result_that_still_changes(world: Any) -> None:
    period = ended_period(world.make_service(unit=world.unit))
    answered(period, 12)
    surveys.IkmResult.objects.create(
        survey_period=period,
        tier="terverifikasi",
        n=12,
        nrr={},
        regime="14/2017",
        rule_version="x",
        computed_at=NOW,
    )
    job = run("reports.survey_annex", world.head.user, period_id=period.pk)
    assert job.status == JobStatus.FAILED.value
    assert job.result_file is None


def test_the_recap_has_a_row_per_unit(world: Any) -> None:
    surveyed(world, n=40)
    other = ended_period(world.make_service(unit=world.other_agency), sampling="census", population=50)
    answered(other, 45, 4)
    published(other)
    job = run(
        "reports.survey_recap",
        world.auditor,
        unit_id=world.root.pk,
        starts_on=FIRST.isoformat(),
        ends_on=LAST.isoformat(),
    )
    assert job.status == JobStatus.DONE.value, job.error
    head, *rows = cells(job)["Rekap SKM"]
    told = {row[head.index("Unit")]: dict(zip(head, row, strict=True)) for row in rows}
    assert told[world.unit.name]["IKM"] == "72,22"
    assert told[world.unit.name]["Kategori"] == "C (Kurang baik)"
    assert told[world.unit.name]["NRR U1"] == "2,0000"
    assert told[world.unit.name]["Populasi"] == "100"
    assert told[world.unit.name]["Sampel diperlukan"] == "80"
    assert told[world.unit.name]["Responden"] == "40"
    assert told[world.unit.name]["Tingkat"].startswith("Terverifikasi")
    assert told[world.other_agency.name]["IKM"] == "97,22"
    assert job.result == {"units": 2}


def test_a_document_about_a_survey_names_its_survey(world: Any) -> None:
    document = issue(surveyed(world))
    span(world, "reports.survey_span")
    of_unit = Document.objects.get(kind="survey_span")
    for row, change in (
        (document, {"survey_period": None}),
        (document, {"kind": "survey_span"}),
        (of_unit, {"starts_on": None}),
        (of_unit, {"unit": None}),
        (of_unit, {"survey_period": document.survey_period}),
    ):
        with pytest.raises(IntegrityError, match="document_is_about"), transaction.atomic():
            Document.objects.filter(pk=row.pk).update(**change)
    for row, constraint in (
        (document, "document_once_per_survey_period_and_facts"),
        (of_unit, "document_once_per_span_and_facts"),
    ):
        row.pk, row.code = None, f"X-{row.kind}"
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            row.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_get_the_same_report(world: Any) -> None:
    period = surveyed(world)
    made: list[int] = []

    def click() -> None:
        try:
            made.append(issue(period).pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert len(set(made)) == 1
    assert Document.objects.count() == 1


def test_days_outside_the_span_are_another_report(world: Any) -> None:
    surveyed(world)
    job = span(world, "reports.survey_span", ends_on=date(2026, 3, 31).isoformat())
    assert job.status == JobStatus.FAILED.value
