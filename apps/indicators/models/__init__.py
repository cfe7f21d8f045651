"""What is to be achieved: targets of units, and each person's yearly plan (SKP)."""

from .matrix import MatrixCell, PlanProposal
from .plans import AnnexItem, BehaviorExpectation, Indicator, Skp, SkpDecision, WorkResult
from .templates import SkpTemplate
from .unit_indicators import UnitIndicator, UnitTarget
from .versions import SkpVersion

__all__ = [
    "AnnexItem",
    "BehaviorExpectation",
    "Indicator",
    "MatrixCell",
    "PlanProposal",
    "Skp",
    "SkpDecision",
    "SkpTemplate",
    "SkpVersion",
    "UnitIndicator",
    "UnitTarget",
    "WorkResult",
]
