"""The tick and the two kinds of jobs are known to every process."""

from typing import Any

import pytest
from celery import current_app
from django.conf import settings

from apps.core import jobs, long_jobs
from apps.core.models import Job, OutboxMessage
from apps.reports.labels import PackChoices
from apps.reports.models import ScheduledPack
from apps.reports.tasks import run_schedule

from .evaluated import evaluate


@pytest.mark.django_db
def test_the_tick_starts_what_is_due_and_takes_unknown_arguments(world: Any) -> None:
    evaluate(world, world.staff)
    run_schedule(added_by_a_newer_beat=True)
    run_schedule()
    assert ScheduledPack.objects.count() == 2


def test_the_schedule_names_the_tick() -> None:
    names = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert "reports.run_schedule" in names & set(current_app.tasks)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", PackChoices.values)
def test_every_choice_of_the_page_is_a_kind_of_job_that_the_worker_runs(world: Any, kind: str) -> None:
    evaluation = evaluate(world, world.staff)
    job = long_jobs.start(
        kind, owner=world.head.user, scope="kendari", unit_id=world.unit.pk, period_id=evaluation.period_id
    )
    message = job_message(job)
    assert jobs.consume(message)
    job.refresh_from_db()
    assert job.status == "done", job.error
    assert job.result_file is not None
    assert not jobs.consume(message), "once"


def job_message(job: Job) -> int:
    return OutboxMessage.objects.get(key=f"job:{job.pk}").pk
