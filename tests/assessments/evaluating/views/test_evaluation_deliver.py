"""Handing over: one by one, or a named batch without the low ones; never with one click."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.assessments.models import Evaluation

pytestmark = pytest.mark.django_db


def _url(evaluation: Evaluation) -> str:
    return f"/pengawas/penilaian/{evaluation.period_id}/nilai/{evaluation.pk}/serahkan/"


def test_looking_hands_nothing_over_and_sending_does(world: Any, rated: Any) -> None:
    evaluation = rated()
    client = world.client(world.head)
    assert client.get(_url(evaluation)).status_code == 200
    evaluation.refresh_from_db()
    assert evaluation.status == "rated"
    assert client.post(_url(evaluation)).status_code == 302
    assert client.post(_url(evaluation)).status_code == 302
    evaluation.refresh_from_db()
    assert evaluation.status == "delivered"


def test_a_low_result_needs_a_talk(world: Any, rated: Any) -> None:
    evaluation = rated(behavior="below_expectation")
    client = world.client(world.head)
    assert client.post(_url(evaluation)).status_code == 422
    evaluation.refresh_from_db()
    assert evaluation.status == "rated"
    assert client.post(_url(evaluation), {"talked": "on"}).status_code == 302
    evaluation.refresh_from_db()
    assert evaluation.status == "delivered"


def test_others_cannot_hand_over(world: Any, rated: Any) -> None:
    evaluation = rated()
    for who, status in (("staff", 404), ("stranger", 404), ("agency_head", 403)):
        assert world.client(getattr(world, who)).post(_url(evaluation)).status_code == status
    evaluation.refresh_from_db()
    assert evaluation.status == "rated"


def test_the_batch_shows_names_and_leaves_low_ones(world: Any, rated: Any, period: Any) -> None:
    good, low = rated(world.staff), rated(world.colleague, work_result="below_expectation")
    client = world.client(world.head)
    url = f"/pengawas/penilaian/{period.pk}/serahkan/"
    page = client.get(url)
    assert (page.context["ready"], page.context["low"]) == ([good], [low])
    assert world.staff.name.encode() in page.content
    assert set(Evaluation.objects.filter(status="rated")) == {good, low}
    # Not without the confirmation, and not with a name that was not on the list.
    assert client.post(url, {"evaluation": [good.pk]}).status_code == 422
    assert client.post(url, {"evaluation": [good.pk, low.pk], "looked": "on"}).url == url
    assert set(Evaluation.objects.filter(status="rated")) == {good, low}
    assert client.post(url, {"evaluation": [good.pk], "looked": "on"}).status_code == 302
    assert set(Evaluation.objects.filter(status="delivered")) == {good}


def test_the_batch_of_somebody_else_is_empty(world: Any, rated: Any, period: Any) -> None:
    good = rated()
    client = world.client(world.stranger_head)
    url = f"/pengawas/penilaian/{period.pk}/serahkan/"
    assert client.get(url).context["ready"] == []
    client.post(url, {"evaluation": [good.pk], "looked": "on"})
    good.refresh_from_db()
    assert good.status == "rated"


def test_three_names_cost_as_many_queries_as_one(world: Any, rated: Any, period: Any) -> None:
    def count() -> int:
        client = world.client(world.head)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/pengawas/penilaian/{period.pk}/serahkan/")
        return len(queries)

    rated(world.staff)
    count()
    one = count()
    rated(world.colleague)
    rated(world.make_employee("Pegawai Ketiga", world.unit, appraiser=world.head))
    assert count() == one
