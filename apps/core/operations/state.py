"""How the installation is doing, as figures: read by the system page and by the metrics."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import redis
from django.db.models import Count, Min, Q
from django.utils import timezone

from .. import heartbeat
from ..labels import JobStatus
from ..models import DailyCheck, Job, OutboxMessage
from ..redis import client
from .daily_checks import Check, checks

PROCESSES = ("worker", "beat")


@dataclass(frozen=True)
class Lag:
    """How far a summary is behind what it sums up. `oldest` is None when it is up to date."""

    name: str
    title: str
    oldest: datetime | None
    seconds: float


@dataclass(frozen=True)
class CheckState:
    """The last finished run of a daily check; `differences` is None before the first."""

    name: str
    check: Check
    at: datetime | None
    differences: int | None


@dataclass(frozen=True)
class SystemState:
    """Counts and ages at one moment; ages in seconds, `jobs` are the long ones that run, counted by kind."""

    at: datetime
    outbox_waiting: int
    outbox_oldest_seconds: float
    outbox_parked: int
    jobs: dict[str, int]
    redis_answers: bool
    processes: dict[str, bool]
    lags: list[Lag] = field(default_factory=list)
    checks: list[CheckState] = field(default_factory=list)

    @property
    def jobs_running(self) -> int:
        """How many long jobs run."""
        return sum(self.jobs.values())


# Returns the instant of the oldest change that a summary does not hold yet, or None.
LagSource = Callable[[], datetime | None]
_lag_sources: dict[str, tuple[str, LagSource]] = {}


def register_lag(name: str, source: LagSource, *, title: str) -> None:
    """Let an app say how far one of its summaries is behind; `title` is a message id, what people call it.

    :raises ValueError: if the name is taken.
    """
    if name in _lag_sources:
        raise ValueError(f"two summaries are called {name}")
    _lag_sources[name] = (title, source)


def lag_titles() -> dict[str, str]:
    """Return what each registered summary is called."""
    return {name: title for name, (title, _source) in _lag_sources.items()}


def system_state() -> SystemState:
    """Ask the database and Redis; a constant number of queries, one more per registered summary."""
    now = timezone.now()
    open_messages = Q(done_at__isnull=True)
    due = open_messages & Q(parked_at__isnull=True, ready_at__lte=now)
    outbox = OutboxMessage.objects.filter(open_messages).aggregate(
        waiting=Count("pk", filter=due),
        oldest=Min("ready_at", filter=due),
        parked=Count("pk", filter=Q(parked_at__isnull=False)),
    )
    return SystemState(
        at=now,
        outbox_waiting=outbox["waiting"],
        outbox_oldest_seconds=_age(outbox["oldest"], now),
        outbox_parked=outbox["parked"],
        jobs=_jobs(),
        redis_answers=_redis_answers(),
        processes={name: heartbeat.is_alive(name) for name in PROCESSES},
        lags=[_lag(name, *words, now) for name, words in sorted(_lag_sources.items())],
        checks=_checks(),
    )


def _age(instant: datetime | None, now: datetime) -> float:
    return max((now - instant).total_seconds(), 0.0) if instant else 0.0


def _jobs() -> dict[str, int]:
    running = Job.objects.filter(status=JobStatus.RUNNING.value)
    return dict(running.values_list("kind").annotate(count=Count("pk")).order_by("kind"))


def _lag(name: str, title: str, source: LagSource, now: datetime) -> Lag:
    oldest = source()
    return Lag(name, title, oldest, _age(oldest, now))


def _checks() -> list[CheckState]:
    last = {
        row.name: row
        for row in DailyCheck.objects.filter(finished_at__isnull=False)
        .order_by("name", "-day")
        .distinct("name")
    }
    return [
        CheckState(name, check, last[name].finished_at, last[name].differences)
        if name in last
        else CheckState(name, check, None, None)
        for name, check in checks().items()
    ]


def _redis_answers() -> bool:
    try:
        return bool(client().ping())
    except redis.RedisError:
        return False
