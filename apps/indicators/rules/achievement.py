"""How far a target was reached (SAK-6). Argued and worked through in docs/rules/achievement.md."""

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from apps.core.rules.rounding import half_up

DISPLAY_CAP_PERCENT = Decimal(120)


class Direction(StrEnum):
    HIGHER = "higher_is_better"
    LOWER = "lower_is_better"


def achievement_percent(target: Decimal, realization: Decimal, direction: Direction) -> Decimal | None:
    """Return the achievement with two decimals, uncapped; below 0 is possible if lower is better.

    None means that no percentage can be given, because the target is zero (or less).
    """
    if target <= 0:
        return None
    goal, reached = Fraction(target), Fraction(realization)
    achieved = reached if direction is Direction.HIGHER else 2 * goal - reached
    return half_up(achieved / goal * 100)


def display_percent(value: Decimal, cap: Decimal = DISPLAY_CAP_PERCENT) -> Decimal:
    """Return the percentage for a chart: never above the cap, never below zero.

    Only drawings use it. Tables, documents and further arithmetic take the uncapped value.
    """
    return max(Decimal(0), min(value, cap))
