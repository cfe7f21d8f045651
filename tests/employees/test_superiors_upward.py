"""Who is above somebody, however the line was recorded."""

from datetime import date
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.employees.models import AppraiserLink, Placement
from apps.employees.selectors import superiors_upward

pytestmark = pytest.mark.django_db

DAY = date(2026, 7, 1)


def test_the_recorded_line_counts_and_ends_at_the_top(world: Any) -> None:
    assert superiors_upward(world.staff, DAY) == [world.head, world.agency_head]


def test_the_tree_goes_on_where_nothing_is_recorded(world: Any) -> None:
    secretary = world.make_employee("Sekretaris Daerah", world.root, is_head=True, position_class="jpt")
    assert superiors_upward(world.staff, DAY) == [world.head, world.agency_head, secretary]


def test_it_ends_below_an_elected_official(world: Any) -> None:
    world.make_employee("Sekretaris Daerah", world.root, is_head=True, position_class="jpt")
    AppraiserLink.objects.create(
        employee=world.agency_head,
        appraiser=None,
        external_name="Wali Kota",
        period=DateRange(date(2026, 1, 1), None),
    )
    assert superiors_upward(world.staff, DAY) == [world.head, world.agency_head]


def test_who_has_left_is_followed_by_the_head_of_the_last_known_unit(world: Any) -> None:
    AppraiserLink.objects.filter(employee=world.head).update(period=DateRange(date(2025, 1, 1), DAY))
    Placement.objects.filter(employee=world.head).update(period=DateRange(date(2025, 1, 1), DAY))
    assert superiors_upward(world.head, DAY, unit=world.unit) == [world.agency_head]
    assert superiors_upward(world.head, DAY) == []


def test_a_circle_of_records_ends(world: Any) -> None:
    AppraiserLink.objects.create(
        employee=world.agency_head, appraiser=world.staff, period=DateRange(date(2026, 1, 1), None)
    )
    assert superiors_upward(world.staff, DAY) == [world.head, world.agency_head]
