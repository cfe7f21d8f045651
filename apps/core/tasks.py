"""The Celery side of the outbox, and the housekeeping ticks."""

import logging
from datetime import timedelta
from importlib import import_module

from celery import shared_task
from celery.signals import heartbeat_sent, task_prerun
from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone
from django.utils.translation import gettext_noop

from . import (
    audit_anchors,
    audit_nightly,
    audit_years,
    files,
    heartbeat,
    jobs,
    long_jobs,
    outbox_archive,
    outbox_drain,
    partitions,
)
from .models import Job, SubmissionKey
from .operations import daily_checks
from .operations import metrics as metrics  # counts this process's tasks from now on

logger = logging.getLogger(__name__)

KEEP_SUBMISSION_KEYS = timedelta(days=60)
ORPHAN_AGE_SECONDS = 24 * 3600


@heartbeat_sent.connect
def show_life(**_: object) -> None:
    """Leave the worker's sign of life. From its main process: a long queue, or long work, is not death."""
    heartbeat.beat("worker")


@task_prerun.connect
def look_at_connections(**_: object) -> None:
    """Let go of a connection that the database has ended meanwhile, as Django does before each request."""
    close_old_connections()


@shared_task(name="core.consume_message")
def consume_message(*, message_id: int, **_: object) -> None:
    """Run one outbox message, and the short work that waits beside it."""
    outbox_drain.hear(message_id)


@shared_task(name="core.relay_outbox")
def relay_outbox(**_: object) -> None:
    """Ring again for what is unfinished."""
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
    removed = files.sweep_orphans(ORPHAN_AGE_SECONDS)
    if removed:
        logger.info("swept %s files without a row", removed)


@shared_task(name="core.anchor_audit")
def anchor_audit(**_: object) -> None:
    """Note the heads of the audit chains outside the database, once an hour."""
    try:
        audit_anchors.anchor_due(now=timezone.now())
    except OSError as error:
        audit_nightly.tell_unwritable(error, now=timezone.now())


daily_checks.register(
    "core.audit_chain",
    audit_nightly.check,
    title=gettext_noop("audit trail"),
    found=gettext_noop("Places in the audit trail or its anchors that do not fit: %(n)s."),
    advice=gettext_noop(
        "Run manage.py verify_audit and keep the database as it is; it shows what was changed."
    ),
)
daily_checks.register(
    "core.partitions",
    partitions.check,
    title=gettext_noop("parts of large tables by year"),
    found=gettext_noop("Large tables with rows outside the parts of their years: %(n)s."),
    advice=gettext_noop("Move the rows with manage.py partitions; until then those tables are only slower."),
)
daily_checks.register(
    "core.outbox_archive",
    outbox_archive.check,
    title=gettext_noop("archive of finished work"),
    found=gettext_noop("Finished work that has not been moved to the archive for a week: %(n)s."),
    advice=gettext_noop("Look for transactions that never end; the next night tries again."),
)
partitions.register(outbox_archive.TABLE, "done_on")
partitions.register_maker(audit_years.make_year)


@shared_task(name="core.run_daily_checks")
def run_daily_checks(**_: object) -> None:
    """Promise the checks of the night."""
    daily_checks.promise_due(timezone.now())


@jobs.handler("core.run_job", atomic=False, on_parked=long_jobs.give_up, on_retried=long_jobs.take_up)
def run_job(*, job_id: str, **_: object) -> None:
    """Run a `Job` through the function registered for its kind."""
    long_jobs.run(job_id)
