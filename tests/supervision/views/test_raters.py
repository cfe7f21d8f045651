"""/pengawas/kalibrasi/: my own card first, then the room, then the blind vote."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core.models import AuditEntry
from apps.supervision.models import PreVote, PreVoteBallot, RaterCardView
from tests.supervision.rated import ABOVE, HIGH, MEETS, USUAL, others, rate, session_of

pytestmark = pytest.mark.django_db

LIST = "/pengawas/kalibrasi/"


@pytest.fixture(autouse=True)
def _a_day_after_the_opening() -> Any:
    with time_machine.travel(datetime(2026, 7, 22, 2, 0, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def room(world: Any) -> Any:
    """world.head rated five generously, a second rater of the unit four; three others elsewhere the usual way."""
    world.period = world.make_periods()[1]
    world.second = world.make_employee("Penilai Kedua", world.unit, position_class="pengawas")
    world.rated = rate(world, world.period, world.head, HIGH)
    rate(world, world.period, world.second, [(ABOVE, MEETS)] * 4)
    others(world, world.period)
    world.session = session_of(world, world.period, world.head, world.second)
    world.address = reverse("supervision:calibration-room", args=[world.session.pk])
    world.mine = reverse("supervision:rater-card-mine", args=[world.period.pk])
    return world


def test_the_rater_sees_their_own_card_first(room: Any) -> None:
    leader = room.client(room.agency_head)
    waiting = leader.get(room.address)
    assert (waiting.context["cards"], len(waiting.context["readiness"].unseen)) == ([], 2)
    assert "data-flag" not in waiting.content.decode()
    own = room.client(room.head).get(room.mine)
    (card,) = own.context["cards"]
    assert (card["card"].n, str(card["figures"].mean)) == (5, "2.700")
    assert room.second.full_name not in own.content.decode()
    few = room.client(room.second).get(room.mine)
    assert few.context["cards"][0]["figures"] is None
    assert "data-hidden-card" in few.content.decode()
    assert RaterCardView.objects.filter(seen_at__isnull=False).count() == 2
    entered = leader.get(room.address)
    assert {entry["rater"]: entry["card"].n for entry in entered.context["cards"]} == {
        room.head: 5,
        room.second: 4,
    }
    page = entered.content.decode()
    assert page.count("data-hidden-card") == 1
    # The one left out stands in no total either: three others of the family, fifteen people.
    family = next(e["figures"].family for e in entered.context["cards"] if e["rater"] == room.head)
    assert (family.raters, family.people) == (3, 15)


def test_after_two_working_days_the_room_opens_anyway(room: Any) -> None:
    with time_machine.travel(datetime(2026, 7, 23, 17, 0, tzinfo=UTC), tick=False):
        assert room.client(room.agency_head).get(room.address).context["cards"]


def test_the_line_is_the_offices_choice_and_said_on_the_page(room: Any) -> None:
    from apps.core import policy

    client = room.client(room.head)
    assert "data-flag" not in client.get(room.mine).content.decode()
    policy.set_value(
        "supervision.rater_mean_z",
        "2.5758",
        scope=room.government.code,
        valid_from=room.period.ends_on,
        by=None,
        reason="uji",
    )
    page = client.get(room.mine).content.decode()
    assert 'data-flag="lenient"' in page
    assert "mean_z=2.5758" in page


def test_whoever_rated_nobody_has_no_card(room: Any) -> None:
    for who in (room.staff, room.agency_head, room.other.head, room.auditor):
        assert room.client(who).get(room.mine).status_code == 404
    assert not RaterCardView.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_raters(room: Any) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert room.client(room.agency_head).get(room.address).status_code == 200
        return len(captured)

    with time_machine.travel(datetime(2026, 7, 27, 2, 0, tzinfo=UTC), tick=False):
        before = queries()
        for number in range(2):
            rater = room.make_employee(f"Penilai {number}", room.unit, position_class="pengawas")
            rate(room, room.period, rater, USUAL)
        assert queries() == before


def test_the_list_leads_to_the_card_and_the_room(room: Any) -> None:
    page = room.client(room.head).get(LIST).content.decode()
    assert room.mine in page
    assert room.address in page
    participant = room.client(room.second).get(LIST)
    assert participant.context["rooms"] == set()
    assert room.address not in participant.content.decode()
    assert room.client(room.staff).get(LIST).status_code == 403
    assert (
        room.address
        in room.client(room.agency_head).get(f"/pengawas/kalibrasi/{room.session.pk}/").content.decode()
    )

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            room.client(room.agency_head).get(LIST)
        return len(captured)

    before = queries()
    room.session.status, room.session.closed_at = "closed", room.session.opened_at
    room.session.save()
    for _number in range(2):
        closed = session_of(room, room.period)
        closed.status, closed.closed_at = "closed", closed.opened_at
        closed.save()
    assert queries() == before


def _open_vote(room: Any, **data: Any) -> Any:
    address = reverse("supervision:pre-vote-open", args=[room.session.pk])
    values = {"people": [room.rated[0].pk], "voters": [room.head.pk, room.second.pk], **data}
    return room.client(room.agency_head).post(address, values)


def test_a_blind_vote_from_the_question_to_the_conclusion(room: Any) -> None:
    address = reverse("supervision:pre-vote-open", args=[room.session.pk])
    assert room.client(room.second).get(address).status_code == 403
    assert _open_vote(room, voters=[room.head.pk]).status_code == 422
    assert _open_vote(room, people=[]).status_code == 422
    assert not PreVote.objects.exists()
    key = str(uuid.uuid4())
    opened = _open_vote(room, _key=key)
    assert _open_vote(room, _key=key).url == opened.url
    assert PreVote.objects.count() == 1
    assert _open_vote(room).status_code == 422
    field = f"band_{room.rated[0].pk}"
    head, second, leader = (room.client(who) for who in (room.head, room.second, room.agency_head))
    assert head.post(opened.url, {}).status_code == 422
    assert head.post(opened.url, {field: "hebat"}).status_code == 422
    assert head.post(opened.url, {field: "sangat_baik"}).status_code == 302
    # Nobody reads it: neither the other voter nor who leads the room.
    for client in (second, leader):
        page = client.get(opened.url)
        assert page.context["outcomes"] == []
        assert "checked" not in page.content.decode()
    assert "checked" in head.get(opened.url).content.decode()
    close = f"{opened.url}tutup/"
    assert head.post(reverse("supervision:pre-vote-conclude", args=[1])).status_code in {404, 403, 422}
    leader.post(close)
    assert PreVote.objects.get().status == "open"
    assert second.post(opened.url, {field: "-"}).status_code == 302
    assert second.post(close).status_code == 403
    leader.post(close)
    assert PreVote.objects.get().status == "voted"
    assert second.post(opened.url, {field: "baik"}).status_code == 302
    assert set(PreVoteBallot.objects.values_list("band", flat=True)) == {"sangat_baik", ""}
    outcome = second.get(opened.url).context["outcomes"][0]
    assert (outcome["outcome"].n, outcome["outcome"].abstained) == (1, 1)
    assert leader.post(f"{opened.url}simpulkan/", {"conclusion": "Tetap."}).status_code == 302
    assert PreVote.objects.get().status == "voted", "first the talk"
    leader.post(f"{opened.url}bahas/")
    assert leader.post(f"{opened.url}simpulkan/", {"conclusion": " "}).status_code == 422
    leader.post(f"{opened.url}simpulkan/", {"conclusion": "Tetap di Baik."})
    assert "Tetap di Baik." in second.get(opened.url).content.decode()
    assert not AuditEntry.objects.filter(action="assessments.calibration.moved").exists()


def test_who_left_is_taken_out_and_strangers_find_nothing(room: Any) -> None:
    opened = _open_vote(room, voters=[room.head.pk, room.second.pk, room.agency_head.pk])
    vote = PreVote.objects.get()
    out = reverse("supervision:pre-vote-leave", args=[vote.pk, room.head.pk])
    assert room.client(room.second).post(out).status_code == 403
    assert room.client(room.stranger_head).post(out).status_code == 404
    assert room.client(room.staff).get(opened.url).status_code == 404
    assert vote.voters.filter(left_at__isnull=True).count() == 3
    assert room.client(room.agency_head).post(out).status_code == 302
    assert room.client(room.agency_head).post(out).status_code == 404
    assert vote.voters.filter(left_at__isnull=True).count() == 2


def test_a_closed_calibration_takes_no_vote(room: Any) -> None:
    room.session.status, room.session.closed_at = "closed", room.session.opened_at
    room.session.save()
    assert _open_vote(room).url == room.address
    assert not PreVote.objects.exists()
