"""The schedule makes one pack per closed period and kind, when it is time, however often it is asked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from apps.assessments.models import Evaluation, Period, PeriodRun
from apps.core import long_jobs
from apps.core.labels import JobStatus
from apps.core.models import Job, Notification
from apps.reports.models import Document, ScheduledPack
from apps.reports.services.schedule import run_schedule

from .evaluated import evaluate, quarter


def soon_after(period: Period) -> datetime:
    return period.closes_at + timedelta(days=2)


def kinds() -> set[str]:
    return set(ScheduledPack.objects.values_list("kind", flat=True))


@pytest.mark.django_db
def test_everything_handed_over_makes_both_packs_once(world: Any) -> None:
    evaluate(world, world.staff)
    now = soon_after(quarter(world))
    assert run_schedule(now=now) == 2
    assert run_schedule(now=now) == 0, "a second tick does no harm"
    assert kinds() == {"evaluation_pack", "cycle_recap"}
    assert set(ScheduledPack.objects.values_list("period", flat=True)) == {quarter(world).pk}
    assert Job.objects.filter(owner=None).count() == 2


@pytest.mark.django_db
def test_it_waits_for_those_not_handed_over_but_not_for_ever(world: Any) -> None:
    evaluate(world, world.staff)
    evaluate(world, world.colleague, status="rated")
    period = quarter(world)
    assert run_schedule(now=period.closes_at + timedelta(days=28)) == 0
    assert run_schedule(now=period.closes_at + timedelta(days=31)) == 2


@pytest.mark.django_db
def test_after_the_days_only_the_recap_if_nothing_was_handed_over(world: Any) -> None:
    evaluation = evaluate(world, world.staff, status="prepared")
    late = quarter(world).closes_at + timedelta(days=40)
    assert run_schedule(now=late) == 1
    assert kinds() == {"cycle_recap"}
    evaluation.delete()
    assert run_schedule(now=late) == 0


@pytest.mark.django_db
def test_it_waits_until_every_unit_has_been_prepared(world: Any) -> None:
    evaluate(world, world.staff)
    period = quarter(world)
    now = soon_after(period)
    PeriodRun.objects.create(
        period=period, step="close", started_at=now, finished_at=now, figures={"units": 2}
    )
    PeriodRun.objects.create(period=period, unit=world.unit, step="prepare", started_at=now, finished_at=now)
    assert run_schedule(now=now) == 0
    PeriodRun.objects.create(
        period=period, unit=world.agency, step="prepare", started_at=now, finished_at=now
    )
    assert run_schedule(now=now) == 2


@pytest.mark.django_db
def test_an_open_period_has_no_pack(world: Any) -> None:
    period = world.make_periods()[2]
    evaluate(world, world.staff, period=period)
    assert run_schedule(now=soon_after(period)) == 0
    assert not ScheduledPack.objects.exists()


@pytest.mark.django_db
def test_the_packs_are_documents_of_the_root_and_the_personnel_office_hears_of_them(world: Any) -> None:
    evaluate(world, world.staff)
    run_schedule(now=soon_after(quarter(world)))
    for job in Job.objects.all():
        long_jobs.run(str(job.pk))
    assert set(Job.objects.values_list("status", flat=True)) == {JobStatus.DONE.value}
    assert set(Document.objects.values_list("kind", "unit")) == {
        ("evaluation_pack", world.root.pk),
        ("cycle_recap", world.root.pk),
    }
    assert (
        Notification.objects.filter(recipient=world.personnel_officer, key__startswith="pack:").count() == 2
    )
    visible = Document.objects.visible_to
    assert visible(world.personnel_officer).count() == visible(world.auditor).count() == 2
    for nobody in (world.staff, world.head, world.agency_head, world.stranger_head, world.foreigner):
        assert not visible(nobody.user).exists()


@pytest.mark.django_db(transaction=True)
def test_parallel_ticks_make_one_pack_of_each_kind(world: Any) -> None:
    evaluate(world, world.staff)
    now = soon_after(quarter(world))

    def tick(_number: int) -> int:
        try:
            return run_schedule(now=now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(tick, range(4))) == 2
    assert ScheduledPack.objects.count() == 2
    assert Job.objects.count() == 2
    assert Evaluation.objects.count() == 1
