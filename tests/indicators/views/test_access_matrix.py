"""The pages of matrix, proposals, thread and unit targets answer every role as their table says."""

from typing import Any

import pytest
from django.urls import reverse

from apps.indicators.models import MatrixCell, PlanProposal, Skp, UnitTarget, WorkResult
from tests.access import indicators_matrix as table

from .test_access import people

pytestmark = pytest.mark.django_db


def everything() -> list[Any]:
    """Return what none of these requests may change."""
    return [
        *WorkResult.objects.order_by("id").values_list("id", "text", "skp"),
        *Skp.objects.order_by("id").values_list("id", "status", "revises"),
        *MatrixCell.objects.order_by("id").values_list("id", "text"),
        *PlanProposal.objects.order_by("id").values_list("id", "status"),
        *UnitTarget.objects.order_by("id").values_list("id", "realization"),
    ]


@pytest.mark.parametrize("name", sorted(table.ROUTES))
def test_every_role_gets_the_answer_of_the_table(world: Any, name: str) -> None:
    address = reverse(name, kwargs=table.kwargs(world, name))
    found = {role: world.client(who).get(address).status_code for role, who in people(world).items()}
    assert found == table.ROUTES[name]


@pytest.mark.parametrize("name", sorted(table.POSTS))
def test_every_action_answers_every_role_as_the_table_says(world: Any, name: str) -> None:
    address = reverse(name, kwargs=table.kwargs(world, name))
    before = everything()
    allowed = [role for role, status in table.POSTS[name].items() if status == 302 and role != "anonymous"]
    found = {}
    # Who may do it comes last: what they do is not what the others are refused.
    for role, who in sorted(people(world).items(), key=lambda item: item[0] in allowed):
        if role in allowed:
            assert everything() == before
        found[role] = world.client(who).post(address).status_code
    assert found == table.POSTS[name]
