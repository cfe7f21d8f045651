"""The pages of the exception queue: the list, one person, many at once, the rules, and what the person sees."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core import stamps
from apps.core.models import Notification
from apps.feedback.models import Complaint, ReportedOfficer
from apps.supervision.models import ExceptionAct, ExceptionCase, RuleFate
from apps.supervision.queue_texts import kind_label
from apps.supervision.selectors.facts import Sighting, sightings_for
from apps.supervision.selectors.today import queue_figures
from tests.supervision.exceptions import NOW, TODAY, late_plan, objection
from tests.supervision.test_selectors_facts import complain
from tests.world import World

pytestmark = pytest.mark.django_db

LIST, BATCH, ABOUT, RULES = (
    "/pengawas/antrean/",
    "/pengawas/antrean/bersama/",
    "/saya/perhatian/",
    "/pengawas/antrean/aturan/",
)


@pytest.fixture(autouse=True)
def _september() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def waiting(world: World) -> World:
    """Plans of world.staff and world.colleague have waited for 31 working days."""
    late_plan(world, world.staff)
    late_plan(world, world.colleague)
    return world


def token(person: Any, severity: int = 31, kind: str = "plan_not_approved") -> str:
    return f"{person.pk}:{kind}:{severity}"


def page_of(world: World) -> str:
    return reverse("supervision:queue-person", args=[world.staff.pk])


def names(response: Any) -> list[str]:
    return [row["person"].name for row in response.context["rows"]]


# --- the list


def test_the_list_says_why_and_leads_to_the_thing(waiting: World) -> None:
    response = waiting.client(waiting.head).get(LIST)
    assert names(response) == ["Perawat Contoh", "Bidan Contoh"]
    [reason] = response.context["rows"][0]["reasons"]
    assert "31" in reason["text"]
    assert waiting.client(waiting.head).get(reason["url"]).status_code == 200
    assert response.context["rows"][0]["age"] == 31


def test_nobody_sees_the_people_of_others(waiting: World) -> None:
    waiting.make_employee("Bawahan Lain", waiting.other_agency, appraiser=waiting.stranger_head)
    response = waiting.client(waiting.stranger_head).get(LIST)
    assert names(response) == []
    assert "Perawat Contoh" not in response.content.decode()


def test_filters_live_in_the_address(waiting: World) -> None:
    client = waiting.client(waiting.head)
    client.post(page_of(waiting), {"verb": "accept", "item": token(waiting.staff)})
    assert names(client.get(LIST)) == ["Bidan Contoh"]
    assert names(client.get(LIST, {"keadaan": "accepted"})) == ["Perawat Contoh"]
    assert len(names(client.get(LIST, {"keadaan": "all"}))) == 2
    assert names(client.get(LIST, {"keadaan": "nonsense"})) == ["Bidan Contoh"]
    assert names(client.get(LIST, {"alasan": "report_late"})) == []
    assert names(client.get(LIST, {"unit": waiting.agency.pk})) == ["Bidan Contoh"]
    assert names(client.get(LIST, {"unit": waiting.other_agency.pk})) == []


def test_the_list_costs_the_same_for_few_and_many(waiting: World) -> None:
    client = waiting.client(waiting.head)

    def queries() -> int:
        stamps.bump_now(f"user:{waiting.head.user.pk}")
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        return len(captured)

    queries()
    few = queries()
    for number in range(12):
        late_plan(waiting, waiting.make_employee(f"Orang {number}", waiting.unit, appraiser=waiting.head))
    assert queries() == few


def test_what_is_owed_to_many_alike_is_one_line_with_its_people_behind_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        world.make_employee(f"Orang {number}", world.unit, appraiser=world.head)
    late_plan(world, world.staff)
    owed = sightings_for

    def with_feedback(*args: Any, **more: Any) -> Any:
        """As if feedback were overdue for everybody: the duty itself has its own tests."""
        return [
            Sighting(replace(row.facts, feedback_overdue_days=7), row.rows) for row in owed(*args, **more)
        ]

    monkeypatch.setattr("apps.supervision.selectors.queue.sightings_for", with_feedback)
    client = world.client(world.head)
    page = client.get(LIST)
    # The plan stays a line of its own; the feedback to five people is one line.
    assert [row["person"].name for row in page.context["rows"]] == ["Perawat Contoh"]
    assert [row["kind"] for row in page.context["rows"][0]["reasons"]] == [kind_label("plan_not_approved")]
    (duty,) = page.context["duties"]
    assert duty["age"] == 7
    assert duty["url"] == "?alasan=feedback_overdue"
    behind = client.get(LIST + duty["url"])
    assert len(behind.context["rows"]) == 5
    assert all(row["items"] for row in behind.context["rows"])
    assert behind.context["duties"] == []
    card = queue_figures(world.head.user, TODAY)
    assert (card.supervised, card.lines, card.reasons) == (5, 2, 2)


def test_feedback_owed_to_one_person_stays_with_the_person(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    owed = sightings_for

    def with_feedback(*args: Any, **more: Any) -> Any:
        return [
            Sighting(replace(row.facts, feedback_overdue_days=7), row.rows)
            if row.facts.person == world.staff.pk
            else row
            for row in owed(*args, **more)
        ]

    monkeypatch.setattr("apps.supervision.selectors.queue.sightings_for", with_feedback)
    page = world.client(world.head).get(LIST)
    assert [row["person"].name for row in page.context["rows"]] == ["Perawat Contoh"]
    assert page.context["duties"] == []


def test_the_live_part_is_the_list_without_the_page(waiting: World) -> None:
    client = waiting.client(waiting.head)
    part = client.get(LIST, {"bagian": "langsung"}).content.decode()
    assert f'data-line="{waiting.staff.pk}"' in part
    assert "<html" not in part
    assert "bagian=langsung" in client.get(LIST).content.decode()


def test_a_complaint_is_only_told_to_who_may_read_it(world: World) -> None:
    complaint = complain(world)
    ReportedOfficer.objects.create(
        complaint=complaint, employee=world.staff, shared_text="Antrean", named_at=NOW, state_by=TODAY
    )
    [row] = world.client(world.head).get(LIST).context["rows"]
    assert row["reasons"][0]["url"] == reverse("feedback:complaint-detail", args=[complaint.pk])
    # Appraised from another agency: no complaint of this unit is theirs to read.
    world.staff.appraiser_links.update(appraiser=world.stranger_head)
    assert names(world.client(world.stranger_head).get(LIST)) == []
    assert Complaint.objects.count() == 1


# --- one person


def test_a_verb_is_one_press_and_leads_back_to_the_filtered_list(waiting: World) -> None:
    client = waiting.client(waiting.head)
    data = {
        "verb": "accept",
        "item": token(waiting.staff),
        "kembali": "alasan=plan_not_approved&bagian=x&evil=1",
    }
    response = client.post(page_of(waiting), data)
    assert response.headers["Location"] == LIST + "?alasan=plan_not_approved"
    assert ExceptionCase.objects.get().status == "accepted"
    assert names(client.get(LIST)) == ["Bidan Contoh"]


def test_words_that_are_missing_are_asked_for_and_nothing_is_lost(waiting: World) -> None:
    client = waiting.client(waiting.head)
    response = client.post(page_of(waiting), {"verb": "ask", "item": token(waiting.staff), "note": " "})
    assert response.status_code == 422
    late = (TODAY + timedelta(days=99)).isoformat()
    data = {"verb": "snooze", "item": token(waiting.staff), "note": "Menunggu berkas", "until": late}
    response = client.post(page_of(waiting), data)
    assert response.status_code == 422
    assert "Menunggu berkas" in response.content.decode()
    response = client.post(page_of(waiting), {"verb": "accept", "note": "Sudah benar"})
    assert response.status_code == 422
    assert "Sudah benar" in response.content.decode()
    assert not ExceptionCase.objects.exists()


def test_what_changed_meanwhile_is_said_and_the_words_stay(waiting: World) -> None:
    client = waiting.client(waiting.head)
    data = {"verb": "ask", "item": token(waiting.staff, 30), "note": "Lengkapi target"}
    response = client.post(page_of(waiting), data)
    assert response.status_code == 422
    assert "Lengkapi target" in response.content.decode()
    assert not Notification.objects.exists()


def test_the_same_form_twice_is_one_act(waiting: World) -> None:
    client = waiting.client(waiting.head)
    data = {"verb": "accept", "item": token(waiting.staff), "_key": "7d5b1c9e-8f3a-4c62-9b11-2f0f3b6a1c01"}
    assert client.post(page_of(waiting), data).status_code == 302
    assert client.post(page_of(waiting), data).status_code == 302
    assert ExceptionAct.objects.count() == 1


def test_forged_things_of_others_are_left_out(waiting: World) -> None:
    client = waiting.client(waiting.head)
    data = {"verb": "accept", "item": [token(waiting.colleague), token(waiting.stranger), "x:y:z", "1:2"]}
    assert client.post(page_of(waiting), data).status_code == 422
    assert client.get(reverse("supervision:queue-person", args=[waiting.stranger.pk])).status_code == 404
    assert not ExceptionCase.objects.exists()


def test_passed_up_it_shows_by_whom_and_with_which_question(waiting: World) -> None:
    waiting.client(waiting.head).post(
        page_of(waiting),
        {"verb": "pass_up", "item": token(waiting.staff), "note": "Boleh menunggu pejabat baru?"},
    )
    above = waiting.client(waiting.agency_head)
    [row] = above.get(LIST).context["rows"]
    assert row["reasons"][0]["passed_by"] == waiting.head
    assert "Boleh menunggu pejabat baru?" in above.get(LIST).content.decode()
    data = {"verb": "accept", "item": row["items"]}
    assert above.post(row["url"], data).status_code == 302
    assert ExceptionCase.objects.get().status == "accepted"


def test_undo_is_one_press(waiting: World) -> None:
    client = waiting.client(waiting.head)
    client.post(page_of(waiting), {"verb": "accept", "item": token(waiting.staff)})
    act = client.get(LIST).context["recent"]
    assert client.post(reverse("supervision:queue-undo", args=[act.pk])).status_code == 302
    assert len(names(client.get(LIST))) == 2
    assert client.get(LIST).context["recent"] is None
    assert (
        waiting.client(waiting.agency_head).post(reverse("supervision:queue-undo", args=[act.pk])).status_code
        == 404
    )


# --- many at once


def test_the_preview_says_what_is_left_out_and_changes_nothing(waiting: World) -> None:
    _first, second, *_rest = waiting.make_periods()
    person = waiting.make_employee("Keberatan", waiting.unit, appraiser=waiting.head)
    objection(waiting, waiting.make_skp(person), second, date(2026, 9, 16))
    items = (
        f"{token(waiting.staff)} {token(waiting.colleague, 30)} {token(person, -1, 'objection_running_out')}"
    )
    items += f" {token(waiting.stranger)}"
    response = waiting.client(waiting.head).get(BATCH, {"verb": "accept", "item": items})
    assert [row["name"] for row in response.context["included"]] == ["Perawat Contoh"]
    assert [row["name"] for row in response.context["excluded"]] == ["Bidan Contoh", "Keberatan"]
    assert "Guru Contoh" not in response.content.decode()
    assert not ExceptionCase.objects.exists()


def test_a_batch_needs_one_note_and_says_what_became_of_each(waiting: World) -> None:
    client = waiting.client(waiting.head)
    data = {"verb": "accept", "item": f"{token(waiting.staff)} {token(waiting.colleague, 30)}"}
    assert client.post(BATCH, {**data, "note": ""}).status_code == 422
    assert not ExceptionCase.objects.exists()
    response = client.post(BATCH, {**data, "note": "Sudah dibicarakan"}, follow=True)
    assert [(row["name"], row["is_done"]) for row in response.context["rows"]] == [
        ("Perawat Contoh", True),
        ("Bidan Contoh", False),
    ]
    assert response.context["may_undo"]
    act = ExceptionAct.objects.get()
    with time_machine.travel(NOW + timedelta(minutes=31), tick=False):
        client = waiting.client(waiting.head)
        assert not client.get(reverse("supervision:queue-act", args=[act.pk])).context["may_undo"]
        client.post(reverse("supervision:queue-undo", args=[act.pk]))
    assert ExceptionCase.objects.get().status == "accepted"


def test_a_batch_of_nothing_leads_back(waiting: World) -> None:
    response = waiting.client(waiting.head).get(BATCH)
    assert (response.status_code, response.headers["Location"]) == (302, LIST)


# --- what everybody may read


def test_the_person_sees_all_the_supervisor_sees(waiting: World) -> None:
    waiting.client(waiting.head).post(
        page_of(waiting), {"verb": "ask", "item": token(waiting.staff), "note": "Lengkapi target mutu."}
    )
    client = waiting.client(waiting.staff)
    response = client.get(ABOUT)
    [row] = response.context["rows"]
    assert row["state"] == "asked"
    assert "31" in row["text"]
    page = response.content.decode()
    assert "Lengkapi target mutu." in page
    assert "Kepala Puskesmas Contoh" in page
    assert client.get(row["url"]).status_code == 200
    # And nothing of anybody else.
    assert "Bidan Contoh" not in page


def test_every_address_of_a_person_opens_for_them(world: World) -> None:
    first, second, *_rest = world.make_periods()
    complain(world)
    late_plan(world, world.head)
    objection(world, world.make_skp(world.staff), second, date(2026, 9, 16))
    assert first.status == "closed"
    for person in (world.head, world.staff):
        client = world.client(person)
        rows = client.get(ABOUT).context["rows"]
        assert rows
        assert {client.get(row["url"]).status_code for row in rows if row["url"]} == {200}


def test_the_rules_are_open_to_all_with_what_was_retired(waiting: World) -> None:
    RuleFate.objects.create(
        government=waiting.government,
        kind="no_evidence",
        version=1,
        fate="retired",
        decided_on=TODAY,
        hits=20,
        acted=2,
        least_percent=30,
    )
    response = waiting.client(waiting.stranger).get(RULES)
    rules = {row["row"].rule.kind.value: row["row"] for row in response.context["rules"]}
    assert len(rules) == 9
    assert rules["no_evidence"].fate.acted == 2
    assert rules["objection_running_out"].rule.limit == Decimal(3)
    assert len(response.context["fates"]) == 1
    assert not waiting.client(waiting.foreigner).get(RULES).context["fates"]
