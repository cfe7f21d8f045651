"""/pengawas/keberatan/: the appraiser's superior decides."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.assessments.models import Evaluation, Objection
from apps.assessments.services import objections

from ..conftest import DELIVERED_AT

pytestmark = pytest.mark.django_db

UPHOLD = {
    "outcome": "upheld",
    "work_result": "meets_expectation",
    "behavior": "above_expectation",
    "decision_reason": "Bukti lengkap.",
}


@pytest.fixture
def objection(world: Any, delivered: Any) -> Objection:
    """An objection waiting for the head of the agency."""
    return objections.file_objection(
        evaluation_id=delivered().pk, reason="Alasan pegawai.", by=world.staff, at=DELIVERED_AT
    )


def test_the_superior_reads_and_decides(world: Any, objection: Objection) -> None:
    client = world.client(world.agency_head)
    assert list(client.get("/pengawas/keberatan/").context["page"]) == [objection]
    url = f"/pengawas/keberatan/{objection.pk}/"
    page = client.get(url)
    assert (page.status_code, page.context["may_decide"]) == (200, True)
    assert b"Alasan pegawai." in page.content
    assert client.post(url, UPHOLD).status_code == 302
    objection.refresh_from_db()
    assert objection.is_upheld is True
    evaluation = Evaluation.objects.get()
    assert (evaluation.status, evaluation.behavior_rating) == ("decided", "above_expectation")
    assert client.post(url, {**UPHOLD, "outcome": "rejected"}).status_code == 302
    objection.refresh_from_db()
    assert objection.is_upheld is True


@pytest.mark.parametrize("outcome", ["upheld", "rejected"])
def test_the_new_rating_is_explained_by_the_decision(world: Any, objection: Objection, outcome: str) -> None:
    answer = UPHOLD if outcome == "upheld" else {"outcome": outcome, "decision_reason": "Bukti lengkap."}
    world.client(world.agency_head).post(f"/pengawas/keberatan/{objection.pk}/", answer)
    page = world.client(world.staff).get(f"/nilai/{objection.evaluation_id}/").content.decode()
    result = page[page.index('class="stat-value"') : page.index('class="matrix"')]
    assert "Alasan penilai." in result
    if outcome == "upheld":
        decision, original = result.index("Bukti lengkap."), result.index("Alasan semula pejabat penilai")
        assert decision < original < result.index("Alasan penilai.")
    else:
        assert "Bukti lengkap." not in result
        assert "Alasan semula" not in result


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"outcome": ""}, "outcome"),
        ({"behavior": ""}, "behavior"),
        ({"decision_reason": ""}, "decision_reason"),
        ({"behavior": "meets_expectation"}, "work_result"),
    ],
)
def test_an_incomplete_decision_is_refused(
    world: Any, objection: Objection, change: dict[str, str], field: str
) -> None:
    response = world.client(world.agency_head).post(
        f"/pengawas/keberatan/{objection.pk}/", {**UPHOLD, **change}
    )
    assert response.status_code == 422
    assert field in response.context["form"].errors
    objection.refresh_from_db()
    assert objection.decided_at is None


@pytest.mark.parametrize(
    ("who", "get", "post"),
    [
        ("staff", 200, 403),
        ("head", 200, 403),
        ("colleague", 404, 404),
        ("stranger_head", 404, 404),
        ("foreigner", 404, 404),
    ],
)
def test_others_read_at_most(world: Any, objection: Objection, who: str, get: int, post: int) -> None:
    client = world.client(getattr(world, who))
    url = f"/pengawas/keberatan/{objection.pk}/"
    response = client.get(url)
    assert response.status_code == get
    if get == 200:
        assert response.context["form"] is None
    assert client.post(url, UPHOLD).status_code == post
    objection.refresh_from_db()
    assert objection.decided_at is None


def test_the_list_costs_the_same_for_one_and_three(world: Any, objection: Objection, delivered: Any) -> None:
    def count() -> int:
        client = world.client(world.agency_head)
        with CaptureQueriesContext(connection) as queries:
            client.get("/pengawas/keberatan/")
        return len(queries)

    count()
    one = count()
    for person in (world.colleague, world.make_employee("Pegawai Ketiga", world.unit, appraiser=world.head)):
        objections.file_objection(evaluation_id=delivered(person).pk, reason="x", by=person, at=DELIVERED_AT)
    assert count() == one
