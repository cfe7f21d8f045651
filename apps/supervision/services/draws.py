"""A draw in three steps of the schedule: the hash of its seed before the closing, the list, the sample.

Every step is one transaction per draw, so that the list is in the database and in the audit chain before the seed is
revealed. Two ticks at once, or none for a night, end the same: each step is done under the lock of the draw's row.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.assessments.labels import PeriodKind, PeriodStatus
from apps.assessments.models import Period
from apps.core import audit, notify, policy, stamps
from apps.core.localtime import local_date
from apps.core.models import AuditHead

from ..models import DrawnReport, ListedReport, ReviewDraw, SecondReading
from ..rules import review_sample
from ..selectors import sampling

__all__ = ["commit_due", "commit_seed", "draw_due", "draw_sample", "freeze_due", "freeze_list"]

# A supervisor whose hash was missed gets a late draw as long as the period is not older than this.
LATE_FOR = timedelta(days=60)

_DRAWN = gettext_noop(
    "%(drawn)s of %(listed)s ordinary reports for %(starts_on)s to %(ends_on)s were drawn for you to read."
)


def commit_due(*, now: datetime) -> int:
    """Publish the hash of a seed for everybody who will review reports of a running period; return how many."""
    periods = (
        Period.objects.filter(kind=PeriodKind.PERIODIC, opens_at__lte=now, closes_at__gt=now)
        .exclude(status=PeriodStatus.CLOSED)
        .select_related("cycle__government")
        .order_by("pk")
    )
    return sum(
        _commit_all(period, supervisors, now)
        for day, alike in _of_same_days(periods, now)
        for period, supervisors in sampling.supervisors_owing(alike, day)
    )


def _of_same_days(periods: Iterable[Period], now: datetime) -> list[tuple[date, list[Period]]]:
    """Return the periods that run over the same days in groups, with the day it is there: a country asks but once."""
    groups: dict[tuple[date, int, date, date], list[Period]] = defaultdict(list)
    for period in periods:
        groups[_day(period, now), period.cycle.year, period.starts_on, period.ends_on].append(period)
    return [(day, alike) for (day, *_days), alike in groups.items()]


def _commit_all(period: Period, supervisors: Iterable[int], at: datetime) -> int:
    return sum(
        commit_seed(period=period, supervisor_id=supervisor_id, at=at)
        for supervisor_id in sorted(supervisors)
    )


@transaction.atomic
def commit_seed(*, period: Period, supervisor_id: int, at: datetime) -> bool:
    """Make a secret seed and write its hash into the audit log; return whether this call did it."""
    seed = secrets.token_hex(32)
    draw, is_new = ReviewDraw.objects.get_or_create(
        period=period,
        supervisor_id=supervisor_id,
        defaults={
            "seed": seed,
            "seed_hash": review_sample.commitment(seed),
            "committed_at": at,
            "is_committed_late": at >= period.closes_at,
        },
    )
    if is_new:
        audit.record(
            "supervision.draw.committed",
            target=draw,
            by=None,
            scope=period.cycle.government.code,
            at=at,
            period=period.pk,
            supervisor=supervisor_id,
            seed_hash=draw.seed_hash,
            is_late=draw.is_committed_late,
        )
    return is_new


def freeze_due(*, now: datetime) -> int:
    """Close the lists of the periods that are over, also for those whose hash was missed; return how many."""
    over = _periods_over(now, needing=ReviewDraw.objects.filter(frozen_at__isnull=True))
    young = [period for period in over if period.closes_at > now - LATE_FOR]
    for day, alike in _of_same_days(young, now):
        for period, supervisors in sampling.supervisors_missed(alike, day):
            _commit_all(period, supervisors, now)
    waiting = ReviewDraw.objects.filter(period__in=over, frozen_at__isnull=True).order_by("period", "pk")
    return sum(freeze_list(draw_id=pk, at=now) for pk in waiting.values_list("pk", flat=True))


def _periods_over(now: datetime, needing: QuerySet[ReviewDraw]) -> list[Period]:
    """Return the closed periods, young or with draws that still need something, whose grace has passed."""
    periods = (
        Period.objects.filter(kind=PeriodKind.PERIODIC, status=PeriodStatus.CLOSED, closes_at__lte=now)
        .filter(Q(closes_at__gt=now - LATE_FOR) | Q(pk__in=needing.values("period")))
        .select_related("cycle__government")
        .order_by("pk")
    )
    key = "supervision.sample_after_hours"
    hours_of = policy.values_everywhere(key)

    def grace(period: Period) -> timedelta:
        hours = hours_of(key, on=_day(period, now), scope=period.cycle.government.code)
        return timedelta(hours=max(0, hours))

    return [period for period in periods if period.closes_at + grace(period) <= now]


@transaction.atomic
def freeze_list(*, draw_id: int, at: datetime) -> bool:
    """Fix the list of ordinary reports a sample is drawn from; return whether this call did it."""
    draw = _locked(draw_id)
    if draw.frozen_at is not None:
        return False
    rows = sampling.ordinary_reports(draw, _day(draw.period, at))
    ListedReport.objects.bulk_create(
        ListedReport(draw=draw, report_id=row.report_id, version=row.version, stratum=row.stratum)
        for row in rows
    )
    draw.frame = review_sample.frame_of(sampling.strata_of(draw))
    draw.frozen_at = at
    draw.save(update_fields=["frame", "frozen_at"])
    audit.record(
        "supervision.draw.frozen",
        target=draw,
        by=None,
        scope=draw.period.cycle.government.code,
        at=at,
        frame=draw.frame,
        reports=len(rows),
    )
    return True


def draw_due(*, now: datetime) -> int:
    """Draw from the frozen lists; return how many samples were drawn."""
    waiting = ReviewDraw.objects.filter(frozen_at__isnull=False, drawn_at__isnull=True).order_by("pk")
    return sum(draw_sample(draw_id=pk, at=now) for pk in waiting.values_list("pk", flat=True))


@transaction.atomic
def draw_sample(*, draw_id: int, at: datetime) -> bool:
    """Draw from a frozen list and reveal the seed; return whether this call did it."""
    draw = _locked(draw_id)
    if draw.frozen_at is None or draw.drawn_at is not None:
        return False
    period, scope = draw.period, draw.period.cycle.government.code
    day = _day(period, at)
    if draw.is_committed_late:
        head = AuditHead.objects.get(scope=scope)
        draw.head_seq, draw.head_hash = head.seq, head.hash
    draw.rate = sampling.present_rate(draw.supervisor_id, sampling.rate_policy(period, day))
    draw.minimum = max(1, sampling.setting("sample_minimum", period, day))
    draw.second_share = sampling.share(sampling.setting("second_share", period, day))
    seed, strata = sampling.effective_seed(draw), sampling.strata_of(draw)
    sample = review_sample.draw(seed, strata, draw.rate, draw.minimum)
    second = review_sample.second_reads(seed, sample, draw.second_share) if draw.second_share else ()
    _keep(draw, sample, second)
    draw.drawn_at = at
    if not sample.ids:
        draw.completed_at = at
    draw.save(
        update_fields=["head_seq", "head_hash", "rate", "minimum", "second_share", "drawn_at", "completed_at"]
    )
    audit.record(
        "supervision.draw.drawn",
        target=draw,
        by=None,
        scope=scope,
        at=at,
        seed=draw.seed,
        rate=draw.rate,
        minimum=draw.minimum,
        drawn=list(sample.ids),
        second=list(second),
    )
    if sample.ids:
        notify.send(
            draw.supervisor.user,
            _DRAWN,
            url=reverse("supervision:sample-detail", args=[draw.pk]),
            drawn=len(sample.ids),
            listed=sum(len(ids) for ids in strata.values()),
            starts_on=f"{period.starts_on:%d/%m/%Y}",
            ends_on=f"{period.ends_on:%d/%m/%Y}",
        )
        stamps.bump(f"user:{draw.supervisor.user_id}")
    return True


def _keep(draw: ReviewDraw, sample: review_sample.Sample, second: Iterable[int]) -> None:
    versions = dict(ListedReport.objects.filter(draw=draw).values_list("report_id", "version"))
    stratum_of = {report: stratum.stratum for stratum in sample.strata for report in stratum.ids}
    drawn = DrawnReport.objects.bulk_create(
        DrawnReport(
            draw=draw, report_id=report, version=versions[report], stratum=stratum_of[report], place=place
        )
        for place, report in enumerate(sample.ids, start=1)
    )
    by_report = {row.report_id: row for row in drawn}
    SecondReading.objects.bulk_create(SecondReading(drawn=by_report[report]) for report in second)


def _locked(draw_id: int) -> ReviewDraw:
    return (
        ReviewDraw.objects.select_for_update(of=("self",))
        .select_related("period__cycle__government", "supervisor__user")
        .get(pk=draw_id)
    )


def _day(period: Period, at: datetime) -> date:
    return local_date(at, period.cycle.government.timezone)
