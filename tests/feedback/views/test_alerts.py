"""The notice as the responsible person meets it: what it says, one click, and a talk."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.feedback.models import AlertStep, ServiceAlert
from apps.training.models import CoachingNote
from tests.access import feedback_alerts

pytestmark = pytest.mark.django_db


def form(**values: str) -> dict[str, str]:
    return {"_key": str(uuid.uuid4()), **values}


def queries(call: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as found:
        call()
    return len(found)


@pytest.fixture
def alert(world: Any) -> ServiceAlert:
    return ServiceAlert.objects.get(pk=feedback_alerts.kwargs(world, "feedback:alert-detail")["pk"])


def test_the_notice_says_what_and_how_sure(world: Any, alert: ServiceAlert) -> None:
    page = world.client(world.head).get(reverse("feedback:alert-detail", args=[alert.pk]))
    text = page.content.decode()
    assert "47,22" in text
    assert "44" in text
    assert "50" in text
    for route in ("training:coaching-add", "training:plan-new"):
        assert f"{reverse(route, args=[world.staff.pk])}?layanan={alert.pk}" in text
    assert "Waktu penyelesaian" in text


def test_one_click_opens_an_item_once(world: Any, alert: ServiceAlert) -> None:
    client = world.client(world.head)
    data = form()
    first = client.post(reverse("feedback:alert-improve", args=[alert.pk]), data)
    again = client.post(reverse("feedback:alert-improve", args=[alert.pk]), data)
    assert first.status_code == again.status_code == 302
    assert first.url == again.url
    assert AlertStep.objects.filter(kind="improvement").count() == 1
    assert client.get(first.url).status_code == 200
    alert.refresh_from_db()
    assert alert.status == "acted"


def test_a_talk_counts_as_acting(world: Any, alert: ServiceAlert) -> None:
    client = world.client(world.head)
    address = reverse("training:coaching-add", args=[world.staff.pk]) + f"?layanan={alert.pk}"
    page = client.get(address)
    assert "47,22" in page.content.decode()
    data = form(
        observation="Antrean menumpuk pada pagi hari.",
        agreement="Loket kedua dibuka pukul delapan.",
        follow_up_on=(date.today() + timedelta(days=14)).isoformat(),
    )
    assert client.post(address, data).status_code == 302
    note = CoachingNote.objects.get()
    assert note.service_alert == alert
    assert AlertStep.objects.get().reference == note.pk
    alert.refresh_from_db()
    assert alert.status == "acted"


def test_a_talk_about_somebody_elses_notice_is_refused(world: Any, alert: ServiceAlert) -> None:
    address = reverse("training:coaching-add", args=[world.staff.pk]) + f"?layanan={alert.pk}"
    assert world.client(world.stranger).get(address).status_code == 404
    assert not CoachingNote.objects.exists()


def test_explaining_keeps_typed_text_and_needs_words(world: Any, alert: ServiceAlert) -> None:
    client = world.client(world.head)
    address = reverse("feedback:alert-explain", args=[alert.pk])
    empty = client.post(address, form(text=" "))
    assert empty.status_code == 422
    alert.refresh_from_db()
    assert alert.status == "open"
    assert client.post(address, form(text="Loket diperbaiki.")).status_code == 302
    alert.refresh_from_db()
    assert (alert.status, alert.explanation) == ("explained", "Loket diperbaiki.")


def test_the_list_costs_the_same_for_one_and_for_many(world: Any, alert: ServiceAlert) -> None:
    client = world.client(world.head)
    address = reverse("feedback:alert-list")
    client.get(address)
    few = queries(lambda: client.get(address))
    for _ in range(12):
        feedback_alerts.kwargs(world, "feedback:alert-detail")
    assert queries(lambda: client.get(address)) == few


def test_the_loop_is_told_in_words(world: Any, alert: ServiceAlert) -> None:
    now = timezone.now()
    alert.status, alert.acted_at, alert.measure_on = "measured", now, now.date()
    alert.measured_at, alert.effect = now, "better"
    alert.opened_at = now - timedelta(hours=3)
    alert.save()
    page = world.client(world.head).get(reverse("feedback:alert-list"))
    assert page.context["loop"].median_hours == 3
    assert (page.context["loop"].better, page.context["loop"].measured) == (1, 1)
