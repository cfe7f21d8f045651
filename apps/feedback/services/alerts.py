"""Notices that a service turned bad: made when answers came in, followed up by people, measured afterwards."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from apps.core import audit, notify, policy, stamps
from apps.core.localtime import local_date
from apps.employees import screens
from apps.employees import selectors as organization

from ..labels import AlertActionKind, ImprovementOrigin, Tier
from ..models import AlertStep, ImprovementItem, Service, ServiceAlert, SurveyPeriod
from ..rules.intervals import Interval
from ..rules.service_alert import (
    AlertAction,
    AlertKind,
    AlertStatus,
    Level,
    TransitionNotAllowed,
    effect_of,
    find_alert,
    next_status,
)
from ..selectors import alerts as found_alerts
from ..selectors.complaints import people_to_tell
from . import improvement

__all__ = ["TransitionNotAllowed"]

_OPENED = gettext_noop("%(service)s is rated badly: %(value)s of 100 from %(n)s people. Please look at it.")


class NobodyResponsible(LookupError):
    """Raised when nobody could be made responsible for an improvement."""


class ExplanationMissing(ValueError):
    """Raised when a notice is closed without a sentence about why nothing has to be done."""


@transaction.atomic
def check_service(*, survey_period_id: int, at: datetime) -> list[ServiceAlert]:
    """Look at the newest answers of a service and tell the responsible people if it turned bad.

    Called whenever a result was added up. At most one notice per tier is running; after one was finished the
    service rests for some days.
    """
    period = SurveyPeriod.objects.select_related("service__unit__government", "questionnaire").get(
        pk=survey_period_id
    )
    # One at a time per service: two workers must not tell the same people twice.
    Service.objects.select_for_update(no_key=True).get(pk=period.service_id)  # as in quarantine.py
    government = period.service.unit.government
    today = local_date(at, government.timezone)
    if not period.starts_on <= today <= period.ends_on:
        return []
    return [
        alert
        for tier in Tier
        if not _is_resting(period.service, tier.value, today)
        and (alert := _find(period, tier.value, today, at)) is not None
    ]


def _is_resting(service: Service, tier: str, today: date) -> bool:
    newest = ServiceAlert.objects.filter(service=service, tier=tier).order_by("-opened_at", "-pk").first()
    if newest is None:
        return False
    if newest.status in {AlertStatus.OPEN.value, AlertStatus.ACTED.value}:
        return True
    government = service.unit.government
    rest = policy.get("feedback.alert_rest_days", on=today, scope=government.code)
    finished = newest.measured_at or newest.acted_at
    return finished is not None and today <= local_date(finished, government.timezone) + timedelta(days=rest)


def _find(period: SurveyPeriod, tier: str, today: date, at: datetime) -> ServiceAlert | None:
    service = period.service
    government = service.unit.government
    window = policy.get("feedback.alert_window_days", on=today, scope=government.code)
    first_day = today - timedelta(days=window - 1)
    found = found_alerts.recent_level(period, tier, first_day, today)
    if found is None or found.level.interval is None:
        return None
    threshold = policy.get("feedback.alert_below", on=today, scope=government.code)
    minimum = policy.get("feedback.minimum_answers", on=today, scope=government.code)
    previous = found_alerts.previous_level(period, tier)
    kind = find_alert(found.level, threshold, minimum, previous)
    if kind is None:
        return None
    compared_with = threshold
    if kind is AlertKind.FELL and previous is not None and previous.interval is not None:
        compared_with = previous.interval.low
    alert = ServiceAlert.objects.create(
        government=government,
        service=service,
        survey_period=period,
        tier=tier,
        kind=kind.value,
        n=found.level.n,
        value=found.level.value,
        low=found.level.interval.low,
        high=found.level.interval.high,
        compared_with=compared_with,
        weakest_unsur=found.weakest,
        first_day=first_day,
        opened_on=today,
        opened_at=at,
    )
    _record("opened", alert, by=audit.SYSTEM, at=at, kind=alert.kind, n=alert.n, value=str(alert.value))
    for user in people_to_tell(service.unit, today):
        notify.send(
            user,
            _OPENED,
            url=reverse("feedback:alert-detail", args=[alert.pk]),
            key=f"alert:{alert.pk}:{user.pk}",
            service=service.name,
            value=f"{alert.value:.0f}",
            n=alert.n,
        )
    _bump(alert, today)
    return alert


@transaction.atomic
def note_step(
    *, alert_id: int, kind: AlertActionKind, reference: int | None, by: Any, at: datetime
) -> ServiceAlert:
    """Keep that something was begun because of a notice; the first step is the one that is measured.

    :raises TransitionNotAllowed: if the notice was explained or measured before.
    """
    alert = _locked(alert_id)
    status = next_status(AlertStatus(alert.status), AlertAction.ACT)
    AlertStep.objects.get_or_create(
        alert=alert, kind=AlertActionKind(kind).value, reference=reference, defaults={"by": by, "at": at}
    )
    alert.status = status.value
    if alert.acted_at is None:
        today = local_date(at, alert.government.timezone)
        days = policy.get("feedback.alert_effect_days", on=today, scope=alert.government.code)
        alert.acted_at, alert.measure_on = at, today + timedelta(days=days + 1)
    alert.save(update_fields=["status", "acted_at", "measure_on"])
    _record("acted", alert, by=by, at=at, kind=AlertActionKind(kind).value, reference=reference)
    _bump(alert, local_date(at, alert.government.timezone))
    return alert


@transaction.atomic
def open_item(*, alert_id: int, action: str, by: Any, at: datetime) -> ImprovementItem:
    """Open an improvement item from a notice, with its weakest element; the head of the unit is responsible.

    :raises TransitionNotAllowed: if the notice was explained or measured before.
    :raises NobodyResponsible: if the unit has no head, and `by` is no civil servant.
    """
    alert = _locked(alert_id)
    service = alert.service
    today = local_date(at, alert.government.timezone)
    responsible = organization.head_on(service.unit, today) or organization.employee_of(by)
    if responsible is None:
        raise NobodyResponsible
    days = policy.get("feedback.alert_item_days", on=today, scope=alert.government.code)
    item = improvement.add_item(
        service=service,
        origin=ImprovementOrigin.NOTICE.value,
        action=action,
        responsible=responsible,
        due_on=today + timedelta(days=days),
        survey_period=alert.survey_period,
        unsur_code=alert.weakest_unsur,
        notice_id=alert.pk,
        by=by,
        at=at,
    )
    note_step(alert_id=alert.pk, kind=AlertActionKind.IMPROVEMENT, reference=item.pk, by=by, at=at)
    return item


@transaction.atomic
def explain(*, alert_id: int, text: str, by: Any, at: datetime) -> ServiceAlert:
    """Close a notice with a sentence about why nothing has to be done; it is kept and counted apart.

    :raises ExplanationMissing: without a sentence.
    :raises TransitionNotAllowed: if somebody acted on it before.
    """
    words = text.strip()
    if not words:
        raise ExplanationMissing
    alert = _locked(alert_id)
    alert.status = next_status(AlertStatus(alert.status), AlertAction.EXPLAIN).value
    alert.acted_at = at
    alert.explanation = words
    alert.save(update_fields=["status", "acted_at", "explanation"])
    _record("explained", alert, by=by, at=at)
    _bump(alert, local_date(at, alert.government.timezone))
    return alert


def measure_due(*, now: datetime) -> int:
    """Measure the effect of actions whose time has come; return how many."""
    # A day ahead of UTC at most: each government's own day is looked at under the lock.
    due = ServiceAlert.objects.filter(
        status=AlertStatus.ACTED.value, measure_on__lte=now.date() + timedelta(days=1)
    )
    return sum(_measure(pk, now) for pk in due.order_by("measure_on", "pk").values_list("pk", flat=True))


@transaction.atomic
def _measure(alert_id: int, now: datetime) -> int:
    """Store what the answers between the action and the day of measuring say."""
    alert = _locked(alert_id)
    government = alert.government
    today = local_date(now, government.timezone)
    if alert.status != AlertStatus.ACTED.value or alert.acted_at is None or alert.measure_on is None:
        return 0
    if today < alert.measure_on:
        return 0
    acted_on = local_date(alert.acted_at, government.timezone)
    minimum = policy.get("feedback.minimum_answers", on=today, scope=government.code)
    found = found_alerts.recent_level(
        alert.survey_period,
        alert.tier,
        acted_on + timedelta(days=1),
        alert.measure_on - timedelta(days=1),
    )
    before = Level(n=alert.n, value=alert.value, interval=Interval(low=alert.low, high=alert.high))
    effect = effect_of(before, found.level if found else None, minimum)
    alert.status = next_status(AlertStatus.ACTED, AlertAction.MEASURE).value
    alert.effect = effect.value
    alert.measured_at = now
    if found is not None:
        alert.after_n, alert.after_value = found.level.n, found.level.value
        if found.level.interval is not None:
            alert.after_low, alert.after_high = found.level.interval.low, found.level.interval.high
    alert.save()
    _record("measured", alert, by=audit.SYSTEM, at=now, effect=effect.value)
    _bump(alert, today)
    return 1


def _locked(alert_id: int) -> ServiceAlert:
    return (
        ServiceAlert.objects.select_for_update(of=("self",))
        .select_related("government", "service__unit__government", "survey_period__service__unit__government")
        .select_related("survey_period__questionnaire")
        .get(pk=alert_id)
    )


def _record(verb: str, alert: ServiceAlert, *, by: Any, at: datetime, **data: Any) -> None:
    audit.record(
        f"feedback.alert.{verb}",
        target=alert,
        by=by,
        scope=alert.government.code,
        at=at,
        service=alert.service_id,
        **data,
    )


def _bump(alert: ServiceAlert, today: date) -> None:
    unit = alert.service.unit
    stamps.bump(
        # Everybody above counts this notice as well.
        *screens.of_unit_at_once(unit),
        *(f"user:{user.pk}" for user in people_to_tell(unit, today)),
    )
