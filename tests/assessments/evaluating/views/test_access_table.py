"""The access table of the evaluating half holds, route by route and role by role, and misses no route."""

from typing import Any

import pytest
from django.urls import reverse

from apps.assessments.urls.evaluating import urlpatterns
from tests.access import assessments_evaluating as table

pytestmark = pytest.mark.django_db


def test_every_route_is_in_the_table() -> None:
    assert {f"assessments:{pattern.name}" for pattern in urlpatterns} == set(table.ROUTES)


def test_the_table_holds(world: Any) -> None:
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
    found = {}
    for name in table.ROUTES:
        url = reverse(name, kwargs=table.kwargs(world, name))
        found[name] = {role: world.client(who).get(url).status_code for role, who in people.items()}
    wrong = {
        name: (found[name], expected) for name, expected in table.ROUTES.items() if found[name] != expected
    }
    assert wrong == {}
