"""Notes of talks: two sides, two agreements, then nothing changes any more."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from apps.assessments.models import DialogueNote
from apps.assessments.services import dialogue_notes
from apps.assessments.services.dialogue_notes import TransitionNotAllowed
from apps.core.models import AuditEntry, Notification
from tests.examples import through_the_database

from .conftest import NOW, TALK


@pytest.fixture
def note(world: Any, skp: Any) -> DialogueNote:
    """A note the leader wrote."""
    return dialogue_notes.write_note(skp=skp, text=TALK, by=world.head, at=NOW)


def agree(note: DialogueNote, who: Any) -> DialogueNote:
    """Agree to the note as it is now."""
    revision = DialogueNote.objects.get(pk=note.pk).revision
    return dialogue_notes.agree(note_id=note.pk, revision=revision, by=who, at=NOW)


def change(note: DialogueNote, who: Any, **changes: Any) -> DialogueNote:
    """Change the note as it is now."""
    revision = DialogueNote.objects.get(pk=note.pk).revision
    return dialogue_notes.change_note(
        note_id=note.pk, revision=revision, text=replace(TALK, **changes), by=who, at=NOW
    )


def test_either_side_writes_and_the_other_is_told(world: Any, skp: Any) -> None:
    for who, side, told in ((world.head, "appraiser", world.staff), (world.staff, "employee", world.head)):
        made = dialogue_notes.write_note(skp=skp, text=TALK, by=who, at=NOW)
        assert (made.written_side, made.written_by, made.status) == (side, who, "draft")
        assert Notification.objects.filter(recipient=told.user, url=f"/dialog/{made.pk}/").count() == 1


def test_what_is_refused(world: Any, skp: Any) -> None:
    for error, changes in [
        (dialogue_notes.NotASide, {"by": world.colleague}),
        (dialogue_notes.NotASide, {"by": world.agency_head}),
        (dialogue_notes.NotASide, {"by": world.personnel_officer}),
        (dialogue_notes.NothingSaid, {"text": replace(TALK, discussion=" ")}),
        (dialogue_notes.NothingSaid, {"text": replace(TALK, agreement="")}),
        (dialogue_notes.TalkNotYetHeld, {"text": replace(TALK, talk_on=date(2026, 9, 16))}),
        (dialogue_notes.UnknownTopic, {"text": replace(TALK, topic="gossip")}),
    ]:
        with pytest.raises(error):
            dialogue_notes.write_note(**{"skp": skp, "text": TALK, "by": world.head, "at": NOW} | changes)
    assert DialogueNote.objects.count() == 0


def test_both_agree_and_it_stays(world: Any, note: DialogueNote) -> None:
    assert agree(note, world.staff).status == "employee_agreed"
    with pytest.raises(TransitionNotAllowed):
        agree(note, world.staff)
    done = agree(note, world.head)
    assert (done.status, done.appraiser, done.is_agreed) == ("agreed", world.head, True)
    with pytest.raises(TransitionNotAllowed):
        change(note, world.head, discussion="Lain")
    assert DialogueNote.objects.get().discussion == TALK.discussion


def test_a_change_takes_the_agreement_back_and_says_so(world: Any, note: DialogueNote) -> None:
    agree(note, world.staff)
    Notification.objects.all().delete()
    changed = change(note, world.head, agreement="Dibeli alat baru.")
    assert (changed.status, changed.employee_agreed_at, changed.revision) == ("draft", None, 2)
    assert Notification.objects.filter(recipient=world.staff.user).count() == 1
    entry = AuditEntry.objects.get(action="assessments.dialogue.changed")
    assert entry.data["agreements_taken_back"] == ["employee"]


def test_saving_the_same_words_takes_nothing_back(world: Any, note: DialogueNote) -> None:
    agree(note, world.staff)
    assert change(note, world.head).status == "employee_agreed"


def test_nobody_agrees_to_words_they_did_not_read(world: Any, note: DialogueNote) -> None:
    change(note, world.head, agreement="Dibeli alat baru.")
    with pytest.raises(dialogue_notes.NoteChanged):
        dialogue_notes.agree(note_id=note.pk, revision=1, by=world.staff, at=NOW)
    with pytest.raises(dialogue_notes.NoteChanged):
        dialogue_notes.change_note(
            note_id=note.pk, revision=1, text=replace(TALK, support=""), by=world.staff, at=NOW
        )
    fresh = DialogueNote.objects.get()
    assert (fresh.status, fresh.agreement, fresh.revision) == ("draft", "Dibeli alat baru.", 2)


def test_an_addition_needs_an_agreed_note_and_leaves_it_alone(
    world: Any, skp: Any, note: DialogueNote
) -> None:
    add = {"skp": skp, "text": replace(TALK, discussion="Tambahan"), "at": NOW, "amends": note}
    with pytest.raises(TransitionNotAllowed):
        dialogue_notes.write_note(by=world.staff, **add)
    agree(note, world.staff)
    agree(note, world.head)
    add["amends"] = DialogueNote.objects.get()
    added = dialogue_notes.write_note(by=world.staff, **add)
    assert (added.amends_id, added.status, DialogueNote.objects.count()) == (note.pk, "draft", 2)
    assert DialogueNote.objects.get(pk=note.pk).discussion == TALK.discussion


def test_the_database_refuses_to_touch_an_agreed_note(world: Any, note: DialogueNote) -> None:
    agree(note, world.staff)
    agree(note, world.head)
    row = DialogueNote.objects.filter(pk=note.pk)
    for attempt in (lambda: row.update(discussion="Lain"), row.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE assessments_dialoguenote "
            "SET status = 'draft', employee_agreed_at = NULL, appraiser_agreed_at = NULL"
        )
    assert row.get().discussion == TALK.discussion


def test_the_status_is_who_agreed(note: DialogueNote) -> None:
    row = DialogueNote.objects.filter(pk=note.pk)
    for broken in (
        {"status": "agreed"},
        {"status": "unknown"},
        {"employee_agreed_at": NOW},
        {"topic": "gossip"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(**broken)


def test_the_appraiser_of_today_speaks_as_the_leader(world: Any, skp: Any, note: DialogueNote) -> None:
    """Who took the person over goes on with the notes of the one before."""
    world.staff.appraiser_links.all().delete()
    from django.db.backends.postgresql.psycopg_any import DateRange

    from apps.employees.models import AppraiserLink

    AppraiserLink.objects.create(
        employee=world.staff, appraiser=world.agency_head, period=DateRange(date(2026, 9, 1), None)
    )
    with pytest.raises(dialogue_notes.NotASide):
        agree(note, world.head)
    assert agree(note, world.agency_head).appraiser == world.agency_head


@through_the_database(8)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["edit", "agree"]), st.sampled_from(["staff", "head"])), max_size=8
    )
)
def test_no_sequence_of_steps_holds_anybody_to_words_they_did_not_agree_to(
    world: Any, skp: Any, steps: list[tuple[str, str]]
) -> None:
    """An agreement always belongs to the present words, and agreed words never change again."""
    with transaction.atomic():
        note = dialogue_notes.write_note(skp=skp, text=TALK, by=world.head, at=NOW)
        agreed_words: dict[str, str] = {}
        final = ""
        for number, (step, who) in enumerate(steps):
            person = getattr(world, who)
            try:
                if step == "edit":
                    change(note, person, discussion=f"Versi {number}")
                else:
                    agree(note, person)
                    agreed_words[who] = DialogueNote.objects.get(pk=note.pk).discussion
            except TransitionNotAllowed:
                pass
            now = DialogueNote.objects.get(pk=note.pk)
            for side, when in (("staff", now.employee_agreed_at), ("head", now.appraiser_agreed_at)):
                assert when is None or agreed_words[side] == now.discussion
            if final:
                assert (now.status, now.discussion) == ("agreed", final)
            elif now.is_agreed:
                final = now.discussion
        transaction.set_rollback(True)


def test_the_follow_up_is_optional(world: Any, skp: Any) -> None:
    made = dialogue_notes.write_note(
        skp=skp,
        text=replace(TALK, follow_up_on=None, support=""),
        by=world.staff,
        at=NOW + timedelta(minutes=1),
    )
    assert (made.follow_up_on, made.support) == (None, "")
