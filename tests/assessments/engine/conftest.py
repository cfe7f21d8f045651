"""A closed quarter with three people in three units."""

from decimal import Decimal
from typing import Any

import pytest


@pytest.fixture
def period(world: Any) -> Any:
    """The second quarter, closed; three people in three units have plans and reports."""
    found = world.make_periods()[1]
    for person in (world.staff, world.stranger, world.agency_head):
        plan = world.make_skp(person)
        figures = dict.fromkeys(plan.results.get().indicators.all(), Decimal(95))
        world.make_report(plan, found, status="submitted", figures=figures)
    return found
