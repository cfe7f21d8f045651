"""The supervisor's page over HTTP."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core import stamps
from apps.employees.models import AppraiserLink, Placement
from apps.supervision.models import UnitFigure
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kept(settings: Any) -> None:
    """Keep parts of pages, as a running site does."""
    settings.KEEP_PARTS_SECONDS = 60


def _queries(client: Any, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def _queries_after_an_event(client: Any, address: str, who: Any) -> int:
    stamps.bump_now(f"user:{who.user.pk}")
    return _queries(client, address)


def test_the_page_shows_who_has_reported(world: World) -> None:
    period = world.make_periods()[2]
    report = world.make_report(world.make_skp(world.staff), period, status="submitted")
    page = world.client(world.head).get(reverse("supervision:today")).content.decode()
    assert "Perawat Contoh" in page
    assert "Guru Contoh" not in page
    assert reverse("assessments:review-detail", args=[report.pk]) in page


def test_a_draft_of_somebody_is_not_shown(world: World) -> None:
    period = world.make_periods()[2]
    report = world.make_report(world.make_skp(world.staff), period, status="draft")
    page = world.client(world.head).get(reverse("supervision:today")).content.decode()
    assert reverse("assessments:review-detail", args=[report.pk]) not in page


@pytest.mark.parametrize("part", ["", "?bagian=langsung"])
def test_the_same_queries_for_two_and_for_twelve_people(world: World, part: str) -> None:
    period = world.make_periods()[2]
    client = world.client(world.head)
    address = reverse("supervision:today") + part
    for person in (world.staff, world.colleague):
        world.make_report(world.make_skp(person), period, status="submitted")
    client.get(address)
    few = _queries_after_an_event(client, address, world.head)
    for number in range(10):
        person = world.make_employee(f"Pegawai {number}", world.unit, appraiser=world.head)
        world.make_report(world.make_skp(person), period, status="submitted")
    assert _queries_after_an_event(client, address, world.head) == few
    assert _queries(client, address) <= 12 < few


def test_the_page_is_kept_until_something_happens_to_its_reader(world: World) -> None:
    period = world.make_periods()[2]
    client, other = world.client(world.head), world.client(world.agency_head)
    address = reverse("supervision:today")
    assert "Perawat Contoh" in client.get(address).content.decode()
    report = world.make_report(world.make_skp(world.staff), period, status="submitted")
    mine = reverse("assessments:review-detail", args=[report.pk])
    stamps.bump_now(f"user:{world.agency_head.user.pk}")
    assert mine not in client.get(address).content.decode()
    assert mine not in other.get(address).content.decode()
    stamps.bump_now(f"user:{world.head.user.pk}")
    assert mine in client.get(address).content.decode()
    assert mine not in other.get(address).content.decode()


def test_what_one_does_oneself_is_on_the_next_page(world: World) -> None:
    period = world.make_periods()[2]
    client = world.client(world.head)
    address = reverse("supervision:today")
    client.get(address)
    report = world.make_report(world.make_skp(world.staff), period, status="submitted")
    client.post(reverse("supervision:first-steps-dismiss"))  # whatever it was
    assert reverse("assessments:review-detail", args=[report.pk]) in client.get(address).content.decode()


def test_who_may_look_is_asked_each_time(world: World) -> None:
    client, address = world.client(world.head), reverse("supervision:today")
    assert client.get(address).status_code == 200
    AppraiserLink.objects.filter(appraiser=world.head).delete()
    Placement.objects.filter(employee=world.head).delete()
    assert client.get(address).status_code == 403


def _sums(world: World, period: Any, people: int = 900) -> None:
    for unit in (world.root, world.agency, world.other_agency):
        UnitFigure.objects.create(
            unit=unit,
            period=period,
            reach="tree",
            people=people,
            planned=800,
            reports_owed=800,
            reports_sent=600,
            reports_returned=50,
            reports_late=40,
        )


def test_of_very_many_people_the_units_below_are_shown_with_their_sums(world: World) -> None:
    _sums(world, world.make_periods()[2])
    client = world.client(world.personnel_officer)
    page = client.get(reverse("supervision:today"))
    text = page.content.decode()
    assert "Perawat Contoh" not in text
    for unit in (world.agency, world.other_agency):
        assert f"?lingkup=unit&amp;unit={unit.pk}" in text
    # 800 owe one, 600 sent, 50 returned.
    assert ">150<" in re.sub(r"\s+", "", text)
    assert client.get(reverse("supervision:today"), {"unit": world.agency.pk}).status_code == 200


def test_a_filter_asks_for_the_people_after_all(world: World) -> None:
    _sums(world, world.make_periods()[2])
    world.make_skp(world.staff)
    client = world.client(world.personnel_officer)
    text = client.get(reverse("supervision:today"), {"keadaan": "missing"}).content.decode()
    assert "Perawat Contoh" in text
    assert "Bidan Contoh" not in text


def test_the_sums_are_for_those_above_a_unit_and_not_for_who_works_in_it(world: World) -> None:
    _sums(world, world.make_periods()[2])
    address = reverse("supervision:today")
    # The head of a health centre works below the agency: its sums are not hers, her own people are.
    text = world.client(world.head).get(address, {"lingkup": "unit"}).content.decode()
    assert "Perawat Contoh" in text
    assert client_sees_no_sums(text)


def client_sees_no_sums(text: str) -> bool:
    """Whether no number of the sums stands on a page."""
    return ">150<" not in re.sub(r"\s+", "", text)


def test_links_in_the_live_part_lead_to_whole_pages(world: World) -> None:
    for number in range(51):
        world.make_employee(f"Pegawai {number:02d}", world.unit, appraiser=world.head)
    client, address = world.client(world.head), reverse("supervision:today")
    for query in ({}, {"bagian": "langsung"}):
        text = client.get(address, query).content.decode()
        assert "?page=2" in text
        assert "bagian=langsung&amp;page" not in text


def test_a_unit_outside_ones_own_is_not_found(world: World) -> None:
    client = world.client(world.head)
    assert client.get(reverse("supervision:today"), {"unit": world.other_agency.pk}).status_code == 404
    assert client.get(reverse("supervision:today"), {"unit": world.other.unit.pk}).status_code == 404


def test_the_live_question_costs_no_query_and_answers_304_until_something_changes(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    client = world.client(world.head)
    page = client.get(reverse("supervision:today")).content.decode()
    found = re.search(r'data-live-stamp-url="([^"]+)"', page)
    assert found is not None
    with CaptureQueriesContext(connection) as captured:
        first = client.get(found.group(1))
        second = client.get(found.group(1), headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, second.status_code, len(captured)) == (200, 304, 0)
    with django_capture_on_commit_callbacks(execute=True):
        stamps.bump(f"user:{world.head.user.pk}")
    assert client.get(found.group(1), headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_the_live_part_alone_is_a_fragment(world: World) -> None:
    page = world.client(world.head).get(reverse("supervision:today"), {"bagian": "langsung"}).content.decode()
    assert "<html" not in page
    assert "Perawat Contoh" in page
