"""Targets of a unit (IKU, perjanjian kinerja): added and changed by its head or the personnel office."""

from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from apps.core import audit, stamps
from apps.employees.models import Employee, WorkUnit

from ..models import UnitIndicator
from ..rules.achievement import Direction, Formula


class IndicatorNameTaken(ValueError):
    """Raised when the unit already has an indicator of this name for the year."""


class IndicatorInUse(Exception):
    """Raised when an indicator is to go that planned results support."""


class FormulaDoesNotFit(ValueError):
    """Raised when target / realization is chosen where higher is better."""


class IndicatorConflict(Exception):
    """Raised when the indicator was changed after the form was made."""


@transaction.atomic
def add_unit_indicator(
    *,
    unit: WorkUnit,
    year: int,
    goal: str,
    name: str,
    target: Decimal,
    measure: str,
    direction: str,
    by: Any,
    document: str = "perjanjian_kinerja",
    formula: str = "standard",
) -> UnitIndicator:
    """Add an indicator with its yearly target to a unit.

    :raises IndicatorNameTaken: if the unit has one of this name for the year.
    :raises FormulaDoesNotFit: if the formula needs the other direction.
    """
    _require_fitting(formula, direction)
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
                document=document,
                formula=formula,
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
    document: str | None = None,
    formula: str | None = None,
    seen: str | None = None,
) -> UnitIndicator:
    """Rewrite an indicator; `seen` is the fingerprint of what the form showed.

    Document and formula stay as they are if they are not given.

    :raises IndicatorNameTaken: if another one of the unit has this name for the year.
    :raises IndicatorConflict: if it is no longer what the form showed.
    :raises FormulaDoesNotFit: if the formula needs the other direction.
    """
    indicator = (
        UnitIndicator.objects.select_for_update(of=("self",))
        .select_related("unit__government")
        .get(pk=indicator_id)
    )
    new = {"goal": goal, "name": name, "target": target, "measure": measure, "direction": direction}
    new |= {"document": document or indicator.document, "formula": formula or indicator.formula}
    _require_fitting(str(new["formula"]), direction)
    if all(getattr(indicator, key) == value for key, value in new.items()):
        return indicator
    if seen is not None and seen != indicator.fingerprint:
        raise IndicatorConflict
    before, formula_before = indicator.target, indicator.formula
    for key, value in new.items():
        setattr(indicator, key, value)
    try:
        with transaction.atomic():
            indicator.save()
    except IntegrityError as error:
        raise IndicatorNameTaken from error
    values = {"target_before": str(before), "target_value": str(target)}
    if indicator.formula != formula_before:
        values |= {"formula_before": formula_before, "formula": indicator.formula}
    _record("changed", indicator, by, **values)
    return indicator


@transaction.atomic
def remove_unit_indicator(*, indicator: UnitIndicator, by: Any) -> None:
    """Take an indicator away that nobody supports and for which nothing was reported.

    :raises IndicatorInUse: if planned results support it, or a realization is recorded.
    """
    if indicator.targets.filter(realization__isnull=False).exists():
        raise IndicatorInUse
    try:
        UnitIndicator.objects.filter(pk=indicator.pk).delete()
    except ProtectedError as error:
        raise IndicatorInUse from error
    _record("removed", indicator, by)


def _require_fitting(formula: str, direction: str) -> None:
    if formula == Formula.INVERSE.value and direction != Direction.LOWER.value:
        raise FormulaDoesNotFit


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
