"""Career file, averages, nine boxes and succession: what is shown to whom."""

import uuid
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core import policy
from apps.supervision.models import DisciplineRecord, TalentInput
from tests.supervision.test_selectors_career import certify, graduate, rate, score
from tests.world import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_september(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def url(name: str, *args: Any) -> str:
    return reverse(f"supervision:{name}", args=args)


def place(world: Any, person: Any, value: int) -> None:
    rate(world, person, "baik")
    score(person, reinforcing=80, competence=value, potential=value, qualification=value, integrity=value)


def test_my_file_is_the_sum_of_what_was_verified(world: Any) -> None:
    graduate(world.staff, "s1_d4")
    graduate(world.staff, "s2", verified_at=None)
    certify(world.staff, "seminar")
    place(world, world.staff, 70)
    response = world.client(world.staff).get("/karier/")
    file = response.context["file"]
    assert [row.level for row in file.education] == ["s1_d4"]
    assert [row.level for row in file.waiting] == ["s2"]
    assert [row.predikat for row in file.evaluations] == ["baik"]
    assert len(file.certificates) == len(file.positions) == 1
    assert response.context["index_total"] == "55"
    assert response.context["talent"].talent.box == 7


def test_whether_a_person_sees_the_own_box_is_a_policy(world: Any) -> None:
    place(world, world.staff, 70)
    policy.set_value(
        "supervision.talent_shown", False, scope="kendari", valid_from=date(2026, 1, 1), by=None, reason="uji"
    )
    assert world.client(world.staff).get("/karier/").context["talent"] is None
    officer = world.client(world.personnel_officer).get(url("career-person", world.staff.pk))
    assert officer.context["talent"] is not None


def test_leadership_sees_the_file_without_punishments(world: Any) -> None:
    DisciplineRecord.objects.create(
        employee=world.staff, level="light", starts_on=date(2026, 1, 1), decree="SK-RAHASIA", entered_at=NOW
    )
    page = url("career-person", world.staff.pk)
    leader = world.client(world.make_role_user("leadership", world.agency))
    response = leader.get(page)
    assert (response.status_code, list(response.context["discipline"])) == (200, [])
    # The line of the index names the decree only to whoever may know of it.
    assert "SK-RAHASIA" not in response.content.decode()
    assert "SK-RAHASIA" in world.client(world.personnel_officer).get(page).content.decode()
    assert "SK-RAHASIA" in world.client(world.staff).get("/karier/").content.decode()
    assert world.client(world.head).get(page).status_code == 403


def test_the_officer_enters_and_takes_back_a_punishment(world: Any) -> None:
    client, page = world.client(world.personnel_officer), url("discipline-add", world.staff.pk)
    data = {"level": "light", "decree": "SK-7", "starts_on": "01/09/2026", "ends_on": "31/08/2026"}
    response = client.post(page, data)
    assert (response.status_code, DisciplineRecord.objects.count()) == (422, 0)
    assert "SK-7" in response.content.decode()
    key = str(uuid.uuid4())
    for _ in range(2):
        assert client.post(page, {**data, "ends_on": "", "_key": key}).status_code == 302
    row = DisciplineRecord.objects.get()
    assert client.post(page, {**data, "ends_on": ""}).status_code == 422
    assert client.post(url("discipline-revoke", row.pk), {"note": ""}).status_code == 422
    client.post(url("discipline-revoke", row.pk), {"note": "Banding"})
    row.refresh_from_db()
    assert row.revoke_note == "Banding"


@pytest.mark.parametrize(
    ("who", "status"), [("head", 403), ("auditor", 403), ("staff", 403), ("stranger", 404)]
)
def test_who_may_not_enter_anything(world: Any, who: str, status: int) -> None:
    client = world.client(getattr(world, who))
    data = {"level": "light", "decree": "SK-7", "starts_on": "01/09/2026", "potential": "70", "source": "x"}
    for name in ("discipline-add", "talent-score"):
        assert client.post(url(name, world.staff.pk), data).status_code == status
    assert (DisciplineRecord.objects.count(), TalentInput.objects.count()) == (0, 0)


def test_scores_are_entered_with_what_they_rest_on(world: Any) -> None:
    client, page = world.client(world.personnel_officer), url("talent-score", world.staff.pk)
    for data in (
        {"potential": "101", "source": "Asesmen"},
        {"potential": "70", "source": ""},
        {"source": "Asesmen"},
    ):
        assert client.post(page, data).status_code == 422
    assert not TalentInput.objects.exists()
    assert client.post(page, {"potential": "72,5", "source": "Asesmen 2026"}).status_code == 302
    assert str(TalentInput.objects.get().score) == "72.50"
    assert "Asesmen 2026" in client.get(page).content.decode()


def test_the_nine_boxes_by_name_and_who_is_not_placed(world: Any) -> None:
    place(world, world.staff, 70)
    place(world, world.colleague, 75)
    client = world.client(world.personnel_officer)
    context = client.get("/karier/talenta/").context
    cells = {number: count for _label, row in context["table"] for number, count in row}
    assert (cells[7], sum(cells.values()), context["unplaced"]) == (2, 2, 4)
    listed = client.get("/karier/talenta/?kotak=7").context["page"].object_list
    assert [row.employee for row in listed] == [world.colleague, world.staff]
    assert client.get(f"/karier/talenta/?unit={world.other_agency.pk}").context["unplaced"] == 2
    assert client.get("/karier/talenta/?kotak=x&unit=%00").status_code == 200


def test_averages_and_succession(world: Any) -> None:
    policy.set_value(
        "supervision.ip_minimum_people",
        3,
        scope="kendari",
        valid_from=date(2026, 1, 1),
        by=None,
        reason="uji",
    )
    place(world, world.staff, 90)
    client = world.client(world.personnel_officer)
    context = client.get("/karier/ip-asn/").context
    means = {row.unit: row.mean for row, _category in context["lines"]}
    # Nobody's records are complete here: no unit is called by a category.
    assert {category for _row, category in context["lines"]} == {""}
    assert set(means) == {world.root, world.agency, world.other_agency}
    assert means[world.other_agency] is None
    assert means[world.agency] is not None
    rows = client.get(f"/karier/suksesi/?unit={world.unit.pk}").context["rows"]
    assert [[person.employee for person in row.candidates] for row in rows] == [[world.staff]]


def test_the_lists_ask_the_same_number_of_questions_for_many(world: Any) -> None:
    client = world.client(world.personnel_officer)
    place(world, world.staff, 90)
    pages = ("/karier/ip-asn/", "/karier/talenta/?kotak=8", "/karier/suksesi/")

    def count(page: str) -> int:
        client.get(page)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(page).status_code == 200
        return len(captured)

    before = [count(page) for page in pages]
    for number in range(3):
        place(world, world.make_employee(f"Staf {number}", world.unit, appraiser=world.head), 90)
    assert [count(page) for page in pages] == before


def test_the_form_says_what_the_predikat_gives_and_takes_no_other(world: Any) -> None:
    client, page = world.client(world.personnel_officer), url("talent-score", world.staff.pk)
    assert [line["points"] for line in client.get(page).context["lines"]] == ["", ""]
    rate(world, world.staff, "baik")
    context = client.get(page).context
    # TAL-6: Baik is 80 by the table; TAL-4: 60 percent of it.
    assert [(line["score"], line["weight"], line["points"]) for line in context["lines"]] == [
        ("80", 60, "48"),
        ("", 40, ""),
    ]
    assert "48" in context["sentences"][1]
    table = {**policy.get("supervision.talent_weights", on=date(2026, 9, 15), scope="kendari")}
    table["predikat"] = {**table["predikat"], "baik": 90}
    policy.set_value(
        "supervision.talent_weights",
        table,
        scope="kendari",
        valid_from=date(2026, 9, 1),
        by=None,
        reason="uji",
    )
    assert client.get(page).context["lines"][0]["points"] == "54"
    # What is posted for the predikat is no score: it comes from the evaluation alone.
    assert client.post(page, {"main": "100", "source": "Asesmen"}).status_code == 422
    assert not TalentInput.objects.exists()
    assert client.post(page, {"reinforcing": "70", "source": "Tim 2026"}).status_code == 302
    context = client.get(page).context
    assert [line["points"] for line in context["lines"]] == ["54", "28"]
    assert "82" in context["sentences"][2]
