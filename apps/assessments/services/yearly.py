"""The yearly evaluation that waits for ratings follows what still happens in the periods of the year."""

from django.db import connection
from django.db.models import Q

from apps.core import jobs
from apps.indicators.models import Skp

from ..models import Evaluation, Period
from ..rules.evaluation_lifecycle import EvaluationStatus
from ..rules.period_lifecycle import PeriodKind, PeriodStatus
from .engine.scope import PLANS_IN_FORCE


def status_held(period: Period) -> str:
    """Return whether a period is closed by now, and keep the closing waiting until this transaction has ended.

    A report that is sent while the period closes is then either committed before the closing reads anything, or it
    knows of the closing and promises fresh figures. Those who ask do not wait for each other: it is the lock that
    every reference to the period takes.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM assessments_period WHERE id = %s FOR KEY SHARE", [period.pk])
        return str(cursor.fetchone()[0])


def follow_period(*, employee_id: int, period: Period, mark: str) -> int:
    """Promise fresh figures for the yearly evaluations of somebody that nobody has rated; return how many.

    The year shows the periods as a hint (EVA-6), and the part before a move adds up their reports (SPC-1). Once the
    year has closed, also for plans whose evaluation is only being made.
    """
    if period.kind != PeriodKind.PERIODIC.value:
        return 0
    year = Period.objects.filter(cycle=period.cycle_id, kind=PeriodKind.YEARLY.value).first()
    if year is None:
        return 0
    evaluations = Evaluation.objects.filter(employee=employee_id, period=year)
    waiting = Q(pk__in=evaluations.filter(status=EvaluationStatus.PREPARED.value).values("skp"))
    if status_held(year) == PeriodStatus.CLOSED.value:
        waiting |= Q(status__in=PLANS_IN_FORCE) & ~Q(pk__in=evaluations.values("skp"))
    plans = (
        Skp.objects.filter(
            waiting, employee=employee_id, government=period.cycle.government_id, year=period.cycle.year
        )
        .select_related("government")
        .order_by("pk")
    )
    for plan in plans:
        jobs.enqueue(
            "assessments.prepare_part",
            scope=plan.government.code,
            key=f"part:{plan.pk}:{mark}",
            skp_id=plan.pk,
        )
    return len(plans)
