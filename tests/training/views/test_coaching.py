"""Coaching talks and recognition as pages."""

import threading
import uuid
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from apps.training.models import CoachingNote, Recognition
from tests.training.story import AT, make_evaluation

pytestmark = pytest.mark.django_db
TALK = {
    "observation": "Dua kali terlambat.",
    "agreement": "Menulis tiap Jumat.",
    "follow_up_on": "2026-11-01",
}
DEED = {"title": "Antrean ibu hamil", "reason": "Waktu tunggu turun separuh."}


@pytest.fixture(autouse=True)
def _in_october(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


def test_the_appraiser_writes_a_talk_about_an_evaluation(world: Any) -> None:
    evaluation = make_evaluation(world)
    address = reverse("training:coaching-add", args=[world.staff.pk]) + f"?penilaian={evaluation.pk}"
    client = world.client(world.head)
    assert client.get(address).context["evaluation"] == evaluation
    assert client.post(address, TALK).status_code == 302
    note = CoachingNote.objects.get()
    assert (note.employee, note.coach, note.evaluation) == (world.staff, world.head, evaluation)
    page = world.client(world.staff).get(reverse("training:coaching-detail", args=[note.pk])).content.decode()
    assert "Dua kali terlambat." in page
    assert reverse("training:coaching-close", args=[note.pk]) not in page


def test_from_the_talk_there_is_a_way_to_a_plan_with_the_same_cause(world: Any) -> None:
    evaluation = make_evaluation(world)
    talk = reverse("training:coaching-add", args=[world.staff.pk])
    plan = reverse("training:plan-new", args=[world.staff.pk])
    client = world.client(world.head)
    assert f'href="{plan}"' in client.get(talk).content.decode()
    cause = f"?penilaian={evaluation.pk}"
    assert f'href="{plan}{cause}"' in client.get(talk + cause).content.decode()
    assert client.get(plan + cause).status_code == 200


def test_the_evaluation_of_somebody_else_is_not_found(world: Any) -> None:
    evaluation = make_evaluation(world, employee=world.colleague)
    address = reverse("training:coaching-add", args=[world.staff.pk]) + f"?penilaian={evaluation.pk}"
    assert world.client(world.head).post(address, TALK).status_code == 404
    assert not CoachingNote.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [{"observation": ""}, {"agreement": " "}, {"follow_up_on": "2026-10-11"}, {"follow_up_on": "besok"}],
)
def test_a_bad_field_keeps_the_text(world: Any, changes: dict[str, str]) -> None:
    address = reverse("training:coaching-add", args=[world.staff.pk])
    response = world.client(world.head).post(address, {**TALK, **changes})
    assert response.status_code == 422
    assert set(response.context["form"].errors) == set(changes)
    kept = ({**TALK} | {"x": ""}).get("agreement" if "observation" in changes else "observation", "")
    assert kept in response.content.decode()
    assert not CoachingNote.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [("staff", 403), ("colleague", 404), ("stranger_head", 404), ("personnel_officer", 403)],
)
def test_others_write_nothing(world: Any, who: str, status: int) -> None:
    client = world.client(getattr(world, who))
    assert client.post(reverse("training:coaching-add", args=[world.staff.pk]), TALK).status_code == status
    assert (
        client.post(reverse("training:recognition-person-add", args=[world.staff.pk]), DEED).status_code
        == status
    )
    assert not CoachingNote.objects.exists()
    assert not Recognition.objects.exists()


def test_the_outcome_is_written_once(world: Any) -> None:
    client = world.client(world.head)
    client.post(reverse("training:coaching-add", args=[world.staff.pk]), TALK)
    note = CoachingNote.objects.get()
    address = reverse("training:coaching-close", args=[note.pk])
    assert world.client(world.staff).post(address, {"improved": "yes", "outcome": "Baik"}).status_code == 403
    assert client.post(address, {"outcome": "Tepat waktu."}).status_code == 422
    assert client.post(address, {"improved": "no", "outcome": "Tepat waktu."}).status_code == 302
    client.post(address, {"improved": "yes", "outcome": "Lain."})
    note.refresh_from_db()
    assert (note.status, note.outcome) == ("not_improved", "Tepat waktu.")


@pytest.mark.django_db(transaction=True)
def test_ten_parallel_posts_make_one_talk(world: Any) -> None:
    address, key = reverse("training:coaching-add", args=[world.staff.pk]), str(uuid.uuid4())
    clients = [world.client(world.head) for _ in range(10)]
    receipts: list[str] = []

    def work(client: Any) -> None:
        try:
            receipts.append(client.post(address, {**TALK, "_key": key}).url)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receipts) == 10
    assert len(set(receipts)) == 1
    assert CoachingNote.objects.count() == 1


def test_recognition_of_a_person_and_of_a_unit(world: Any) -> None:
    client = world.client(world.head)
    assert (
        client.post(reverse("training:recognition-person-add", args=[world.staff.pk]), {}).status_code == 422
    )
    response = client.post(reverse("training:recognition-person-add", args=[world.staff.pk]), DEED)
    assert response.url == reverse("training:person", args=[world.staff.pk])
    unit_page = reverse("training:recognition-unit", args=[world.unit.pk])
    response = client.post(reverse("training:recognition-unit-add", args=[world.unit.pk]), DEED)
    assert response.url == unit_page
    shown = list(world.client(world.colleague).get(unit_page).context["page"])
    assert {row.employee for row in shown} == {world.staff, None}
    assert world.client(world.stranger).get(unit_page).status_code == 404


def test_staff_do_not_recognize_their_own_unit(world: Any) -> None:
    address = reverse("training:recognition-unit-add", args=[world.unit.pk])
    assert world.client(world.staff).post(address, DEED).status_code == 403
    assert world.client(world.foreigner).post(address, DEED).status_code == 404
    assert not Recognition.objects.exists()
