"""/pengawas/penilaian/<period>/nilai/<id>/: rating one person."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core import signing
from django.db import connection

from apps.assessments.models import Evaluation, EvaluationNote, RatingChange, UnitAchievement
from apps.core import held_forms

from ..conftest import CLOSED_AT

pytestmark = pytest.mark.django_db

GOOD = {
    "work_result": "meets_expectation",
    "behavior": "meets_expectation",
    "reason": "",
    "recommendation": "",
}


def _url(evaluation: Evaluation) -> str:
    return f"/pengawas/penilaian/{evaluation.period_id}/nilai/{evaluation.pk}/"


def test_nothing_is_chosen_before(world: Any, prepared: Any) -> None:
    response = world.client(world.head).get(_url(prepared()))
    assert response.status_code == 200
    form = response.context["form"]
    assert (form["work_result"].value(), form["behavior"].value()) == (None, None)
    assert b"checked" not in response.content


def test_saving_stores_the_predikat_and_shows_it(world: Any, prepared: Any) -> None:
    evaluation = prepared()
    result = evaluation.skp.results.get()
    data = {
        **GOOD,
        f"result_{result.pk}": "Rapi.",
        "behavior_harmonis": "Ramah.",
        "recommendation": "Kursus.",
    }
    response = world.client(world.head).post(_url(evaluation), data)
    assert (response.status_code, response.url) == (302, _url(evaluation) + "#hasil")
    evaluation.refresh_from_db()
    assert (evaluation.status, evaluation.predikat, evaluation.recommendation) == ("rated", "baik", "Kursus.")
    assert EvaluationNote.objects.count() == 2
    page = world.client(world.head).get(_url(evaluation))
    assert b'data-value="baik"' in page.content
    assert page.context["form"]["work_result"].value() == "meets_expectation"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"work_result": ""}, "work_result"),
        ({"behavior": "above_expectation"}, "reason"),
        ({"work_result": "below_expectation"}, "reason"),
        ({"work_result": "excellent"}, "work_result"),
        ({"reason": "x" * 4001}, "reason"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(
    world: Any, prepared: Any, change: dict[str, str], field: str
) -> None:
    evaluation = prepared()
    data = {**GOOD, "recommendation": "Teks yang diketik", **change}
    response = world.client(world.head).post(_url(evaluation), data)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert b"Teks yang diketik" in response.content
    evaluation.refresh_from_db()
    assert evaluation.status == "prepared"


def test_a_change_without_a_reason_is_refused_on_the_page(world: Any, rated: Any) -> None:
    evaluation = rated(work_result="above_expectation", behavior="above_expectation")
    response = world.client(world.head).post(_url(evaluation), GOOD)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["reason"])
    assert RatingChange.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "status"),
    [("staff", 404), ("colleague", 404), ("stranger_head", 404), ("foreigner", 404), ("agency_head", 403)],
)
def test_others_are_refused_and_nothing_changes(world: Any, prepared: Any, who: str, status: int) -> None:
    evaluation = prepared()
    client = world.client(getattr(world, who))
    assert client.get(_url(evaluation)).status_code == status
    assert client.post(_url(evaluation), GOOD).status_code == status
    evaluation.refresh_from_db()
    assert evaluation.status == "prepared"


def test_an_auditor_reads_elsewhere_but_does_not_rate(world: Any, prepared: Any) -> None:
    evaluation = prepared()
    for user in (world.auditor, world.personnel_officer):
        assert world.client(user).post(_url(evaluation), GOOD).status_code == 403
        assert world.client(user).get(f"/nilai/{evaluation.pk}/").status_code == 200


def test_an_evaluation_belongs_to_its_period(world: Any, prepared: Any, period: Any) -> None:
    evaluation = prepared()
    other = period.cycle.periods.get(number=1)
    assert (
        world.client(world.head).get(f"/pengawas/penilaian/{other.pk}/nilai/{evaluation.pk}/").status_code
        == 404
    )


def test_after_handing_over_the_page_leads_to_the_explanation(world: Any, delivered: Any) -> None:
    evaluation = delivered()
    response = world.client(world.head).post(_url(evaluation), GOOD)
    assert response.url == f"/nilai/{evaluation.pk}/"
    assert RatingChange.objects.count() == 1


def test_a_head_waits_for_the_units_achievement_and_then_follows_it(
    world: Any, prepared: Any, period: Any
) -> None:
    evaluation = prepared(world.head)
    client = world.client(world.agency_head)
    page = client.get(_url(evaluation))
    assert (page.status_code, page.context["may_submit"]) == (200, False)
    assert client.post(_url(evaluation), GOOD).status_code == 422
    UnitAchievement.objects.create(
        unit=world.unit, period=period, org_predicate="istimewa", fixed_at=CLOSED_AT
    )
    page = client.get(_url(evaluation))
    assert "work_result" not in page.context["form"].fields
    # A hand-made field does not move the fixed rating.
    response = client.post(_url(evaluation), {**GOOD, "work_result": "below_expectation"})
    assert response.status_code == 302
    evaluation.refresh_from_db()
    assert (evaluation.work_result_rating, evaluation.predikat) == ("above_expectation", "baik")


def test_text_survives_an_expired_login(world: Any, prepared: Any) -> None:
    evaluation = prepared()
    client = world.client()
    owner = signing.dumps(world.head.user.pk, salt=held_forms.SALT)
    sent = client.post(_url(evaluation), {**GOOD, "reason": "Alasan panjang", "_owner": owner})
    assert sent.status_code == 302
    client.force_login(world.head.user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(_url(evaluation))
    assert page.context["form"]["reason"].value() == "Alasan panjang"
    evaluation.refresh_from_db()
    assert evaluation.status == "prepared"


@pytest.mark.django_db(transaction=True)
def test_ten_clicks_at_once_are_one_rating(world: Any, prepared: Any) -> None:
    evaluation = prepared()
    key = str(uuid.uuid4())
    clients = [world.client(world.head) for _number in range(10)]
    start = Barrier(10)

    def click(client: Any) -> tuple[int, str]:
        try:
            start.wait(timeout=20)
            response = client.post(
                _url(evaluation), {**GOOD, "behavior": "above_expectation", "reason": "Alasan", "_key": key}
            )
            return response.status_code, response.url
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(click, clients))
    assert answers == {(302, _url(evaluation) + "#hasil")}
    assert RatingChange.objects.count() == 1
