"""Packs and recaps: only the people the owner may see, progress, cancel, volumes, the same bytes again."""

import io
import zipfile
from typing import Any

import openpyxl
import pytest
from django.utils import timezone

from apps.core import files, long_jobs
from apps.core.labels import JobStatus
from apps.core.models import Job
from apps.reports.models import Document
from apps.reports.services import packs

from .evaluated import evaluate, quarter

pytestmark = pytest.mark.django_db


def run(kind: str, world: Any, owner: Any, unit: Any = None) -> Job:
    """Run a job to its end, as the worker does."""
    job = long_jobs.start(
        kind,
        owner=owner,
        scope=world.government.code,
        unit_id=(unit or world.unit).pk,
        period_id=quarter(world).pk,
    )
    long_jobs.run(str(job.pk))
    job.refresh_from_db()
    return job


def sheet_rows(job: Job, sheet: int) -> list[tuple[Any, ...]]:
    assert job.result_file is not None
    book = openpyxl.load_workbook(io.BytesIO(files.read(job.result_file)), read_only=True)
    return [tuple(row) for row in book.worksheets[sheet].iter_rows(values_only=True)][1:]


def test_a_pack_holds_what_was_handed_over(world: Any) -> None:
    evaluate(world, world.staff)
    evaluate(world, world.colleague, status="rated")
    job = run("reports.evaluation_pack", world, world.head.user)
    assert job.status == JobStatus.DONE.value
    assert (job.done_steps, job.total_steps) == (1, 1)
    assert job.result == {"people": 1}
    document = Document.objects.get()
    assert (document.kind, document.unit, document.period) == ("evaluation_pack", world.unit, quarter(world))
    assert job.result_file == document.file
    assert files.read(document.file).startswith(b"%PDF")


def test_the_same_pack_is_not_made_twice(world: Any) -> None:
    evaluate(world, world.staff)
    first = run("reports.evaluation_pack", world, world.head.user)
    second = run("reports.evaluation_pack", world, world.head.user)
    assert first.result_file == second.result_file
    assert Document.objects.count() == 1


def test_a_pack_without_anybody_fails_with_a_sentence(world: Any) -> None:
    evaluate(world, world.staff, status="rated")
    job = run("reports.evaluation_pack", world, world.head.user)
    assert job.status == JobStatus.FAILED.value
    assert job.error
    assert not Document.objects.exists()


def test_a_pack_holds_only_visible_people(world: Any) -> None:
    evaluate(world, world.staff)
    evaluate(world, world.stranger)
    job = run("reports.evaluation_pack", world, world.head.user, unit=world.root)
    assert job.result == {"people": 1}


def test_above_fifty_people_it_is_a_zip_of_volumes(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs, "SINGLE_FILE", 1)
    monkeypatch.setattr(packs.pdf, "VOLUME_SIZE", 2)
    monkeypatch.setattr(packs.pdf.render_volumes, "__defaults__", (2,))
    people = [
        world.staff,
        world.colleague,
        world.make_employee("Bidan Lain Contoh", world.unit, appraiser=world.head),
    ]
    for person in people:
        evaluate(world, person)
    job = run("reports.evaluation_pack", world, world.head.user)
    assert job.status == JobStatus.DONE.value, job.error
    assert (job.done_steps, job.total_steps) == (3, 3)
    assert job.result_name.endswith(".zip")
    assert job.result_file is not None
    with zipfile.ZipFile(io.BytesIO(files.read(job.result_file))) as archive:
        assert archive.namelist() == ["jilid-001.pdf", "jilid-002.pdf"]
        assert all(archive.read(name).startswith(b"%PDF") for name in archive.namelist())


def test_a_cancelled_pack_issues_nothing(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    evaluate(world, world.staff)
    render = packs.pdf.render_pack

    def cancelled_meanwhile(pairs: Any) -> bytes:
        Job.objects.update(cancel_requested=True)
        return render(pairs)

    monkeypatch.setattr(packs.pdf, "render_pack", cancelled_meanwhile)
    job = run("reports.evaluation_pack", world, world.head.user)
    assert job.status == JobStatus.CANCELLED.value
    assert not Document.objects.exists()


def test_the_recap_lists_everybody_once(world: Any) -> None:
    evaluate(world, world.staff)
    evaluate(world, world.colleague, status="prepared")
    job = run("reports.cycle_recap", world, world.head.user)
    assert job.status == JobStatus.DONE.value, job.error
    rows = {row[2]: row for row in sheet_rows(job, 0)}
    assert set(rows) == {"Perawat Contoh", "Bidan Contoh", "Kepala Puskesmas Contoh"}
    assert rows["Perawat Contoh"][0] == "Puskesmas Lepo-Lepo"
    assert rows["Perawat Contoh"][1] == world.staff.nip
    assert rows["Perawat Contoh"][7:12] == (
        105,
        "Sesuai ekspektasi",
        "Sesuai ekspektasi",
        "Baik",
        "Kepala Puskesmas Contoh",
    )
    assert rows["Bidan Contoh"][10] is None
    assert rows["Kepala Puskesmas Contoh"][7] is None, "no plan, so nothing was prepared"
    ((unit, *counts),) = sheet_rows(job, 1)
    assert unit == "Puskesmas Lepo-Lepo"
    assert counts == [0, 1, 0, 0, 0, 2, 3]
    assert not Document.objects.exists(), "somebody's own recap is the result of their job only"


def test_the_recap_lists_only_visible_people(world: Any) -> None:
    evaluate(world, world.staff)
    evaluate(world, world.stranger)
    job = run("reports.cycle_recap", world, world.head.user, unit=world.root)
    names = {row[2] for row in sheet_rows(job, 0)}
    assert names == {"Perawat Contoh", "Bidan Contoh", "Kepala Puskesmas Contoh"}
    everybody = run("reports.cycle_recap", world, world.personnel_officer, unit=world.root)
    assert {row[2] for row in sheet_rows(everybody, 0)} >= {"Guru Contoh", "Kepala Dinas Lain"}


def test_a_job_of_another_government_finds_nobody(world: Any) -> None:
    evaluate(world, world.staff)
    for kind in ("reports.evaluation_pack", "reports.cycle_recap"):
        job = run(kind, world, world.foreigner.user, unit=world.root)
        assert job.status == JobStatus.FAILED.value
    assert not Document.objects.exists()


def test_a_formula_in_a_name_stays_text(world: Any) -> None:
    world.staff.name = "=HYPERLINK(1)"
    world.staff.save()
    evaluate(world, world.staff)
    job = run("reports.cycle_recap", world, world.head.user)
    (cell,) = [row[2] for row in sheet_rows(job, 0) if "HYPERLINK" in row[2]]
    assert not cell.startswith("=")


def test_packs_cost_the_same_queries_for_one_and_three(
    world: Any, django_assert_max_num_queries: Any
) -> None:
    for person in (world.staff, world.colleague, world.head):
        evaluate(world, person)
    job = Job.objects.create(kind="reports.evaluation_pack", owner=world.personnel_officer)
    with django_assert_max_num_queries(60):
        packs.build_evaluation_pack(
            unit_id=world.unit.pk,
            period_id=quarter(world).pk,
            viewer=world.personnel_officer,
            progress=long_jobs.Progress(job),
            at=timezone.now(),
        )
