"""Packs nobody has to ask for: once per closed period and kind, for the whole government (architecture D4).

Every tick asks which closed period has no pack yet and is ready for it. The row `ScheduledPack` with its unique key
makes two ticks, or a replayed one, end the same.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.assessments.labels import PeriodStatus
from apps.assessments.models import Evaluation, Period, PeriodRun
from apps.core import audit, long_jobs, notify, policy
from apps.core.localtime import local_date
from apps.core.models import Job
from apps.core.rules.periods import first_instant_of
from apps.employees.alike import alike
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
    for period_id in _candidates(now):
        for kind in KINDS:
            started += _start_pack(period_id, kind, now)
    return started


def _candidates(now: datetime) -> list[int]:
    """Return the closed periods that lack a pack and may be ready for it, so that those that wait cost nothing.

    `_is_ready` looks again, at one period under its lock, and more closely.
    """
    evaluations = Evaluation.objects.filter(period=OuterRef("pk"))
    lacks = {kind: ~Exists(ScheduledPack.objects.filter(period=OuterRef("pk"), kind=kind)) for kind in KINDS}
    something = Exists(evaluations.filter(delivered_at__isnull=False))
    everything = ~Exists(evaluations.filter(delivered_at__isnull=True))
    closed = (
        Period.objects.filter(Exists(evaluations), status=str(PeriodStatus.CLOSED))
        .filter(lacks[str(DocumentKind.CYCLE_RECAP)] | (lacks[str(DocumentKind.EVALUATION_PACK)] & something))
        .order_by("closes_at", "pk")
    )
    found: list[int] = []
    for group in alike(now, "reports.pack_after_days"):
        (days,) = group.values
        days_over = first_instant_of(group.today - timedelta(days=days - 1), group.zone)
        mine = closed.filter(Q(closes_at__lt=days_over) | everything, cycle__government__in=group.ids)
        found += mine.values_list("pk", flat=True)
    return found


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
