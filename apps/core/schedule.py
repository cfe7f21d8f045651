"""Runs the steps of an app's schedule: each stands alone, so that one failing does not stop the others."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

import redis
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

logger = logging.getLogger(__name__)

# A name for the log and what takes `now`, does what is due by then however late the tick comes, and returns how
# much that was. A third part says after how many seconds it is worth asking again: what a day brings is not asked for
# every few seconds.
Step = tuple[str, Callable[..., int]] | tuple[str, Callable[..., int], int]


def run_steps(steps: Sequence[Step]) -> None:
    """Do what is due; a step that fails comes again with the next tick."""
    now = timezone.now()
    for name, step, *pause in steps:
        if pause and not _is_turn(name, now, pause[0]):
            continue
        try:
            count = step(now=now)
        except Exception:
            logger.exception("step of the schedule failed: %s", name)
            if pause:
                _give_back(name, now, pause[0])
            continue
        if count:
            logger.info("%s: %s", name, count)


def _is_turn(name: str, now: datetime, seconds: int) -> bool:
    """Whether this span of time is still without a look, by whatever worker; without Redis it always is.

    Only looking is spared: what is due stands in rows and waits for the next look.
    """
    try:
        return bool(cache.add(_turn(name, now, seconds), True, 2 * seconds))
    except redis.RedisError:
        return True


def _give_back(name: str, now: datetime, seconds: int) -> None:
    try:
        cache.delete(_turn(name, now, seconds))
    except redis.RedisError:
        return


def _turn(name: str, now: datetime, seconds: int) -> str:
    database = connection.settings_dict["NAME"]
    return f"turn:{database}:{name.replace(' ', '-')}:{seconds}:{int(now.timestamp()) // seconds}"
