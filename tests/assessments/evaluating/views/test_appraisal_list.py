"""/pengawas/penilaian/<period>/: the appraiser's people."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db


def _names(response: Any) -> set[str]:
    return {row.name for row in response.context["page"]}


def test_each_appraiser_sees_their_own_people(world: Any, prepared: Any, period: Any) -> None:
    prepared(world.staff)
    prepared(world.stranger)
    url = f"/pengawas/penilaian/{period.pk}/"
    assert _names(world.client(world.head).get(url)) == {world.staff.full_name}
    assert _names(world.client(world.stranger_head).get(url)) == {world.stranger.full_name}
    assert _names(world.client(world.staff).get(url)) == set()
    assert world.client(world.foreigner).get(url).status_code == 404
    assert world.client().get(url).status_code == 302


def test_the_index_leads_to_the_newest_closed_period(world: Any, period: Any) -> None:
    response = world.client(world.head).get("/pengawas/penilaian/")
    assert (response.status_code, response.url) == (302, f"/pengawas/penilaian/{period.pk}/")


def test_without_a_closed_period_it_says_so(world: Any) -> None:
    assert world.client(world.head).get("/pengawas/penilaian/").status_code == 200


def test_filter_by_status(world: Any, prepared: Any, rated: Any, period: Any) -> None:
    prepared(world.colleague)
    rated(world.staff)
    client = world.client(world.head)
    assert _names(client.get(f"/pengawas/penilaian/{period.pk}/?status=rated")) == {world.staff.full_name}
    assert len(_names(client.get(f"/pengawas/penilaian/{period.pk}/?status=nonsense"))) == 2


def test_three_people_cost_as_many_queries_as_one(world: Any, prepared: Any, period: Any) -> None:
    def count() -> int:
        client = world.client(world.head)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/pengawas/penilaian/{period.pk}/").status_code == 200
        return len(queries)

    prepared(world.staff)
    count()
    one = count()
    prepared(world.colleague)
    prepared(world.make_employee("Pegawai Ketiga", world.unit, appraiser=world.head))
    assert count() == one
