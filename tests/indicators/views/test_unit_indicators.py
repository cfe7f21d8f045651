from decimal import Decimal
from typing import Any

import pytest

from apps.indicators.models import UnitIndicator
from apps.indicators.services import skp as plans

from ..support import begin

pytestmark = pytest.mark.django_db

DATA = {
    "document": "iku",
    "goal": "Meningkatnya kesehatan ibu",
    "name": "Cakupan K4",
    "target": "95,5",
    "measure": "persen",
    "direction": "higher_is_better",
    "formula": "standard",
    "_key": "33333333-3333-4333-8333-333333333333",
}


def base(world: Any) -> str:
    """Return the address of the list."""
    return f"/unit/{world.unit.pk}/indikator/"


@pytest.mark.parametrize("who", ["head", "agency_head_is_not", "personnel_officer"])
def test_the_head_and_the_personnel_officer_add(world: Any, who: str) -> None:
    client = world.client(world.agency_head if who == "agency_head_is_not" else getattr(world, who))
    response = client.post(f"{base(world)}baru/?tahun=2026", DATA)
    if who == "agency_head_is_not":
        assert response.status_code == 403
        assert not UnitIndicator.objects.exists()
        return
    assert response.url == f"{base(world)}?tahun=2026"
    indicator = UnitIndicator.objects.get()
    assert (indicator.unit, indicator.year, indicator.target) == (world.unit, 2026, Decimal("95.5"))
    client.post(f"{base(world)}baru/?tahun=2026", DATA)
    assert UnitIndicator.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "status"), [("staff", 403), ("auditor", 403), ("stranger", 404), ("foreigner", 404)]
)
def test_others_do_not(world: Any, who: str, status: int) -> None:
    assert world.client(getattr(world, who)).post(f"{base(world)}baru/", DATA).status_code == status
    assert not UnitIndicator.objects.exists()


def test_the_same_name_is_refused_beside_its_field(world: Any) -> None:
    client = world.client(world.head)
    client.post(f"{base(world)}baru/?tahun=2026", DATA)
    again = DATA | {"_key": "44444444-4444-4444-8444-444444444444"}
    response = client.post(f"{base(world)}baru/?tahun=2026", again)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["name"])
    assert UnitIndicator.objects.count() == 1


def test_a_change_from_an_old_form_shows_both(world: Any) -> None:
    client = world.client(world.head)
    client.post(f"{base(world)}baru/?tahun=2026", DATA)
    path = f"{base(world)}{UnitIndicator.objects.get().pk}/"
    seen = client.get(path).context["seen"]
    assert client.post(path, DATA | {"seen": seen, "target": "96"}).status_code == 302
    response = client.post(path, DATA | {"seen": seen, "target": "97"})
    html = response.content.decode()
    assert (response.status_code, "96 persen" in html, 'value="97"' in html) == (409, True, True)
    assert UnitIndicator.objects.get().target == 96


def test_removing_asks_and_refuses_what_is_supported(world: Any) -> None:
    client = world.client(world.head)
    client.post(f"{base(world)}baru/?tahun=2026", DATA)
    indicator = UnitIndicator.objects.get()
    path = f"{base(world)}{indicator.pk}/hapus/"
    result = plans.add_result(
        skp=begin(world.staff), text="a", kind="utama", by=world.staff, supports_indicator=indicator
    )
    assert client.post(path).status_code == 200
    assert client.post(path, {"confirmed": "1"}).status_code == 302
    assert UnitIndicator.objects.exists()
    plans.remove_result(result=result, by=world.staff)
    client.post(path, {"confirmed": "1"})
    assert not UnitIndicator.objects.exists()


def test_an_indicator_of_another_unit_is_not_found(world: Any) -> None:
    foreign = UnitIndicator.objects.create(
        unit=world.agency, year=2026, goal="g", name="n", target=1, measure="x"
    )
    assert world.client(world.head).post(f"{base(world)}{foreign.pk}/", DATA).status_code == 404
    foreign.refresh_from_db()
    assert foreign.name == "n"


@pytest.mark.parametrize("year", ["x", "99999", "0", "²026", ""])
def test_a_strange_year_is_this_year(world: Any, year: str) -> None:
    assert world.client(world.head).get(f"{base(world)}?tahun={year}").status_code == 200


def test_the_list_needs_the_same_queries_for_one_and_for_three(world: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def add(name: str) -> None:
        indicator = UnitIndicator.objects.create(
            unit=world.unit, year=2026, goal="g", name=name, target=1, measure="x"
        )
        plans.add_result(skp=skp, text=name, kind="utama", by=world.staff, supports_indicator=indicator)
        plans.add_result(skp=skp, text=f"yatim {name}", kind="utama", by=world.staff)

    def queries() -> int:
        client = world.client(world.head)
        with CaptureQueriesContext(connection) as captured:
            page = client.get(f"{base(world)}?tahun=2026")
        assert page.status_code == 200
        return len(captured)

    skp = begin(world.staff)
    add("a")
    one = queries()
    add("b")
    add("c")
    assert queries() == one
