"""Recognition as pages: the wall of work, naming a deed, the jury, the certificate."""

import threading
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.reports.models import Document
from apps.training.models import Juror, Nomination, Recognition
from tests.training.juries import AT, DEED, awarded, before_the_jury, checked, jury_of, named, thank

pytestmark = pytest.mark.django_db
WALL, NEW = "/penghargaan/", "/penghargaan/usulan/baru/"


@pytest.fixture(autouse=True)
def _in_october(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


def _at(nomination: Nomination, verb: str = "") -> str:
    return f"/penghargaan/usulan/{nomination.pk}/{verb}"


def test_from_naming_to_the_wall_by_hand(world: Any) -> None:
    jury = jury_of(world)
    colleague, officer = world.client(world.colleague), world.client(world.personnel_officer)
    assert world.staff.full_name in colleague.get(NEW, {"cari": "Perawat"}).content.decode()
    address = f"{NEW}?orang={world.staff.pk}"
    refused = colleague.post(address, {**DEED, "effect": ""})
    assert refused.status_code == 422
    assert DEED["deed"] in refused.content.decode()
    made = colleague.post(address, DEED)
    nomination = Nomination.objects.get()
    assert made.url == _at(nomination)
    assert officer.post(_at(nomination, "periksa/"), {"note": " "}).status_code == 422
    assert officer.post(_at(nomination, "periksa/"), {"note": "Ada."}).url == _at(nomination, "juri/")
    search = officer.get(_at(nomination, "juri/"), {"cari": "Contoh"})
    conflicts = {row["person"]: bool(row["conflict"]) for row in search.context["found"]}
    assert conflicts[world.staff]
    assert conflicts[world.colleague]
    assert not conflicts[world.stranger]
    officer.post(_at(nomination, f"juri/{world.head.pk}/tambah/"))
    assert not Juror.objects.exists()
    for person in jury:
        officer.post(_at(nomination, f"juri/{person.pk}/tambah/"))
    assert officer.post(_at(nomination, "juri/"), {}).status_code == 422
    assert officer.post(_at(nomination, "juri/"), {"chair": jury[0].pk}).url == _at(nomination)
    for person in jury:
        client = world.client(person)
        assert client.post(_at(nomination, "suara/"), {"ballot": "yes", "reason": ""}).status_code == 422
        assert client.post(_at(nomination, "suara/"), {"ballot": "yes", "reason": "Ya."}).status_code == 302
    assert officer.post(_at(nomination, "putuskan/"), {"reason": "Dampak jelas."}).status_code == 302
    assert Recognition.objects.get().employee == world.staff
    wall = world.client(world.stranger).get(WALL).content.decode()
    assert DEED["title"] in wall
    assert DEED["effect"] in wall
    assert DEED["deed"] not in wall
    # Work, not persons.
    assert world.staff.full_name not in wall
    assert world.colleague.full_name not in wall
    assert DEED["title"] not in world.client(world.foreigner).get(WALL).content.decode()


def test_votes_stay_blind_and_the_nominee_learns_nothing_early(world: Any) -> None:
    nomination = before_the_jury(world)
    jury = world.jury
    world.client(jury[0]).post(_at(nomination, "suara/"), {"ballot": "no", "reason": "Belum terukur."})
    for who in (jury[1], world.personnel_officer, world.auditor, world.colleague):
        assert "Belum terukur." not in world.client(who).get(_at(nomination)).content.decode()
    assert world.client(world.staff).get(_at(nomination)).status_code == 404
    assert world.client(world.head).get(_at(nomination)).status_code == 404
    short = world.client(world.personnel_officer).post(_at(nomination, "putuskan/"), {"reason": "Cukup."})
    assert short.status_code == 422
    assert "Cukup." in short.content.decode()
    assert Nomination.objects.get().status == "jury"


def test_after_the_award_the_person_reads_it_without_who_named_and_how_each_voted(world: Any) -> None:
    nomination = awarded(world)
    page = world.client(world.staff).get(_at(nomination)).content.decode()
    assert DEED["effect"] in page
    assert world.colleague.full_name not in page
    assert world.jury[1].full_name not in page
    auditor = world.client(world.auditor).get(_at(nomination)).content.decode()
    assert world.jury[1].full_name in auditor
    assert "Berdampak." in auditor


@pytest.mark.parametrize(
    ("who", "status"), [("head", 404), ("stranger_head", 404), ("colleague", 403), ("auditor", 403)]
)
def test_others_prepare_and_judge_nothing(world: Any, who: str, status: int) -> None:
    nomination = checked(world)
    client = world.client(getattr(world, who))
    for verb, data in (
        ("periksa/", {"note": "x"}),
        ("tolak/", {"reason": "x"}),
        ("juri/", {"chair": 1}),
        (f"juri/{world.stranger.pk}/tambah/", {}),
        ("suara/", {"ballot": "yes", "reason": "x"}),
        ("putuskan/", {"reason": "x"}),
    ):
        assert client.post(_at(nomination, verb), data).status_code == status, verb
    assert Nomination.objects.get().status == "checked"
    assert not Juror.objects.exists()


def test_nobody_names_themselves_or_people_elsewhere(world: Any) -> None:
    client = world.client(world.colleague)
    for query in (
        f"orang={world.colleague.pk}",
        f"orang={world.foreigner.pk}",
        f"unit={world.other.unit.pk}",
    ):
        assert client.post(f"{NEW}?{query}", DEED).status_code == 404
    assert world.client(world.auditor).get(NEW).status_code == 403
    assert not Nomination.objects.exists()


def test_citizens_are_a_number_on_the_form_and_on_the_wall(world: Any) -> None:
    thank(world, 11)
    thank(world, 2, value=3, remark="Terima kasih Bu Perawat")
    address = f"{NEW}?unit={world.unit.pk}"
    assert world.client(world.colleague).get(address).context["thanks"] is None
    form = world.client(world.head).get(address)
    assert (form.context["thanks"].count, form.context["thanks"].answers) == (11, 13)
    world.client(world.head).post(address, {**DEED, "from_public": "on"})
    assert Nomination.objects.get().thanks_count == 11
    awarded(world, employee=None, unit=world.unit)
    wall = world.client(world.stranger).get(WALL)
    (shown,) = wall.context["wall"]
    assert shown.thanks.count == 11
    assert "Terima kasih Bu Perawat" not in wall.content.decode()


def test_the_number_of_queries_of_the_wall_does_not_grow(world: Any) -> None:
    awarded(world)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert world.client(world.stranger).get(WALL).status_code == 200
        return len(captured)

    before = queries()
    awarded(world, employee=world.head, by=world.stranger)
    awarded(world, employee=None, unit=world.agency, by=world.stranger)
    assert queries() == before
    shown = world.client(world.stranger).get(WALL).context["wall"]
    assert [(row.unit, len(row.deeds)) for row in shown] == [(world.agency, 1), (world.unit, 2)]


def test_the_list_says_what_waits_for_whom(world: Any) -> None:
    nomination = before_the_jury(world)
    address = "/penghargaan/usulan/"
    for who, name in (
        (world.jury[0], "judge"),
        (world.personnel_officer, "office"),
        (world.colleague, "mine"),
    ):
        context = world.client(who).get(address).context
        shown = {key: list(context[key]) for key in ("judge", "office", "mine")}
        assert {key for key, rows in shown.items() if rows} == {name}
        assert shown[name] == [nomination]


def test_the_list_asks_the_same_for_one_and_for_many(world: Any) -> None:
    client = world.client(world.personnel_officer)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/penghargaan/usulan/").status_code == 200
        return len(captured)

    named(world)
    queries()  # the first request of a session writes it
    few = queries()
    for title in ("Loket keliling", "Arsip rapi", "Pagi bersih"):
        named(world, title=title)
    queries()  # the menu is asked for again after something happened
    assert queries() == few


def test_the_certificate_is_for_the_awarded_alone(world: Any) -> None:
    waiting = named(world, employee=world.head)
    address = reverse("reports:recognition-document", args=[waiting.pk])
    assert world.client(world.personnel_officer).post(address).status_code == 302
    assert not Document.objects.exists()
    nomination = awarded(world)
    address = reverse("reports:recognition-document", args=[nomination.pk])
    client = world.client(world.staff)
    assert client.post(address).status_code == 302
    document = Document.objects.get()
    assert (document.kind, document.nomination) == ("recognition", nomination)
    download = reverse("reports:document-download", args=[document.pk])
    assert client.get(download).status_code == 200
    assert world.client(world.stranger).get(download).status_code == 404
    assert world.client().get(reverse("reports:verify-result", args=[document.code])).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_ten_parallel_posts_make_one_nomination(world: Any) -> None:
    address, key = f"{NEW}?orang={world.staff.pk}", str(uuid.uuid4())
    clients = [world.client(world.colleague) for _ in range(10)]
    receipts: list[str] = []

    def work(client: Any) -> None:
        try:
            receipts.append(client.post(address, {**DEED, "_key": key}).url)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receipts) == 10
    assert len(set(receipts)) == 1
    assert Nomination.objects.count() == 1
