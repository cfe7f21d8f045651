"""The personnel office's part of practising: days, cases; and the deletion when the days are over."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from apps.assessments.rules.predikat import Rating
from apps.assessments.services.actors import account_of
from apps.core import audit, policy
from apps.core.actors import account_behind
from apps.core.localtime import local_date
from apps.employees.models import Government

from ..models import PracticeCase, PracticeEntry, PracticePeriod
from ..selectors import practice as selectors


class PracticeOverlaps(ValueError):
    """Raised when another practice period holds some of these days."""


class DaysInWrongOrder(ValueError):
    """Raised when the last day lies before the first, or has passed."""


class NotRunning(Exception):
    """Raised when a practice period is over already."""


def _deleted_on(government: Government, closes_on: date) -> date:
    days = int(policy.get("supervision.practice_keep_days", on=closes_on, scope=government.code))
    return closes_on + timedelta(days=max(1, days))


@transaction.atomic
def open_period(
    *, government: Government, opens_on: date, closes_on: date, by: Any, at: datetime
) -> PracticePeriod:
    """Let people practise from a day to a day.

    :raises DaysInWrongOrder: if the last day lies before the first or before today.
    :raises PracticeOverlaps: if another practice period holds some of these days.
    """
    if closes_on < opens_on or closes_on < local_date(at, government.timezone):
        raise DaysInWrongOrder
    try:
        with transaction.atomic():
            period = PracticePeriod.objects.create(
                government=government,
                opens_on=opens_on,
                closes_on=closes_on,
                deleted_on=_deleted_on(government, closes_on),
                made_by=account_behind(by),
                made_at=at,
            )
    except IntegrityError as error:
        if "practice_one_at_a_time" in str(error):
            raise PracticeOverlaps from error
        raise
    _record("opened", period, by, at)
    return period


@transaction.atomic
def close_period(*, period_id: int, by: Any, at: datetime) -> PracticePeriod | None:
    """End a practice period with today; one that has not begun is taken away as a whole (None).

    What was written stays readable for its person until the day of deletion, counted from today.

    :raises NotRunning: if it is over already.
    """
    period = (
        PracticePeriod.objects.select_for_update(of=("self",)).select_related("government").get(pk=period_id)
    )
    day = local_date(at, period.government.timezone)
    if period.purged_at is not None or period.closes_on < day:
        raise NotRunning
    if period.opens_on > day:
        _record("withdrawn", period, by, at)
        period.delete()
        return None
    if period.closes_on == day:
        raise NotRunning
    period.closes_on = day
    period.deleted_on = _deleted_on(period.government, day)
    period.save(update_fields=["closes_on", "deleted_on"])
    _record("closed", period, by, at)
    return period


def delete_due(*, now: datetime) -> int:
    """Delete what was written in the periods whose day has come; return how many periods it were."""
    return sum(_purge(period_id, now) for period_id in selectors.due_for_deletion(now))


@transaction.atomic
def _purge(period_id: int, now: datetime) -> bool:
    """Delete one period's tasks; a second beat waits for the first and finds it done."""
    period = (
        PracticePeriod.objects.select_for_update(of=("self",)).select_related("government").get(pk=period_id)
    )
    if period.purged_at is not None:
        return False
    count, _rows = PracticeEntry.objects.filter(period=period).delete()
    period.purged_at, period.purged_count = now, count
    period.save(update_fields=["purged_at", "purged_count"])
    _record("deleted", period, None, now, count=count)
    return True


@transaction.atomic
def write_case(
    *,
    government: Government,
    place: int,
    title: str,
    results: str,
    behavior_text: str,
    work_result: Rating,
    behavior: Rating,
    why: str,
    by: Any,
    at: datetime,
) -> PracticeCase:
    """Put an office's own case in the place of the built-in one, or change it."""
    case, _new = PracticeCase.objects.update_or_create(
        government=government,
        place=place,
        defaults={
            "title": title.strip(),
            "results": results.strip(),
            "behavior_text": behavior_text.strip(),
            "work_result": work_result.value,
            "behavior": behavior.value,
            "why": why.strip(),
        },
    )
    audit.record(
        "supervision.practice_case.written",
        target=case,
        by=account_of(by),
        scope=government.code,
        at=at,
        place=place,
    )
    return case


@transaction.atomic
def reset_case(*, government: Government, place: int, by: Any, at: datetime) -> bool:
    """Take an office's own case away, so that the built-in one stands there again; tell whether there was one."""
    case = PracticeCase.objects.select_for_update().filter(government=government, place=place).first()
    if case is None:
        return False
    audit.record(
        "supervision.practice_case.reset",
        target=case,
        by=account_of(by),
        scope=government.code,
        at=at,
        place=place,
    )
    case.delete()
    return True


def _record(verb: str, period: PracticePeriod, by: Any, at: datetime, **data: Any) -> None:
    audit.record(
        f"supervision.practice.{verb}",
        target=period,
        by=None if by is None else account_of(by),
        scope=period.government.code,
        at=at,
        opens_on=period.opens_on.isoformat(),
        closes_on=period.closes_on.isoformat(),
        **data,
    )
