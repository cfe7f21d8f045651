"""Talks over HTTP."""

from dataclasses import asdict, replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.assessments.models import DialogueNote
from apps.assessments.services import dialogue_notes

from ..conftest import NOW, TALK

KEY = "6d4fbe2e-5a46-4d0f-9f5c-0d8f3b1f7a11"


def data(**changes: Any) -> dict[str, Any]:
    """Return what the form of the usual talk sends."""
    return {name: str(value) for name, value in asdict(TALK).items()} | changes


@pytest.fixture
def note(world: Any, skp: Any) -> DialogueNote:
    """A note the leader wrote."""
    return dialogue_notes.write_note(skp=skp, text=TALK, by=world.head, at=NOW)


def test_written_once_read_by_the_other_side_agreed_by_both(world: Any, skp: Any) -> None:
    head, staff = world.client(world.head), world.client(world.staff)
    for _ in range(2):
        sent = head.post(f"/pegawai/{world.staff.pk}/dialog/baru/", data(_key=KEY))
        assert sent.status_code == 302
    note = DialogueNote.objects.get()
    assert TALK.discussion in staff.get(f"/dialog/{note.pk}/").content.decode()
    for client in (staff, head):
        assert client.post(f"/dialog/{note.pk}/setuju/", {"revision": 1}).status_code == 302
    note.refresh_from_db()
    assert note.is_agreed
    page = head.get(f"/dialog/{note.pk}/").context
    assert (page["may_edit"], page["may_agree"], page["may_add"]) == (False, False, True)
    assert head.get(f"/dialog/{note.pk}/ubah/").status_code == 302
    assert (
        head.post(
            f"/dialog/{note.pk}/tambahan/", data(discussion="Tambahan", _key=KEY[:-1] + "2")
        ).status_code
        == 302
    )
    assert DialogueNote.objects.exclude(pk=note.pk).get().amends == note


def test_the_planning_talk_shows_its_four_points(world: Any, skp: Any) -> None:
    page = world.client(world.head).get(f"/pegawai/{world.staff.pk}/dialog/baru/?topik=expectation")
    assert page.context["form"].initial["topic"] == "expectation"
    assert page.content.decode().count("<li><strong>") == 4


@pytest.mark.parametrize(
    "changes",
    [
        {"discussion": " "},
        {"agreement": ""},
        {"talk_on": "2026-09-16"},
        {"follow_up_on": "2026-09-01"},
        {"topic": ""},
    ],
)
def test_a_wrong_form_comes_back_with_its_text(world: Any, skp: Any, changes: dict[str, str]) -> None:
    page = world.client(world.head).post(f"/pegawai/{world.staff.pk}/dialog/baru/", data(**changes))
    assert (page.status_code, DialogueNote.objects.count()) == (422, 0)
    assert TALK.support in page.content.decode()


def test_nobody_overwrites_silently(world: Any, note: DialogueNote) -> None:
    dialogue_notes.change_note(
        note_id=note.pk, revision=1, text=replace(TALK, agreement="Beli alat baru."), by=world.staff, at=NOW
    )
    client = world.client(world.head)
    page = client.post(f"/dialog/{note.pk}/ubah/", data(agreement="Tunda saja.", version="1"))
    assert page.status_code == 409
    text = page.content.decode()
    assert "Beli alat baru." in text
    assert "Tunda saja." in text
    assert DialogueNote.objects.get().agreement == "Beli alat baru."
    # With both texts in view, sending once more is a decision.
    again = client.post(
        f"/dialog/{note.pk}/ubah/", data(agreement="Tunda saja.", version=page.context["revision"])
    )
    assert again.status_code == 302
    assert DialogueNote.objects.get().agreement == "Tunda saja."


