"""A badly rated service calls the right people once; what they do is kept, and measured."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.core import stamps
from apps.core.models import AuditEntry, Notification
from apps.feedback.labels import AlertActionKind
from apps.feedback.models import AlertStep, ServiceAlert
from apps.feedback.rules.service_alert import TransitionNotAllowed
from apps.feedback.services import alerts, quarantine, results, surveys
from apps.feedback.tasks import refresh_result
from tests.feedback.helpers import UNSUR, answer, open_now

pytestmark = pytest.mark.django_db


def bad(service: Any, n: int = 12, value: int = 2, **fields: Any) -> None:
    for _ in range(n):
        answer(service, {**dict.fromkeys(UNSUR, value), "waktu": 1}, **fields)


def alert_of(service: Any) -> ServiceAlert:
    bad(service)
    refresh_result(survey_period_id=service.survey_periods.get().pk)
    return ServiceAlert.objects.get(service=service)


def test_the_head_is_told_once(world: Any, service: Any, officer: Any) -> None:
    alert = alert_of(service)
    assert (alert.kind, alert.n, alert.weakest_unsur, alert.tier) == ("low", 12, "waktu", "terbuka")
    assert alert.high < alert.compared_with
    told = Notification.objects.filter(url=f"/pengawas/layanan/{alert.pk}/")
    assert {row.recipient_id for row in told} == {world.head.user.pk, officer.pk}
    bad(service)
    refresh_result(survey_period_id=service.survey_periods.get().pk)
    assert ServiceAlert.objects.count() == 1
    assert told.count() == 2


def test_the_screens_of_everybody_above_wake(
    world: Any, service: Any, django_capture_on_commit_callbacks: Any
) -> None:
    above, elsewhere = f"unit:{world.agency.pk}", f"unit:{world.other_agency.pk}"
    before = [stamps.current(name) for name in (above, elsewhere)]
    bad(service)
    with django_capture_on_commit_callbacks(execute=True):
        refresh_result(survey_period_id=service.survey_periods.get().pk)
    assert ServiceAlert.objects.exists()
    assert stamps.current(above) != before[0]
    assert stamps.current(elsewhere) == before[1]


@pytest.mark.parametrize("n", [1, 9])
def test_few_answers_call_nobody(service: Any, n: int) -> None:
    bad(service, n)
    refresh_result(survey_period_id=service.survey_periods.get().pk)
    assert not ServiceAlert.objects.exists()


def test_held_back_answers_call_nobody(service: Any) -> None:
    bad(service, 20)
    quarantine.hold(service.responses.all(), at=timezone.now())
    refresh_result(survey_period_id=service.survey_periods.get().pk)
    assert not ServiceAlert.objects.exists()


def test_tiers_are_not_added_together(service: Any) -> None:
    bad(service, 6)
    bad(service, 6, tier="terverifikasi")
    refresh_result(survey_period_id=service.survey_periods.get().pk)
    assert not ServiceAlert.objects.exists()


def test_a_good_service_calls_nobody(service: Any) -> None:
    for _ in range(12):
        answer(service, dict.fromkeys(UNSUR, 4))
    refresh_result(survey_period_id=service.survey_periods.get().pk)
    assert not ServiceAlert.objects.exists()


def test_one_running_notice_per_service_and_tier(service: Any) -> None:
    alert = alert_of(service)
    alert.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        alert.save()


def test_first_step_sets_the_day_of_measuring(world: Any, service: Any) -> None:
    alert = alert_of(service)
    now = timezone.now()
    first = alerts.note_step(
        alert_id=alert.pk, kind=AlertActionKind.COACHING, reference=5, by=world.head.user, at=now
    )
    assert (first.status, first.acted_at) == ("acted", now)
    again = alerts.note_step(
        alert_id=alert.pk,
        kind=AlertActionKind.IMPROVEMENT,
        reference=6,
        by=world.head.user,
        at=now + timedelta(days=1),
    )
    assert (again.acted_at, again.measure_on) == (first.acted_at, first.measure_on)
    assert list(AlertStep.objects.values_list("kind", "reference")) == [("coaching", 5), ("improvement", 6)]


def test_explaining_needs_words_and_closes(world: Any, service: Any) -> None:
    alert = alert_of(service)
    with pytest.raises(alerts.ExplanationMissing):
        alerts.explain(alert_id=alert.pk, text="  ", by=world.head.user, at=timezone.now())
    alert.refresh_from_db()
    assert alert.status == "open"
    alerts.explain(alert_id=alert.pk, text="Loket diperbaiki.", by=world.head.user, at=timezone.now())
    alert.refresh_from_db()
    assert (alert.status, alert.explanation) == ("explained", "Loket diperbaiki.")
    with pytest.raises(TransitionNotAllowed):
        alerts.note_step(
            alert_id=alert.pk,
            kind=AlertActionKind.COACHING,
            reference=1,
            by=world.head.user,
            at=timezone.now(),
        )
    assert not AlertStep.objects.exists()


def test_a_finished_notice_lets_the_service_rest(world: Any, service: Any) -> None:
    alert = alert_of(service)
    period = service.survey_periods.get()
    alerts.explain(alert_id=alert.pk, text="Loket diperbaiki.", by=world.head.user, at=timezone.now())
    assert alerts.check_service(survey_period_id=period.pk, at=timezone.now()) == []
    period.ends_on += timedelta(days=60)
    period.save()
    later = timezone.now() + timedelta(days=31)
    bad(service, at=later - timedelta(days=1))
    assert len(alerts.check_service(survey_period_id=period.pk, at=later)) == 1


@pytest.mark.parametrize(
    ("value", "n", "effect"), [(4, 15, "better"), (1, 15, "worse"), (4, 9, "too_few"), (2, 15, "unclear")]
)
def test_the_effect_is_measured_once(world: Any, service: Any, value: int, n: int, effect: str) -> None:
    alert = alert_of(service)
    period = service.survey_periods.get()
    period.ends_on += timedelta(days=200)
    period.save()
    now = timezone.now()
    alerts.note_step(
        alert_id=alert.pk, kind=AlertActionKind.IMPROVEMENT, reference=1, by=world.head.user, at=now
    )
    for _ in range(n):
        answers = dict.fromkeys(UNSUR, value) | ({"waktu": 1} if effect == "unclear" else {})
        answer(service, answers, at=now + timedelta(days=20))
    assert alerts.measure_due(now=now + timedelta(days=59)) == 0
    # A tick that comes weeks late measures the same days.
    late = now + timedelta(days=90)
    for _ in range(20):
        answer(service, dict.fromkeys(UNSUR, 1), at=now + timedelta(days=75))
    assert alerts.measure_due(now=late) == 1
    alert.refresh_from_db()
    assert (alert.status, alert.effect, alert.after_n) == ("measured", effect, n)
    assert alerts.measure_due(now=late) == 0


def test_the_trail_names_no_person(world: Any, service: Any) -> None:
    alert = alert_of(service)
    alerts.explain(alert_id=alert.pk, text="Loket diperbaiki.", by=world.head.user, at=timezone.now())
    rows = AuditEntry.objects.filter(target_type__icontains="servicealert").order_by("pk")
    assert [row.action for row in rows] == ["feedback.alert.opened", "feedback.alert.explained"]
    assert "Loket" not in str([row.data for row in rows])


def test_a_clear_fall_below_the_last_period_is_noticed(service: Any) -> None:
    period = service.survey_periods.get()
    earlier = surveys.open_survey_period(
        service=service,
        code="lalu",
        label="Lalu",
        starts_on=period.starts_on - timedelta(days=90),
        ends_on=period.starts_on - timedelta(days=1),
        by=None,
        at=timezone.now(),
    )
    for _ in range(15):
        answer(service, dict.fromkeys(UNSUR, 4), at=timezone.now() - timedelta(days=60))
    results.refresh_result(survey_period_id=earlier.pk, at=timezone.now())
    for index in range(15):
        answer(service, {**dict.fromkeys(UNSUR, 3), "waktu": 4, "sarana": 3 + index % 2, "biaya": 4})
    refresh_result(survey_period_id=period.pk)
    alert = ServiceAlert.objects.get()
    assert alert.kind == "fell"
    assert alert.high < alert.compared_with


def test_another_service_is_left_alone(world: Any, service: Any) -> None:
    other = world.make_service(code="apotek")
    open_now(other)
    for _ in range(12):
        answer(other, dict.fromkeys(UNSUR, 4))
    alert_of(service)
    refresh_result(survey_period_id=other.survey_periods.get().pk)
    assert ServiceAlert.objects.count() == 1
