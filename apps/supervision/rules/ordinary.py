"""Which sent reports are ordinary, so that they may be accepted together, and why the others are not.

Source: issue 5 and the UX sheet, S3: only unflagged, complete items; every exclusion with its reason; never low scores.
Thresholds are policy values that the caller brings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from apps.indicators.rules.achievement import Direction, achievement_percent


class Exclusion(StrEnum):
    """Why a report is read on its own; the first reason that holds is told."""

    DRAWN = "drawn"
    DECIDED = "decided"
    RESENT = "resent"
    NOT_LISTED = "not_listed"
    MOVED = "moved"
    LATE = "late"
    INCOMPLETE = "incomplete"
    LOW = "low"
    QUESTION = "question"
    DOUBTED = "doubted"
    FLAGGED = "flagged"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class Figures:
    """What the figures of a sent version say: whether one is missing, and the lowest achievement in percent."""

    is_complete: bool
    lowest: Decimal | None


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """A report as the rule wants it. `figures` is None if what was sent cannot be found."""

    is_waiting: bool
    is_late: bool
    figures: Figures | None
    has_open_question: bool
    has_doubted_evidence: bool
    is_flagged: bool
    is_supervised: bool


def figures_of(results: Sequence[Mapping[str, Any]]) -> Figures:
    """Return what the `results` of a sent version say; a figure without a target says nothing."""
    lowest: Decimal | None = None
    complete = True
    for result in results:
        for row in result["indicators"]:
            if row["target"] is None:
                continue
            if row["realization"] is None:
                complete = False
                continue
            percent = achievement_percent(
                Decimal(row["target"]), Decimal(row["realization"]), Direction(row["direction"])
            )
            if percent is not None and (lowest is None or percent < lowest):
                lowest = percent
    return Figures(complete, lowest)


def why_not(facts: ReportFacts, *, lowest_percent: Decimal) -> Exclusion | None:
    """Return the first reason why a report is not ordinary; None if it is."""
    figures = facts.figures
    reasons = (
        (Exclusion.DECIDED, not facts.is_waiting),
        (Exclusion.MOVED, not facts.is_supervised),
        (Exclusion.LATE, facts.is_late),
        (Exclusion.INCOMPLETE, figures is None or not figures.is_complete),
        (
            Exclusion.LOW,
            figures is not None and figures.lowest is not None and figures.lowest < lowest_percent,
        ),
        (Exclusion.QUESTION, facts.has_open_question),
        (Exclusion.DOUBTED, facts.has_doubted_evidence),
        (Exclusion.FLAGGED, facts.is_flagged),
    )
    return next((reason for reason, holds in reasons if holds), None)


def too_many_findings(found: int, opened: int, limit_percent: Decimal) -> bool:
    """Whether a sample found so much that the rest is not accepted together.

    :raises ValueError: if more was found than opened, or a number is negative.
    """
    if not 0 <= found <= opened:
        raise ValueError("what was found lies between 0 and what was opened")
    return found * 100 > limit_percent * opened
