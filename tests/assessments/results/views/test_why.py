"""/nilai/<pk>/mengapa/ and the same in the API: visible to exactly those who may see the evaluation."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.assessments.models import Evaluation
from apps.assessments.services import evaluations

from ...evaluating.conftest import RATED_AT

pytestmark = pytest.mark.django_db

WHO = [
    ("staff", 200),
    ("head", 200),
    ("agency_head", 200),
    ("personnel_officer", 200),
    ("auditor", 200),
    ("colleague", 404),
    ("stranger_head", 404),
    ("foreigner", 404),
]


@pytest.mark.parametrize(("who", "status"), WHO)
def test_who_sees_the_evaluation_sees_why(world: Any, delivered: Any, who: str, status: int) -> None:
    evaluation = delivered()
    client = world.client(getattr(world, who))
    for address in (f"/nilai/{evaluation.pk}/", f"/nilai/{evaluation.pk}/mengapa/"):
        assert client.get(address).status_code == status
    assert client.get(f"/api/v1/evaluations/{evaluation.pk}/explanation/").status_code == status


def test_before_the_hand_over_it_is_the_appraisers_alone(world: Any, rated: Any) -> None:
    evaluation = rated()
    address = f"/nilai/{evaluation.pk}/mengapa/"
    assert world.client(world.staff).get(address).status_code == 404
    assert (
        world.client(world.staff).get(f"/api/v1/evaluations/{evaluation.pk}/explanation/").status_code == 404
    )
    assert world.client(world.head).get(address).status_code == 200


def test_the_page_tells_field_rule_figures_and_neighbours(world: Any, delivered: Any) -> None:
    evaluation = delivered()
    page = world.client(world.staff).get(f"/nilai/{evaluation.pk}/mengapa/").content.decode()
    assert page.count('aria-current="true"') >= 1
    assert page.count('class="is-mine"') == 1
    for text in (
        "Bila perilaku dinilai di bawah ekspektasi, predikat menjadi Kurang/misconduct.",
        "Bila hasil kerja dinilai di atas ekspektasi, predikat tetap Baik.",
        "PermenPANRB 6/2022",
        "Pasal 23–25",
        "MTX-1",
        "Alasan penilai.",
        world.head.full_name,
        "Jumlah pemeriksaan 1",
    ):
        assert text in page, text


def test_before_the_rating_it_says_that_nothing_is_decided(world: Any, prepared: Any) -> None:
    evaluation = prepared()
    response = world.client(world.head).get(f"/nilai/{evaluation.pk}/mengapa/")
    assert response.status_code == 200
    assert 'class="is-mine"' not in response.content.decode()
    assert response.context["why"].predikat == ""


def test_the_evaluation_links_to_it(world: Any, delivered: Any) -> None:
    evaluation = delivered()
    page = world.client(world.staff).get(f"/nilai/{evaluation.pk}/").content.decode()
    assert f'href="/nilai/{evaluation.pk}/mengapa/"' in page


def test_the_api_gives_the_same_in_values_and_in_words(world: Any, delivered: Any) -> None:
    evaluation = delivered()
    client = world.client(world.staff)
    data = client.get(f"/api/v1/evaluations/{evaluation.pk}/explanation/").json()
    assert (data["evaluation"], data["predikat"], data["version"]) == (evaluation.pk, "baik", 1)
    assert data["rule"]["rule_id"] == "MTX-1"
    assert [row["work_result"] for row in data["matrix"]] == [
        "above_expectation",
        "meets_expectation",
        "below_expectation",
    ]
    assert sum(cell["is_mine"] for row in data["matrix"] for cell in row["cells"]) == 1
    assert len(data["what_if"]) == 4
    (decision,) = data["decisions"]
    assert decision["by_name"] == world.head.full_name
    assert decision["before"] is None
    assert decision["after"]["predikat"] == "baik"
    page = client.get(f"/nilai/{evaluation.pk}/mengapa/").content.decode()
    for part in data["sections"]:
        assert part["title"] in page
    for line in data["what_if"]:
        assert line["text"] in page


def test_the_schema_describes_it(client: Any) -> None:
    schema = client.get("/api/v1/schema/?format=json").json()
    found = schema["paths"]["/api/v1/evaluations/{id}/explanation/"]["get"]
    assert found["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith("/Explanation")


def test_the_page_costs_the_same_however_often_it_was_changed(world: Any, rated: Any) -> None:
    evaluation: Evaluation = rated()
    client = world.client(world.head)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/nilai/{evaluation.pk}/mengapa/")
        return len(queries)

    count()
    one = count()
    for behavior in ("above_expectation", "meets_expectation"):
        evaluations.rate_evaluation(
            evaluation_id=evaluation.pk,
            work_result="meets_expectation",
            behavior=behavior,
            reason="Diubah.",
            by=world.head,
            at=RATED_AT,
        )
    assert count() == one
