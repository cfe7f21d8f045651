"""Packs and recaps: only the people the owner may see, progress, cancel, volumes, the same bytes again."""

import hashlib
import io
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.core import audit, files, long_jobs
from apps.core.labels import JobStatus
from apps.core.models import AuditEntry, Job, StoredFile
from apps.indicators.models import Skp
from apps.reports.models import Document, PackVolume
from apps.reports.services import packs

from .evaluated import evaluate, quarter
from .rendering.reading import words

pytestmark = pytest.mark.django_db


def run(kind: str, world: Any, owner: Any, unit: Any = None, **params: Any) -> Job:
    """Run a job to its end, as the worker does."""
    job = long_jobs.start(
        kind,
        owner=owner,
        scope=world.government.code,
        unit_id=(unit or world.unit).pk,
        period_id=quarter(world).pk,
        **params,
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


@pytest.fixture
def three(world: Any, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Three people whose evaluations were handed over, and volumes of two."""
    monkeypatch.setattr(packs, "SINGLE_FILE", 1)
    monkeypatch.setattr(packs.pdf, "VOLUME_SIZE", 2)
    people = [
        world.staff,
        world.colleague,
        world.make_employee("Bidan Lain Contoh", world.unit, appraiser=world.head),
    ]
    for person in people:
        evaluate(world, person)
    return people


def opened(job: Job) -> zipfile.ZipFile:
    assert job.result_file is not None, job.error
    return zipfile.ZipFile(io.BytesIO(files.read(job.result_file)))


def test_many_documents_are_a_zip_of_volumes_with_a_list(world: Any, three: list[Any]) -> None:
    job = run("reports.evaluation_pack", world, world.head.user)
    assert job.status == JobStatus.DONE.value, job.error
    assert (job.done_steps, job.total_steps) == (3, 3)
    assert job.result_name.endswith(".zip")
    with opened(job) as archive:
        assert archive.namelist() == ["evaluasi-001.pdf", "evaluasi-002.pdf", "daftar-isi.csv"]
        first, second = (words(archive.read(f"evaluasi-00{n}.pdf")) for n in (1, 2))
        listed = archive.read("daftar-isi.csv").decode("utf-8-sig")
    assert "Bidan Contoh" in first
    assert "Bidan Lain Contoh" in first
    assert "Perawat Contoh" in second
    rows = [line.split(",") for line in listed.splitlines()]
    assert [row[0] for row in rows[1:]] == ["evaluasi-001.pdf", "evaluasi-001.pdf", "evaluasi-002.pdf"]
    assert [row[2] for row in rows[1:]] == ["Bidan Contoh", "Bidan Lain Contoh", "Perawat Contoh"]
    assert not PackVolume.objects.exists(), "volumes go when the pack is issued"


@pytest.mark.parametrize(
    ("contents", "has", "has_not"),
    [
        (["document"], ["DOKUMEN EVALUASI"], ["RATING HASIL KERJA", "SASARAN KINERJA"]),
        (["form"], ["RATING HASIL KERJA"], ["DOKUMEN EVALUASI", "SASARAN KINERJA"]),
        (["skp"], ["SASARAN KINERJA PEGAWAI", "LAMPIRAN"], ["DOKUMEN EVALUASI", "RATING HASIL"]),
        (["document", "form", "skp"], ["DOKUMEN EVALUASI", "RATING HASIL", "LAMPIRAN"], []),
    ],
)
def test_a_pack_holds_the_chosen_documents(
    world: Any, contents: list[str], has: list[str], has_not: list[str]
) -> None:
    evaluate(world, world.staff)
    world.make_skp(world.colleague)
    job = run("reports.evaluation_pack", world, world.head.user, contents=contents)
    assert job.result_file is not None, job.error
    text = words(files.read(job.result_file))
    assert all(item in text for item in has)
    assert not any(item in text for item in has_not)
    assert ("Bidan Contoh" in text) is ("skp" in contents), "a plan needs no evaluation"
    assert job.result == {"people": 1 + 2 * ("skp" in contents) - (contents == ["skp"])}


def test_a_pack_of_plans_leaves_out_drafts_and_other_years(world: Any) -> None:
    world.make_skp(world.staff, status="draft")
    old = world.make_skp(world.colleague)
    Skp.objects.filter(pk=old.pk).update(period=DateRange(date(2025, 1, 1), date(2026, 1, 1)))
    job = run("reports.evaluation_pack", world, world.head.user, contents=["skp"])
    assert job.status == JobStatus.FAILED.value
    assert not Document.objects.exists()


def test_a_killed_pack_goes_on_behind_the_volumes_that_are_made(
    world: Any, three: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    render = packs.pdf.render_pack
    made: list[int] = []

    def dies_at_the_second(people: Any) -> bytes:
        if len(made) == 1:
            raise MemoryError
        made.append(len(people))
        return render(people)

    monkeypatch.setattr(packs.pdf, "render_pack", dies_at_the_second)
    job = long_jobs.start(
        "reports.evaluation_pack",
        owner=world.head.user,
        scope=world.government.code,
        unit_id=world.unit.pk,
        period_id=quarter(world).pk,
    )
    with pytest.raises(MemoryError):
        long_jobs.run(str(job.pk))
    kept = PackVolume.objects.get()
    first_volume = kept.file.sha256
    assert (kept.number, made) == (1, [2])
    assert not Document.objects.exists()

    monkeypatch.setattr(packs.pdf, "render_pack", lambda people: made.append(len(people)) or render(people))
    long_jobs.run(str(job.pk))
    job.refresh_from_db()
    assert job.status == JobStatus.DONE.value, job.error
    assert made == [2, 1], "the first volume is not made again"
    document = Document.objects.get()
    assert document.code == kept.code, "one code on all pages"
    with opened(job) as archive:
        assert hashlib.sha256(archive.read("evaluasi-001.pdf")).hexdigest() == first_volume
        assert all(kept.code in words(archive.read(f"evaluasi-00{n}.pdf")) for n in (1, 2))
    assert not PackVolume.objects.exists()
    assert not StoredFile.objects.filter(pk=kept.file_id).exists()


def test_a_volume_of_other_facts_is_made_again(
    world: Any, three: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    render = packs.pdf.render_pack
    made: list[int] = []

    def counts_and_dies(people: Any) -> bytes:
        made.append(len(people))
        if len(made) == 2:
            raise MemoryError
        return render(people)

    monkeypatch.setattr(packs.pdf, "render_pack", counts_and_dies)
    job = long_jobs.start(
        "reports.evaluation_pack",
        owner=world.head.user,
        scope=world.government.code,
        unit_id=world.unit.pk,
        period_id=quarter(world).pk,
    )
    with pytest.raises(MemoryError):
        long_jobs.run(str(job.pk))
    world.staff.name = "Perawat Berganti Nama"
    world.staff.save()
    long_jobs.run(str(job.pk))
    assert made == [2, 1, 2, 1], "the hash on every page is of the whole pack"
    job.refresh_from_db()
    assert job.status == JobStatus.DONE.value


def test_what_a_stopped_job_left_behind_is_forgotten(world: Any) -> None:
    running, stopped = (
        Job.objects.create(kind="reports.evaluation_pack", status=status.value)
        for status in (JobStatus.RUNNING, JobStatus.CANCELLED)
    )
    for job in (running, stopped):
        PackVolume.objects.create(
            job=job,
            number=1,
            code="X",
            digest="0" * 64,
            file=files.store(str(job.pk).encode(), "application/pdf"),
        )
    assert packs.drop_left_volumes() == 1
    assert [row.job for row in PackVolume.objects.all()] == [running]
    assert StoredFile.objects.count() == 1


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


def test_packs_cost_the_same_queries_for_one_and_four(world: Any) -> None:
    def cost() -> int:
        job = Job.objects.create(kind="reports.evaluation_pack", owner=world.personnel_officer)
        with CaptureQueriesContext(connection) as found:
            packs.build_evaluation_pack(
                unit_id=world.unit.pk,
                period_id=quarter(world).pk,
                viewer=world.personnel_officer,
                progress=long_jobs.Progress(job),
                at=timezone.now(),
                contents=["document", "form", "skp"],
            )
        return len(found)

    evaluate(world, world.staff)
    cost()
    evaluate(world, world.colleague)
    two = cost()
    for number in range(3):
        evaluate(world, world.make_employee(f"Rekan {number} Contoh", world.unit, appraiser=world.head))
    assert cost() == two


def test_the_recap_names_the_head_of_the_audit_trail_at_the_closing(world: Any) -> None:
    evaluate(world, world.staff)
    assert closing_lines(run("reports.cycle_recap", world, world.personnel_officer)) == []
    audit.record("assessments.period.closed", target=quarter(world), by=None, scope=world.government.code)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    entry = AuditEntry.objects.get(action="assessments.period.closed")
    assert entry.hash is not None
    (line,) = closing_lines(run("reports.cycle_recap", world, world.personnel_officer))
    assert (f" {entry.seq}, " in line, entry.hash[:16] in line, entry.hash in line) == (True, True, False)


def closing_lines(job: Job) -> list[str]:
    assert job.result_file is not None
    book = openpyxl.load_workbook(io.BytesIO(files.read(job.result_file)), read_only=True)
    cells = (str(cell) for row in book.worksheets[-1].iter_rows(values_only=True) for cell in row)
    return [cell for cell in cells if "audit" in cell.lower()]
