"""The year and its periods: made once, then opened and closed by the schedule (architecture D4).

The schedule is rows, not ticks: every tick asks which period is due and has not been moved yet. Two ticks at
once, no tick for a night, or a tick that is replayed end in the same state, because each step happens under
the lock of the period's row and leaves one `PeriodRun`.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from apps.core import audit, jobs, long_jobs, policy, stamps
from apps.core.localtime import local_date
from apps.core.models import Job, Notification
from apps.core.rules.periods import Periodicity, first_instant_of, last_instant_of, periods_of_year
from apps.employees.models import Employee, Government

from ..models import Cycle, Period, PeriodRun
from ..rules.period_lifecycle import PeriodAction, PeriodKind, PeriodStatus, allowed_actions, next_status
from .actors import account_of
from .closing import close_period, prepare_unit

__all__ = [
    "ClosingNotInFuture",
    "CycleExists",
    "PeriodAlreadyClosed",
    "PeriodNotClosed",
    "ReasonMissing",
    "change_closing",
    "create_cycle",
    "notify_people",
    "prepare_again",
    "prepare_unit",
    "run_schedule",
]

CHUNK = 500
HOME = "/beranda/"  # a page of a higher app, so it is known here by its address only

_TEXTS = {
    "opening": gettext_noop(
        "The period from %(starts_on)s to %(ends_on)s is open. Send your report by %(closes_on)s."
    ),
    "deadline": gettext_noop(
        "The last day for your report on the period from %(starts_on)s to %(ends_on)s is now %(closes_on)s."
    ),
}


class CycleExists(ValueError):
    """Raised when a government already has a cycle for the year."""


class PeriodAlreadyClosed(ValueError):
    """Raised when a closed period would be changed."""


class PeriodNotClosed(ValueError):
    """Raised when something needs a period that is closed already."""


class ClosingNotInFuture(ValueError):
    """Raised when the new closing instant has passed, or lies before the opening."""


class ReasonMissing(ValueError):
    """Raised when a change needs a reason and has none."""


@transaction.atomic
def create_cycle(*, government: Government, year: int, periodicity: str, by: Any) -> Cycle:
    """Make the performance year of a government with its periods and the yearly one.

    Instants are made from local days in the government's own zone: a period opens as its first day begins and
    closes some days (a policy value) after its last day has ended.

    :raises CycleExists: if the year has a cycle already.
    """
    kind = Periodicity(periodicity)
    try:
        with transaction.atomic():
            cycle = Cycle.objects.create(government=government, year=year, periodicity=kind.value)
    except IntegrityError as error:
        raise CycleExists from error
    last_day = date(year, 12, 31)
    early = policy.get("assessments.yearly_report_opens_days_before_end", on=last_day, scope=government.code)
    periods = [
        _period(
            cycle, government, PeriodKind.PERIODIC, span.number, span.starts_on, span.ends_on, span.starts_on
        )
        for span in periods_of_year(year, kind)
    ]
    periods.append(
        _period(
            cycle,
            government,
            PeriodKind.YEARLY,
            0,
            date(year, 1, 1),
            last_day,
            last_day - timedelta(days=max(early, 0)),
        )
    )
    Period.objects.bulk_create(periods)
    audit.record(
        "assessments.cycle.created",
        target=cycle,
        by=account_of(by),
        scope=government.code,
        year=year,
        periodicity=kind.value,
    )
    return cycle


def _period(
    cycle: Cycle,
    government: Government,
    kind: PeriodKind,
    number: int,
    starts_on: date,
    ends_on: date,
    opens_on: date,
) -> Period:
    grace = policy.get("assessments.report_days_after_period_end", on=ends_on, scope=government.code)
    return Period(
        cycle=cycle,
        kind=kind.value,
        number=number,
        starts_on=starts_on,
        ends_on=ends_on,
        opens_at=first_instant_of(opens_on, government.timezone),
        closes_at=last_instant_of(ends_on + timedelta(days=max(grace, 0)), government.timezone),
    )


def run_schedule(*, now: datetime) -> dict[str, int]:
    """Open and close what is due; return how many periods were moved. Safe to call at any time, also in
    parallel.
    """
    moved = {"opened": 0, "closed": 0}
    due_to_open = Period.objects.filter(status=PeriodStatus.PLANNED.value, opens_at__lte=now)
    for period_id in due_to_open.order_by("opens_at", "id").values_list("pk", flat=True):
        moved["opened"] += open_period(period_id=period_id, at=now)
    due_to_close = Period.objects.filter(status=PeriodStatus.OPEN.value, closes_at__lt=now)
    for period_id in due_to_close.order_by("closes_at", "id").values_list("pk", flat=True):
        moved["closed"] += close_period(period_id=period_id, at=now)
    return moved


@transaction.atomic
def open_period(*, period_id: int, at: datetime) -> bool:
    """Open one period if it is due and still planned; return whether this call did it."""
    period = (
        Period.objects.select_for_update(of=("self",)).select_related("cycle__government").get(pk=period_id)
    )
    if PeriodAction.OPEN not in allowed_actions(PeriodStatus(period.status)) or period.opens_at > at:
        return False
    period.status = next_status(PeriodStatus(period.status), PeriodAction.OPEN).value
    period.save(update_fields=["status"])
    PeriodRun.objects.create(period=period, step="open", started_at=at, finished_at=at)
    scope = period.cycle.government.code
    audit.record("assessments.period.opened", target=period, by=None, scope=scope, at=at)
    if period.closes_at >= at:
        # After a night without a beat nobody is called to write what is closed in the same breath.
        _enqueue_notice(period, "opening", after_id=0, mark="")
    return True


@transaction.atomic
def change_closing(*, period_id: int, closes_at: datetime, reason: str, by: Any, at: datetime) -> Period:
    """Move the last instant for reports of a period that is not closed yet; everybody is told.

    :raises PeriodAlreadyClosed: if the schedule has closed it.
    :raises ClosingNotInFuture: if the new instant has passed, or lies before the opening.
    :raises ReasonMissing: without a reason.
    """
    period = (
        Period.objects.select_for_update(of=("self",)).select_related("cycle__government").get(pk=period_id)
    )
    if period.status == PeriodStatus.CLOSED.value:
        raise PeriodAlreadyClosed
    if not reason.strip():
        raise ReasonMissing
    if closes_at <= at or closes_at <= period.opens_at:
        raise ClosingNotInFuture
    if closes_at == period.closes_at:
        return period
    before, period.closes_at = period.closes_at, closes_at
    period.save(update_fields=["closes_at"])
    audit.record(
        "assessments.period.closing_changed",
        target=period,
        by=account_of(by),
        scope=period.cycle.government.code,
        at=at,
        before=before,
        after=closes_at,
        reason=reason.strip(),
    )
    if period.status == PeriodStatus.OPEN.value:
        _enqueue_notice(period, "deadline", after_id=0, mark=f"{at:%Y%m%d%H%M%S%f}")
    return period


@transaction.atomic
def prepare_again(*, period_id: int, by: Any, at: datetime) -> Job:
    """Prepare the evaluations of a closed period once more, as a job of `by` that can be watched and stopped.

    For plans approved late and corrected appraisers. Evaluations that are rated already stay as they are, and so do
    those for which nothing has changed.

    :raises PeriodNotClosed: if the period is not closed.
    """
    period = (
        Period.objects.select_for_update(of=("self",)).select_related("cycle__government").get(pk=period_id)
    )
    if period.status != PeriodStatus.CLOSED.value:
        raise PeriodNotClosed
    scope = period.cycle.government.code
    job = long_jobs.start("assessments.prepare_period", owner=by, scope=scope, period_id=period.pk)
    audit.record(
        "assessments.period.prepared_again",
        target=period,
        by=account_of(by),
        scope=scope,
        at=at,
        job=str(job.pk),
    )
    return job


def _enqueue_notice(period: Period, kind: str, *, after_id: int, mark: str) -> None:
    jobs.enqueue(
        "assessments.notify_people",
        scope=period.cycle.government.code,
        key=f"notice:{kind}:{period.pk}:{mark}:{after_id}",
        period_id=period.pk,
        kind=kind,
        after_id=after_id,
        mark=mark,
    )


@transaction.atomic
def notify_people(*, period_id: int, kind: str, after_id: int, mark: str) -> int:
    """Tell the next chunk of people about a period, and promise the chunk after it; return how many were
    told.
    """
    period = Period.objects.select_related("cycle__government").get(pk=period_id)
    government = period.cycle.government
    people = list(
        Employee.objects.filter(government=government, is_active=True, user__isnull=False, pk__gt=after_id)
        .order_by("pk")
        .values_list("pk", "user_id")[:CHUNK]
    )
    params = {
        "starts_on": f"{period.starts_on:%d/%m/%Y}",
        "ends_on": f"{period.ends_on:%d/%m/%Y}",
        "closes_on": f"{local_date(period.closes_at, government.timezone):%d/%m/%Y}",
    }
    Notification.objects.bulk_create(
        [
            Notification(
                recipient_id=user_id,
                text=_TEXTS[kind],
                params=params,
                url=HOME,
                key=f"{kind}:{period.pk}:{mark}:{user_id}",
            )
            for _pk, user_id in people
        ],
        ignore_conflicts=True,
    )
    stamps.bump(*(f"user:{user_id}" for _pk, user_id in people))
    if len(people) == CHUNK:
        _enqueue_notice(period, kind, after_id=people[-1][0], mark=mark)
    return len(people)
