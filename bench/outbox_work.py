"""What the worker of G10 does: the same small thing, once through the outbox and once as a plain Celery task."""

from celery import shared_task

from apps.core import jobs
from apps.core.redis import client

COUNTER = "bench:done"


@jobs.handler("bench.count")
def count(**_: object) -> None:
    """Count one piece of work that came through the outbox."""
    client().incr(COUNTER)


@shared_task(name="bench.plain")
def plain(**_: object) -> None:
    """Count one piece of work that came straight from the queue."""
    client().incr(COUNTER)
