"""Metrics in the format of Prometheus: requests, tasks, and the state of the installation.

Requests and tasks are counted where they happen, by every process into files of a common folder (METRICS_DIR, one per
host); the state is asked from the database when somebody reads `/metrics`. Labels are names of routes and tasks, never
addresses: an address may hold what somebody is looking for.
"""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from celery.signals import task_postrun, task_prerun, worker_process_shutdown
from django.conf import settings

# Read by the library when it is imported: it must be set before.
if settings.METRICS_DIR:
    Path(settings.METRICS_DIR).mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", settings.METRICS_DIR)

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from .logs import current_id
from .state import SystemState, system_state

# Seconds; the upper ones are where people begin to press again.
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

_own = CollectorRegistry()
REQUESTS = Counter("asn_requests", "Answered requests.", ["route", "method", "status"], registry=_own)
REQUEST_SECONDS = Histogram(
    "asn_request_seconds", "Time from request to answer.", ["route"], buckets=BUCKETS, registry=_own
)
TASKS = Counter("asn_tasks", "Finished tasks of the worker.", ["task", "state"], registry=_own)
TASK_SECONDS = Histogram("asn_task_seconds", "Running time of tasks.", ["task"], registry=_own)


def count_request(*, route: str, method: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    REQUESTS.labels(route, method, f"{status // 100}xx").inc()
    REQUEST_SECONDS.labels(route).observe(seconds)


class StateCollector(Collector):
    """Turns the state of the installation into gauges when it is asked for."""

    def __init__(self, ask: Callable[[], SystemState]) -> None:
        self.ask = ask

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield one family per figure."""
        state = self.ask()
        for name, text, value in (
            ("asn_outbox_waiting", "Messages that are due and not done.", state.outbox_waiting),
            ("asn_outbox_oldest_seconds", "Age of the oldest due message.", state.outbox_oldest_seconds),
            ("asn_outbox_parked", "Messages set aside after too many tries.", state.outbox_parked),
            ("asn_jobs_running", "Long jobs that run.", state.jobs_running),
            ("asn_redis_up", "1 when Redis answers.", int(state.redis_answers)),
        ):
            yield GaugeMetricFamily(name, text, value=value)
        alive = GaugeMetricFamily("asn_process_alive", "1 while a sign of life is fresh.", labels=["process"])
        for process, is_alive in state.processes.items():
            alive.add_metric([process], int(is_alive))
        yield alive
        lag = GaugeMetricFamily(
            "asn_summary_lag_seconds", "How far summaries are behind.", labels=["summary"]
        )
        for summary in state.lags:
            lag.add_metric([summary.name], summary.seconds)
        yield lag
        differences = GaugeMetricFamily(
            "asn_daily_check_differences", "Differences found by the last daily check; -1 if it never ran.",
            labels=["check"],
        )  # fmt: skip
        for check in state.checks:
            differences.add_metric([check.name], -1 if check.differences is None else check.differences)
        yield differences


def exposition() -> bytes:
    """Return everything in Prometheus' text format."""
    registry = CollectorRegistry()
    if settings.METRICS_DIR:
        multiprocess.MultiProcessCollector(registry)
    registry.register(StateCollector(system_state))
    own = b"" if settings.METRICS_DIR else generate_latest(_own)
    return generate_latest(registry) + own


_begun: dict[str, float] = {}


@task_prerun.connect
def _task_begins(task_id: str, **_: Any) -> None:
    _begun[task_id] = time.monotonic()
    current_id.set(task_id)


@task_postrun.connect
def _task_ends(task_id: str, task: Any, state: str | None = None, **_: Any) -> None:
    seconds = time.monotonic() - _begun.pop(task_id, time.monotonic())
    TASKS.labels(task.name, (state or "unknown").lower()).inc()
    TASK_SECONDS.labels(task.name).observe(seconds)
    current_id.set("")


@worker_process_shutdown.connect
def _process_ends(pid: int, **_: Any) -> None:
    if settings.METRICS_DIR:
        multiprocess.mark_process_dead(pid)
