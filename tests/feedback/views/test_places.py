"""Public figures of units and governments: pooled and averaged, both named; made of public figures only."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.feedback.models import Service
from tests.feedback.helpers import answers, open_now, publish_at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_once(world):
    publish_at_once()


def rated(world, n, value, unit=None):
    service = world.make_service(unit=unit or world.unit)
    open_now(service)
    answers(service, n, service.survey_periods.get(), value)
    return service


def page_of(name, *args):
    return Client().get(reverse(f"feedback:{name}", args=args), headers={"accept-language": "en"})


def test_a_unit_names_both_ways_of_adding_up(world):
    rated(world, 40, 3)
    rated(world, 20, 4)
    hidden = rated(world, 5, 1)
    html = page_of("unit-detail", world.unit.pk).content.decode()
    # Pooled (40 * 75 + 20 * 100) / 60; averaged (75 + 100) / 2; the five low ones are in neither.
    assert 'data-n="60" data-ikm="83.33"' in html
    assert "All respondents together (pooled)" in html
    assert "87.50" in html
    assert "2 of 3 services have a public figure" in html
    assert hidden.name in html
    assert "Not enough ratings yet (5 of 10)" in html


def test_a_unit_without_a_figure_lists_its_services(world):
    service = world.make_service(unit=world.unit)
    html = page_of("unit-detail", world.unit.pk).content.decode()
    assert "No figure for the unit yet" in html
    assert service.name in html


def test_a_unit_without_public_services_is_not_found(world):
    assert page_of("unit-detail", world.unit.pk).status_code == 404
    service = world.make_service(unit=world.unit)
    Service.objects.filter(pk=service.pk).update(is_active=False)
    assert page_of("unit-detail", world.unit.pk).status_code == 404
    assert page_of("government-detail", "tidak-ada").status_code == 404


def test_a_government_lists_units_by_name_and_not_by_figure(world):
    rated(world, 30, 2)
    rated(world, 30, 4, world.other_agency)
    html = page_of("government-detail", world.government.code).content.decode()
    assert 'data-n="60"' in html
    names = sorted([world.unit.name, world.other_agency.name])
    table = html[html.index("Units, in the order of their names") :]
    assert table.index(names[0]) < table.index(names[1])


def test_pages_ask_the_same_for_one_service_and_for_many(world):
    def count(name, *args):
        with CaptureQueriesContext(connection) as queries:
            assert page_of(name, *args).status_code == 200
        return len(queries)

    pages = (("unit-detail", world.unit.pk), ("government-detail", world.government.code))
    rated(world, 10, 3)
    few = [count(*page) for page in pages]
    for _ in range(3):
        rated(world, 10, 3)
    assert [count(*page) for page in pages] == few
