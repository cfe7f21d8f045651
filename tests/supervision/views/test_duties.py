"""Duties of leaders: on their own page, and on their superior's."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.world import World

pytestmark = pytest.mark.django_db

MINE, LEADERS, TODAY = "/pengawas/kewajiban/", "/pengawas/kewajiban/pimpinan/", "/pengawas/"


def _queries(client: Any, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_panel_leads_to_exactly_what_is_owed(world: World) -> None:
    period = world.make_periods()[2]
    report = world.make_report(world.make_skp(world.staff), period, status="submitted")
    plan = world.make_skp(world.colleague, status="submitted")
    client = world.client(world.head)
    for address in (TODAY, MINE):
        page = client.get(address).content.decode()
        assert reverse("assessments:review-detail", args=[report.pk]) in page
        assert reverse("indicators:skp-detail", args=[plan.pk]) in page
    assert "kewajiban" in client.get(TODAY, {"bagian": "langsung"}).content.decode()


def test_every_address_of_a_duty_opens(world: World) -> None:
    from django.utils import timezone

    from apps.assessments.services import reports
    from tests.assessments.reporting.conftest import fill

    world.make_skp(world.staff)
    report = reports.open_report(
        employee=world.staff, period=world.make_periods()[2], by=world.staff, at=timezone.now()
    )
    fill(report)
    reports.submit_report(report_id=report.pk, by=world.staff, at=timezone.now())
    client = world.client(world.head)
    addresses = {row["url"] for row in client.get(MINE).context["rows"]}
    assert reverse("assessments:review-detail", args=[report.pk]) in addresses
    assert len(addresses) >= 2
    assert {client.get(address).status_code for address in addresses} == {200}


def test_a_superior_sees_counts_by_name_and_no_texts(world: World) -> None:
    world.make_report(world.make_skp(world.staff), world.make_periods()[2], status="submitted")
    for name in ("Zulkifli", "Andi"):
        leader = world.make_employee(name, world.agency, appraiser=world.agency_head)
        world.make_employee(f"Anggota {name}", world.agency, appraiser=leader)
    page = world.client(world.agency_head).get(LEADERS)
    assert [row["leader"].name for row in page.context["rows"]] == [
        "Andi",
        "Kepala Puskesmas Contoh",
        "Zulkifli",
    ]
    assert "Perawat Contoh" not in page.content.decode()


def test_a_unit_narrows_and_a_foreign_one_is_not_found(world: World) -> None:
    client = world.client(world.agency_head)
    assert len(client.get(LEADERS, {"unit": world.unit.pk}).context["rows"]) == 1
    assert client.get(LEADERS, {"unit": world.other_agency.pk}).status_code == 404
    assert client.get(LEADERS, {"unit": world.other.unit.pk}).status_code == 404


def test_a_leader_never_sees_who_is_beside_or_above(world: World) -> None:
    assert world.client(world.head).get(LEADERS).context["rows"] == []
    assert world.client(world.staff).get(LEADERS).status_code == 403
    assert world.client(world.staff).get(MINE).status_code == 403


@pytest.mark.parametrize(("who", "address"), [("head", MINE), ("agency_head", LEADERS)])
def test_the_same_queries_for_few_and_for_many(world: World, who: str, address: str) -> None:
    period = world.make_periods()[2]
    client = world.client(getattr(world, who))
    world.make_report(world.make_skp(world.staff), period, status="submitted")
    client.get(address)
    few = _queries(client, address)
    for number in range(6):
        leader = world.make_employee(f"Pimpinan {number}", world.unit, appraiser=world.agency_head)
        for boss in (leader, world.head):
            person = world.make_employee(f"Anggota {number} {boss.pk}", world.unit, appraiser=boss)
            world.make_report(world.make_skp(person), period, status="submitted")
    assert _queries(client, address) == few


def test_notes_and_requests_that_wait_stand_on_the_start_page(world: World) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from apps.assessments.services import dialogue_notes, peer_feedback
    from apps.core.localtime import local_date

    now = timezone.now()
    today = local_date(now, "Asia/Makassar")
    dialogue_notes.write_note(
        skp=world.make_skp(world.staff),
        text=dialogue_notes.TalkText(today, "progress", "Alat rusak.", "Alat dipinjam."),
        by=world.head,
        at=now,
    )
    round_ = peer_feedback.open_round(
        employee=world.colleague, purpose="Tim", closes_on=today + timedelta(days=7), by=world.head, at=now
    )
    peer_feedback.invite(
        round_id=round_.pk,
        givers=[(world.staff, peer_feedback.PeerRelation.PEER)],
        by=world.head,
        at=now,
    )
    urls = {task["url"] for task in world.client(world.staff).get(reverse("beranda")).context["tasks"]}
    assert {reverse("assessments:dialogue-list"), reverse("assessments:peer-inbox")} <= urls
    others = {task["url"] for task in world.client(world.stranger).get(reverse("beranda")).context["tasks"]}
    assert not {reverse("assessments:dialogue-list"), reverse("assessments:peer-inbox")} & others


def test_feedback_given_rings_the_leaders_own_screen(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    """The panel lives on the live page: what changes it changes the stamp of the leader."""
    from django.utils import timezone

    from apps.assessments.services import feedback_notes

    client = world.client(world.head)
    page = client.get(TODAY).content.decode()
    found = re.search(r'data-live-stamp-url="([^"]+)"', page)
    assert found is not None
    first = client.get(found.group(1))
    with django_capture_on_commit_callbacks(execute=True):
        feedback_notes.give_feedback(employee=world.staff, text="Baik", by=world.head, at=timezone.now())
    assert client.get(found.group(1), headers={"If-None-Match": first["ETag"]}).status_code == 200
