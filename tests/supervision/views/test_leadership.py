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
    assert [line.split(":")[0] for line in response.context["rows_named"]] == [units[3].name]
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


def test_the_page_asks_as_often_with_three_units_as_with_three_hundred(
    quarters: World, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    put(quarters, quarters.agency, people=500)
    add_units(quarters, 3)
    client = quarters.client(quarters.agency_head)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        assert client.get(PAGE).status_code == 200
    above = quarters.agency
    units = WorkUnit.objects.bulk_create(
        WorkUnit(
            government=quarters.government, parent=above, code=f"B{n}", name=f"Unit {n}", kind="puskesmas"
        )
        for n in range(300)
    )
    for unit in units:
        unit.path = f"{above.path}{unit.pk}/"
    WorkUnit.objects.bulk_update(units, ["path"])
    period = quarters.periods[2]  # type: ignore[attr-defined]
    UnitFigure.objects.bulk_create(
        UnitFigure(unit=unit, period=period, reach="tree", people=20, planned=10) for unit in units
    )
    with CaptureQueriesContext(connection) as many:
        response = client.get(PAGE)
    assert len(response.context["rows"]) == 50
    assert len(many) == len(few)
    with CaptureQueriesContext(connection) as table:
        assert len(client.get(TABLE).content.decode().splitlines()) == 1 + 1 + 1 + 3 + 300
    assert len(table) <= len(few)


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
