"""Runs the steps of an app's schedule: each stands alone, so that one failing does not stop the others."""

import logging
from collections.abc import Callable, Sequence

from django.utils import timezone

logger = logging.getLogger(__name__)

# A name for the log and what takes `now`, does what is due by then however late the tick comes, and returns how
# much that was.
Step = tuple[str, Callable[..., int]]


def run_steps(steps: Sequence[Step]) -> None:
    """Do what is due; a step that fails comes again with the next tick."""
    now = timezone.now()
    for name, step in steps:
        try:
            count = step(now=now)
        except Exception:
            logger.exception("step of the schedule failed: %s", name)
            continue
        if count:
            logger.info("%s: %s", name, count)
