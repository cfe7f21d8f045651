"""Long work with progress: `start` makes the Job and its outbox row; the worker runs the registered function.

A kind registers its function in an app's `tasks.py`:

    @long_jobs.kind("reports.evaluation_pack", title=_("Evaluation documents of a unit"))
    def build_pack(progress: Progress, *, unit_id: int, period_id: int, **_) -> None:
        for step in progress.over(rows):
            ...
        progress.attach(stored_file, "paket.pdf")

The function must be safe to run again from the start: a killed worker means the outbox rings again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from . import audit, jobs, notify
from .labels import JobStatus
from .models import Job, OutboxMessage, StoredFile

RESULT_LIFETIME = timedelta(days=7)

T = TypeVar("T")
JobFunction = Callable[..., None]


class Cancelled(Exception):
    """Raised inside a job's function when its owner asked to stop."""


class JobFailed(Exception):
    """Raised by a job's function with a sentence for the person who waits; not tried again."""


@dataclass(frozen=True)
class Kind:
    """A kind of job: what does it, what it is called on the page, and the words for its figures."""

    run: JobFunction
    title: Any
    figures: Mapping[str, Any]


_kinds: dict[str, Kind] = {}


def kind(
    name: str, *, title: Any, figures: Mapping[str, Any] | None = None
) -> Callable[[JobFunction], JobFunction]:
    """Register the function that does a kind of job.

    `title` and the values of `figures` (result key -> label) are lazily translated.
    """

    def register(function: JobFunction) -> JobFunction:
        _kinds[name] = Kind(function, title, figures or {})
        return function

    return register


def title_of(job: Job) -> str:
    """Return what a job is called."""
    return title_of_kind(job.kind)


def title_of_kind(name: str) -> str:
    """Return what jobs of a kind are called; of a kind that an older version knew, its name."""
    known = _kinds.get(name)
    return str(known.title) if known else name


def kinds() -> dict[str, Kind]:
    """Return every registered kind by its name."""
    return dict(_kinds)


def figures_of(job: Job) -> list[tuple[str, Any]]:
    """Return the figures of a job's result with their labels, in the order of registration."""
    known = _kinds.get(job.kind)
    if known is None:
        return []
    return [(str(label), job.result[key]) for key, label in known.figures.items() if key in job.result]


def start(name: str, *, owner: Any, scope: str, **params: Any) -> Job:
    """Create a job and promise to run it after the present transaction.

    :raises jobs.UnknownTask: if the kind is not registered.
    """
    if name not in _kinds:
        raise jobs.UnknownTask(name)
    with transaction.atomic():
        job = Job.objects.create(kind=name, owner=owner, scope=scope, params=params)
        audit.record("core.job.started", target=job, by=owner, scope=scope, kind=name)
        jobs.enqueue("core.run_job", scope=scope, key=f"job:{job.pk}", job_id=str(job.pk))
    return job


class Progress:
    """What a job's function reports to; every report also looks whether the owner asked to stop."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def total(self, steps: int) -> None:
        """Say how much there is to do."""
        self.job.total_steps = max(steps, 1)
        self.job.done_steps = 0
        self.job.save(update_fields=["total_steps", "done_steps"])

    def advance(self, steps: int = 1) -> None:
        """Say that `steps` more are done.

        :raises Cancelled: if the owner asked to stop.
        """
        self.job.refresh_from_db(fields=["cancel_requested", "done_steps", "total_steps"])
        if self.job.cancel_requested:
            raise Cancelled
        done = self.job.done_steps + steps
        self.job.done_steps = min(done, self.job.total_steps) if self.job.total_steps else done
        self.job.save(update_fields=["done_steps"])
        OutboxMessage.objects.filter(key=f"job:{self.job.pk}", done_at__isnull=True).update(
            lease_until=timezone.now() + jobs.lease()
        )

    def over(self, items: Iterable[T]) -> Iterator[T]:
        """Yield the items, advancing after each; the total is set when the items know their number."""
        if isinstance(items, Sized):
            self.total(len(items))
        for item in items:
            yield item
            self.advance()

    def attach(self, file: StoredFile, name: str) -> None:
        """Give the job its result file under a name for the download."""
        self.job.result_file = file
        self.job.result_name = name
        self.job.save(update_fields=["result_file", "result_name"])

    def result(self, **values: Any) -> None:
        """Add figures to the result (counts, warnings); shown on the job page."""
        self.job.result = {**self.job.result, **values}
        self.job.save(update_fields=["result"])


def run(job_id: str) -> None:
    """Run one job to its end: done, failed with a sentence, or cancelled. A finished job is left alone."""
    job = Job.objects.get(pk=job_id)
    if job.is_finished:
        return
    job.status = JobStatus.RUNNING.value
    job.started_at = job.started_at or timezone.now()
    job.save(update_fields=["status", "started_at"])
    try:
        _kinds[job.kind].run(Progress(job), **job.params)
    except Cancelled:
        _end(job, JobStatus.CANCELLED)
    except JobFailed as failure:
        _end(job, JobStatus.FAILED, error=str(failure))
    else:
        _end(job, JobStatus.DONE)


def give_up(*, job_id: str, **_: object) -> None:
    """Tell the owner that a job's tries are used up; whoever runs the installation has been alarmed."""
    job = Job.objects.get(pk=job_id)
    if not job.is_finished:
        _end(
            job,
            JobStatus.FAILED,
            error=gettext("Something went wrong on our side. We were told and look at it."),
        )


def take_up(*, job_id: str, **_: object) -> None:
    """Let a job run again that was given up."""
    Job.objects.filter(pk=job_id, status=JobStatus.FAILED.value).update(
        status=JobStatus.QUEUED.value, error="", finished_at=None, expires_at=None
    )


def request_cancel(job: Job, *, by: Any) -> None:
    """Ask a job to stop at its next step; a job that has not begun stops at once."""
    with transaction.atomic():
        locked = Job.objects.select_for_update().get(pk=job.pk)
        if locked.is_finished:
            return
        locked.cancel_requested = True
        locked.save(update_fields=["cancel_requested"])
        audit.record("core.job.cancel_requested", target=job, by=by, scope=job.scope)
        if locked.status == JobStatus.QUEUED.value:
            _end(locked, JobStatus.CANCELLED)


def drop_result(job: Job) -> None:
    """Forget the file of an expired job; the file itself goes when no row points at it."""
    job.result_file = None
    job.save(update_fields=["result_file"])


def _end(job: Job, status: JobStatus, error: str = "") -> None:
    now = timezone.now()
    job.status = status.value
    job.error = error[:300]
    job.finished_at = now
    job.expires_at = now + RESULT_LIFETIME
    job.save(update_fields=["status", "error", "finished_at", "expires_at"])
    texts = {
        JobStatus.DONE: gettext_noop("Finished: %(title)s."),
        JobStatus.FAILED: gettext_noop("Could not be finished: %(title)s."),
        JobStatus.CANCELLED: gettext_noop("Stopped: %(title)s."),
    }
    notify.send(
        job.owner,
        texts[status],
        url=reverse("core:job-detail", args=[job.pk]),
        # A job that was given up and taken up again ends twice.
        key=f"job:{job.pk}:{status.value}",
        title=title_of(job),
    )
