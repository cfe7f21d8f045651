"""The Celery side of the outbox, and the housekeeping ticks."""

import logging
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from . import files, heartbeat, jobs, long_jobs
from .models import Job, StoredFile, SubmissionKey

logger = logging.getLogger(__name__)

KEEP_SUBMISSION_KEYS = timedelta(days=60)
ORPHAN_AGE_SECONDS = 24 * 3600


@shared_task(name="core.consume_message")
def consume_message(*, message_id: int, **_: object) -> None:
    """Run one outbox message."""
    jobs.consume(message_id)


@shared_task(name="core.relay_outbox")
def relay_outbox(**_: object) -> None:
    """Ring again for what is unfinished; the worker's heartbeat rides along."""
    heartbeat.beat("worker")
    jobs.relay(timezone.now())


@shared_task(name="core.sweep")
def sweep(**_: object) -> None:
    """Forget what has expired: results of jobs, old form keys, sessions, files without a row."""
    now = timezone.now()
    for job in Job.objects.filter(expires_at__lt=now, result_file__isnull=False):
        long_jobs.drop_result(job)
    SubmissionKey.objects.filter(created_at__lt=now - KEEP_SUBMISSION_KEYS).delete()
    # An expired session still holds what a browser had opened or begun to write.
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    removed = files.sweep_orphans(
        Path(settings.MEDIA_ROOT),
        set(StoredFile.objects.values_list("sha256", flat=True)),
        ORPHAN_AGE_SECONDS,
    )
    if removed:
        logger.info("swept %s files without a row", removed)


@jobs.handler("core.run_job", atomic=False)
def run_job(*, job_id: str, **_: object) -> None:
    """Run a `Job` through the function registered for its kind."""
    long_jobs.run(job_id)
