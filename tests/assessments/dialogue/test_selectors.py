"""What the rating screen reads, and the lists of talks and rounds."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.assessments.selectors import dialogue
from apps.assessments.services import dialogue_notes, feedback_notes, peer_feedback

from .conftest import NOW, TALK, TODAY


def talk(skp: Any, leader: Any, day: date, *, agreed: bool) -> Any:
    """Write a note, agreed by both or not."""
    note = dialogue_notes.write_note(skp=skp, text=replace(TALK, talk_on=day), by=leader, at=NOW)
    if agreed:
        for who in (skp.employee, leader):
            dialogue_notes.agree(note_id=note.pk, revision=1, by=who, at=NOW)
    return note


def test_notes_of_the_days_of_a_period_where_the_people_are(world: Any, skp: Any) -> None:
    period = world.make_periods()[2]
    say = {"employee": world.staff, "by": world.head}
    inside = [
        feedback_notes.give_feedback(text="Juli", at=datetime(2026, 6, 30, 16, 0, tzinfo=UTC), **say),
        feedback_notes.give_feedback(text="September", at=datetime(2026, 9, 30, 15, 59, tzinfo=UTC), **say),
    ]
    feedback_notes.give_feedback(text="Juni", at=datetime(2026, 6, 30, 15, 59, tzinfo=UTC), **say)
    feedback_notes.give_feedback(text="Oktober", at=datetime(2026, 9, 30, 16, 0, tzinfo=UTC), **say)
    kept = talk(skp, world.head, date(2026, 7, 1), agreed=True)
    talk(skp, world.head, date(2026, 6, 30), agreed=True)
    talk(skp, world.head, date(2026, 9, 1), agreed=False)
    found = dialogue.notes_for([world.staff, world.colleague], period)
    assert [note.text for note in found[world.staff.pk].feedback] == [note.text for note in reversed(inside)]
    assert [note.pk for note in found[world.staff.pk].dialogues] == [kept.pk]
    assert found[world.colleague.pk] == dialogue.PersonNotes()


def test_closed_rounds_belong_to_the_period_they_closed_in(world: Any, round_: Any) -> None:
    period = world.make_periods()[2]
    assert dialogue.notes_for([world.staff], period)[world.staff.pk].rounds == []
    peer_feedback.close_round(round_id=round_.pk, by=world.head, at=NOW)
    assert dialogue.notes_for([world.staff], period)[world.staff.pk].rounds == [round_]


def test_notes_cost_the_same_for_two_and_for_many(world: Any, skp: Any) -> None:
    period = world.make_periods()[2]
    people = [world.staff, world.colleague]

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            found = dialogue.notes_for(people, period)
            for notes in found.values():
                for note in notes.feedback:
                    str((note.author.full_name, note.result, getattr(note, "reaction", None)))
                for row in notes.dialogues:
                    str((row.appraiser, row.employee.full_name))
        return len(captured)

    few = cost()
    for number in range(30):
        person = world.make_employee(f"Pegawai {number}", world.unit, appraiser=world.head)
        people.append(person)
        feedback_notes.give_feedback(employee=person, text="Baik", by=world.head, at=NOW)
    talk(skp, world.head, TODAY, agreed=True)
    assert cost() == few == 3


def test_what_waits_for_whom(world: Any, skp: Any) -> None:
    note = talk(skp, world.head, TODAY, agreed=False)
    for who, expected in ((world.staff, {note}), (world.head, {note}), (world.colleague, set())):
        assert set(dialogue.dialogues_waiting(who.user, TODAY)) == expected
    dialogue_notes.agree(note_id=note.pk, revision=1, by=world.staff, at=NOW)
    assert set(dialogue.dialogues_waiting(world.staff.user, TODAY)) == set()
    assert set(dialogue.dialogues_waiting(world.head.user, TODAY)) == {note}


def test_who_is_near(world: Any) -> None:
    near = {(row.employee, row.relation.value) for row in dialogue.candidates(world.head, TODAY)}
    assert near == {(world.staff, "subordinate"), (world.colleague, "subordinate")}
    assert {row.employee for row in dialogue.candidates(world.staff, TODAY)} == {world.colleague}


def test_the_plan_of_a_talk_is_the_one_in_force(world: Any) -> None:
    assert dialogue.plan_for_talk(world.staff, TODAY) is None
    draft = world.make_skp(world.staff, status="draft")
    assert dialogue.plan_for_talk(world.staff, TODAY) == draft


def test_only_sent_reports_can_have_been_seen(world: Any, skp: Any) -> None:
    periods = world.make_periods()
    world.make_report(skp, periods[2])
    assert dialogue.reports_seen(world.staff) == []
