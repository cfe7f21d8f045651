"""Continuing feedback."""

from typing import Any

import pytest

from apps.assessments.models import FeedbackNote
from apps.assessments.services import feedback_notes
from apps.core.models import Notification

from .conftest import NOW


def test_the_person_is_told_at_once(world: Any, skp: Any) -> None:
    note = feedback_notes.give_feedback(
        employee=world.staff, text=" Bagus. ", by=world.head, at=NOW, result=skp.results.get()
    )
    assert (note.text, note.author) == ("Bagus.", world.head)
    (message,) = Notification.objects.filter(recipient=world.staff.user)
    assert message.url == "/umpan-balik/"


def test_what_is_refused(world: Any, skp: Any) -> None:
    for error, changes in [
        (feedback_notes.NoAuthor, {"by": world.personnel_officer}),
        (feedback_notes.FeedbackToOneself, {"by": world.staff}),
        (feedback_notes.EmptyFeedback, {"text": "  "}),
        (feedback_notes.UnknownResult, {"employee": world.colleague, "result": skp.results.get()}),
    ]:
        with pytest.raises(error):
            feedback_notes.give_feedback(
                **{"employee": world.staff, "text": "x", "by": world.head, "at": NOW} | changes
            )
    assert FeedbackNote.objects.count() == 0
