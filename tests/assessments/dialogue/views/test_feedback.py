"""Feedback: given, read, filtered, answered."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.assessments.models import FeedbackNote, FeedbackReaction
from apps.assessments.services import feedback_notes

from ..conftest import NOW

KEY = "6d4fbe2e-5a46-4d0f-9f5c-0d8f3b1f7a11"


def give(world: Any, text: str = "Teruskan", **more: Any) -> FeedbackNote:
    """Let the leader say something to world.staff."""
    return feedback_notes.give_feedback(employee=world.staff, text=text, by=world.head, at=NOW, **more)


def test_feedback_is_given_once_and_read_at_once(world: Any, skp: Any) -> None:
    client = world.client(world.head)
    data = {"text": "Teruskan", "target": f"rhk:{skp.results.get().pk}", "_key": KEY}
    for _ in range(2):
        assert client.post(f"/pegawai/{world.staff.pk}/umpan-balik/", data).status_code == 302
    note = FeedbackNote.objects.get()
    assert (note.author, note.result) == (world.head, skp.results.get())
    assert "Teruskan" in world.client(world.staff).get("/umpan-balik/").content.decode()
    assert "Teruskan" not in world.client(world.colleague).get("/umpan-balik/").content.decode()


def test_on_a_value_and_with_the_report_it_was_seen_in(world: Any, skp: Any) -> None:
    from apps.assessments.services import reports
    from tests.assessments.reporting.conftest import fill

    report = reports.open_report(employee=world.staff, period=world.make_periods()[2], by=world.staff, at=NOW)
    fill(report)
    reports.submit_report(report_id=report.pk, by=world.staff, at=NOW)
    world.client(world.head).post(
        f"/pegawai/{world.staff.pk}/umpan-balik/",
        {"text": "Jelas", "target": "nilai:akuntabel", "seen": f"laporan:{report.pk}"},
    )
    note = FeedbackNote.objects.get()
    assert (note.behavior_value, note.report_id) == ("akuntabel", report.pk)


@pytest.mark.parametrize(
    "data",
    [
        {"text": " ", "target": ""},
        {"text": "x", "target": "rhk:999999"},
        {"text": "x", "target": "nilai:rajin"},
        {"text": "x", "seen": "laporan:1"},
    ],
)
def test_a_wrong_form_comes_back_with_its_text(world: Any, skp: Any, data: dict[str, str]) -> None:
    page = world.client(world.head).post(f"/pegawai/{world.staff.pk}/umpan-balik/", data)
    assert (page.status_code, FeedbackNote.objects.count()) == (422, 0)
    assert page.context["form"]["text"].value() == data["text"]


@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 404), ("colleague", 404), ("staff", 403), ("auditor", 403)]
)
def test_nobody_else_gives_feedback(world: Any, who: str, status: int) -> None:
    client = world.client(getattr(world, who))
    answer = client.post(f"/pegawai/{world.staff.pk}/umpan-balik/", {"text": "x"})
    assert (answer.status_code, FeedbackNote.objects.count()) == (status, 0)


def test_the_list_filters_by_target_and_period(world: Any, skp: Any) -> None:
    periods = world.make_periods()
    result = skp.results.get()
    on_result = give(world, result=result)
    on_value = give(world, behavior_value="loyal")
    general = give(world)
    client = world.client(world.staff)
    for query, expected in [
        ("", {on_result, on_value, general}),
        (f"tentang=rhk:{result.pk}", {on_result}),
        ("tentang=nilai:loyal", {on_value}),
        ("tentang=umum", {general}),
        (f"periode={periods[2].pk}", {on_result, on_value, general}),
        (f"periode={periods[1].pk}", set()),
        ("tentang=rhk:abc&periode=x", {on_result, on_value, general}),
    ]:
        page = client.get(f"/umpan-balik/?{query}")
        assert {row["note"] for row in page.context["notes"]} == expected, query


def test_the_answer_is_seen_by_who_gave_it(world: Any) -> None:
    note = give(world)
    client = world.client(world.staff)
    address = f"/umpan-balik/{note.pk}/tanggapan/"
    assert client.post(address, {"kind": "will_do", "text": "Mulai besok"}).status_code == 302
    assert "Mulai besok" in world.client(world.head).get("/umpan-balik/diberikan/").content.decode()
    assert client.post(address, {"kind": "thanks", "text": ""}).status_code == 302
    assert FeedbackReaction.objects.get().kind == "thanks"


@pytest.mark.parametrize(("who", "status"), [("head", 404), ("colleague", 404), ("stranger", 404)])
def test_nobody_else_answers(world: Any, who: str, status: int) -> None:
    note = give(world)
    answer = world.client(getattr(world, who)).post(f"/umpan-balik/{note.pk}/tanggapan/", {"kind": "thanks"})
    assert (answer.status_code, FeedbackReaction.objects.count()) == (status, 0)


def test_an_answer_without_a_choice_comes_back_with_its_text(world: Any) -> None:
    note = give(world)
    page = world.client(world.staff).post(f"/umpan-balik/{note.pk}/tanggapan/", {"text": "Mulai besok"})
    assert (page.status_code, FeedbackReaction.objects.count()) == (422, 0)
    assert "Mulai besok" in page.content.decode()


@pytest.mark.parametrize(
    ("who", "address"),
    [("staff", "/umpan-balik/"), ("head", "/umpan-balik/diberikan/"), ("head", "give")],
)
def test_the_lists_cost_the_same_for_two_and_twenty(world: Any, skp: Any, who: str, address: str) -> None:
    client = world.client(getattr(world, who))
    address = f"/pegawai/{world.staff.pk}/umpan-balik/" if address == "give" else address
    give(world, result=skp.results.get())
    feedback_notes.react(note_id=give(world).pk, kind="thanks", by=world.staff, at=NOW)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    cost()
    few = cost()
    for number in range(18):
        note = give(world, text=f"Catatan {number}", behavior_value="loyal")
        feedback_notes.react(note_id=note.pk, kind="thanks", by=world.staff, at=NOW)
    assert cost() == few


def test_a_text_sent_after_the_session_ended_is_held(world: Any) -> None:
    from django.core import signing

    client = world.client()
    address = f"/pegawai/{world.staff.pk}/umpan-balik/"
    owner = signing.dumps(world.head.user.pk, salt="held-form-owner")
    client.post(address, {"text": "Jangan hilang", "_owner": owner})
    client.login(username=world.head.nip, password=world.PASSWORD)
    assert "Jangan hilang" in client.get(address).content.decode()
    assert FeedbackNote.objects.count() == 0
