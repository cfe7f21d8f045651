"""Questions about the targets of units in the parts of the year, and how far they were reached."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, QuerySet

from apps.core import policy
from apps.employees.models import WorkUnit

from ..models import UnitIndicator, UnitTarget
from ..rules.achievement import Direction, Formula, percent_by_formula
from ..rules.target_periods import Division, Part, division_of, parts_of


@dataclass(frozen=True)
class TargetRow:
    """A part of the year with its target and what was reached; percent is None without both."""

    part: Part
    target: UnitTarget | None
    percent: Decimal | None


@dataclass(frozen=True)
class UnitAchievement:
    """How far a unit's indicator was reached by a day: the last part whose realization is recorded."""

    indicator: UnitIndicator
    latest: UnitTarget | None
    percent: Decimal | None


def division_for(indicator: UnitIndicator) -> Division:
    """Return how the year is divided for an indicator: as its stored targets are, else as the government wants."""
    for row in indicator.targets.all():
        division = division_of(row.starts_on, row.ends_on)
        if division is not None:
            return division
    scope = indicator.unit.government.code
    return Division(policy.get("indicators.unit_target_parts", on=date(indicator.year, 1, 1), scope=scope))


def parts_for(indicator: UnitIndicator) -> list[Part]:
    """Return the parts of the year of an indicator."""
    return parts_of(indicator.year, division_for(indicator))


def target_rows(indicator: UnitIndicator) -> list[TargetRow]:
    """Return every part of the year, with or without a target."""
    stored = {row.starts_on: row for row in indicator.targets.all()}
    return [
        TargetRow(part, stored.get(part.starts_on), percent_of(indicator, stored.get(part.starts_on)))
        for part in parts_for(indicator)
    ]


def percent_of(indicator: UnitIndicator, row: UnitTarget | None) -> Decimal | None:
    """Return how far one target was reached, by the indicator's own formula; uncapped."""
    if row is None or row.realization is None:
        return None
    return percent_by_formula(
        Formula(indicator.formula), row.target, row.realization, Direction(indicator.direction)
    )


def with_targets(indicators: "QuerySet[UnitIndicator]") -> "QuerySet[UnitIndicator]":
    """Fetch the targets in one more query."""
    return indicators.select_related("unit__government").prefetch_related(
        Prefetch("targets", UnitTarget.objects.order_by("starts_on", "id"))
    )


def achievements(indicators: Iterable[UnitIndicator], until: date) -> list[UnitAchievement]:
    """Return how far indicators (fetched `with_targets`) were reached in the parts that ended by a day."""
    found = []
    for indicator in indicators:
        done = [
            row for row in indicator.targets.all() if row.realization is not None and row.ends_on <= until
        ]
        latest = done[-1] if done else None
        found.append(UnitAchievement(indicator, latest, percent_of(indicator, latest)))
    return found


def unit_achievements(unit: WorkUnit, year: int, until: date) -> list[UnitAchievement]:
    """Return how far the indicators of a unit were reached by a day: two queries, evidence beside ORG-1."""
    indicators = with_targets(UnitIndicator.objects.filter(unit=unit, year=year))
    return achievements(indicators.order_by("goal", "name", "id"), until)
