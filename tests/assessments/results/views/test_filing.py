"""/nilai/<pk>/keberatan/: what is objected to, why and what is wanted (form D.1.3); afterwards the receipt."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone, translation

from apps.assessments.models import Evaluation, Objection
from apps.core.templatetags.formats import tanggal

pytestmark = pytest.mark.django_db

FILLED = {
    "about": ["work_result"],
    "reason": "Laporan saya lengkap.",
    "wanted": "Mohon hasil kerja dinilai lagi.",
}


@pytest.fixture
def evaluation(delivered: Any) -> Evaluation:
    """Handed over, with days left to object."""
    made = delivered()
    Evaluation.objects.filter(pk=made.pk).update(answer_due_on=timezone.now().date() + timedelta(days=5))
    made.refresh_from_db()
    return made


def test_the_filled_form_becomes_an_objection_with_a_receipt(world: Any, evaluation: Evaluation) -> None:
    client = world.client(world.staff)
    url = f"/nilai/{evaluation.pk}/keberatan/"
    assert client.get(url).status_code == 200
    assert client.post(url, FILLED).url == url
    objection = Objection.objects.get()
    assert (objection.about_work_result, objection.about_behavior) == (True, False)
    assert (objection.reason, objection.wanted) == (FILLED["reason"], FILLED["wanted"])
    for _again in range(2):
        page = client.get(url).content.decode()
        assert objection.number in page
        assert FILLED["wanted"] in page
    assert client.post(url, {**FILLED, "reason": "Sekali lagi."}).url == url
    assert Objection.objects.get().reason == FILLED["reason"]


@pytest.mark.parametrize("field", ["about", "reason", "wanted"])
def test_each_part_is_needed_and_the_others_are_kept(world: Any, evaluation: Evaluation, field: str) -> None:
    response = world.client(world.staff).post(
        f"/nilai/{evaluation.pk}/keberatan/", {key: value for key, value in FILLED.items() if key != field}
    )
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    page = response.content.decode()
    for key in {"reason", "wanted"} - {field}:
        assert FILLED[key] in page
    evaluation.refresh_from_db()
    assert (evaluation.status, Objection.objects.count()) == ("delivered", 0)


def test_a_late_one_is_refused_with_the_last_day_and_keeps_the_text(
    world: Any, evaluation: Evaluation
) -> None:
    last = timezone.now().date() - timedelta(days=3)
    Evaluation.objects.filter(pk=evaluation.pk).update(answer_due_on=last)
    client = world.client(world.staff)
    url = f"/nilai/{evaluation.pk}/keberatan/"
    response = client.post(url, FILLED)
    page = response.content.decode()
    assert response.status_code == 422
    with translation.override("id"):
        assert tanggal(last, "hari") in page
    assert FILLED["reason"] in page
    assert client.get(url).url == f"/nilai/{evaluation.pk}/"
    evaluation.refresh_from_db()
    assert (evaluation.status, Objection.objects.count()) == ("delivered", 0)


def test_after_accepting_there_is_no_objection_any_more(world: Any, evaluation: Evaluation) -> None:
    client = world.client(world.staff)
    client.post(f"/nilai/{evaluation.pk}/terima/", {"confirmed": "1"})
    response = client.post(f"/nilai/{evaluation.pk}/keberatan/", FILLED)
    assert response.status_code == 422
    assert FILLED["wanted"] in response.content.decode()
    evaluation.refresh_from_db()
    assert (evaluation.status, Objection.objects.count()) == ("accepted", 0)


@pytest.mark.parametrize(("who", "status"), [("head", 403), ("agency_head", 403), ("colleague", 404)])
def test_nobody_objects_for_another(world: Any, evaluation: Evaluation, who: str, status: int) -> None:
    client = world.client(getattr(world, who))
    assert client.post(f"/nilai/{evaluation.pk}/keberatan/", FILLED).status_code == status
    assert not Objection.objects.exists()


def test_a_form_sent_after_the_session_ended_is_still_there(world: Any, evaluation: Evaluation) -> None:
    client = world.client(world.staff)
    url = f"/nilai/{evaluation.pk}/keberatan/"
    page = client.get(url).content.decode()
    owner = page.split('name="_owner" value="')[1].split('"')[0]
    client.logout()
    client.post(url, {**FILLED, "_owner": owner})
    client.force_login(world.staff.user, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get(url).content.decode()
    assert FILLED["reason"] in shown
    assert FILLED["wanted"] in shown
    assert not Objection.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_ten_posts_of_one_form_make_one_objection(world: Any, evaluation: Evaluation) -> None:
    url = f"/nilai/{evaluation.pk}/keberatan/"
    start = Barrier(10)
    clients = [world.client(world.staff) for _n in range(10)]
    key = "6b1f0f8e-1111-4c4b-9a5b-5a1f5a7f0c01"

    def send(client: Any) -> int:
        start.wait(timeout=20)
        try:
            return client.post(url, {**FILLED, "_key": key}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        codes = list(pool.map(send, clients))
    assert codes == [302] * 10
    assert Objection.objects.count() == 1
