"""Every page of the app answers every role as its table says."""

from typing import Any

import pytest
from django.urls import reverse

from apps.indicators.models import SkpDecision, WorkResult
from apps.indicators.urls import urlpatterns
from tests.access import indicators as table

pytestmark = pytest.mark.django_db


def test_the_table_has_every_route_and_no_other() -> None:
    assert {f"indicators:{route.name}" for route in urlpatterns} == set(table.ROUTES)


@pytest.mark.parametrize("name", sorted(table.ROUTES))
def test_every_role_gets_the_answer_of_the_table(world: Any, name: str) -> None:
    people = {
        "anonymous": None,
        "staff": world.staff,
        "colleague": world.colleague,
        "appraiser": world.head,
        "stranger": world.stranger,
        "foreigner": world.foreigner,
        "personnel_officer": world.personnel_officer,
        "auditor": world.auditor,
    }
    address = reverse(name, kwargs=table.kwargs(world, name))
    results = WorkResult.objects.count()
    found = {}
    for role, who in people.items():
        client = world.client(who)
        if name in table.POST_ONLY:
            if who is not None:
                assert client.get(address).status_code == 405
            found[role] = client.post(address).status_code
        else:
            found[role] = client.get(address).status_code
    assert found == table.ROUTES[name]
    assert WorkResult.objects.count() == results
    expected = ["submit"] if name == "indicators:skp-submit" else []
    expected = [] if not SkpDecision.objects.exists() else expected
    assert list(SkpDecision.objects.values_list("action", flat=True)) == expected
