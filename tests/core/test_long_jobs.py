"""Jobs with progress: finished once, cancelled at a step, failed with a sentence, run again after a kill."""

from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core import files, jobs, long_jobs
from apps.core.models import Job, Notification, OutboxMessage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _quiet_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "publish", lambda message_id: None)
    monkeypatch.setattr(long_jobs, "_kinds", {})


def _start(world: Any, function: Any, **params: Any) -> Job:
    long_jobs.kind("test.work", title=_("Work"), figures={"rows": _("Rows")})(function)
    return long_jobs.start("test.work", owner=world.personnel_officer, scope="kendari", **params)


def _consume() -> None:
    jobs.consume(OutboxMessage.objects.get(task="core.run_job").pk)


def test_progress_result_and_notification(world: Any) -> None:
    def work(progress: long_jobs.Progress, *, count: int, **_: object) -> None:
        for _step in progress.over(list(range(count))):
            pass
        progress.attach(files.store(b"done", "text/plain"), "hasil.txt")
        progress.result(rows=count)

    job = _start(world, work, count=4)
    assert job.status == "queued"
    _consume()
    job.refresh_from_db()
    assert (job.status, job.done_steps, job.total_steps, job.percent) == ("done", 4, 4, 100)
    assert long_jobs.figures_of(job) == [("Rows", 4)] or long_jobs.figures_of(job)[0][1] == 4
    assert Notification.objects.filter(recipient=world.personnel_officer).count() == 1
    page = world.client(world.personnel_officer).get(f"/pekerjaan/{job.pk}/hasil/")
    assert b"".join(page.streaming_content) == b"done"


def test_nobody_else_sees_a_job(world: Any) -> None:
    job = _start(world, lambda progress, **_: None)
    for path in ("", "tanda/", "hasil/"):
        assert world.client(world.staff).get(f"/pekerjaan/{job.pk}/{path}").status_code == 404
    assert world.client(world.staff).post(f"/pekerjaan/{job.pk}/batal/").status_code == 404
    job.refresh_from_db()
    assert job.cancel_requested is False


def test_cancel_stops_at_the_next_step(world: Any) -> None:
    seen = []

    def work(progress: long_jobs.Progress, **_: object) -> None:
        for step in progress.over([1, 2, 3]):
            seen.append(step)
            if step == 2:
                world.client(world.personnel_officer).post(f"/pekerjaan/{progress.job.pk}/batal/")

    job = _start(world, work)
    _consume()
    job.refresh_from_db()
    assert (job.status, seen) == ("cancelled", [1, 2])


def test_a_failure_is_a_sentence_for_who_waits(world: Any) -> None:
    def work(progress: long_jobs.Progress, **_: object) -> None:
        raise long_jobs.JobFailed("Berkas tidak lagi tersedia.")

    job = _start(world, work)
    _consume()
    job.refresh_from_db()
    assert (job.status, job.error) == ("failed", "Berkas tidak lagi tersedia.")
    assert (
        "Berkas tidak lagi tersedia."
        in world.client(world.personnel_officer).get(f"/pekerjaan/{job.pk}/").content.decode()
    )


def test_a_killed_worker_means_the_job_runs_again_to_its_end(world: Any) -> None:
    tries = []

    def work(progress: long_jobs.Progress, **_: object) -> None:
        tries.append(1)
        for step in progress.over([1, 2, 3]):
            if len(tries) == 1 and step == 2:
                raise SystemExit  # what a kill looks like from inside: no cleaning up by our own code

    job = _start(world, work)
    with pytest.raises(SystemExit):
        _consume()
    job.refresh_from_db()
    assert job.status == "running"
    OutboxMessage.objects.update(lease_until=None)
    _consume()
    job.refresh_from_db()
    assert (job.status, job.done_steps) == ("done", 3)


def test_the_stamp_says_when_to_stop_asking(world: Any) -> None:
    job = _start(world, lambda progress, **_: None)
    client = world.client(world.personnel_officer)
    first = client.get(f"/pekerjaan/{job.pk}/tanda/")
    assert (
        client.get(f"/pekerjaan/{job.pk}/tanda/", headers={"If-None-Match": first["ETag"]}).status_code == 304
    )
    _consume()
    after = client.get(f"/pekerjaan/{job.pk}/tanda/", headers={"If-None-Match": first["ETag"]})
    assert after.status_code == 200
    assert (
        client.get(f"/pekerjaan/{job.pk}/tanda/", headers={"If-None-Match": after["ETag"]}).status_code == 204
    )


def test_a_job_that_was_given_up_says_so_and_can_be_taken_up_again(world: Any) -> None:
    """Nobody waits for ever in front of a job that will not come back by itself."""
    is_mended = False

    def work(progress: long_jobs.Progress, **_: object) -> None:
        if not is_mended:
            raise RuntimeError("disk on fire")
        progress.result(rows=1)

    job = _start(world, work)
    for _try in range(jobs.MAX_ATTEMPTS):
        OutboxMessage.objects.update(ready_at=timezone.now())
        _consume()
    job.refresh_from_db()
    assert job.status == "failed"
    assert "fire" not in job.error
    assert Notification.objects.filter(recipient=world.personnel_officer).count() == 1
    is_mended = True
    jobs.retry(OutboxMessage.objects.get(task="core.run_job").pk, by="command")
    job.refresh_from_db()
    assert job.status == "queued"
    _consume()
    job.refresh_from_db()
    assert (job.status, job.error) == ("done", "")
    assert Notification.objects.filter(recipient=world.personnel_officer).count() == 2, (
        "and the good end is told"
    )
