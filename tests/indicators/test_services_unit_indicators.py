from decimal import Decimal
from typing import Any

import pytest

from apps.core.models import AuditEntry
from apps.indicators.models import UnitIndicator
from apps.indicators.services import skp as plans
from apps.indicators.services import unit_indicators as services

from .support import begin

pytestmark = pytest.mark.django_db

VALUES = {
    "goal": "Meningkatnya kesehatan ibu",
    "name": "Cakupan K4",
    "target": Decimal("95.5"),
    "measure": "persen",
    "direction": "higher_is_better",
}


def add(world: Any, **changes: Any) -> UnitIndicator:
    """Add an indicator to the unit."""
    return services.add_unit_indicator(unit=world.unit, year=2026, by=world.head, **(VALUES | changes))


def test_add_records_who_did_it(world: Any) -> None:
    indicator = add(world)
    entry = AuditEntry.objects.get(action="indicators.unit_indicator.added")
    assert (entry.actor, entry.target_id) == (f"user:{world.head.user_id}", str(indicator.pk))


def test_the_same_name_twice_in_a_year_is_refused(world: Any) -> None:
    add(world)
    with pytest.raises(services.IndicatorNameTaken):
        add(world)
    other = add(world, name="Cakupan lain")
    with pytest.raises(services.IndicatorNameTaken):
        services.change_unit_indicator(indicator_id=other.pk, by=world.head, **VALUES)
    assert set(UnitIndicator.objects.values_list("name", flat=True)) == {"Cakupan K4", "Cakupan lain"}


def test_change_keeps_the_old_target_in_the_chain(world: Any) -> None:
    indicator = add(world)
    services.change_unit_indicator(
        indicator_id=indicator.pk,
        by=world.head,
        seen=indicator.fingerprint,
        **(VALUES | {"target": Decimal(97)}),
    )
    data = AuditEntry.objects.get(action="indicators.unit_indicator.changed").data
    assert (data["target_before"], data["target_value"]) == ("95.5000", "97")


def test_a_form_older_than_the_last_change_is_a_conflict(world: Any) -> None:
    indicator = add(world)
    seen = indicator.fingerprint
    services.change_unit_indicator(
        indicator_id=indicator.pk, by=world.head, seen=seen, **(VALUES | {"goal": "Baru"})
    )
    with pytest.raises(services.IndicatorConflict):
        services.change_unit_indicator(
            indicator_id=indicator.pk, by=world.head, seen=seen, **(VALUES | {"goal": "Lain"})
        )
    assert UnitIndicator.objects.get().goal == "Baru"


def test_what_plans_support_cannot_go(world: Any) -> None:
    indicator = add(world)
    plans.add_result(
        skp=begin(world.staff), text="a", kind="utama", by=world.staff, supports_indicator=indicator
    )
    with pytest.raises(services.IndicatorInUse):
        services.remove_unit_indicator(indicator=indicator, by=world.head)
    assert UnitIndicator.objects.exists()


def test_what_nobody_supports_can_go(world: Any) -> None:
    services.remove_unit_indicator(indicator=add(world), by=world.head)
    assert not UnitIndicator.objects.exists()
    assert AuditEntry.objects.filter(action="indicators.unit_indicator.removed").count() == 1
