"""Governments of which a schedule asks the same question: it is asked once for all of them, however many there are.

    for group in alike(now, "training.plan_reminder_days"):
        (ahead,) = group.values
        due = steps.filter(plan__employee__government__in=group.ids, due_on__lte=group.today + timedelta(days=ahead))

A country of five hundred governments lives in three zones and changes few of its policy values, so a tick in which
nothing is due costs a few statements and not some for every government.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from apps.core import holidays, policy
from apps.core.localtime import local_date

from .models import Government


@dataclass(frozen=True)
class Alike:
    """Governments in one zone, so with one day, for which the asked values (and days off) are the same."""

    today: date
    zone: str
    values: tuple[Any, ...]
    days_off: frozenset[date]
    governments: tuple[Government, ...]

    @property
    def ids(self) -> list[int]:
        """The keys of the governments."""
        return [government.pk for government in self.governments]


def alike(now: datetime, *keys: str, with_days_off: bool = False) -> list[Alike]:
    """Return all governments in groups, with what their policy says on their day; at most three statements.

    :raises UnknownPolicy: if nobody defined a key.
    """
    value_of = policy.values_everywhere(*keys) if keys else None
    off_around = holidays.everywhere_around(now.date()) if with_days_off else None
    groups: dict[tuple[date, str, str, frozenset[date]], tuple[tuple[Any, ...], list[Government]]] = {}
    for government in Government.objects.order_by("pk"):
        today, scope = local_date(now, government.timezone), government.code
        values = tuple(value_of(key, on=today, scope=scope) for key in keys) if value_of else ()
        days_off = off_around(scope) if off_around else frozenset()
        # A value may be a table, which has no hash.
        same = (today, government.timezone, repr(values), days_off)
        groups.setdefault(same, (values, []))[1].append(government)
    return [
        Alike(today, zone, values, days_off, tuple(governments))
        for (today, zone, _same, days_off), (values, governments) in groups.items()
    ]
