from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from apps.core import policy
from apps.core.models import AuditEntry
from apps.indicators.models import UnitIndicator, UnitTarget
from apps.indicators.selectors import targets as target_selectors
from apps.indicators.services import unit_indicators
from apps.indicators.services import unit_targets as services

from .support import AT

pytestmark = pytest.mark.django_db

Q1, Q2 = date(2026, 1, 1), date(2026, 4, 1)


@pytest.fixture
def iku(world: Any) -> UnitIndicator:
    """An indicator of the unit."""
    return UnitIndicator.objects.create(
        unit=world.unit, year=2026, goal="Sasaran", name="Cakupan", target=Decimal(95), measure="persen"
    )


def stored(iku: UnitIndicator) -> list[tuple[date, Decimal, Decimal | None]]:
    """Return what is stored."""
    return list(iku.targets.values_list("starts_on", "target", "realization"))


def set_one(world: Any, iku: UnitIndicator, value: str = "20") -> UnitTarget:
    """Set the target of the first quarter."""
    services.set_targets(indicator_id=iku.pk, targets={Q1: Decimal(value)}, by=world.head)
    return iku.targets.get(starts_on=Q1)


def record(world: Any, target: UnitTarget, value: str = "18.5", **changes: Any) -> UnitTarget:
    """Record a realization as the head."""
    values = {"realization": Decimal(value), "source_note": "Laporan April", "by": world.head, "at": AT}
    return services.record_realization(target_id=target.pk, **(values | changes))


def test_targets_are_set_changed_and_taken_away(world: Any, iku: UnitIndicator) -> None:
    services.set_targets(
        indicator_id=iku.pk, targets={Q1: Decimal(20), Q2: Decimal(45)}, by=world.head, seen={}
    )
    assert stored(iku) == [(Q1, 20, None), (Q2, 45, None)]
    assert iku.targets.get(starts_on=Q1).ends_on == date(2026, 3, 31)
    seen = {row.starts_on: row.fingerprint for row in iku.targets.all()}
    services.set_targets(indicator_id=iku.pk, targets={Q1: Decimal(25), Q2: None}, by=world.head, seen=seen)
    assert stored(iku) == [(Q1, 25, None)]
    data = AuditEntry.objects.filter(action="indicators.unit_indicator.targets_set").latest("id").data
    assert data["before"] == {"2026-01-01": "20.0000", "2026-04-01": "45.0000"}
    assert data["after"] == {"2026-01-01": "25", "2026-04-01": None}


def test_an_older_form_is_a_conflict_only_for_what_it_changes(world: Any, iku: UnitIndicator) -> None:
    target = set_one(world, iku)
    seen = {Q1: target.fingerprint, Q2: ""}
    set_one(world, iku, "30")
    with pytest.raises(services.TargetConflict):
        services.set_targets(
            indicator_id=iku.pk, targets={Q1: Decimal(25), Q2: Decimal(45)}, by=world.head, seen=seen
        )
    assert stored(iku) == [(Q1, 30, None)]
    services.set_targets(
        indicator_id=iku.pk, targets={Q1: Decimal(30), Q2: Decimal(45)}, by=world.head, seen=seen
    )
    assert stored(iku) == [(Q1, 30, None), (Q2, 45, None)]


def test_a_reported_target_cannot_go(world: Any, iku: UnitIndicator) -> None:
    record(world, set_one(world, iku))
    with pytest.raises(services.TargetInUse):
        services.set_targets(indicator_id=iku.pk, targets={Q1: None}, by=world.head)
    with pytest.raises(unit_indicators.IndicatorInUse):
        unit_indicators.remove_unit_indicator(indicator=iku, by=world.head)
    assert stored(iku) == [(Q1, 20, Decimal("18.5"))]


@pytest.mark.parametrize("day", [date(2026, 2, 1), date(2025, 1, 1)])
def test_a_day_that_begins_no_part_is_refused(world: Any, iku: UnitIndicator, day: date) -> None:
    with pytest.raises(ValueError, match="no such part"):
        services.set_targets(indicator_id=iku.pk, targets={day: Decimal(1)}, by=world.head)
    assert stored(iku) == []


def test_a_realization_names_who_when_and_where(world: Any, iku: UnitIndicator) -> None:
    target = record(world, set_one(world, iku))
    assert (target.recorded_by, target.recorded_at, target.source_note) == (
        world.head.user,
        AT,
        "Laporan April",
    )
    record(world, target, "19")
    data = (
        AuditEntry.objects.filter(action="indicators.unit_indicator.realization_recorded").latest("id").data
    )
    assert (data["before"], data["after"]) == ("18.5000", "19")


