"""Why a predikat is what it is: stored facts in, the parts of an explanation out.

No query, no clock, no words: every part is made of values and codes, and selectors/explanation.py says them. The
page, the API and the printed document take the same parts. What they mean: docs/rules/explanation.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.assessments.rules.predikat import Predikat, Rating
from apps.assessments.rules.versions import PredikatRule

HIGHER, LOWER = "higher_is_better", "lower_is_better"


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator as it stood when the period closed; `shared` tells that a yearly target was shared out."""

    result_text: str
    text: str
    source: str
    measure: str
    direction: str
    target: Decimal | None
    plan_target: Decimal | None
    realization: Decimal | None
    percent: Decimal | None
    missing: str
    # Number and range of the answers behind a rating by citizens: {n, low, high}.
    answers: Mapping[str, Any] | None = None

    @property
    def is_shared(self) -> bool:
        """Whether the target of the period is a part of the plan's."""
        return self.target is not None and self.target != self.plan_target

    @property
    def formula(self) -> str:
        """Which formula gave the percentage (SAK-6); empty if there is none."""
        return self.direction if self.percent is not None else ""


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of the percentages, the thresholds it was compared with, and what it hinted at (EVA-4)."""

    percents: tuple[Decimal, ...]
    left_out: int
    value: Decimal | None
    meets_percent: Decimal | None
    above_percent: Decimal | None
    rating: Rating | None


@dataclass(frozen=True, slots=True)
class Ratings:
    """Two ratings and the predikat they gave."""

    work_result: str
    behavior: str
    predikat: str


@dataclass(frozen=True, slots=True)
class Change:
    """One setting of the ratings as it was stored. `author` is whatever the caller shows people with."""

    kind: str
    version: int
    after: Ratings
    reason: str
    author: Any
    at: Any


@dataclass(frozen=True, slots=True)
class Step:
    """A change beside what it replaced; the first one replaced nothing."""

    before: Ratings | None
    change: Change

    @property
    def moved(self) -> bool:
        """Whether a rating is another one than before."""
        return self.before is not None and self.before != self.change.after


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of the matrix."""

    behavior: Rating
    predikat: Predikat
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the matrix."""

    work_result: Rating
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What one other rating would have given; `of` is `work_result` or `behavior`."""

    of: str
    rating: Rating
    predikat: Predikat
    is_other: bool


def figures_of(inputs: Mapping[str, Any]) -> tuple[Figure, ...]:
    """Return the figures of stored inputs (version 1), in the order of the plan."""
    return tuple(
        Figure(
            result_text=row.get("result_text", ""),
            text=row.get("text", ""),
            source=row.get("source", ""),
            measure=row.get("measure", ""),
            direction=row.get("direction", HIGHER),
            target=_number(row.get("target")),
            plan_target=_number(row.get("plan_target")),
            realization=_number(row.get("realization")),
            percent=_number(row.get("percent")),
            missing=row.get("missing", ""),
            answers=row.get("answers"),
        )
        for row in inputs.get("indicators", [])
    )


def mean_of(inputs: Mapping[str, Any], value: Decimal | None, hint: str) -> Mean:
    """Return how the stored mean and hint came about."""
    figures = figures_of(inputs)
    percents = tuple(figure.percent for figure in figures if figure.percent is not None)
    used = inputs.get("policy", {})
    return Mean(
        percents=percents,
        left_out=len(figures) - len(percents),
        value=value,
        meets_percent=_number(used.get("hint_meets_percent")),
        above_percent=_number(used.get("hint_above_percent")),
        rating=Rating(hint) if hint else None,
    )


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text not in (None, "") else None


def steps_of(changes: Sequence[Change]) -> tuple[Step, ...]:
    """Put each change beside the one before it; the caller gives them in order of time."""
    return tuple(
        Step(before=changes[place - 1].after if place else None, change=change)
        for place, change in enumerate(changes)
    )


def versions_of(changes: Sequence[Change]) -> dict[int, Ratings]:
    """Return with which ratings each version of the result ended: the original beside what an objection made."""
    return {change.version: change.after for change in changes}


def matrix_of(rule: PredikatRule, mine: Ratings) -> tuple[Row, ...]:
    """Return the table of a rule, best result first, with the person's field marked."""
    return tuple(
        Row(
            work_result=result,
            cells=tuple(
                Cell(
                    behavior=behavior,
                    predikat=rule.matrix[result][behavior],
                    is_mine=(result.value, behavior.value) == (mine.work_result, mine.behavior),
                )
                for behavior in Rating
            ),
        )
        for result in reversed(Rating)
    )


def what_if(rule: PredikatRule, mine: Ratings) -> tuple[WhatIf, ...]:
    """Return what every single other rating would have given: the neighbours in the row and in the column."""
    result, behavior = Rating(mine.work_result), Rating(mine.behavior)
    now = rule.predikat(result, behavior)
    pairs = [("work_result", other, other, behavior) for other in reversed(Rating) if other is not result]
    pairs += [("behavior", other, result, other) for other in reversed(Rating) if other is not behavior]
    return tuple(
        WhatIf(of, other, rule.predikat(first, second), rule.predikat(first, second) is not now)
        for of, other, first, second in pairs
    )
