"""What a move to another post does to plans and evaluations (CYC-7, SPC-1).

The plan of the former post ends the day before the move and is closed; its appraiser makes a closing evaluation of
that part, once the reports on its last days can no longer be sent. The plan of the new post is the person's to write.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, jobs, notify, stamps
from apps.core.rules.periods import first_instant_of
from apps.employees import selectors as people
from apps.employees.models import Employee
from apps.indicators.models import Skp
from apps.indicators.services import skp as plans

from ..models import Period
from ..rules.period_lifecycle import PeriodKind
from .actors import stamp_names

_CLOSED = gettext_noop(
    "You hold another post since %(since)s. Your plan (SKP) for the former post is closed; write one for the new post."
)


@transaction.atomic
def follow_move(*, employee_id: int, since: date, at: datetime) -> list[Skp]:
    """End the plans of the posts somebody left on a day; safe to call again. Return the plans that were ended.

    A plan that was never approved keeps its text, for the former superior to approve or for copying.
    """
    employee = Employee.objects.select_related("government", "user").get(pk=employee_id)
    placement = people.placement_on(employee, since)
    if placement is None or placement.period.lower != since:
        return []  # the move was taken back or put on another day; that one has its own promise
    ended = []
    rows = (
        Skp.objects.select_for_update(of=("self",))
        .filter(
            employee=employee,
            year=since.year,
            revises__isnull=True,
            period__endswith__gt=since,
            period__startswith__lt=since,
        )
        .exclude(placement=placement)
    )
    for plan in rows.select_related("appraiser__user", "unit"):
        plan.period = DateRange(plan.period.lower, since)
        plan.save(update_fields=["period"])
        audit.record(
            "indicators.skp.shortened",
            target=plan,
            by=None,
            scope=employee.government.code,
            at=at,
            until=since - timedelta(days=1),
        )
        if plan.status == "approved":
            _close(plan, since, at)
        ended.append(plan)
    if ended:
        notify.send(
            employee.user,
            _CLOSED,
            url=reverse("indicators:skp-mine"),
            key=f"move:{placement.pk}",
            since=f"{since:%d/%m/%Y}",
        )
        stamps.bump(*stamp_names(employee, *(plan.appraiser for plan in ended)))
    return ended


def _close(plan: Skp, since: date, at: datetime) -> None:
    plans.close_skp(skp_id=plan.pk, by=None, at=at)
    ready = _reports_end(plan, since, at)
    jobs.enqueue(
        "assessments.prepare_part",
        scope=plan.government.code,
        key=f"part:{plan.pk}:{since.isoformat()}",
        ready_at=ready if ready > at else None,
        skp_id=plan.pk,
    )


def _reports_end(plan: Skp, since: date, at: datetime) -> datetime:
    """Return when the last report on the part can be sent in time; its evaluation waits until then."""
    last = (
        Period.objects.filter(
            cycle__government=plan.government_id,
            cycle__year=plan.year,
            kind=PeriodKind.PERIODIC.value,
            starts_on__lte=since - timedelta(days=1),
            ends_on__gte=since - timedelta(days=1),
        )
        .values_list("closes_at", flat=True)
        .first()
    )
    return last if last is not None else max(at, first_instant_of(since, plan.government.timezone))
