"""The auditor's room: letting somebody in, drawing a sample, opening a record, asking for a bundle."""

import secrets
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, long_jobs, notify, policy
from apps.core.localtime import local_date
from apps.core.models import Job
from apps.employees.labels import RecordPart
from apps.employees.models import Employee, WorkUnit
from apps.employees.services import record_views

from ..models import AuditBundle, AuditEngagement, AuditSample, AuditSampleItem
from ..querysets import granted_units
from ..rules import review_sample
from ..selectors import audit_room

BUNDLE_KIND = "reports.audit_bundle"  # registered in apps/reports/tasks.py: documents live up there
MAX_SAMPLE = 200
ROOM = RecordPart("room").value

_GRANTED = gettext_noop("You may read records of %(unit)s in the auditor's room from %(since)s.")
_ENDED = gettext_noop("Your time in the auditor's room for %(unit)s has been ended: %(reason)s")


class NotAnAuditor(ValueError):
    """Raised when the person has not the role of auditor for the unit."""


class OwnEngagement(ValueError):
    """Raised when somebody would let themselves in."""


class WindowRefused(ValueError):
    """Raised when the window ends before it starts, is over already, or is longer than the policy allows."""


class MayNotGrant(ValueError):
    """Raised when the unit is not one that the person answers for."""


class RoomClosed(Exception):
    """Raised outside the window, or when the role of auditor is gone."""


class EngagementOver(Exception):
    """Raised when an engagement is to be ended that is over."""


class DayOutOfScope(ValueError):
    """Raised for a day before the years in scope, or in the future."""


class NothingToDraw(ValueError):
    """Raised when nobody worked in the scope on that day."""


class SampleTooLarge(ValueError):
    """Raised when more would be drawn than one bundle holds."""


class SeedTooShort(ValueError):
    """Raised when a seed could be found from its hash."""


@transaction.atomic
def grant_engagement(
    *,
    auditor: Any,
    unit: WorkUnit,
    years: tuple[int, int],
    purpose: str,
    starts_at: datetime,
    ends_at: datetime,
    by: Any,
    at: datetime,
) -> AuditEngagement:
    """Let an auditor read the records of a unit and some years during a window.

    :raises OwnEngagement: if they would let themselves in.
    :raises MayNotGrant: if `by` does not answer for the unit.
    :raises NotAnAuditor: if the person is no auditor for the unit.
    :raises WindowRefused: if the window is empty, over, or too long.
    """
    if auditor.pk == by.pk:
        raise OwnEngagement
    if not granted_units(by).filter(pk=unit.pk).exists():
        raise MayNotGrant
    if not _audits(auditor, unit):
        raise NotAnAuditor
    longest = policy.get(
        "supervision.audit_longest_days",
        scope=unit.government.code,
        on=local_date(at, unit.government.timezone),
    )
    if not starts_at < ends_at or ends_at <= at or ends_at - starts_at > timedelta(days=longest):
        raise WindowRefused
    engagement = AuditEngagement.objects.create(
        government=unit.government,
        auditor=auditor,
        unit=unit,
        year_from=min(years),
        year_to=max(years),
        purpose=purpose,
        starts_at=starts_at,
        ends_at=ends_at,
        granted_by=by,
        granted_at=at,
    )
    audit.record(
        "supervision.audit_engagement.granted",
        target=engagement,
        by=by,
        scope=unit.government.code,
        at=at,
        auditor=auditor.pk,
        unit=unit.pk,
        years=[min(years), max(years)],
        starts_at=starts_at,
        ends_at=ends_at,
    )
    notify.send(
        auditor,
        _GRANTED,
        url=reverse("supervision:audit-engagement", args=[engagement.pk]),
        key=f"audit-engagement:{engagement.pk}",
        unit=unit.name,
        since=f"{local_date(starts_at, unit.government.timezone):%d/%m/%Y}",
    )
    return engagement


def _audits(user: Any, unit: WorkUnit) -> bool:
    units = WorkUnit.objects.below_any(WorkUnit.objects.with_role(user, "auditor"))
    return bool(units.filter(pk=unit.pk).exists())


@transaction.atomic
def end_engagement(*, engagement_id: int, reason: str, by: Any, at: datetime) -> AuditEngagement:
    """Shut the room before its time; bundles that were not fetched yet go with it.

    :raises EngagementOver: if it is over.
    """
    engagement = (
        AuditEngagement.objects.select_for_update(of=("self",))
        .select_related("government", "unit", "auditor")
        .get(pk=engagement_id)
    )
    if engagement.ended_at is not None or engagement.ends_at <= at:
        raise EngagementOver
    engagement.ended_at = at
    engagement.ended_by = by
    engagement.end_reason = reason
    engagement.save(update_fields=["ended_at", "ended_by", "end_reason"])
    _take_back(engagement, by=by)
    audit.record(
        "supervision.audit_engagement.ended",
        target=engagement,
        by=by,
        scope=engagement.government.code,
        at=at,
    )
    notify.send(
        engagement.auditor,
        _ENDED,
        url=reverse("supervision:audit-room"),
        key=f"audit-engagement-ended:{engagement.pk}",
        unit=engagement.unit.name,
        reason=reason,
    )
    return engagement


def close_over(*, now: datetime) -> int:
    """Take back what bundles of windows that are over have left to fetch; return how many jobs it were."""
    done = 0
    over = AuditEngagement.objects.filter(ends_at__lte=now).filter(
        samples__bundles__job__result_file__isnull=False
    )
    for engagement in over.distinct():
        done += _take_back(engagement, by=None)
    return done


