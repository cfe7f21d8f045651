"""Rounds of feedback by peers."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from apps.assessments.models import NamedPeerAnswer, PeerAnswer, PeerInvitation, PeerRound
from apps.assessments.rules.peer_feedback import PeerRelation
from apps.assessments.selectors import dialogue
from apps.assessments.services import peer_feedback
from apps.assessments.services.peer_feedback import AnswerText
from apps.core import policy
from apps.core.models import AuditEntry, Notification

from .conftest import NOW, TODAY

PEER = PeerRelation.PEER


def answer(giver: Any, text: str = "Baik.", **more: Any) -> None:
    """Let somebody answer the only round they are asked in."""
    invitation = PeerInvitation.objects.get(giver=giver)
    peer_feedback.answer(
        invitation_id=invitation.pk, text=AnswerText(goes_well=text, **more), by=giver, at=NOW
    )


def open_round(world: Any, **changes: Any) -> PeerRound:
    """Open a round about world.staff."""
    values = {
        "employee": world.staff,
        "purpose": "Kerja tim",
        "closes_on": date(2026, 9, 29),
        "by": world.head,
        "at": NOW,
    }
    return peer_feedback.open_round(**values | changes)


def test_only_the_appraiser_opens_and_the_person_is_told(world: Any) -> None:
    for who in (
        world.staff,
        world.colleague,
        world.stranger_head,
        world.agency_head,
        world.personnel_officer,
    ):
        with pytest.raises(peer_feedback.NotTheAppraiser):
            open_round(world, by=who)
    for error, change in [
        (peer_feedback.PurposeMissing, {"purpose": " "}),
        (peer_feedback.UnfitClosingDay, {"closes_on": TODAY}),
        (peer_feedback.UnfitClosingDay, {"closes_on": date(2027, 9, 1)}),
    ]:
        with pytest.raises(error):
            open_round(world, **change)
    assert PeerRound.objects.count() == 0
    made = open_round(world)
    assert (made.minimum, made.is_anonymous, made.is_open) == (3, True, True)
    assert Notification.objects.filter(recipient=world.staff.user).count() == 1


@pytest.mark.parametrize(("value", "minimum"), [(1, 3), (3, 3), (5, 5)])
def test_a_policy_raises_the_group_but_never_lowers_it(world: Any, value: int, minimum: int) -> None:
    policy.set_value(
        "assessments.peer_minimum_group",
        value,
        scope="kendari",
        valid_from=date(2026, 1, 1),
        by=None,
        reason="uji",
    )
    assert open_round(world).minimum == minimum


def test_who_can_be_asked(world: Any, round_: Any) -> None:
    before = PeerInvitation.objects.count()
    for giver in (world.staff, world.head, world.foreigner):
        with pytest.raises(peer_feedback.UnfitGiver):
            peer_feedback.invite(round_id=round_.pk, givers=[(giver, PEER)], by=world.head, at=NOW)
    with pytest.raises(peer_feedback.NotTheAppraiser):
        peer_feedback.invite(round_id=round_.pk, givers=[(world.colleague, PEER)], by=world.colleague, at=NOW)
    assert PeerInvitation.objects.count() == before


def test_a_subordinate_is_one_whatever_was_chosen(world: Any) -> None:
    made = peer_feedback.open_round(
        employee=world.head, purpose="Memimpin", closes_on=date(2026, 9, 29), by=world.agency_head, at=NOW
    )
    peer_feedback.invite(
        round_id=made.pk,
        givers=[(world.staff, PEER), (world.stranger, PeerRelation.SUBORDINATE)],
        by=world.agency_head,
        at=NOW,
    )
    relations = dict(made.invitations.values_list("giver", "relation"))
    assert relations == {world.staff.pk: "subordinate", world.stranger.pk: "peer"}


def test_the_person_proposes_and_the_appraiser_decides(world: Any, round_: Any) -> None:
    with pytest.raises(peer_feedback.NotTheSubject):
        peer_feedback.propose(round_id=round_.pk, givers=[(world.colleague, PEER)], by=world.head, at=NOW)
    peer_feedback.propose(round_id=round_.pk, givers=[(world.colleague, PEER)], by=world.staff, at=NOW)
    proposal = PeerInvitation.objects.get(giver=world.colleague)
    assert proposal.status == "proposed"
    assert not Notification.objects.filter(recipient=world.colleague.user).exists()
    with pytest.raises(peer_feedback.NotInvited):
        answer(world.colleague)
    peer_feedback.invite(round_id=round_.pk, givers=[(world.colleague, PEER)], by=world.head, at=NOW)
    proposal.refresh_from_db()
    assert proposal.status == "invited"
    assert Notification.objects.filter(recipient=world.colleague.user).count() == 1


def test_an_answer_is_given_once(world: Any, round_: Any, peers: list[Any]) -> None:
    answer(peers[0], "Sekali.")
    with pytest.raises(peer_feedback.AlreadyAnswered):
        answer(peers[0], "Dua kali.")
    with pytest.raises(peer_feedback.AlreadyAnswered):
        peer_feedback.decline(invitation_id=PeerInvitation.objects.get(giver=peers[0]).pk, by=peers[0])
    assert [row.goes_well for row in PeerAnswer.objects.all()] == ["Sekali."]
    assert PeerInvitation.objects.get(giver=peers[0]).status == "invited"


def test_what_is_refused_changes_nothing(world: Any, round_: Any, peers: list[Any]) -> None:
    invitation = PeerInvitation.objects.get(giver=peers[0])
    with pytest.raises(peer_feedback.NotInvited):
        peer_feedback.answer(
            invitation_id=invitation.pk, text=AnswerText(goes_well="Bukan saya"), by=peers[1], at=NOW
        )
    with pytest.raises(peer_feedback.EmptyAnswer):
        answer(peers[0], "  ", values={"loyal": " ", "palsu": "tidak dikenal"})
    peer_feedback.decline(invitation_id=invitation.pk, by=peers[0])
    with pytest.raises(peer_feedback.NotInvited):
        # Whoever declined and comes back through an old page is told that it is over.
        answer(peers[0])
    assert PeerAnswer.objects.count() == 0


def test_results_appear_after_closing_from_three_answers_on(
    world: Any, round_: Any, peers: list[Any]
) -> None:
    for number, peer in enumerate(peers):
        answer(peer, f"Teks {number}", could_be_better=f"Saran {number}", values={"loyal": "Setia"})
    assert dialogue.results_of(round_) is None
    closed = peer_feedback.close_round(round_id=round_.pk, by=world.head, at=NOW)
    result = dialogue.results_of(closed)
    assert result is not None
    (group,) = result.anonymous
    assert (group.is_enough, group.answers) == (True, 3)
    assert {part.title: sorted(part.texts) for part in group.sections} == {
        "goes_well": ["Teks 0", "Teks 1", "Teks 2"],
        "could_be_better": ["Saran 0", "Saran 1", "Saran 2"],
        "loyal": ["Setia"] * 3,
    }
    assert dialogue.results_of(closed) == result, "the mixed order is the same every time"


def test_too_few_answers_show_neither_text_nor_number(world: Any, round_: Any, peers: list[Any]) -> None:
    for peer in peers[:2]:
        answer(peer)
    lead = world.make_employee("Ketua Tim", world.agency, appraiser=world.agency_head)
    peer_feedback.invite(round_id=round_.pk, givers=[(lead, PeerRelation.TEAM_LEAD)], by=world.head, at=NOW)
    answer(lead, "Dari ketua")
    result = dialogue.results_of(peer_feedback.close_round(round_id=round_.pk, by=world.head, at=NOW))
    assert result is not None
    (group,) = result.anonymous
    assert (group.is_enough, group.answers, group.sections) == (False, None, [])
    assert [(row.author, row.answer.goes_well) for row in result.named] == [(lead, "Dari ketua")]


def test_relations_are_counted_each_for_itself(world: Any, peers: list[Any]) -> None:
    """Four answers in all, but never three of one relation: nothing is shown, and nothing can be subtracted."""
    person = peers[0]
    for name in ("Bawahan A", "Bawahan B"):
        world.make_employee(name, world.unit, appraiser=person)
    made = open_round(world, employee=person)
    givers = [row.employee for row in dialogue.candidates(person, TODAY)]
    peer_feedback.invite(round_id=made.pk, givers=[(row, PEER) for row in givers], by=world.head, at=NOW)
    below = list(made.invitations.filter(relation="subordinate").select_related("giver"))
    beside = list(made.invitations.filter(relation="peer").select_related("giver"))[:2]
    for row in [*below, *beside]:
        answer(row.giver)
    result = dialogue.results_of(peer_feedback.close_round(round_id=made.pk, by=world.head, at=NOW))
    assert result is not None
    assert [(group.relation.value, group.is_enough, group.answers) for group in result.anonymous] == [
        ("peer", False, None),
        ("subordinate", False, None),
    ]


def test_in_a_named_round_everybody_is_named(world: Any, peers: list[Any]) -> None:
    made = open_round(world, anonymous=False)
    peer_feedback.invite(round_id=made.pk, givers=[(peers[0], PEER)], by=world.head, at=NOW)
    answer(peers[0], "Terbuka")
    assert (NamedPeerAnswer.objects.get().invitation.giver, PeerAnswer.objects.count()) == (peers[0], 0)


def test_the_schedule_closes_after_the_last_day_where_the_people_are(world: Any, round_: Any) -> None:
    last_minute = datetime(2026, 9, 29, 15, 59, 59, tzinfo=UTC)  # 23.59 WITA
    assert peer_feedback.close_due(now=last_minute) == 0
    assert peer_feedback.close_due(now=datetime(2026, 9, 29, 16, 0, tzinfo=UTC)) == 1
    assert peer_feedback.close_due(now=datetime(2026, 9, 29, 17, 0, tzinfo=UTC)) == 0
    round_.refresh_from_db()
    assert round_.status == "closed"
    assert Notification.objects.filter(key__startswith=f"peer-closed:{round_.pk}:").count() == 2
    assert AuditEntry.objects.filter(action="assessments.peer_round.closed", actor="system").count() == 1


def test_a_closed_round_takes_nothing_more(world: Any, round_: Any, peers: list[Any]) -> None:
    with pytest.raises(peer_feedback.NotTheAppraiser):
        peer_feedback.close_round(round_id=round_.pk, by=world.staff, at=NOW)
    with pytest.raises(peer_feedback.RoundClosed):
        peer_feedback.react(round_id=round_.pk, kind="thanks", by=world.staff, at=NOW)
    peer_feedback.close_round(round_id=round_.pk, by=world.head, at=NOW)
    for refused in (
        lambda: answer(peers[0]),
        lambda: peer_feedback.invite(round_id=round_.pk, givers=[], by=world.head, at=NOW),
        lambda: peer_feedback.propose(round_id=round_.pk, givers=[], by=world.staff, at=NOW),
        lambda: peer_feedback.close_round(round_id=round_.pk, by=world.head, at=NOW),
    ):
        with pytest.raises(peer_feedback.RoundClosed):
            refused()
    assert PeerAnswer.objects.count() == 0


def test_the_person_answers_the_round(world: Any, round_: Any) -> None:
    peer_feedback.close_round(round_id=round_.pk, by=world.head, at=NOW)
    with pytest.raises(peer_feedback.NotTheSubject):
        peer_feedback.react(round_id=round_.pk, kind="thanks", by=world.head, at=NOW)
    with pytest.raises(peer_feedback.UnknownReaction):
        peer_feedback.react(round_id=round_.pk, kind="boo", by=world.staff, at=NOW)
    peer_feedback.react(round_id=round_.pk, kind="thanks", text=" Terima kasih ", by=world.staff, at=NOW)
    peer_feedback.react(round_id=round_.pk, kind="will_do", text="", by=world.staff, at=NOW)
    round_.refresh_from_db()
    assert (round_.reaction, round_.reaction_text) == ("will_do", "")
