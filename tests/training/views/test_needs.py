"""The page of other people's needs, and one need: list, filters, plan, decline, enrol."""

import uuid
from typing import Any

import pytest
from django.urls import reverse

from apps.training.models import Enrolment, TrainingNeed
from apps.training.services import programmes
from tests.training.story import AT, make_evaluation, make_need, make_session

pytestmark = pytest.mark.django_db
LIST = "/pelatihan/kebutuhan/"


@pytest.fixture(autouse=True)
def _in_october(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


def url(name: str, need: TrainingNeed) -> str:
    return reverse(f"training:{name}", args=[need.pk])


def listed(response: Any) -> list[TrainingNeed]:
    return list(response.context["page"].object_list)


def test_the_most_urgent_first_and_never_ones_own(world: Any) -> None:
    later, first = make_need(world, priority=4), make_need(world, "coaching", priority=1)
    make_need(world, employee=world.head)
    make_need(world, employee=world.stranger)
    make_need(world, "aspect_waktu", status="done")
    response = world.client(world.head).get(LIST)
    assert listed(response) == [first, later]
    assert "Jumlah pemeriksaan" in response.content.decode()


def test_filters(world: Any) -> None:
    evaluation = make_evaluation(world)
    one = make_need(world, priority=1, evaluation=evaluation)
    two = make_need(world, "aspect_waktu", employee=world.colleague, priority=3, status="declined")
    client = world.client(world.personnel_officer)

    def shown(query: str) -> list[TrainingNeed]:
        return listed(client.get(LIST + query))

    assert shown("") == [one]
    assert shown("?status=declined") == [two]
    assert shown("?prioritas=3") == []
    assert shown(f"?topik={one.topic_id}") == [one]
    assert shown(f"?unit={world.unit.pk}") == [one]
    assert shown("?q=perawat") == [one]
    assert shown("?q=bidan") == []
    assert shown("?status=x&prioritas=%00&topik=abc&unit=99999999999999&q=%00") == [one]


def test_the_list_asks_a_constant_number_of_questions(world: Any, django_assert_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = world.client(world.head)
    evaluation = make_evaluation(world)
    make_need(world, evaluation=evaluation)
    client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    for code in ("aspect_waktu", "coaching"):
        make_need(world, code, evaluation=make_evaluation(world, employee=world.colleague, number=1))
        world.colleague = world.make_employee("Staf lain", world.unit, appraiser=world.head)
    with CaptureQueriesContext(connection) as three:
        assert len(listed(client.get(LIST))) == 3
    assert len(three) == len(one)


def test_plan(world: Any) -> None:
    need = make_need(world)
    response = world.client(world.head).post(url("need-plan", need))
    need.refresh_from_db()
    assert (response.status_code, need.status) == (302, "planned")


@pytest.mark.parametrize(
    ("who", "status"),
    [("staff", 403), ("auditor", 403), ("colleague", 404), ("stranger_head", 404), ("foreigner", 404)],
)
def test_who_may_not_decide(world: Any, who: str, status: int) -> None:
    need, session = make_need(world), make_session(world)
    client = world.client(getattr(world, who))
    for name, data in {
        "need-plan": {},
        "need-decline": {"note": "Tidak perlu"},
        "need-enrol": {"session": session.pk},
    }.items():
        assert client.post(url(name, need), data).status_code == status
    need.refresh_from_db()
    assert (need.status, Enrolment.objects.count()) == ("proposed", 0)


def test_decline_asks_for_a_reason_and_keeps_what_was_typed(world: Any) -> None:
    need, client = make_need(world), world.client(world.head)
    response = client.post(url("need-decline", need), {"note": " "})
    need.refresh_from_db()
    assert (response.status_code, need.status) == (422, "proposed")
    response = client.post(url("need-decline", need), {"note": "x" * 301})
    assert response.status_code == 422
    assert "x" * 301 in response.content.decode()
    client.post(url("need-decline", need), {"note": "Sudah dilatih."})
    need.refresh_from_db()
    assert (need.status, need.decided_note) == ("declined", "Sudah dilatih.")


def test_enrol_into_an_offered_session(world: Any) -> None:
    need, session = make_need(world), make_session(world)
    client = world.client(world.head)
    assert [key for key, _words in client.get(url("need-detail", need)).context["sessions"]] == [session.pk]
    key = str(uuid.uuid4())
    for _ in range(2):
        response = client.post(url("need-enrol", need), {"session": session.pk, "_key": key})
        assert response.status_code == 302
    need.refresh_from_db()
    assert (Enrolment.objects.get().need, need.status) == (need, "planned")


def test_a_session_that_is_full_or_of_another_topic_cannot_be_chosen(world: Any) -> None:
    need, full, other = (
        make_need(world),
        make_session(world, seats=1),
        make_session(world, codes=("aspect_waktu",)),
    )
    programmes.enrol(session=full, employee=world.colleague, by=world.head, at=AT)
    client = world.client(world.head)
    for session in (full, other):
        assert client.post(url("need-enrol", need), {"session": session.pk}).status_code == 422
    assert Enrolment.objects.filter(employee=world.staff).count() == 0


def test_the_last_seat_may_go_between_page_and_post(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    need, session = make_need(world), make_session(world, seats=1)

    def full(**_: Any) -> None:
        raise programmes.SessionFull

    monkeypatch.setattr(programmes, "enrol", full)
    response = world.client(world.head).post(url("need-enrol", need), {"session": session.pk})
    assert response.status_code == 422
    assert response.context["form"].errors["session"]


def test_the_person_reads_the_reason_but_has_no_buttons(world: Any) -> None:
    need = make_need(world)
    page = world.client(world.staff).get(url("need-detail", need)).content.decode()
    assert "Jumlah pemeriksaan" in page
    assert url("need-plan", need) not in page