def _take_back(engagement: AuditEngagement, *, by: Any) -> int:
    jobs = Job.objects.filter(
        pk__in=AuditBundle.objects.filter(sample__engagement=engagement, job__isnull=False).values("job")
    )
    taken = 0
    for job in jobs:
        if not job.is_finished:
            long_jobs.request_cancel(job, by=by)
        elif job.result_file_id is not None:
            long_jobs.drop_result(job)
            taken += 1
    return taken


def _opened(engagement_id: int, by: Any, at: datetime) -> AuditEngagement:
    engagement = (
        AuditEngagement.objects.open_to(by, at)
        .select_related("government", "unit")
        .filter(pk=engagement_id)
        .first()
    )
    if engagement is None:
        raise RoomClosed
    return engagement


def _day_in_scope(engagement: AuditEngagement, day: date, at: datetime) -> None:
    if not date(engagement.year_from, 1, 1) <= day <= local_date(at, engagement.government.timezone):
        raise DayOutOfScope


@transaction.atomic
def draw_sample(
    *, engagement_id: int, as_of: date, rate: Decimal, minimum: int, by: Any, at: datetime, seed: str = ""
) -> AuditSample:
    """Draw whose records are read, from a seed that anybody can draw again with; kept for good.

    The hash of the seed and of the list goes into the audit log with the draw, so that a later "better" draw with
    another seed stands beside it and not in its place.

    :raises RoomClosed: outside the window.
    :raises DayOutOfScope: for a day before the years in scope, or in the future.
    :raises NothingToDraw: if nobody worked in the scope on that day.
    :raises SampleTooLarge: if more than `MAX_SAMPLE` would be drawn.
    :raises SeedTooShort: if a given seed is too short.
    """
    engagement = _opened(engagement_id, by, at)
    _day_in_scope(engagement, as_of, at)
    seed = seed or secrets.token_hex(16)
    if len(seed) < review_sample.SHORTEST_SEED:
        raise SeedTooShort
    strata = audit_room.strata_of(engagement, as_of)
    if not strata:
        raise NothingToDraw
    drawn = review_sample.draw(seed, strata, rate, minimum)
    if len(drawn.ids) > MAX_SAMPLE:
        raise SampleTooLarge
    sample = AuditSample.objects.create(
        engagement=engagement,
        as_of=as_of,
        rate=rate,
        minimum=minimum,
        strata=strata,
        seed=seed,
        seed_hash=review_sample.commitment(seed),
        frame=drawn.frame,
        drawn_at=at,
    )
    places = [(int(stratum.stratum), person) for stratum in drawn.strata for person in stratum.ids]
    AuditSampleItem.objects.bulk_create(
        AuditSampleItem(sample=sample, unit_id=unit, employee_id=person, order=order)
        for order, (unit, person) in enumerate(places, start=1)
    )
    audit.record(
        "supervision.audit_sample.drawn",
        target=sample,
        by=by,
        scope=engagement.government.code,
        at=at,
        engagement=engagement.pk,
        as_of=as_of,
        rate=rate,
        minimum=minimum,
        seed_hash=sample.seed_hash,
        frame=sample.frame,
        drawn=len(places),
    )
    return sample


@transaction.atomic
def open_record(*, engagement_id: int, employee: Employee, as_of: date, by: Any, at: datetime) -> None:
    """Note that the auditor reads a record: on the person's own list, and in the samples they were drawn in.

    :raises RoomClosed: outside the window.
    :raises DayOutOfScope: for a day before the years in scope, or in the future.
    """
    engagement = _opened(engagement_id, by, at)
    _day_in_scope(engagement, as_of, at)
    record_views.note(viewer=by, employee=employee, what=ROOM, at=at)
    AuditSampleItem.objects.filter(
        sample__engagement=engagement, sample__as_of=as_of, employee=employee, opened_at__isnull=True
    ).update(opened_at=at)


@transaction.atomic
def ask_bundle(*, sample_id: int, by: Any, at: datetime) -> AuditBundle:
    """Promise a bundle of a sample; every person in it sees that their record was taken out.

    :raises RoomClosed: outside the window.
    """
    sample = AuditSample.objects.select_related("engagement__government").get(pk=sample_id)
    engagement = _opened(sample.engagement_id, by, at)
    bundle = AuditBundle.objects.create(sample=sample, asked_by=by, asked_at=at)
    bundle.job = long_jobs.start(BUNDLE_KIND, owner=by, scope=engagement.government.code, bundle_id=bundle.pk)
    bundle.save(update_fields=["job"])
    return bundle


@transaction.atomic
def finish_bundle(
    *, bundle_id: int, manifest_sha256: str, people: list[Employee], by: Any, at: datetime
) -> AuditBundle:
    """Put the hash of a bundle's manifest into the audit log, and the reading of its records on the people's lists.

    :raises RoomClosed: if the window closed while it was made.
    """
    bundle = AuditBundle.objects.select_for_update(of=("self",)).select_related("sample").get(pk=bundle_id)
    engagement = _opened(bundle.sample.engagement_id, by, at)
    bundle.manifest_sha256 = manifest_sha256
    bundle.made_at = at
    bundle.save(update_fields=["manifest_sha256", "made_at"])
    for employee in people:
        record_views.note(viewer=by, employee=employee, what=ROOM, at=at)
    audit.record(
        "supervision.audit_bundle.made",
        target=bundle,
        by=by,
        scope=engagement.government.code,
        at=at,
        engagement=engagement.pk,
        sample=bundle.sample_id,
        manifest_sha256=manifest_sha256,
        people=len(people),
    )
    return bundle
