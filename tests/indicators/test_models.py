"""Each constraint of the tables, broken past the services."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.indicators.models import BehaviorExpectation, Skp, UnitIndicator
from tests.world import NOW

pytestmark = pytest.mark.django_db


def refused(name: str, work: Any) -> None:
    """Assert that the database refuses by the constraint of this name."""
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        work()


def test_one_plan_per_person_year_and_place(world: Any) -> None:
    skp = world.make_skp(world.staff)
    copy = Skp.objects.get(pk=skp.pk)
    copy.pk = None
    refused("skp_once_per_employee_year_and_place", copy.save)


def test_the_status_is_a_known_one(world: Any) -> None:
    world.make_skp(world.staff, status="draft")
    refused("skp_status_is_a_known_one", lambda: Skp.objects.update(status="lost"))


@pytest.mark.parametrize("status", ["approved", "closed"])
def test_an_approved_plan_has_its_time(world: Any, status: str) -> None:
    world.make_skp(world.staff, status="draft")
    refused("skp_approved_has_its_time", lambda: Skp.objects.update(status=status, submitted_at=NOW))


def test_a_sent_plan_has_its_time(world: Any) -> None:
    world.make_skp(world.staff, status="draft")
    refused("skp_submitted_has_its_time", lambda: Skp.objects.update(status="submitted"))


def test_one_expectation_per_value(world: Any) -> None:
    skp = world.make_skp(world.staff)
    BehaviorExpectation.objects.create(skp=skp, value="loyal")
    other = BehaviorExpectation.objects.create(skp=skp, value="adaptif")
    refused(
        "behavior_once_per_skp_and_value",
        lambda: BehaviorExpectation.objects.filter(pk=other.pk).update(value="loyal"),
    )


def test_one_indicator_of_a_name_per_unit_and_year(world: Any) -> None:
    values = {"unit": world.unit, "year": 2026, "goal": "g", "target": 1, "measure": "x"}
    UnitIndicator.objects.create(name="a", **values)
    UnitIndicator.objects.create(name="b", **values)
    refused("unit_indicator_once_per_unit_and_year", lambda: UnitIndicator.objects.update(name="a"))
