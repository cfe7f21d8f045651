"""G10: work through the outbox, against plain Celery.

A thousand jobs are promised, each in a transaction of its own as a request does it, rung, and done exactly once by one
worker process. The limit publishes a thousand plain tasks to the same worker over the same Redis and waits for them:
nothing is stored, so a killed worker or an emptied Redis loses them.
"""

import atexit
import subprocess
import sys
import time

from bench.context import ROOT, Context, environment
from bench.harness import Goal

NUMBER = 1000
WITHIN = 120.0
POLL = 0.005


def goals(context: Context) -> list[Goal]:
    """Start a worker over the smallest region and compare."""
    from django.conf import settings

    import asn_kinerja.celery
    from apps.core import jobs
    from apps.core.models import OutboxMessage
    from apps.core.redis import client
    from bench.outbox_work import COUNTER

    app = asn_kinerja.celery.app
    region = context.own_region(context.sizes[0])
    worker = _start_worker(region.database)

    def begin() -> None:
        client().set(COUNTER, 0)
        # What a run that was broken off has left would stand before ours.
        client().delete(settings.CELERY_TASK_DEFAULT_QUEUE)
        OutboxMessage.objects.filter(task="bench.count").delete()

    def through_outbox() -> None:
        for number in range(NUMBER):
            jobs.enqueue("bench.count", number=number)
        _wait(lambda: OutboxMessage.objects.filter(task="bench.count", done_at__isnull=False).count(), worker)
        done = int(client().get(COUNTER) or 0)
        if done != NUMBER:
            raise RuntimeError(f"{done} effects of {NUMBER} jobs")

    def plain() -> None:
        for number in range(NUMBER):
            app.send_task("bench.plain", kwargs={"number": number}, retry=False)
        _wait(lambda: int(client().get(COUNTER) or 0), worker)

    return [
        Goal(
            "G10",
            f"{NUMBER} jobs through the outbox / plain Celery",
            case=through_outbox,
            limit=plain,
            at_least=0.5,
            before_case=begin,
            before_limit=begin,
            rounds=5,
            region=region,
        )
    ]


def _wait(count: object, worker: "subprocess.Popen[bytes]") -> None:
    assert callable(count)
    until = time.monotonic() + WITHIN
    while count() < NUMBER:
        if worker.poll() is not None:
            raise RuntimeError("the worker ended")
        if time.monotonic() > until:
            raise RuntimeError(f"{count()} of {NUMBER} done after {WITHIN:.0f} s")
        time.sleep(POLL)


def _start_worker(database: str) -> "subprocess.Popen[bytes]":
    """Start one worker process as a site has it; it ends with the bench."""
    worker = subprocess.Popen(
        [
            sys.executable, "-m", "celery", "-A", "asn_kinerja", "worker", "--concurrency", "1",
            "--without-gossip", "--without-mingle", "--loglevel", "ERROR", "-I", "bench.outbox_work",
        ],
        cwd=ROOT,
        env=environment(database) | {"DJANGO_SETTINGS_MODULE": "bench.settings", "LOG_LEVEL": "ERROR"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    atexit.register(_stop, worker)
    return worker


def _stop(worker: "subprocess.Popen[bytes]") -> None:
    worker.terminate()
    try:
        worker.wait(15)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
