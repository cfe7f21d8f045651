"""Ten hands at once: one answer, one note."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import date
from typing import Any

import pytest
from django.db import connection, connections

from apps.assessments.models import DialogueNote, PeerAnswer, PeerInvitation
from apps.assessments.services import peer_feedback

from .conftest import NOW, TALK

HANDS = 10


@pytest.fixture
def parallel_world(transactional_db: None) -> Any:
    """The named people, committed."""
    from tests.world import World

    return World()


def at_once(send: Callable[[int], int]) -> list[int]:
    """Let ten threads send at the same time; return their statuses."""

    def closing(number: int) -> int:
        try:
            return send(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(closing, range(HANDS)))


def test_one_answer_of_each_however_often_and_together_it_is_sent(parallel_world: Any) -> None:
    """Three people press five times each: three answers, and the rows still tell no order."""
    world = parallel_world
    peers = [world.make_employee(f"Rekan {name}", world.unit, appraiser=world.head) for name in "ABC"]
    round_ = peer_feedback.open_round(
        employee=world.staff, purpose="Tim", closes_on=date(2026, 9, 29), by=world.head, at=NOW
    )
    peer_feedback.invite(
        round_id=round_.pk,
        givers=[(peer, peer_feedback.PeerRelation.PEER) for peer in peers],
        by=world.head,
        at=NOW,
    )
    invitations = {row.giver_id: row.pk for row in PeerInvitation.objects.all()}
    clients = [world.client(peer) for peer in peers]

    def send(number: int) -> int:
        peer, client = peers[number % 3], clients[number % 3]
        address = f"/umpan-balik/rekan/permintaan/{invitations[peer.pk]}/"
        return client.post(address, {"goes_well": f"Dari {number % 3}"}).status_code

    assert set(at_once(send)) == {302}
    assert sorted(PeerAnswer.objects.values_list("goes_well", flat=True)) == ["Dari 0", "Dari 1", "Dari 2"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, xmin::text FROM assessments_peeranswer ORDER BY ctid")
        rows = cursor.fetchall()
        cursor.execute("SELECT has_answered, xmin::text FROM assessments_peerinvitation")
        invited = cursor.fetchall()
    assert len({transaction_id for _id, transaction_id in rows}) == 1
    assert [pk for pk, _transaction_id in rows] == sorted(pk for pk, _transaction_id in rows)
    assert {flag for flag, _transaction_id in invited} == {True}
    assert len({transaction_id for _flag, transaction_id in invited}) == 1


def test_one_note_of_a_talk(parallel_world: Any) -> None:
    world = parallel_world
    world.make_skp(world.staff)
    data = {name: str(value) for name, value in asdict(TALK).items()}
    data["_key"] = "6d4fbe2e-5a46-4d0f-9f5c-0d8f3b1f7a11"
    client = world.client(world.head)
    statuses = at_once(
        lambda _number: client.post(f"/pegawai/{world.staff.pk}/dialog/baru/", data).status_code
    )
    assert set(statuses) == {302}
    assert DialogueNote.objects.count() == 1
