"""Chunks: killed and resumed, stopped, done again without a trace, and only what changed computed again."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.assessments.models import Evaluation, PeriodRun, ReportLine
from apps.assessments.services import closing, cycles, reports
from apps.assessments.services.engine import runs
from apps.core import jobs, long_jobs
from apps.core.models import AuditEntry, Job, Notification, OutboxMessage
from apps.employees.models import AppraiserLink

pytestmark = pytest.mark.django_db

AT = datetime(2026, 7, 20, 2, 0, tzinfo=UTC)
LATER = datetime(2026, 7, 21, 2, 0, tzinfo=UTC)


def versions() -> list[tuple[Any, ...]]:
    """Which version of each row stands where: it is another one after any update, however equal."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, xmin::text, ctid::text FROM assessments_evaluation ORDER BY id")
        return list(cursor.fetchall())


def prepare_all(period: Any, at: datetime = AT) -> None:
    for unit_ids in runs.chunks_of(period):
        closing.prepare_units(period_id=period.pk, unit_ids=unit_ids, at=at)


def test_small_units_share_a_chunk_and_big_ones_do_not(world: Any, period: Any) -> None:
    units = [world.agency.pk, world.unit.pk, world.other_agency.pk]  # along the tree
    assert runs.chunks_of(period) == [units]
    assert runs.chunks_of(period, people=2) == [units[:2], units[2:]]
    assert runs.chunks_of(period, people=1) == [[unit] for unit in units]


def test_done_again_changes_no_row(world: Any, period: Any) -> None:
    prepare_all(period)
    before, calls = versions(), Notification.objects.count()
    assert len(before) == 3
    prepare_all(period, LATER)
    assert versions() == before
    assert Notification.objects.count() == calls
    figures = PeriodRun.objects.get(period=period, unit=world.unit, step="prepare").figures
    assert (figures["plans"], figures["unchanged"], figures["created"], figures["refreshed"]) == (1, 1, 0, 0)
    assert Evaluation.objects.filter(prepared_at=AT).count() == 3


def test_only_what_changed_is_written_again(world: Any, period: Any) -> None:
    prepare_all(period)
    before = {row[0]: row for row in versions()}
    AppraiserLink.objects.filter(employee=world.staff).update(appraiser=world.agency_head)
    prepare_all(period, LATER)
    changed = Evaluation.objects.get(employee=world.staff)
    assert [row[0] for row in versions() if row != before[row[0]]] == [changed.pk]
    assert (changed.appraiser, changed.prepared_at, changed.inputs["at"]) == (
        world.agency_head,
        LATER,
        LATER.isoformat(),
    )
    # who is called only now is called, the others are not called twice
    assert Notification.objects.filter(key=f"to-rate:{period.pk}:{world.agency_head.pk}").count() == 1


def test_a_late_report_is_one_persons_work(world: Any, period: Any) -> None:
    late = world.make_skp(world.colleague)
    report = world.make_report(late, period)
    for indicator in late.results.get().indicators.all():
        ReportLine.objects.create(report=report, indicator=indicator, realization=Decimal(100))
    prepare_all(period)
    before = {row[0]: row for row in versions()}
    run = PeriodRun.objects.get(period=period, unit=world.unit, step="prepare")
    report.achievements = "Semua pemeriksaan berjalan."
    report.save(update_fields=["achievements"])
    reports.submit_report(report_id=report.pk, by=world.colleague, at=LATER)
    message = OutboxMessage.objects.get(task="assessments.prepare_unit")
    assert message.kwargs["skp_id"] == late.pk
    with CaptureQueriesContext(connection) as queries:
        assert jobs.consume(message.pk) is True
    mine = Evaluation.objects.get(skp=late)
    assert [row[0] for row in versions() if row != before[row[0]]] == [mine.pk]
    assert (mine.achievement_percent, mine.inputs["report"]["status"]) == (Decimal("100.00"), "submitted")
    assert sum("INSERT INTO assessments_evaluation" in query["sql"] for query in queries) == 1
    run.refresh_from_db()
    assert run.figures["plans"] == 2  # what the run of the unit did is still told
    assert AuditEntry.objects.get(action="assessments.plans.prepared").data["refreshed"] == 1


def test_the_number_of_queries_does_not_grow_with_units(world: Any, period: Any) -> None:
    def count(unit_ids: list[int]) -> int:
        with CaptureQueriesContext(connection) as queries:
            closing.prepare_units(period_id=period.pk, unit_ids=unit_ids, at=AT)
        return len(queries)

    assert count([world.unit.pk]) == count([world.agency.pk, world.other_agency.pk])


@pytest.fixture
def again(world: Any, period: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Job]:
    """Start the job of the personnel office, with a chunk for every unit."""
    chunks_of = runs.chunks_of
    monkeypatch.setattr(closing, "chunks_of", lambda *args, **options: chunks_of(*args, people=1, **options))
    return lambda: cycles.prepare_again(period_id=period.pk, by=world.personnel_officer, at=AT)


def prepared_units() -> set[int]:
    return set(Evaluation.objects.values_list("unit", flat=True))


def test_killed_between_chunks_it_goes_on_where_it_was(
    world: Any, period: Any, again: Callable[[], Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = again()
    prepare, done = closing.prepare_units, []

    def dies_at_the_second(**arguments: Any) -> Any:
        if len(done) == 1:
            raise SystemExit("killed")
        done.append(arguments["unit_ids"])
        return prepare(**arguments)

    monkeypatch.setattr(closing, "prepare_units", dies_at_the_second)
    with pytest.raises(SystemExit):
        long_jobs.run(str(job.pk))
    assert prepared_units() == {world.agency.pk}
    before = versions()

    rest: list[list[int]] = []
    monkeypatch.setattr(
        closing, "prepare_units", lambda **given: [rest.append(given["unit_ids"]), prepare(**given)][1]
    )
    long_jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.result) == ("done", {"units": 3, "created": 3, "refreshed": 0})
    assert rest == [[world.unit.pk], [world.other_agency.pk]]
    assert versions()[:1] == before
    assert Evaluation.objects.count() == 3


def test_a_chunk_that_breaks_leaves_nothing(world: Any, period: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_args: Any, **_options: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(runs, "_call_appraisers", breaks)
    with pytest.raises(RuntimeError):
        prepare_all(period)
    assert not Evaluation.objects.exists()
    assert not PeriodRun.objects.filter(step="prepare").exists()
    assert not AuditEntry.objects.filter(action="assessments.units.prepared").exists()


def test_stopped_by_its_owner_it_keeps_what_is_done(
    world: Any, period: Any, again: Callable[[], Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = again()
    prepare = closing.prepare_units

    def then_stopped(**arguments: Any) -> Any:
        done = prepare(**arguments)
        long_jobs.request_cancel(job, by=world.personnel_officer)
        return done

    monkeypatch.setattr(closing, "prepare_units", then_stopped)
    long_jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.total_steps, job.result["units"]) == ("cancelled", 3, 1)
    assert prepared_units() == {world.agency.pk}
