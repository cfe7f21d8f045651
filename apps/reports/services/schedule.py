"""Packs nobody has to ask for: once per closed period and kind, for the whole government (architecture D4).

Every tick asks which closed period has no pack yet and is ready for it. The row `ScheduledPack` with its unique key
makes two ticks, or a replayed one, end the same.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.assessments.labels import PeriodStatus
from apps.assessments.models import Evaluation, Period, PeriodRun
from apps.core import audit, long_jobs, notify, policy
from apps.core.localtime import local_date
from apps.core.models import Job
from apps.employees.models import RoleAssignment, WorkUnit

from ..labels import DocumentKind
from ..models import ScheduledPack

KINDS = {
    str(DocumentKind.EVALUATION_PACK): "reports.evaluation_pack",
    str(DocumentKind.CYCLE_RECAP): "reports.cycle_recap",
}

_READY = gettext_noop("The report pack of the period %(starts_on)s to %(ends_on)s is ready.")


def run_schedule(*, now: datetime) -> int:
    """Start what is due; return how many packs were started. Safe at any time, also in parallel."""
    started = 0
    for period_id in _candidates():
        for kind in KINDS:
            started += _start_pack(period_id, kind, now)
    return started


def _candidates() -> list[int]:
    """Return the closed periods that lack a pack of some kind."""
    return [period_id for period_id, packs in _pack_counts() if packs < len(KINDS)]


def _pack_counts() -> list[tuple[int, int]]:
    made: dict[int, int] = {}
    for period_id in ScheduledPack.objects.values_list("period_id", flat=True):
        made[period_id] = made.get(period_id, 0) + 1
    closed = Period.objects.filter(status=str(PeriodStatus.CLOSED)).order_by("closes_at", "pk")
    return [(period_id, made.get(period_id, 0)) for period_id in closed.values_list("pk", flat=True)]


@transaction.atomic
def _start_pack(period_id: int, kind: str, now: datetime) -> bool:
    period = (
        Period.objects.select_for_update(of=("self",)).select_related("cycle__government").get(pk=period_id)
    )
    if ScheduledPack.objects.filter(period=period, kind=kind).exists() or not _is_ready(period, kind, now):
        return False
    government = period.cycle.government
    root = WorkUnit.objects.get(government=government, parent__isnull=True)
    job = long_jobs.start(
        KINDS[kind], owner=None, scope=government.code, unit_id=root.pk, period_id=period.pk
    )
    pack = ScheduledPack.objects.create(period=period, kind=kind, job=job)
    audit.record("reports.pack.scheduled", target=pack, by=None, scope=government.code, at=now, kind=kind)
    return True


def _is_ready(period: Period, kind: str, now: datetime) -> bool:
    """Whether everything was handed over, or the days given for that are over and there is something to show."""
    evaluations = Evaluation.objects.filter(period=period)
    delivered = evaluations.filter(delivered_at__isnull=False).exists()
    if not evaluations.exists() or (kind == str(DocumentKind.EVALUATION_PACK) and not delivered):
        return False
    if _is_prepared(period) and not evaluations.filter(delivered_at__isnull=True).exists():
        return True
    government = period.cycle.government
    today = local_date(now, government.timezone)
    days = policy.get("reports.pack_after_days", on=today, scope=government.code)
    return today >= local_date(period.closes_at, government.timezone) + timedelta(days=days)


def _is_prepared(period: Period) -> bool:
    """Whether every unit's evaluations have been made: before that, "all handed over" may be true too early."""
    closing = PeriodRun.objects.filter(period=period, unit__isnull=True, step="close").first()
    expected = closing.figures.get("units", 0) if closing else 0
    done = PeriodRun.objects.filter(period=period, step="prepare", finished_at__isnull=False).count()
    return done >= expected


def announce(job: Job) -> None:
    """Tell the personnel officers of the government that a pack of the schedule is ready."""
    pack = ScheduledPack.objects.filter(job=job).select_related("period__cycle__government").first()
    if pack is None:
        return
    period = pack.period
    officers = RoleAssignment.objects.active_on(local_date(job.created_at, period.cycle.government.timezone))
    for assignment in officers.filter(
        role="personnel_officer", unit__government=period.cycle.government, unit__parent__isnull=True
    ).select_related("user"):
        notify.send(
            assignment.user,
            _READY,
            url=reverse("reports:index"),
            key=f"pack:{pack.pk}:{assignment.user_id}",
            starts_on=f"{period.starts_on:%d/%m/%Y}",
            ends_on=f"{period.ends_on:%d/%m/%Y}",
        )
