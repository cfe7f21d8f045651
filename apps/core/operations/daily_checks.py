"""Checks that run once a day: are stored figures still what their sources give?

An app registers a check; the schedule promises it once for each day through the outbox, so two beats or a missed night
change nothing. What it found stands in a `DailyCheck` row, and a difference is told to those who run the installation.
"""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from .. import jobs
from ..models import DailyCheck
from .alarms import raise_alarm

logger = logging.getLogger(__name__)

# 01:00 in WIB, 03:00 in WIT: nobody works, and the day before is complete everywhere.
DUE_HOUR_UTC = 18

# Returns how many differences there are; logs or stores nothing itself.
Check = Callable[[], int]
_checks: dict[str, Check] = {}

_DIFFERENCES = gettext_noop("Daily check %(name)s: %(differences)s numbers differ from their sources.")


def register(name: str, check: Check) -> None:
    """Register a check under a dotted name.

    :raises ValueError: if the name is taken.
    """
    if name in _checks:
        raise ValueError(f"two checks are called {name}")
    _checks[name] = check


def names() -> list[str]:
    """Return the names of all checks."""
    return sorted(_checks)


def last_due_day(now: datetime) -> date:
    """Return the day whose check has become due last."""
    return (now - timedelta(hours=DUE_HOUR_UTC)).date()


def promise_due(now: datetime) -> int:
    """Promise every check of the last due day that has not been promised yet; return how many."""
    day = last_due_day(now).isoformat()
    promised = 0
    for name in names():
        if jobs.enqueue("core.daily_check", key=f"daily-check:{name}:{day}", check=name, day=day) is not None:
            promised += 1
    return promised


@jobs.handler("core.daily_check", atomic=False)
def run(*, check: str, day: str, **_: object) -> None:
    """Run one check and keep what it found. Runs again from the start after an interruption."""
    began = timezone.now()
    differ = _checks.get(check)
    if differ is None:  # the check was renamed or removed by a newer version
        logger.warning("no daily check is called %s any more", check)
        return
    differences = differ()
    with transaction.atomic():
        row, _created = DailyCheck.objects.update_or_create(
            name=check,
            day=date.fromisoformat(day),
            defaults={"started_at": began, "finished_at": timezone.now(), "differences": differences},
        )
        if differences:
            raise_alarm(_DIFFERENCES, key=f"daily-check:{row.pk}", name=check, differences=differences)
