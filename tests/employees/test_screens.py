"""Whose screens an event in a unit wakes: by its path, without a query."""

from typing import Any

import pytest

from apps.employees import screens
from tests.world import World

pytestmark = pytest.mark.django_db


def test_a_unit_is_told_at_once_and_everybody_above_in_their_own_time(
    world: World, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        assert set(screens.of_unit(world.unit)) == {
            f"unit:{world.unit.pk}",
            f"below:{world.agency.pk}",
            f"below:{world.agency.parent_id}",
        }
        assert screens.of_unit_at_once(world.unit) == (
            f"unit:{world.agency.parent_id}",
            f"unit:{world.agency.pk}",
            f"unit:{world.unit.pk}",
        )


def test_of_several_units_each_above_is_named_once(world: World) -> None:
    names = screens.of_unit(world.unit, world.agency, world.other_agency)
    assert len(names) == len(set(names))
    assert f"below:{world.unit.pk}" not in names
    assert {f"unit:{world.agency.pk}", f"below:{world.agency.pk}"} <= set(names)
    assert screens.of_unit() == ()


def test_a_page_listens_below_only_if_it_shows_everybody_there(world: World) -> None:
    one, other = sorted([world.unit.pk, world.agency.pk])
    assert screens.shown_by([other, one], with_below=False) == (f"unit:{one}", f"unit:{other}")
    assert screens.shown_by([one], with_below=True) == (f"unit:{one}", f"below:{one}")
