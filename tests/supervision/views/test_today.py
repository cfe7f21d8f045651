"""The supervisor's page over HTTP."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core import stamps
from tests.world import World

pytestmark = pytest.mark.django_db


def _queries(client: Any, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


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


def test_the_same_queries_for_two_and_for_twelve_people(world: World) -> None:
    period = world.make_periods()[2]
    client = world.client(world.head)
    address = reverse("supervision:today")
    for person in (world.staff, world.colleague):
        world.make_report(world.make_skp(person), period, status="submitted")
    client.get(address)
    few = _queries(client, address)
    for number in range(10):
        person = world.make_employee(f"Pegawai {number}", world.unit, appraiser=world.head)
        world.make_report(world.make_skp(person), period, status="submitted")
    assert _queries(client, address) == few


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
