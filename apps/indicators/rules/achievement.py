"""How far a target was reached (SAK-6). Argued and worked through in docs/rules/achievement.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from apps.core.rules.rounding import half_up, half_up_ratio

DISPLAY_CAP_PERCENT = Decimal(120)
PERCENT_PLACES = 2


class Direction(StrEnum):
    HIGHER = "higher_is_better"
    LOWER = "lower_is_better"


class Formula(StrEnum):
    """How the realization of a unit's indicator becomes a percentage; by-laws differ, so each one has its own."""

    STANDARD = "standard"
    INVERSE = "inverse"
    REACHED = "reached"


@dataclass(frozen=True, slots=True)
class Achieved:
    """What counts as achieved: so many times the target plus so many times what was reached."""

    targets: int
    reached: int


# Both the function below and the expression of the database (assessments/services/engine/rule_sql.py) are made of it.
ACHIEVED: Mapping[Direction, Achieved] = {
    Direction.HIGHER: Achieved(targets=0, reached=1),
    Direction.LOWER: Achieved(targets=2, reached=-1),
}


def achievement_percent(target: Decimal, realization: Decimal, direction: Direction) -> Decimal | None:
    """Return the achievement with two decimals, uncapped; below 0 is possible if lower is better.

    None means that no percentage can be given, because the target is zero (or less).
    """
    if target <= 0:
        return None
    share = ACHIEVED[direction]
    goal, goal_parts = target.as_integer_ratio()
    reached, reached_parts = realization.as_integer_ratio()
    achieved = share.targets * goal * reached_parts + share.reached * reached * goal_parts
    return half_up_ratio(100 * achieved, goal * reached_parts, PERCENT_PLACES)


def percent_by_formula(
    formula: Formula, target: Decimal, realization: Decimal, direction: Direction
) -> Decimal | None:
    """Return the achievement of a unit's indicator with two decimals, uncapped.

    STANDARD is `achievement_percent`. INVERSE is target / realization, for indicators where lower is better.
    REACHED knows 100 and 0 only and also has an answer for a target of zero ("no case").
    None means that no percentage can be given.

    :raises ValueError: if INVERSE is asked for where higher is better.
    """
    if formula is Formula.STANDARD:
        return achievement_percent(target, realization, direction)
    if formula is Formula.REACHED:
        reached = realization >= target if direction is Direction.HIGHER else realization <= target
        return Decimal("100.00") if reached else Decimal("0.00")
    if direction is not Direction.LOWER:
        raise ValueError("target / realization makes sense only where lower is better")
    if target <= 0 or realization <= 0:
        return None
    return half_up(Fraction(target) / Fraction(realization) * 100)


def display_percent(value: Decimal, cap: Decimal = DISPLAY_CAP_PERCENT) -> Decimal:
    """Return the percentage for a chart: never above the cap, never below zero.

    Only drawings use it. Tables, documents and further arithmetic take the uncapped value.
    """
    return max(Decimal(0), min(value, cap))
