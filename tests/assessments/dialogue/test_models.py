"""What the database refuses, also past the services."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.assessments.models import FeedbackNote, FeedbackReaction, PeerAnswer, PeerInvitation, PeerRound
from apps.assessments.services import feedback_notes

from .conftest import NOW


def refused(rows: Any, **values: Any) -> None:
    """Expect that the rows cannot take these values."""
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**values)


def test_feedback_has_one_target_and_one_thing_seen(world: Any, skp: Any) -> None:
    period = world.make_periods()[2]
    report = world.make_report(skp, period, status="submitted")
    note = feedback_notes.give_feedback(
        employee=world.staff, text="Baik", by=world.head, at=NOW, result=skp.results.get(), report=report
    )
    refused(FeedbackNote.objects.filter(pk=note.pk), behavior_value="loyal")
    feedback_notes.react(note_id=note.pk, kind="thanks", by=world.staff, at=NOW)
    refused(FeedbackReaction.objects.all(), kind="boo")


def test_a_round_keeps_its_promises(world: Any, round_: Any) -> None:
    rows = PeerRound.objects.filter(pk=round_.pk)
    refused(rows, minimum=2)
    refused(rows, status="closed")
    refused(rows, status="unknown")
    refused(rows, closed_at=NOW)
    refused(rows, opened_by=world.staff)


def test_an_invitation_is_answered_only_when_asked_and_made_once(
    world: Any, round_: Any, peers: list[Any]
) -> None:
    rows = PeerInvitation.objects.filter(giver=peers[0])
    refused(rows, status="declined", has_answered=True)
    refused(PeerInvitation.objects.filter(giver=peers[1]), giver=peers[0])


def test_no_anonymous_answer_of_a_team_lead(round_: Any) -> None:
    PeerAnswer.objects.create(round=round_, relation="peer", goes_well="Baik")
    refused(PeerAnswer.objects.all(), relation="team_lead")
