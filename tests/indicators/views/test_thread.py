from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.indicators.services.guard import applying

from ..test_selectors import iku
from ..test_thread_selectors import chain, connect

pytestmark = pytest.mark.django_db


def test_the_unit_page_shows_tree_uncovered_and_orphans(world: Any) -> None:
    indicator, head, staff = chain(world)
    alone = iku(world.unit, "Tanpa pendukung")
    orphan = world.make_skp(world.colleague).results.get()
    page = world.client(world.head).get(f"/unit/{world.unit.pk}/benang-merah/?tahun=2026")
    html = page.content.decode()
    for row in (head, staff, orphan):
        assert f"/skp/{row.skp_id}/" in html
    assert page.context["tree"].uncovered == [alone]
    assert (list(page.context["orphans"]), page.context["orphan_count"]) == ([orphan], 1)
    assert indicator.name in html


def test_the_unit_page_names_nobody_the_reader_may_not_see(world: Any) -> None:
    _indicator, _head, staff = chain(world)
    html = (
        world.client(world.colleague).get(f"/unit/{world.unit.pk}/benang-merah/?tahun=2026").content.decode()
    )
    assert world.staff.full_name not in html
    assert f"/skp/{staff.skp_id}/" not in html


@pytest.mark.parametrize("year", ["x", "99999", ""])
def test_a_strange_year_is_this_year(world: Any, year: str) -> None:
    address = f"/unit/{world.unit.pk}/benang-merah/?tahun={year}"
    assert world.client(world.head).get(address).status_code == 200


def test_the_unit_page_needs_the_same_queries_for_few_and_many(world: Any) -> None:
    def queries() -> int:
        client = world.client(world.head)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/unit/{world.unit.pk}/benang-merah/?tahun=2026").status_code == 200
        return len(captured)

    _indicator, head, _staff = chain(world)
    world.make_skp(world.colleague)
    iku(world.unit, "Tanpa pendukung")
    few = queries()
    for number in range(12):
        person = world.make_employee(f"Pegawai {number}", world.unit, appraiser=world.head)
        result = world.make_skp(person).results.get()
        if number % 2:
            with applying():
                connect(result, head)
        iku(world.unit, f"Indikator {number}")
    assert queries() == few


def test_the_page_of_a_plan_leads_up_to_the_indicator(world: Any) -> None:
    indicator, head, staff = chain(world)
    page = world.client(world.staff).get(f"/skp/{staff.skp_id}/benang-merah/")
    html = page.content.decode()
    assert (head.text in html, indicator.name in html, page.context["loose"]) == (True, True, 0)


def test_a_loose_result_is_counted(world: Any) -> None:
    skp = world.make_skp(world.staff)
    page = world.client(world.head).get(f"/skp/{skp.pk}/benang-merah/")
    assert (page.status_code, page.context["loose"]) == (200, 1)


def test_the_plan_links_to_its_thread_and_a_leaders_plan_to_the_matrix(world: Any) -> None:
    _indicator, head, staff = chain(world)
    leaders = world.client(world.head).get(f"/skp/{head.skp_id}/").content.decode()
    own = world.client(world.staff).get(f"/skp/{staff.skp_id}/").content.decode()
    assert f"/skp/{head.skp_id}/matriks/" in leaders
    assert f"/skp/{staff.skp_id}/matriks/" not in own
    assert f"/skp/{staff.skp_id}/benang-merah/" in own
    listed = world.client(world.head).get(f"/unit/{world.unit.pk}/indikator/?tahun=2026").content.decode()
    assert f"/unit/{world.unit.pk}/benang-merah/" in listed
