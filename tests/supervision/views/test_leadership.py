"""The leadership view: who may open it, what it says, and how much it asks the database."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core import stamps
from apps.employees.models import WorkUnit
from apps.supervision.models import FigureMark, UnitFigure
from apps.supervision.selectors import leadership
from apps.supervision.services import unit_figures
from tests.world import World

NOW = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)
PAGE = reverse("supervision:leadership")
TABLE = reverse("supervision:leadership-table")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _september() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def quarters(world: World) -> World:
    """Two quarters behind and one running."""
    world.periods = world.make_periods()  # type: ignore[attr-defined]
    return world


def add_units(world: World, number: int, **values: Any) -> list[WorkUnit]:
    """Create puskesmas below the agency, with figures in the third quarter."""
    units = []
    for place in range(number):
        unit = world.make_unit(f"Puskesmas {place:03d}", "puskesmas", world.agency)
        put(world, unit, **{"people": 100, "planned": 80, "baik": 60, "sangat_baik": 20, **values})
        units.append(unit)
    return units


def put(world: World, unit: WorkUnit, number: int = 3, family: str = "", **values: Any) -> UnitFigure:
    """Create or change the row of a unit in a quarter."""
    period = world.periods[number - 1]  # type: ignore[attr-defined]
    return UnitFigure.objects.update_or_create(
        unit=unit, period=period, job_family=family, reach="tree", defaults=values
    )[0]


def add_many(world: World, number: int, name: str = "Unit", **values: Any) -> list[WorkUnit]:
    """Create many units below the agency at once, with figures in the third quarter."""
    above = world.agency
    units = WorkUnit.objects.bulk_create(
        WorkUnit(
            government=world.government, parent=above, code=f"{name}{n}", name=f"{name} {n}", kind="puskesmas"
        )
        for n in range(number)
    )
    for unit in units:
        unit.path = f"{above.path}{unit.pk}/"
    WorkUnit.objects.bulk_update(units, ["path"])
    period = world.periods[2]  # type: ignore[attr-defined]
    figures = {"people": 20, "planned": 10, **values}
    UnitFigure.objects.bulk_create(
        UnitFigure(unit=unit, period=period, reach="tree", **figures) for unit in units
    )
    return units


def row_of(response: Any, unit: WorkUnit) -> dict[str, Any]:
    """Return what the table says about a unit."""
    return next(row for row in response.context["rows"] if row["unit"] == unit)


def test_a_head_sees_the_own_unit_and_an_agency_head_the_units_below(quarters: World) -> None:
    put(quarters, quarters.agency, people=10, planned=9)
    put(quarters, quarters.unit, people=6, planned=6)
    response = quarters.client(quarters.agency_head).get(PAGE)
    assert response.status_code == 200
    assert response.context["unit"] == quarters.agency
    assert [row["unit"] for row in response.context["rows"]] == [quarters.unit]
    own = quarters.client(quarters.head).get(PAGE)
    assert own.context["unit"] == quarters.unit
    assert own.context["rows"] == []


def test_without_a_unit_or_a_role_there_is_nothing_to_see(quarters: World) -> None:
    assert quarters.client(quarters.staff).get(PAGE).status_code == 403
    assert quarters.client(quarters.staff).get(TABLE).status_code == 403
    other = reverse("supervision:leadership-unit", args=[quarters.other_agency.pk])
    assert quarters.client(quarters.head).get(other).status_code == 404
    assert quarters.client(quarters.head).get(TABLE, {"unit": quarters.agency.pk}).status_code == 404
    assert quarters.client(quarters.foreigner).get(other).status_code == 403


def test_before_anything_is_counted_the_page_says_so(quarters: World) -> None:
    response = quarters.client(quarters.head).get(PAGE)
    assert response.status_code == 200
    assert response.context["period"] is None
    assert quarters.client(quarters.head).get(TABLE).status_code == 404


def test_own_duties_come_first(quarters: World) -> None:
    quarters.make_skp(quarters.staff, status="submitted")
    put(quarters, quarters.unit, people=3)
    response = quarters.client(quarters.head).get(PAGE)
    page = response.content.decode()
    assert response.context["duties"]["to_do"] == 1
    assert 0 < page.index('id="kewajiban"') < page.index('id="figures-title"')


def test_a_unit_is_compared_with_units_of_its_kind_and_stands_in_the_order_of_the_tree(
    quarters: World,
) -> None:
    units = add_units(quarters, 7)
    put(quarters, units[3], people=100, planned=40)
    put(quarters, units[5], people=100, planned=99)
    put(quarters, quarters.agency, people=700, planned=500)
    response = quarters.client(quarters.agency_head).get(PAGE)
    assert [row["unit"].name for row in response.context["rows"]] == sorted(
        row["unit"].name for row in response.context["rows"]
    )
    coverage = {row["unit"].pk: row["cells"][0] for row in response.context["rows"]}
    assert coverage[units[3].pk]["band"] == "below"
    assert coverage[units[5].pk]["band"] == "above"
    assert coverage[units[0].pk]["band"] == "around"
    # The unit of the world has no figures: an empty cell and no word.
    assert coverage[quarters.unit.pk]["band"] == "unknown"
    assert [row["unit"] for row in response.context["rows_named"]] == [units[3]]
    assert 'data-band="below"' in response.content.decode()


def test_too_few_units_of_a_kind_are_not_compared(quarters: World) -> None:
    units = add_units(quarters, 5)
    put(quarters, quarters.agency, people=500)
    response = quarters.client(quarters.agency_head).get(PAGE)
    assert row_of(response, units[0])["cells"][0]["band"] == "unknown"


def test_small_counts_are_hidden_with_those_that_would_give_them_away(quarters: World) -> None:
    units = add_units(quarters, 2)
    put(quarters, units[0], sangat_baik=20, baik=60, kurang=1)
    put(quarters, quarters.agency, people=200, sangat_baik=40, baik=120, kurang=1)
    response = quarters.client(quarters.agency_head).get(PAGE)
    shown = {unit.pk: [count for _band, count in row_of(response, unit)["bands"]] for unit in units}
    assert shown[units[0].pk] == [None, 60, 0, None, 0]
    # The agency hides the same two, so its sister tells nothing.
    assert shown[units[1].pk] == [20, 60, 0, 0, 0]
    own = dict(response.context["own"].bands)
    assert (own["sangat_baik"], own["kurang"]) == (None, None)


def test_a_share_of_few_things_is_said_in_counts(quarters: World) -> None:
    put(quarters, quarters.unit, people=4, planned=1)
    cell = quarters.client(quarters.head).get(PAGE).context["own"].cell("coverage")
    assert (cell.value, cell.part, cell.whole) == (None, 1, 4)


def test_a_job_family_leaves_out_what_is_about_units(quarters: World) -> None:
    put(quarters, quarters.unit, people=30, planned=30, ikm_n=40, ikm_points=Decimal(3200), baik=20)
    put(quarters, quarters.unit, family="Perawat", people=18, planned=9, baik=18)
    response = quarters.client(quarters.head).get(PAGE, {"keluarga": "Perawat"})
    own = response.context["own"]
    assert own.cell("coverage").value == Decimal("50.0")
    assert own.cell("ikm") is None
    # Two others are left in the band: "everybody minus Perawat" would tell about them.
    assert dict(own.bands)["baik"] is None
    assert response.context["families"] == ["Perawat"]
    # A family nobody here has is no filter.
    assert quarters.client(quarters.head).get(PAGE, {"keluarga": "Guru"}).context["family"] == ""


def test_filters_stay_on_the_way_down(quarters: World) -> None:
    put(quarters, quarters.agency, number=2, people=9)
    put(quarters, quarters.unit, number=2, people=9)
    period = quarters.periods[1]  # type: ignore[attr-defined]
    response = quarters.client(quarters.agency_head).get(PAGE, {"periode": period.pk, "ukuran": "punctual"})
    url = response.context["rows"][0]["url"]
    below = quarters.client(quarters.agency_head).get(url)
    assert below.context["unit"] == quarters.unit
    assert below.context["period"] == period
    assert below.context["trend_title"] == leadership_head("punctual")
    assert quarters.client(quarters.agency_head).get(PAGE, {"periode": "999999"}).status_code == 404


def leadership_head(name: str) -> Any:
    """Return the head of a figure."""
    from apps.supervision.labels import FIGURE_HEADS

    return FIGURE_HEADS[name]


def test_a_trend_is_called_a_change_only_if_chance_does_not_explain_it(quarters: World) -> None:
    put(quarters, quarters.unit, number=1, people=100, planned=40)
    put(quarters, quarters.unit, number=3, people=100, planned=90)
    limits = leadership.Limits(minimum=5, peers=5)
    points = leadership.trend_of(quarters.unit, "coverage", "", "periodic", limits)
    assert [point.cell.value for point in points] == [Decimal("40.0"), Decimal("90.0")]
    assert leadership.change_of(points).value == "up"
    put(quarters, quarters.unit, number=3, people=100, planned=45)
    points = leadership.trend_of(quarters.unit, "coverage", "", "periodic", limits)
    assert leadership.change_of(points).value == "unclear"
    # Hours add up through the year: no verdict.
    hours = leadership.trend_of(quarters.unit, "training", "", "periodic", limits)
    assert all(point.interval is None for point in hours)
    page = quarters.client(quarters.head).get(PAGE).content.decode()
    assert "<svg" in page
    assert '<th scope="row">' in page


def test_the_page_asks_as_often_with_three_units_as_with_three_hundred(quarters: World) -> None:
    put(quarters, quarters.agency, people=500)
    add_units(quarters, 3)
    client = quarters.client(quarters.agency_head)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        assert client.get(PAGE).status_code == 200
    add_many(quarters, 300)
    with CaptureQueriesContext(connection) as many:
        response = client.get(PAGE)
    assert len(response.context["rows"]) == 25
    assert len(many) == len(few)
    with CaptureQueriesContext(connection) as last:
        assert client.get(PAGE, {"page": 13}).context["page"].number == 13
    assert len(last) == len(few)
    with CaptureQueriesContext(connection) as table:
        assert len(client.get(TABLE).content.decode().splitlines()) == 1 + 1 + 1 + 3 + 300
    assert len(table) <= len(few)


def test_every_unit_is_on_one_page_and_what_is_said_of_all_is_the_same_on_each(quarters: World) -> None:
    put(quarters, quarters.agency, people=1200, planned=600)
    units = add_many(quarters, 59)
    # The one that needs attention stands on the last page.
    weak = add_many(quarters, 1, name="Z", people=100, planned=2)[0]
    client = quarters.client(quarters.agency_head)
    pages = [client.get(PAGE, {"page": number}) for number in (1, 2, 3)]
    shown = [[row["unit"].pk for row in page.context["rows"]] for page in pages]
    assert [len(rows) for rows in shown] == [25, 25, 11]
    everybody = [pk for rows in shown for pk in rows]
    assert sorted(everybody) == sorted([quarters.unit.pk, weak.pk, *(unit.pk for unit in units)])
    assert {page.context["rows_sentence"] for page in pages} == {pages[0].context["rows_sentence"]}
    assert "60 " in pages[0].context["rows_sentence"]
    for page in pages:
        assert [row["unit"] for row in page.context["rows_named"]] == [weak]
        assert page.context["own"].figure.people == 1200
        assert (page.context["weak_count"], page.context["all_count"]) == (1, 61)
        assert '<a href="#units-title">' in page.content.decode()
    # On the first page a link leads to what is on the last.
    address = reverse("supervision:leadership-unit", args=[weak.pk])
    assert weak.pk not in shown[0]
    assert f'<li><a href="{address}">{weak.name}</a>' in pages[0].content.decode()


def test_a_page_number_out_of_range_is_the_nearest_page(quarters: World) -> None:
    add_many(quarters, 60)
    client = quarters.client(quarters.agency_head)
    found = {
        asked: client.get(PAGE, {"page": asked}).context["page"].number
        for asked in ("99", "-3", "0", "x", "", "2")
    }
    assert found == {"99": 3, "-3": 3, "0": 3, "x": 1, "": 1, "2": 2}


def test_units_of_one_name_keep_their_places(quarters: World) -> None:
    units = add_many(quarters, 60)
    WorkUnit.objects.filter(pk__in=[unit.pk for unit in units]).update(name="Puskesmas")
    # A row that was written again lies elsewhere in its table.
    WorkUnit.objects.filter(pk=units[10].pk).update(kind="puskesmas")
    client = quarters.client(quarters.agency_head)
    shown = [
        row["unit"].pk for number in (1, 2, 3) for row in client.get(PAGE, {"page": number}).context["rows"]
    ]
    assert [pk for pk in shown if pk != quarters.unit.pk] == [unit.pk for unit in units]


def test_the_address_carries_page_filters_and_the_place_of_the_table(quarters: World) -> None:
    put(quarters, quarters.agency, people=1200, planned=600)
    add_many(quarters, 60)
    period = quarters.periods[2]  # type: ignore[attr-defined]
    response = quarters.client(quarters.agency_head).get(
        PAGE, {"periode": period.pk, "ukuran": "punctual", "page": "2"}
    )
    text = response.content.decode()
    assert f'rel="next" href="?periode={period.pk}&amp;ukuran=punctual&amp;page=3#unit-di-bawah"' in text
    assert f'rel="prev" href="?periode={period.pk}&amp;ukuran=punctual&amp;page=1#unit-di-bawah"' in text
    assert 'id="unit-di-bawah"' in text
    # Another figure of the trend does not turn the page back; a unit below begins with its own first page.
    assert all("page=2" in tab["url"] for tab in response.context["trend_tabs"])
    assert all("page" not in row["url"] for row in response.context["rows"])


def test_with_many_units_below_the_limits_the_table_can_show_only_these(quarters: World) -> None:
    put(quarters, quarters.agency, people=1200, planned=600)
    add_many(quarters, 60, people=100, planned=90)
    weak = add_many(quarters, 10, name="Z", people=100, planned=2)
    client = quarters.client(quarters.agency_head)
    first = client.get(PAGE)
    assert len(first.context["rows_named"]) == 8
    assert first.context["rows_more"] == 2
    assert 'href="?lihat=bawah#unit-di-bawah"' in first.content.decode()
    only = client.get(PAGE, {"lihat": "bawah"})
    assert [row["unit"] for row in only.context["rows"]] == weak
    assert only.context["rows_sentence"] == first.context["rows_sentence"]
    # Where nothing lies below there is nothing to leave out.
    UnitFigure.objects.update(people=100, planned=90)
    assert len(client.get(PAGE, {"lihat": "bawah"}).context["rows"]) == 25


def test_turning_the_page_reads_no_figures_again(quarters: World, settings: Any) -> None:
    settings.KEEP_PARTS_SECONDS = 60
    add_many(quarters, 60)
    FigureMark.objects.create(government=quarters.government, computed_at=NOW)
    head = quarters.client(quarters.agency_head)
    first = [row["unit"] for row in head.get(PAGE).context["rows"]]
    with CaptureQueriesContext(connection) as asked:
        second = [row["unit"] for row in head.get(PAGE, {"page": 2}).context["rows"]]
    assert not set(first) & set(second)
    assert len(second) == 25
    assert not [row for row in asked if '"supervision_unitfigure"."people"' in row["sql"]]


def test_a_family_of_few_is_no_filter_so_the_titles_of_heads_do_not_fill_the_page(quarters: World) -> None:
    put(quarters, quarters.agency, people=900)
    put(quarters, quarters.agency, family="Perawat", people=5)
    put(quarters, quarters.agency, family="Bidan", people=4)
    period = quarters.periods[2]  # type: ignore[attr-defined]
    UnitFigure.objects.bulk_create(
        UnitFigure(
            unit=quarters.agency, period=period, reach="tree", job_family=f"Kepala Kelurahan {n}", people=1
        )
        for n in range(500)
    )
    client = quarters.client(quarters.agency_head)
    response = client.get(PAGE, {"keluarga": "Kepala Kelurahan 7"})
    assert response.context["families"] == ["Perawat"]
    assert response.context["family"] == ""
    assert "Kepala Kelurahan 7" not in response.content.decode()
    # The table of all units answers the same.
    assert "Kepala Kelurahan 7" not in client.get(TABLE, {"keluarga": "Kepala Kelurahan 7"}).content.decode()


def test_the_table_has_the_visible_units_only_and_no_formulas(quarters: World) -> None:
    put(quarters, quarters.agency, people=10, planned=9, baik=3)
    put(quarters, quarters.unit, people=6, planned=3, baik=2)
    WorkUnit.objects.filter(pk=quarters.unit.pk).update(name="=HYPERLINK()")
    response = quarters.client(quarters.agency_head).get(TABLE)
    assert response["Content-Type"].startswith("text/csv")
    lines = response.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    cells = lines[2].split(";")
    assert not cells[1].startswith("=")
    assert cells[4:7] == ["50", "3", "6"]
    assert quarters.other_agency.name not in response.content.decode()
    below = quarters.client(quarters.agency_head).get(TABLE, {"unit": quarters.unit.pk})
    assert len(below.content.decode().splitlines()) == 2


def test_an_event_does_not_read_the_figures_again_but_a_recount_does(quarters: World, settings: Any) -> None:
    settings.KEEP_PARTS_SECONDS = 60
    add_units(quarters, 3)
    mark = FigureMark.objects.create(government=quarters.government, computed_at=NOW)
    head = quarters.client(quarters.agency_head)
    first = head.get(PAGE).context["rows"]
    stamps.bump_now(f"user:{quarters.agency_head.user_id}")
    with CaptureQueriesContext(connection) as asked:
        assert head.get(PAGE).context["rows"] == first
    assert not [row for row in asked if '"supervision_unitfigure"."people"' in row["sql"]]
    UnitFigure.objects.filter(unit__name="Puskesmas 001").update(planned=90)
    mark.computed_at = NOW + timedelta(minutes=1)
    mark.save()
    assert head.get(PAGE).context["rows"] != first


def test_real_figures_reach_the_page(quarters: World) -> None:
    quarters.make_skp(quarters.staff)
    unit_figures.refresh(government=quarters.government, now=NOW)
    response = quarters.client(quarters.head).get(PAGE)
    cell = response.context["own"].cell("coverage")
    assert (cell.part, cell.whole) == (1, 3)
