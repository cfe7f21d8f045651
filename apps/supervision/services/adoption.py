"""Figures on how the application is taken up, stored per period; and what somebody new did with the first steps."""

from datetime import datetime, timedelta

from django.db import transaction

from apps.assessments.models import Period
from apps.employees.models import Employee

from ..models import AdoptionFigure, FirstWeek
from ..selectors import adoption

FRESH = timedelta(hours=20)
SETTLED = timedelta(days=120)  # after objections and late decisions nothing moves any more


def refresh_figures(*, now: datetime) -> int:
    """Compute the figures of the periods that are due, once a day; return how many periods it were."""
    periods = list(adoption.due_periods(now, fresh=FRESH, settled=SETTLED))
    for period in periods:
        store_figures(period=period, at=now)
    return len(periods)


@transaction.atomic
def store_figures(*, period: Period, at: datetime) -> None:
    """Store the measures of a period in place of the earlier ones."""
    AdoptionFigure.objects.bulk_create(
        [
            AdoptionFigure(period=period, key=key, value=value, n=n, computed_at=at)
            for key, (value, n) in adoption.measures(period, at).items()
        ],
        update_conflicts=True,
        unique_fields=["period", "key"],
        update_fields=["value", "n", "computed_at"],
    )


def note_scoring_read(*, employee: Employee, at: datetime) -> None:
    """Keep that somebody opened the page on how a result comes about; the first time counts."""
    FirstWeek.objects.get_or_create(employee=employee)
    FirstWeek.objects.filter(employee=employee, read_scoring_at__isnull=True).update(read_scoring_at=at)


def dismiss_first_steps(*, employee: Employee, at: datetime) -> None:
    """Put the list of first steps away for good."""
    FirstWeek.objects.get_or_create(employee=employee)
    FirstWeek.objects.filter(employee=employee, dismissed_at__isnull=True).update(dismissed_at=at)
