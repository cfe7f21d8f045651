"""/pengawas/keberatan/: the appraiser's superior decides."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from apps.assessments.models import Evaluation, Objection
from apps.assessments.services import objections
from apps.core.templatetags.formats import tanggal

from ...evaluating.conftest import DELIVERED_AT

pytestmark = pytest.mark.django_db

UPHOLD = {
    "outcome": "upheld",
    "work_result": "meets_expectation",
    "behavior": "above_expectation",
    "decision_reason": "Bukti lengkap.",
    "heard": "on",
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
    answer = UPHOLD if outcome == "upheld" else {**UPHOLD, "outcome": outcome}
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
        ({"heard": ""}, "heard"),
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


def test_open_ones_come_first_by_their_last_day(world: Any, delivered: Any) -> None:
    people = [world.make_employee(f"Pegawai {n}", world.unit, appraiser=world.head) for n in range(3)]
    made = [
        objections.file_objection(evaluation_id=delivered(person).pk, reason="x", by=person, at=DELIVERED_AT)
        for person in people
    ]
    for row, due in zip(made, ("2026-08-20", "2026-08-05", "2026-08-10"), strict=True):
        Objection.objects.filter(pk=row.pk).update(decision_due_on=due)
    objections.decide_objection(
        objection_id=made[1].pk,
        is_upheld=False,
        decision_reason="x",
        by=world.agency_head,
        at=DELIVERED_AT,
    )
    page = world.client(world.agency_head).get("/pengawas/keberatan/").context["page"]
    assert list(page) == [made[2], made[0], made[1]]


def test_the_clock_is_shown_to_all_three(world: Any, objection: Objection) -> None:
    with translation.override("id"):
        due = tanggal(objection.decision_due_on, "hari")
    for person in (world.staff, world.head, world.agency_head):
        page = world.client(person).get(f"/pengawas/keberatan/{objection.pk}/").content.decode()
        assert due in page
        assert world.agency_head.full_name in page
    for person in (world.staff, world.head):
        assert due in world.client(person).get(f"/nilai/{objection.evaluation_id}/").content.decode()


def test_both_versions_are_shown_after_an_upheld_objection(world: Any, objection: Objection) -> None:
    world.client(world.agency_head).post(
        f"/pengawas/keberatan/{objection.pk}/",
        {**UPHOLD, "work_result": "below_expectation", "behavior": "meets_expectation"},
    )
    response = world.client(world.staff).get(f"/pengawas/keberatan/{objection.pk}/")
    assert [(row.version, row.predikat) for row in response.context["versions"]] == [
        (1, "baik"),
        (2, "butuh_perbaikan"),
    ]
    page = response.content.decode()
    assert "Alasan penilai." in page
    assert "Bukti lengkap." in page
