"""Checks that run once a day: are stored figures still what their sources give?

An app registers a check; the schedule promises it once for each day through the outbox, so two beats or a missed night
change nothing. What it found stands in a `DailyCheck` row, and a difference is told to those who run the installation.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from .. import jobs
from ..models import DailyCheck
from .alarms import raise_alarm

logger = logging.getLogger(__name__)

# 01:00 in WIB, 03:00 in WIT: nobody works, and the day before is complete everywhere.
DUE_HOUR_UTC = 18


@dataclass(frozen=True)
class Check:
    """A check and how it is spoken of: message ids, marked with `gettext_noop` where they are written.

    `find` returns how many differences there are and logs or stores nothing itself. `found` says what `%(n)s` of them
    mean: it stands on the system page and in the operators' notifications; `advice` says what to do then.
    """

    find: Callable[[], int]
    title: str
    found: str
    advice: str


_checks: dict[str, Check] = {}


def register(name: str, find: Callable[[], int], *, title: str, found: str, advice: str) -> None:
    """Register a check under a name that rows and metrics keep; people read its words.

    :raises ValueError: if the name is taken.
    """
    if name in _checks:
        raise ValueError(f"two checks are called {name}")
    _checks[name] = Check(find, title, found, advice)


def checks() -> dict[str, Check]:
    """Return all checks by name, in the order of their names."""
    return dict(sorted(_checks.items()))


def last_due_day(now: datetime) -> date:
    """Return the day whose check has become due last."""
    return (now - timedelta(hours=DUE_HOUR_UTC)).date()


def promise_due(now: datetime) -> int:
    """Promise every check of the last due day that has not been promised yet; return how many."""
    day = last_due_day(now).isoformat()
    promised = 0
    for name in checks():
        if jobs.enqueue("core.daily_check", key=f"daily-check:{name}:{day}", check=name, day=day) is not None:
            promised += 1
    return promised


@jobs.handler("core.daily_check", atomic=False)
def run(*, check: str, day: str, **_: object) -> None:
    """Run one check and keep what it found. Runs again from the start after an interruption."""
    began = timezone.now()
    registered = _checks.get(check)
    if registered is None:  # the check was renamed or removed by a newer version
        logger.warning("no daily check is called %s any more", check)
        return
    differences = registered.find()
    with transaction.atomic():
        row, _created = DailyCheck.objects.update_or_create(
            name=check,
            day=date.fromisoformat(day),
            defaults={"started_at": began, "finished_at": timezone.now(), "differences": differences},
        )
        if differences:
            raise_alarm(registered.found, key=f"daily-check:{row.pk}", n=differences)
