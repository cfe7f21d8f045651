"""Days off of a government, for the working-day rules in `rules/working_days.py`."""

from datetime import date, timedelta

from .models import Holiday


def holidays_between(first: date, last: date, *, scope: str) -> frozenset[date]:
    """Return the days off of a government in a range, national and local."""
    return frozenset(
        Holiday.objects.filter(scope__in={scope, ""}, date__range=(first, last)).values_list(
            "date", flat=True
        )
    )


def holidays_around(day: date, *, scope: str) -> frozenset[date]:
    """Return the days off within a year on both sides of a day: enough for every clock we run."""
    return holidays_between(day - timedelta(days=366), day + timedelta(days=366), scope=scope)
