"""Days off of a government, for the working-day rules in `rules/working_days.py`."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta

from .models import Holiday

# Enough for every clock we run.
AROUND = timedelta(days=366)

# What is read inside `read_once`: the government, and all its days off.
_remembered: ContextVar[tuple[str, frozenset[date]] | None] = ContextVar("days_off", default=None)


@contextmanager
def read_once(scope: str) -> Iterator[None]:
    """Read the days off of a government with one query, for a page on which several clocks run; for looking only."""
    token = _remembered.set((scope, _between(date.min, date.max, scope)))
    try:
        yield
    finally:
        _remembered.reset(token)


def holidays_between(first: date, last: date, *, scope: str) -> frozenset[date]:
    """Return the days off of a government in a range, national and local."""
    remembered = _remembered.get()
    if remembered is not None and remembered[0] == scope:
        return frozenset(day for day in remembered[1] if first <= day <= last)
    return _between(first, last, scope)


def _between(first: date, last: date, scope: str) -> frozenset[date]:
    return frozenset(
        Holiday.objects.filter(scope__in={scope, ""}, date__range=(first, last)).values_list(
            "date", flat=True
        )
    )


def everywhere_around(day: date) -> Callable[[str], frozenset[date]]:
    """Read the days off of all governments around a day with one query; return what gives those of a scope."""
    span = (day - AROUND, day + AROUND)
    rows: dict[str, set[date]] = defaultdict(set)
    for scope, off in Holiday.objects.filter(date__range=span).values_list("scope", "date"):
        rows[scope].add(off)
    return lambda scope: frozenset(rows.get(scope, set()) | rows.get("", set()))


def holidays_around(day: date, *, scope: str) -> frozenset[date]:
    """Return the days off within a year on both sides of a day."""
    return holidays_between(day - AROUND, day + AROUND, scope=scope)
