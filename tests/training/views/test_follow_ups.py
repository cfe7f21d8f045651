"""/pelatihan/tindak-lanjut/: a person decides what follows from a result; then the act opens, prefilled."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.training.models import CoachingNote, FollowUp, Recognition
from apps.training.services import follow_ups

from ..story import AT, make_evaluation
from ..test_services_follow_ups import _final, _propose

pytestmark = pytest.mark.django_db

LIST = "/pelatihan/tindak-lanjut/"


def _url(row: FollowUp, verb: str = "") -> str:
    return f"{LIST}{row.pk}/{verb}"


@pytest.fixture
def coaching(world: Any) -> FollowUp:
    """A proposed coaching talk for world.staff."""
    return _propose(_final(world))[0]


def test_the_list_shows_what_waits_and_filters(world: Any, coaching: FollowUp) -> None:
    client = world.client(world.head)
    assert list(client.get(LIST).context["page"]) == [coaching]
    for query, found in (
        ("jenis=coaching", 1),
        ("jenis=reward", 0),
        ("status=decided", 0),
        ("q=Perawat", 1),
        ("q=Bidan", 0),
        (f"unit={world.unit.pk}", 1),
        (f"unit={world.agency.pk}", 0),
        ("status=x&jenis=x&unit=x", 1),
    ):
        assert len(client.get(f"{LIST}?{query}").context["page"].object_list) == found, query


@pytest.mark.parametrize(
    ("who", "count"), [("head", 1), ("agency_head", 1), ("personnel_officer", 1), ("stranger_head", 0)]
)
def test_each_sees_their_own_people(world: Any, coaching: FollowUp, who: str, count: int) -> None:
    response = world.client(getattr(world, who)).get(LIST)
    assert len(response.context["page"].object_list) == count


def test_deciding_opens_the_coaching_talk_prefilled_and_links_it(world: Any, coaching: FollowUp) -> None:
    coaching.evaluation.reason = "Rujukan terlambat."
    coaching.evaluation.save()
    client = world.client(world.head)
    response = client.post(_url(coaching, "putuskan/"), {"note": "Belajar mencatat rujukan."})
    assert response.status_code == 302
    assert response.url.startswith(f"/pembinaan/{world.staff.pk}/baru/")
    form = client.get(response.url).context["form"]
    assert "Rujukan terlambat." in form["observation"].value()
    assert form["agreement"].value() == "Belajar mencatat rujukan."
    assert not CoachingNote.objects.exists()
    filled = {"observation": "a", "agreement": "b", "follow_up_on": "2099-01-01"}
    assert client.post(response.url, filled).status_code == 302
    coaching.refresh_from_db()
    note = CoachingNote.objects.get()
    assert (coaching.status, coaching.coaching, note.evaluation) == ("decided", note, coaching.evaluation)


def test_deciding_a_reward_opens_a_recognition_without_the_predikat(world: Any) -> None:
    reward = _propose(_final(world, "sangat_baik", yearly=True))[0]
    client = world.client(world.head)
    response = client.post(_url(reward, "putuskan/"), {"note": "Antrean lansia tertib."})
    page = client.get(response.url)
    assert page.context["form"]["reason"].value() == "Antrean lansia tertib."
    assert "Sangat Baik" not in page.content.decode()
    client.post(response.url, {"title": "Antrean lansia", "reason": "Membantu warga."})
    reward.refresh_from_db()
    assert reward.recognition == Recognition.objects.get()


def test_a_period_to_improve_proposes_six_months_and_asks_what_should_improve(world: Any) -> None:
    row = _propose(_final(world, "kurang", yearly=True))[1]
    client = world.client(world.head)
    form = client.get(_url(row, "putuskan/")).context["form"]
    first, last = form["starts_on"].value(), form["ends_on"].value()
    assert 180 <= (last - first).days <= 184
    filled = {"note": "", "starts_on": str(first), "ends_on": str(first)}
    refused = client.post(_url(row, "putuskan/"), filled)
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"note", "ends_on"}
    row.refresh_from_db()
    assert row.status == "proposed"
    filled |= {"note": "Rujukan tepat waktu.", "ends_on": str(last)}
    assert client.post(_url(row, "putuskan/"), filled).url == _url(row)
    refused = client.post(_url(row, "hasil/"), {"improved": "no", "outcome": ""})
    assert refused.status_code == 422
    client.post(_url(row, "hasil/"), {"improved": "no", "outcome": "Belum."})
    row.refresh_from_db()
    assert (row.status, row.improved) == ("concluded", False)
    review = FollowUp.objects.get(kind="placement_review")
    assert client.get(_url(review, "putuskan/")).status_code == 403
    assert world.client(world.personnel_officer).get(_url(review, "putuskan/")).status_code == 200


def test_declining_asks_for_a_reason_and_keeps_the_text(world: Any, coaching: FollowUp) -> None:
    client = world.client(world.head)
    assert client.post(_url(coaching, "tolak/"), {"note": " "}).status_code == 422
    coaching.refresh_from_db()
    assert coaching.status == "proposed"
    assert client.post(_url(coaching, "tolak/"), {"note": "Sudah dibina."}).url == _url(coaching)
    coaching.refresh_from_db()
    assert (coaching.status, coaching.note) == ("declined", "Sudah dibina.")
    assert b"Sudah dibina." in client.get(_url(coaching)).content


def test_the_second_decision_is_told_that_somebody_was_faster(world: Any, coaching: FollowUp) -> None:
    follow_ups.decline(follow_up_id=coaching.pk, note="Sudah.", by=world.head, at=AT)
    client = world.client(world.agency_head)
    for verb in ("putuskan/", "tolak/"):
        assert client.post(_url(coaching, verb), {"note": "x"}).url == _url(coaching)
    coaching.refresh_from_db()
    assert (coaching.status, coaching.note) == ("declined", "Sudah.")


def test_the_person_reads_it_once_it_is_decided(world: Any, coaching: FollowUp) -> None:
    client = world.client(world.staff)
    assert client.get(_url(coaching)).status_code == 404
    assert _url(coaching) not in client.get("/pembelajaran/").content.decode()
    follow_ups.decide(follow_up_id=coaching.pk, note="Bicara berdua.", by=world.head, at=AT)
    assert _url(coaching) in client.get("/pembelajaran/").content.decode()
    page = client.get(_url(coaching))
    assert b"Bicara berdua." in page.content
    for verb in ("putuskan/", "tolak/", "hasil/"):
        assert client.post(_url(coaching, verb), {"note": "x"}).status_code == 403
    coaching.refresh_from_db()
    assert coaching.note == "Bicara berdua."


@pytest.mark.parametrize("who", ["colleague", "stranger_head", "foreigner", "auditor"])
def test_nobody_else_reads_it(world: Any, coaching: FollowUp, who: str) -> None:
    follow_ups.decide(follow_up_id=coaching.pk, by=world.head, at=AT)
    client = world.client(getattr(world, who))
    for verb in ("", "putuskan/", "tolak/", "hasil/"):
        assert client.get(_url(coaching, verb)).status_code == 404


def test_a_stranger_to_the_decision_gets_no_prefilled_talk(world: Any, coaching: FollowUp) -> None:
    address = f"/pembinaan/{world.staff.pk}/baru/?tindak-lanjut={coaching.pk}"
    assert world.client(world.head).get(address).status_code == 404  # not decided yet
    follow_ups.decide(follow_up_id=coaching.pk, by=world.head, at=AT)
    assert world.client(world.head).get(address).status_code == 200
    assert world.client(world.stranger_head).get(address).status_code == 404


def test_many_cost_as_many_queries_as_one(world: Any, coaching: FollowUp) -> None:
    def count() -> int:
        client = world.client(world.head)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        return len(queries)

    count()
    one = count()
    for n in range(12):
        person = world.make_employee(f"Pegawai {n}", world.unit, appraiser=world.head)
        _propose(make_evaluation(world, employee=person, status="accepted"))
    assert FollowUp.objects.count() == 13
    assert count() == one
