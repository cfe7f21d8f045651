"""Rounds of peers over HTTP; what an answer leaves behind is in ../test_peer_anonymity.py."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.assessments.models import PeerAnswer, PeerInvitation, PeerRound
from apps.assessments.services import peer_feedback

from ..conftest import NOW, TODAY

KEY = "6d4fbe2e-5a46-4d0f-9f5c-0d8f3b1f7a11"
ROUND = {"purpose": "Kerja tim", "closes_on": "2026-09-29", "openness": "anonymous"}


def test_from_opening_to_reading(world: Any, peers: list[Any]) -> None:
    head = world.client(world.head)
    for _ in range(2):
        opened = head.post(f"/pegawai/{world.staff.pk}/rekan/baru/", ROUND | {"_key": KEY})
        assert opened.status_code == 302
    round_ = PeerRound.objects.get()
    assert opened["Location"] == f"/umpan-balik/rekan/putaran/{round_.pk}/undang/"
    asked = head.post(opened["Location"], {"near": [peer.pk for peer in peers], "relation": "peer"})
    assert (asked.status_code, round_.invitations.count()) == (302, 3)
    for number, peer in enumerate(peers):
        invitation = PeerInvitation.objects.get(giver=peer)
        sent = world.client(peer).post(
            f"/umpan-balik/rekan/permintaan/{invitation.pk}/", {"goes_well": f"Teks {number}"}
        )
        assert sent.status_code == 302
    page = f"/umpan-balik/rekan/putaran/{round_.pk}/"
    assert "Teks 0" not in head.get(page).content.decode()
    assert head.post(f"{page}tutup/", {"confirmed": "1"}).status_code == 302
    for who in (world.head, world.staff):
        text = world.client(who).get(page).content.decode()
        assert all(f"Teks {number}" in text for number in range(3))
    staff = world.client(world.staff)
    assert staff.post(f"{page}tanggapan/", {"kind": "thanks", "text": "Terima kasih"}).status_code == 302
    assert "Terima kasih" in head.get(page).content.decode()


def test_sending_twice_keeps_the_first(world: Any, round_: Any, peers: list[Any]) -> None:
    invitation = PeerInvitation.objects.get(giver=peers[0])
    client = world.client(peers[0])
    for text in ("Pertama", "Kedua"):
        sent = client.post(f"/umpan-balik/rekan/permintaan/{invitation.pk}/", {"goes_well": text})
        assert sent.status_code == 302
    assert [row.goes_well for row in PeerAnswer.objects.all()] == ["Pertama"]


def test_an_empty_answer_comes_back(world: Any, round_: Any, peers: list[Any]) -> None:
    invitation = PeerInvitation.objects.get(giver=peers[0])
    page = world.client(peers[0]).post(
        f"/umpan-balik/rekan/permintaan/{invitation.pk}/", {"goes_well": " ", "could_be_better": ""}
    )
    assert (page.status_code, PeerAnswer.objects.count()) == (422, 0)


def test_a_text_for_a_closed_round_is_shown_to_be_copied(world: Any, round_: Any, peers: list[Any]) -> None:
    invitation = PeerInvitation.objects.get(giver=peers[0])
    peer_feedback.close_round(round_id=round_.pk, by=world.head, at=NOW)
    page = world.client(peers[0]).post(
        f"/umpan-balik/rekan/permintaan/{invitation.pk}/", {"goes_well": "Terlambat sedikit"}
    )
    assert (page.status_code, PeerAnswer.objects.count()) == (409, 0)
    assert "Terlambat sedikit" in page.content.decode()


def test_declining(world: Any, round_: Any, peers: list[Any]) -> None:
    invitation = PeerInvitation.objects.get(giver=peers[0])
    client = world.client(peers[0])
    address = f"/umpan-balik/rekan/permintaan/{invitation.pk}/"
    assert client.get(f"{address}tolak/").status_code == 200
    assert client.post(f"{address}tolak/", {"confirmed": "1"}).status_code == 302
    assert client.post(address, {"goes_well": "Berubah pikiran"}).status_code == 409
    assert PeerAnswer.objects.count() == 0


@pytest.mark.parametrize("who", ["staff", "head", "colleague", "stranger", "foreigner", "auditor"])
def test_nobody_answers_for_somebody_else(world: Any, round_: Any, peers: list[Any], who: str) -> None:
    invitation = PeerInvitation.objects.get(giver=peers[0])
    client = world.client(getattr(world, who))
    for address in (
        f"/umpan-balik/rekan/permintaan/{invitation.pk}/",
        f"/umpan-balik/rekan/permintaan/{invitation.pk}/tolak/",
    ):
        assert client.post(address, {"goes_well": "x"}).status_code == 404
    invitation.refresh_from_db()
    assert (invitation.status, PeerAnswer.objects.count()) == ("invited", 0)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("colleague", 404),
        ("stranger", 404),
        ("foreigner", 404),
        ("auditor", 404),
        ("personnel_officer", 404),
        ("agency_head", 404),
    ],
)
def test_nobody_else_sees_a_round(world: Any, round_: Any, who: str, status: int) -> None:
    client = world.client(getattr(world, who))
    page = f"/umpan-balik/rekan/putaran/{round_.pk}/"
    assert client.get(page).status_code == status
    assert client.post(f"{page}tutup/", {"confirmed": "1"}).status_code == status
    assert client.post(f"{page}undang/", {"near": [world.colleague.pk]}).status_code == status
    assert (PeerRound.objects.get().status, round_.invitations.count()) == ("open", 3)


def test_those_asked_do_not_see_the_round(world: Any, round_: Any, peers: list[Any]) -> None:
    assert world.client(peers[0]).get(f"/umpan-balik/rekan/putaran/{round_.pk}/").status_code == 404


def test_the_person_proposes_but_never_closes(world: Any, round_: Any) -> None:
    client = world.client(world.staff)
    page = f"/umpan-balik/rekan/putaran/{round_.pk}/"
    assert client.post(f"{page}undang/", {"near": [world.colleague.pk]}).status_code == 302
    assert PeerInvitation.objects.get(giver=world.colleague).status == "proposed"
    assert client.post(f"{page}tutup/", {"confirmed": "1"}).status_code == 403
    assert client.post(f"{page}tanggapan/", {"kind": "thanks"}).status_code == 403
    assert PeerRound.objects.get().status == "open"
    names = {row.giver for row in client.get(page).context["proposed"]}
    assert names == {world.colleague}
    assert "invited" not in client.get(page).context


def test_the_appraiser_finds_somebody_by_name_and_asks_a_team_lead(world: Any, round_: Any) -> None:
    lead = world.make_employee("Ketua Tim Vaksinasi", world.agency, appraiser=world.agency_head)
    client = world.client(world.head)
    address = f"/umpan-balik/rekan/putaran/{round_.pk}/undang/"
    found = client.post(address, {"query": "ketua tim", "search_person": "1"})
    assert (found.status_code, found.context["found"]) == (200, [lead])
    assert PeerInvitation.objects.filter(giver=lead).count() == 0
    client.post(address, {"query": "ketua tim", "person": lead.pk, "relation": "team_lead"})
    assert PeerInvitation.objects.get(giver=lead).relation == "team_lead"


def test_nobody_chosen_is_an_error(world: Any, round_: Any) -> None:
    page = world.client(world.head).post(
        f"/umpan-balik/rekan/putaran/{round_.pk}/undang/", {"relation": "peer"}
    )
    assert (page.status_code, round_.invitations.count()) == (422, 3)


def test_a_day_too_near_comes_back_with_the_text(world: Any) -> None:
    page = world.client(world.head).post(
        f"/pegawai/{world.staff.pk}/rekan/baru/", ROUND | {"closes_on": TODAY.isoformat()}
    )
    assert (page.status_code, PeerRound.objects.count()) == (422, 0)
    assert "Kerja tim" in page.content.decode()


def test_too_few_of_a_kind_is_said_while_it_can_be_mended(world: Any, round_: Any, peers: list[Any]) -> None:
    page = f"/umpan-balik/rekan/putaran/{round_.pk}/"
    client = world.client(world.head)
    assert client.get(page).context["too_few"] == []
    PeerInvitation.objects.filter(giver=peers[0]).delete()
    assert len(client.get(page).context["too_few"]) == 1


def test_the_inbox_costs_the_same_for_one_and_for_ten(world: Any, round_: Any, peers: list[Any]) -> None:
    client = world.client(peers[0])

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/umpan-balik/rekan/").status_code == 200
        return len(captured)

    cost()
    few = cost()
    for number in range(9):
        person = world.make_employee(f"Pegawai {number}", world.unit, appraiser=world.head)
        made = peer_feedback.open_round(
            employee=person, purpose="Tim", closes_on=round_.closes_on, by=world.head, at=NOW
        )
        peer_feedback.invite(
            round_id=made.pk,
            givers=[(peer, peer_feedback.PeerRelation.PEER) for peer in peers],
            by=world.head,
            at=NOW,
        )
    assert cost() == few


def test_a_round_costs_the_same_for_three_and_for_thirty(world: Any, round_: Any) -> None:
    client = world.client(world.head)
    page = f"/umpan-balik/rekan/putaran/{round_.pk}/"

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(page).status_code == 200
        return len(captured)

    cost()
    few = cost()
    people = [
        world.make_employee(f"Pegawai {number}", world.unit, appraiser=world.head) for number in range(20)
    ]
    peer_feedback.invite(
        round_id=round_.pk,
        givers=[(person, peer_feedback.PeerRelation.PEER) for person in people],
        by=world.head,
        at=NOW,
    )
    assert cost() == few
