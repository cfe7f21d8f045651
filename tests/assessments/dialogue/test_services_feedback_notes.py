"""Continuing feedback."""

from typing import Any

import pytest

from apps.assessments.models import Evidence, FeedbackNote, FeedbackReaction, SelfReport
from apps.assessments.services import feedback_notes
from apps.core.models import AuditEntry, Notification, StoredFile

from .conftest import NOW


def test_the_person_is_told_at_once(world: Any, skp: Any) -> None:
    note = feedback_notes.give_feedback(
        employee=world.staff, text=" Bagus. ", by=world.head, at=NOW, result=skp.results.get()
    )
    assert (note.text, note.author) == ("Bagus.", world.head)
    (message,) = Notification.objects.filter(recipient=world.staff.user)
    assert message.url == "/umpan-balik/"


def test_on_one_value_with_what_was_seen(world: Any, skp: Any) -> None:
    report = world.make_report(skp, world.make_periods()[2], status="submitted")
    note = feedback_notes.give_feedback(
        employee=world.staff, text="Ramah", by=world.head, at=NOW, behavior_value="harmonis", report=report
    )
    assert (note.behavior_value, note.result, note.report) == ("harmonis", None, report)


def test_what_is_refused(world: Any, skp: Any) -> None:
    periods = world.make_periods()
    draft = world.make_report(skp, periods[2])
    theirs = world.make_report(world.make_skp(world.colleague), periods[2])
    stored = StoredFile.objects.create(sha256="0" * 64, size=1, content_type="image/jpeg")
    file = Evidence.objects.create(report=theirs, file=stored, name="foto.jpg", added_at=NOW)
    SelfReport.objects.filter(pk=theirs.pk).update(
        status="submitted", version=1, number="LK-UJI", submitted_at=NOW
    )
    theirs.refresh_from_db()
    for error, changes in [
        (feedback_notes.NoAuthor, {"by": world.personnel_officer}),
        (feedback_notes.FeedbackToOneself, {"by": world.staff}),
        (feedback_notes.EmptyFeedback, {"text": "  "}),
        (feedback_notes.UnknownResult, {"employee": world.colleague, "result": skp.results.get()}),
        (feedback_notes.SeveralTargets, {"result": skp.results.get(), "behavior_value": "loyal"}),
        (feedback_notes.UnknownResult, {"behavior_value": "rajin"}),
        (feedback_notes.UnknownResult, {"report": draft}),
        (feedback_notes.UnknownResult, {"report": theirs}),
        (feedback_notes.UnknownResult, {"evidence": file}),
    ]:
        with pytest.raises(error):
            feedback_notes.give_feedback(
                **{"employee": world.staff, "text": "x", "by": world.head, "at": NOW} | changes
            )
    assert FeedbackNote.objects.count() == 0


def test_the_receiver_answers_and_changes_the_answer(world: Any) -> None:
    note = feedback_notes.give_feedback(employee=world.staff, text="Baik", by=world.head, at=NOW)
    for who in (world.head, world.colleague):
        with pytest.raises(feedback_notes.NotTheReceiver):
            feedback_notes.react(note_id=note.pk, kind="thanks", by=who, at=NOW)
    with pytest.raises(feedback_notes.UnknownReaction):
        feedback_notes.react(note_id=note.pk, kind="boo", by=world.staff, at=NOW)
    assert FeedbackReaction.objects.count() == 0
    feedback_notes.react(note_id=note.pk, kind="thanks", by=world.staff, at=NOW)
    feedback_notes.react(note_id=note.pk, kind="discuss", text="Kapan?", by=world.staff, at=NOW)
    reaction = FeedbackReaction.objects.get()
    assert (reaction.kind, reaction.text) == ("discuss", "Kapan?")
    assert Notification.objects.filter(recipient=world.head.user).count() == 2
    assert AuditEntry.objects.filter(action="assessments.feedback.answered").count() == 2


def test_the_same_answer_again_tells_nobody(world: Any) -> None:
    note = feedback_notes.give_feedback(employee=world.staff, text="Baik", by=world.head, at=NOW)
    for _ in range(2):
        feedback_notes.react(note_id=note.pk, kind="thanks", by=world.staff, at=NOW)
    assert Notification.objects.filter(recipient=world.head.user).count() == 1
