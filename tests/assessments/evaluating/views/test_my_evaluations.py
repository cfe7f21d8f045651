"""/nilai/: what a person reads about their own result, and how they answer."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.assessments.models import Evaluation
from apps.assessments.services import evaluations

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(world: Any, rated: Any) -> Any:
    """An evaluation handed over just now, so that its clock runs."""

    def make(**ratings: str) -> Evaluation:
        evaluation = rated(**ratings)
        return evaluations.deliver_evaluation(evaluation_id=evaluation.pk, by=world.head, at=timezone.now())

    return make


def test_before_it_is_handed_over_the_person_sees_nothing(world: Any, rated: Any) -> None:
    evaluation = rated()
    client = world.client(world.staff)
    assert list(client.get("/nilai/").context["page"]) == []
    assert client.get(f"/nilai/{evaluation.pk}/").status_code == 404
    assert client.post(f"/nilai/{evaluation.pk}/terima/", {"confirmed": "1"}).status_code == 404


def test_the_explanation_marks_the_field_and_names_who_decided(world: Any, mine: Any) -> None:
    evaluation = mine(work_result="above_expectation", behavior="meets_expectation")
    page = world.client(world.staff).get(f"/nilai/{evaluation.pk}/")
    text = page.content.decode()
    assert text.count('class="is-mine"') == 1
    assert world.head.name in text
    assert "Alasan penilai." in text
    assert "MTX-1/PermenPANRB-6-2022" in text
    assert page.context["may_accept"]
    assert page.context["may_object"]


@pytest.mark.parametrize(
    ("who", "status"),
    [("colleague", 404), ("stranger", 404), ("foreigner", 404), ("head", 200), ("agency_head", 200)],
)
def test_who_may_read_it(world: Any, mine: Any, who: str, status: int) -> None:
    evaluation = mine()
    response = world.client(getattr(world, who)).get(f"/nilai/{evaluation.pk}/")
    assert response.status_code == status
    if status == 200:
        assert not response.context["may_accept"]


def test_accepting_asks_first_and_then_is_final(world: Any, mine: Any) -> None:
    evaluation = mine()
    client = world.client(world.staff)
    url = f"/nilai/{evaluation.pk}/terima/"
    assert client.get(url).status_code == 405
    assert client.post(url).status_code == 200
    evaluation.refresh_from_db()
    assert evaluation.status == "delivered"
    assert client.post(url, {"confirmed": "1"}).status_code == 302
    assert client.post(url, {"confirmed": "1"}).status_code == 302
    evaluation.refresh_from_db()
    assert evaluation.status == "accepted"


def test_nobody_accepts_for_another(world: Any, mine: Any) -> None:
    evaluation = mine()
    for who, status in (("head", 403), ("agency_head", 403), ("colleague", 404)):
        response = world.client(getattr(world, who)).post(
            f"/nilai/{evaluation.pk}/terima/", {"confirmed": "1"}
        )
        assert response.status_code == status
    evaluation.refresh_from_db()
    assert evaluation.status == "delivered"


def test_three_evaluations_cost_as_many_queries_as_one(world: Any, mine: Any, period: Any) -> None:
    def count() -> int:
        client = world.client(world.staff)
        with CaptureQueriesContext(connection) as queries:
            client.get("/nilai/")
        return len(queries)

    evaluation = mine()
    count()
    one = count()
    for number in (1, 3):
        other = Evaluation.objects.get(pk=evaluation.pk)
        other.pk = None
        other.period = period.cycle.periods.get(number=number)
        other.save()
    assert count() == one
