"""Targets of a unit (IKU, perjanjian kinerja): added and changed by its head or the personnel office."""

from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from apps.core import audit, stamps
from apps.employees.models import Employee, WorkUnit

from ..models import UnitIndicator


class IndicatorNameTaken(ValueError):
    """Raised when the unit already has an indicator of this name for the year."""


class IndicatorInUse(Exception):
    """Raised when an indicator is to go that planned results support."""


class IndicatorConflict(Exception):
    """Raised when the indicator was changed after the form was made."""


@transaction.atomic
def add_unit_indicator(
    *, unit: WorkUnit, year: int, goal: str, name: str, target: Decimal, measure: str, direction: str, by: Any
) -> UnitIndicator:
    """Add an indicator with its yearly target to a unit.

    :raises IndicatorNameTaken: if the unit has one of this name for the year.
    """
    try:
        with transaction.atomic():
            indicator = UnitIndicator.objects.create(
                unit=unit,
                year=year,
                goal=goal,
                name=name,
                target=target,
                measure=measure,
                direction=direction,
            )
    except IntegrityError as error:
        raise IndicatorNameTaken from error
    _record("added", indicator, by, target_value=str(target))
    return indicator


@transaction.atomic
def change_unit_indicator(
    *,
    indicator_id: int,
    goal: str,
    name: str,
    target: Decimal,
    measure: str,
    direction: str,
    by: Any,
    seen: str | None = None,
) -> UnitIndicator:
    """Rewrite an indicator; `seen` is the fingerprint of what the form showed.

    :raises IndicatorNameTaken: if another one of the unit has this name for the year.
    :raises IndicatorConflict: if it is no longer what the form showed.
    """
    indicator = (
        UnitIndicator.objects.select_for_update(of=("self",))
        .select_related("unit__government")
        .get(pk=indicator_id)
    )
    new = {"goal": goal, "name": name, "target": target, "measure": measure, "direction": direction}
    if all(getattr(indicator, key) == value for key, value in new.items()):
        return indicator
    if seen is not None and seen != indicator.fingerprint:
        raise IndicatorConflict
    before = indicator.target
    for key, value in new.items():
        setattr(indicator, key, value)
    try:
        with transaction.atomic():
            indicator.save()
    except IntegrityError as error:
        raise IndicatorNameTaken from error
    _record("changed", indicator, by, target_before=str(before), target_value=str(target))
    return indicator


@transaction.atomic
def remove_unit_indicator(*, indicator: UnitIndicator, by: Any) -> None:
    """Take an indicator away that nobody supports.

    :raises IndicatorInUse: if planned results support it.
    """
    try:
        UnitIndicator.objects.filter(pk=indicator.pk).delete()
    except ProtectedError as error:
        raise IndicatorInUse from error
    _record("removed", indicator, by)


def _record(event: str, indicator: UnitIndicator, by: Any, **data: Any) -> None:
    actor = (by.user or f"employee:{by.pk}") if isinstance(by, Employee) else by
    scope = indicator.unit.government.code
    audit.record(
        f"indicators.unit_indicator.{event}",
        target=indicator,
        by=actor,
        scope=scope,
        unit=indicator.unit_id,
        **data,
    )
    stamps.bump(f"unit:{indicator.unit_id}")
