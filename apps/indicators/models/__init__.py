"""What is to be achieved: targets of units, and each person's yearly plan (SKP)."""

from .plans import AnnexItem, BehaviorExpectation, Indicator, Skp, SkpDecision, WorkResult
from .unit_indicators import UnitIndicator

__all__ = [
    "AnnexItem",
    "BehaviorExpectation",
    "Indicator",
    "Skp",
    "SkpDecision",
    "UnitIndicator",
    "WorkResult",
]