def test_a_text_that_comes_after_both_agreed_is_shown_for_an_addition(world: Any, note: DialogueNote) -> None:
    client = world.client(world.head)
    for who in (world.staff, world.head):
        dialogue_notes.agree(note_id=note.pk, revision=1, by=who, at=NOW)
    page = client.post(f"/dialog/{note.pk}/ubah/", data(agreement="Terlambat", version="1"))
    assert page.status_code == 302
    assert DialogueNote.objects.get().agreement == TALK.agreement


def test_agreeing_to_an_old_text_is_refused(world: Any, note: DialogueNote) -> None:
    dialogue_notes.change_note(
        note_id=note.pk, revision=1, text=replace(TALK, support="Tidak ada."), by=world.head, at=NOW
    )
    client = world.client(world.staff)
    for revision in ("1", "", "abc"):
        page = client.post(f"/dialog/{note.pk}/setuju/", {"revision": revision})
        assert (page.status_code, page.context["is_stale"]) == (409, True)
    assert DialogueNote.objects.get().status == "draft"


@pytest.mark.parametrize(
    "who", ["colleague", "stranger", "foreigner", "agency_head", "auditor", "personnel_officer"]
)
def test_nobody_else_reads_or_writes(world: Any, note: DialogueNote, who: str) -> None:
    client = world.client(getattr(world, who))
    for address in (f"/dialog/{note.pk}/", f"/dialog/{note.pk}/ubah/", f"/pegawai/{world.staff.pk}/dialog/"):
        assert client.get(address).status_code == 404
    for address in (
        f"/dialog/{note.pk}/setuju/",
        f"/dialog/{note.pk}/ubah/",
        f"/dialog/{note.pk}/tambahan/",
        f"/pegawai/{world.staff.pk}/dialog/baru/",
    ):
        assert client.post(address, data(revision=1)).status_code == 404
    assert list(DialogueNote.objects.values_list("status", "revision")) == [("draft", 1)]


def test_without_a_plan_the_page_says_what_is_missing(world: Any) -> None:
    page = world.client(world.head).get(f"/pegawai/{world.staff.pk}/dialog/baru/")
    assert (page.status_code, page.templates[0].name) == (200, "assessments/dialogue/dialogue_no_plan.html")
    assert world.client(world.stranger).get(f"/pegawai/{world.staff.pk}/dialog/baru/").status_code == 404


@pytest.mark.parametrize("who", ["staff", "head"])
@pytest.mark.parametrize("address", ["/dialog/", "person"])
def test_the_lists_cost_the_same_for_two_and_twenty(world: Any, skp: Any, who: str, address: str) -> None:
    client = world.client(getattr(world, who))
    address = f"/pegawai/{world.staff.pk}/dialog/" if address == "person" else address

    def talks(count: int) -> None:
        for number in range(count):
            made = dialogue_notes.write_note(
                skp=skp, text=replace(TALK, talk_on=date(2026, 8, number + 1)), by=world.head, at=NOW
            )
            if number % 2:
                dialogue_notes.agree(note_id=made.pk, revision=1, by=world.staff, at=NOW)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    talks(2)
    cost()
    few = cost()
    talks(18)
    for number in range(10):
        world.make_skp(world.make_employee(f"Pegawai {number}", world.unit, appraiser=world.head))
    assert cost() == few


def test_an_official_without_a_staff_record_speaks_for_the_office(world: Any) -> None:
    """The head of an agency is appraised by an elected official (PLN-9): leadership agrees for the office."""
    leadership = world.make_role_user("leadership")
    plan = world.make_skp(world.agency_head)
    client = world.client(leadership)
    sent = client.post(f"/pegawai/{world.agency_head.pk}/dialog/baru/", data())
    assert sent.status_code == 302
    note = DialogueNote.objects.get(skp=plan)
    assert (note.written_by, note.written_side) == (None, "appraiser")
    assert client.post(f"/dialog/{note.pk}/setuju/", {"revision": 1}).status_code == 302
    world.client(world.agency_head).post(f"/dialog/{note.pk}/setuju/", {"revision": 1})
    note.refresh_from_db()
    assert note.is_agreed
