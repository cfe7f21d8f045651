"""Work for the faults: one that always fails, one that kills whoever does it, one that leaves a countable effect."""

import os
import signal

from apps.core import jobs
from apps.core.models import Holiday


@jobs.handler("faults.poison")
def poison(**_: object) -> None:
    """Fail."""
    raise ValueError("poison")


@jobs.handler("faults.deadly")
def deadly(**_: object) -> None:
    """Kill the process that does it."""
    os.kill(os.getpid(), signal.SIGKILL)


@jobs.handler("faults.effect")
def effect(*, name: str, **_: object) -> None:
    """Leave one row; a second time would break its unique key, so it is written without one."""
    Holiday.objects.create(scope=name[:40], date="2026-01-01", name=name)