def test_a_realization_without_source_is_refused(world: Any, iku: UnitIndicator) -> None:
    target = set_one(world, iku)
    with pytest.raises(services.SourceRequired):
        record(world, target, source_note="  ")
    assert stored(iku) == [(Q1, 20, None)]


def test_nothing_is_recorded_for_the_future_in_the_units_own_zone(world: Any, iku: UnitIndicator) -> None:
    services.set_targets(indicator_id=iku.pk, targets={Q2: Decimal(45)}, by=world.head)
    target = iku.targets.get()
    before_midnight = datetime(2026, 3, 31, 15, 59, tzinfo=UTC)
    with pytest.raises(services.PartNotBegun):
        record(world, target, at=before_midnight)
    assert stored(iku) == [(Q2, 45, None)]
    record(world, target, at=datetime(2026, 3, 31, 16, 0, tzinfo=UTC))
    assert stored(iku) == [(Q2, 45, Decimal("18.5"))]


def test_a_correction_from_an_old_form_is_a_conflict(world: Any, iku: UnitIndicator) -> None:
    target = set_one(world, iku)
    seen = target.fingerprint
    record(world, target, seen=seen)
    with pytest.raises(services.TargetConflict):
        record(world, target, "99", seen=seen)
    assert stored(iku) == [(Q1, 20, Decimal("18.5"))]


def test_a_government_that_wants_months_gets_months(world: Any, iku: UnitIndicator) -> None:
    policy.set_value(
        "indicators.unit_target_parts", "monthly", scope="kendari", valid_from=Q1, by=None, reason="Perwali"
    )
    iku = target_selectors.with_targets(UnitIndicator.objects.all()).get()
    assert len(target_selectors.target_rows(iku)) == 12


def test_targets_that_exist_keep_their_division(world: Any, iku: UnitIndicator) -> None:
    set_one(world, iku)
    policy.set_value(
        "indicators.unit_target_parts", "monthly", scope="kendari", valid_from=Q1, by=None, reason="Perwali"
    )
    iku = target_selectors.with_targets(UnitIndicator.objects.all()).get()
    rows = target_selectors.target_rows(iku)
    assert (len(rows), rows[0].target.target) == (4, 20)


def test_the_achievement_is_that_of_the_last_reported_part(world: Any, iku: UnitIndicator) -> None:
    services.set_targets(indicator_id=iku.pk, targets={Q1: Decimal(20), Q2: Decimal(45)}, by=world.head)
    first, second = iku.targets.all()
    record(world, first)
    record(world, second, "60")
    (by_march,) = target_selectors.unit_achievements(world.unit, 2026, date(2026, 3, 31))
    (by_june,) = target_selectors.unit_achievements(world.unit, 2026, date(2026, 6, 30))
    (before,) = target_selectors.unit_achievements(world.unit, 2026, date(2026, 3, 30))
    assert (by_march.percent, by_june.percent, before.percent) == (Decimal("92.50"), Decimal("133.33"), None)


def test_achievements_need_two_queries_for_one_and_for_three(
    world: Any, iku: UnitIndicator, django_assert_num_queries: Any
) -> None:
    for name in ("b", "c"):
        UnitIndicator.objects.create(
            unit=world.unit, year=2026, goal="g", name=name, target=Decimal(1), measure="x"
        )
    set_one(world, iku)
    with django_assert_num_queries(2):
        assert len(target_selectors.unit_achievements(world.unit, 2026, date(2026, 12, 31))) == 3


def test_a_formula_that_needs_the_other_direction_is_refused(world: Any, iku: UnitIndicator) -> None:
    values = {"goal": "g", "name": "n", "target": Decimal(1), "measure": "x", "direction": "higher_is_better"}
    with pytest.raises(unit_indicators.FormulaDoesNotFit):
        unit_indicators.change_unit_indicator(indicator_id=iku.pk, by=world.head, formula="inverse", **values)
    with pytest.raises(unit_indicators.FormulaDoesNotFit):
        unit_indicators.add_unit_indicator(
            unit=world.unit, year=2026, by=world.head, formula="inverse", **values
        )
    assert list(UnitIndicator.objects.values_list("formula", "name")) == [("standard", "Cakupan")]
