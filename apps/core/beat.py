"""The scheduler of beat: ticks only. It keeps no file, because what is due stands in rows (architecture D4)."""

from typing import Any

from celery.beat import Scheduler

from . import heartbeat


class TickScheduler(Scheduler):
    """Celery's in-memory scheduler that also leaves beat's sign of life."""

    max_interval = 2

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due and leave a sign of life."""
        heartbeat.beat("beat")
        return float(super().tick(*args, **kwargs))
