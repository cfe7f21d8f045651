"""Telling raters of their own card, and noting that they have looked at it: first they, then the room."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.assessments.models import CalibrationSession, Period, RatingChange
from apps.assessments.rules.calibration_lifecycle import CalibrationStatus
from apps.assessments.rules.rating_kinds import ChangeKind
from apps.assessments.services.actors import stamp_names
from apps.core import notify, stamps
from apps.employees.models import Employee

from ..models import RaterCardView

_READY = gettext_noop(
    "Ratings of %(unit)s are being calibrated. You see your own rating card first, before the room does."
)


@transaction.atomic
def note_seen(*, period: Period, rater: Employee, at: datetime) -> RaterCardView:
    """Note that a rater has opened their own card of a period; the first time counts."""
    view, _created = RaterCardView.objects.get_or_create(period=period, rater=rater, defaults={"seen_at": at})
    if view.seen_at is None:
        # The condition keeps the earlier of two openings at once.
        RaterCardView.objects.filter(pk=view.pk, seen_at__isnull=True).update(seen_at=at)
        view.refresh_from_db()
    return view


def announce(*, now: datetime) -> int:
    """Tell the raters of units that are being calibrated about their own card, once for each period."""
    told = 0
    sessions = CalibrationSession.objects.filter(status=CalibrationStatus.OPEN.value).select_related(
        "unit", "period"
    )
    for session in sessions.order_by("pk"):
        known = RaterCardView.objects.filter(period=session.period_id, told_at__isnull=False)
        given = RatingChange.objects.filter(
            evaluation__unit=session.unit_id,
            evaluation__period=session.period_id,
            evaluation__is_part=False,
            kind__in=[ChangeKind.RATED.value, ChangeKind.CORRECTED.value],
        )
        raters = (
            Employee.objects.filter(pk__in=given.values("by"))
            .exclude(pk__in=known.values("rater"))
            .select_related("user")
            .order_by("pk")
        )
        for rater in raters:
            told += _tell(session, rater, now)
    return told


@transaction.atomic
def _tell(session: CalibrationSession, rater: Employee, now: datetime) -> int:
    view, created = RaterCardView.objects.get_or_create(
        period=session.period, rater=rater, defaults={"told_at": now}
    )
    if not created and not RaterCardView.objects.filter(pk=view.pk, told_at__isnull=True).update(told_at=now):
        return 0
    notify.send(
        rater.user,
        _READY,
        url=reverse("supervision:rater-card-mine", args=[session.period_id]),
        unit=session.unit.name,
    )
    stamps.bump(*stamp_names(rater))
    return 1
