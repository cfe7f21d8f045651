from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from apps.indicators.models import UnitIndicator, UnitTarget
from apps.indicators.services import unit_targets as services
from apps.indicators.views.unit_targets import computation

from ..support import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def target(world: Any) -> UnitTarget:
    """The target of the first quarter."""
    iku = UnitIndicator.objects.create(
        unit=world.unit, year=2026, goal="Sasaran", name="Cakupan", target=Decimal(95), measure="persen"
    )
    services.set_targets(indicator_id=iku.pk, targets={date(2026, 1, 1): Decimal(20)}, by=world.head)
    return iku.targets.get()


def base(target: UnitTarget) -> str:
    """Return the address of the indicator's targets."""
    return f"/unit/{target.indicator.unit_id}/indikator/{target.indicator_id}/target/"


def targets_data(target: UnitTarget, *values: str) -> dict[str, str]:
    """Return what a browser posts for the four quarters."""
    days = ("20260101", "20260401", "20260701", "20261001")
    data = {f"target_{day}": value for day, value in zip(days, values, strict=True)}
    return data | {f"seen_{day}": "" for day in days} | {"seen_20260101": target.fingerprint}


def test_the_page_says_percent_and_computation(world: Any, target: UnitTarget) -> None:
    services.record_realization(
        target_id=target.pk, realization=Decimal("18.5"), source_note="Laporan", by=world.head, at=AT
    )
    html = world.client(world.staff).get(base(target)).content.decode()
    assert "92,50%" in html
    assert "18,5 ÷ 20 × 100 = 92,50%" in html
    assert "Laporan" in html
    assert "/realisasi/" not in html, "staff only read"


@pytest.mark.parametrize("who", ["head", "personnel_officer"])
def test_targets_of_all_quarters_are_written_on_one_page(world: Any, target: UnitTarget, who: str) -> None:
    data = targets_data(target, "20", "45,5", "", "95")
    response = world.client(getattr(world, who)).post(base(target) + "ubah/", data)
    assert response.url == base(target)
    assert list(target.indicator.targets.values_list("target", flat=True)) == [20, Decimal("45.5"), 95]


@pytest.mark.parametrize(("who", "status"), [("staff", 403), ("auditor", 403), ("stranger", 404)])
def test_others_do_not_write(world: Any, target: UnitTarget, who: str, status: int) -> None:
    client = world.client(getattr(world, who))
    assert client.post(base(target) + "ubah/", targets_data(target, "1", "2", "3", "4")).status_code == status
    data = {"realization": "5", "source_note": "x"}
    assert client.post(f"{base(target)}{target.pk}/realisasi/", data).status_code == status
    assert list(UnitTarget.objects.values_list("target", "realization")) == [(20, None)]


def test_a_wrong_number_keeps_everything_typed(world: Any, target: UnitTarget) -> None:
    response = world.client(world.head).post(
        base(target) + "ubah/", targets_data(target, "20", "banyak", "-5", "")
    )
    html = response.content.decode()
    assert (response.status_code, 'value="banyak"' in html) == (422, True)
    assert set(response.context["form"].errors) == {"target_20260401", "target_20260701"}
    assert UnitTarget.objects.count() == 1


def test_an_old_form_shows_what_was_saved(world: Any, target: UnitTarget) -> None:
    client = world.client(world.head)
    old = targets_data(target, "25", "", "", "")
    client.post(base(target) + "ubah/", targets_data(target, "30", "", "", ""))
    response = client.post(base(target) + "ubah/", old)
    html = response.content.decode()
    assert (response.status_code, "30 persen" in html, 'value="25"' in html) == (409, True, True)
    target.refresh_from_db()
    assert target.target == 30
    assert f'value="{target.fingerprint}"' in html


def test_a_realization_needs_its_source(world: Any, target: UnitTarget) -> None:
    address = f"{base(target)}{target.pk}/realisasi/"
    client = world.client(world.head)
    data = {"realization": "18,5", "source_note": " ", "seen": target.fingerprint}
    assert client.post(address, data).status_code == 422
    target.refresh_from_db()
    assert target.realization is None
    assert client.post(address, data | {"source_note": "Laporan April"}).url == base(target)
    target.refresh_from_db()
    assert (target.realization, target.recorded_by) == (Decimal("18.5"), world.head.user)
    response = client.post(address, data | {"source_note": "Lain", "realization": "99"})
    assert response.status_code == 409
    target.refresh_from_db()
    assert target.realization == Decimal("18.5")


def test_a_target_of_another_indicator_is_not_found(world: Any, target: UnitTarget) -> None:
    other = UnitIndicator.objects.create(
        unit=world.unit, year=2026, goal="g", name="n", target=Decimal(1), measure="x"
    )
    address = f"/unit/{world.unit.pk}/indikator/{other.pk}/target/{target.pk}/realisasi/"
    data = {"realization": "1", "source_note": "x"}
    assert world.client(world.head).post(address, data).status_code == 404
    target.refresh_from_db()
    assert target.realization is None


def test_the_form_of_an_indicator_keeps_document_and_formula(world: Any, target: UnitTarget) -> None:
    address = f"/unit/{world.unit.pk}/indikator/{target.indicator_id}/"
    data = {
        "document": "iku",
        "goal": "Sasaran",
        "name": "Cakupan",
        "target": "95",
        "measure": "persen",
        "direction": "higher_is_better",
        "formula": "inverse",
        "seen": target.indicator.fingerprint,
    }
    client = world.client(world.head)
    response = client.post(address, data)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["formula"])
    assert client.post(address, data | {"direction": "lower_is_better"}).status_code == 302
    indicator = UnitIndicator.objects.get()
    assert (indicator.document, indicator.formula) == ("iku", "inverse")


@pytest.mark.parametrize(
    ("formula", "direction", "percent", "words"),
    [
        ("standard", "lower_is_better", Decimal("80.00"), "(2 × 25 - 30) ÷ 25 × 100 = 80,00%"),
        ("inverse", "lower_is_better", Decimal("83.33"), "25 ÷ 30 × 100 = 83,33%"),
    ],
)
def test_the_computation_in_words(
    world: Any, target: UnitTarget, formula: str, direction: str, percent: Decimal, words: str
) -> None:
    target.indicator.formula, target.indicator.direction = formula, direction
    assert computation(target.indicator, Decimal(25), Decimal(30), percent) == words


def test_without_a_percentage_the_words_say_why(target: UnitTarget) -> None:
    assert "÷ 0 × 100" in computation(target.indicator, Decimal(0), Decimal(3), None)
