"""Every page of the app answers every role as its table says."""

from typing import Any

import pytest
from django.urls import reverse

from apps.indicators.models import Indicator, SkpDecision, UnitIndicator, WorkResult
from apps.indicators.urls import urlpatterns
from tests.access import indicators as table
from tests.access import indicators_matrix as matrix_table

pytestmark = pytest.mark.django_db


def test_the_table_has_every_route_and_no_other() -> None:
    assert {f"indicators:{route.name}" for route in urlpatterns} == set(table.ROUTES) | set(
        matrix_table.ROUTES
    )


@pytest.mark.parametrize("name", sorted(table.ROUTES))
def test_every_role_gets_the_answer_of_the_table(world: Any, name: str) -> None:
    address = reverse(name, kwargs=table.kwargs(world, name))
    found = {role: world.client(who).get(address).status_code for role, who in people(world).items()}
    assert found == table.ROUTES[name]


@pytest.mark.parametrize("name", sorted(table.POSTS))
def test_every_action_answers_every_role_as_the_table_says(world: Any, name: str) -> None:
    address = reverse(name, kwargs=table.kwargs(world, name))
    rows = WorkResult.objects.count(), Indicator.objects.count(), UnitIndicator.objects.count()
    # The owner comes last: what they do is not what the others are refused.
    roles = sorted(people(world).items(), key=lambda item: item[0] == "staff")
    found = {}
    for role, who in roles:
        assert not SkpDecision.objects.exists()
        found[role] = world.client(who).post(address).status_code
    assert found == table.POSTS[name]
    assert (WorkResult.objects.count(), Indicator.objects.count(), UnitIndicator.objects.count()) == rows


def people(world: Any) -> dict[str, Any]:
    """Return who plays which role of the table."""
    return {
        "anonymous": None,
        "staff": world.staff,
        "colleague": world.colleague,
        "appraiser": world.head,
        "stranger": world.stranger,
        "foreigner": world.foreigner,
        "personnel_officer": world.personnel_officer,
        "auditor": world.auditor,
    }
