"""What an SKP still lacks before it can be submitted (PLN-2 to PLN-8, PLN-13)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from apps.indicators.rules.forms import (
    BEHAVIOR_VALUES,
    Approach,
    Aspek,
    BehaviorValue,
    Layout,
    Perspektif,
    ResultKind,
)


class ProblemCode(StrEnum):
    NO_MAIN_RESULT = "no_main_result"
    RESULT_WITHOUT_INDICATOR = "result_without_indicator"
    INDICATOR_WITHOUT_TARGET = "indicator_without_target"
    INDICATOR_WITHOUT_ASPEK = "indicator_without_aspek"
    RESULT_WITHOUT_PERSPEKTIF = "result_without_perspektif"
    RESULT_SUPPORTS_NOTHING = "result_supports_nothing"
    BEHAVIOR_WITHOUT_EXPECTATION = "behavior_without_expectation"


# A leader may owe the missing part (PLN-10), so these must not keep a subordinate from submitting.
WARNINGS = frozenset({ProblemCode.RESULT_SUPPORTS_NOTHING, ProblemCode.BEHAVIOR_WITHOUT_EXPECTATION})


@dataclass(frozen=True, slots=True)
class Problem:
    """Something missing; `where` is the caller's own name of the place, "" for the whole SKP."""

    code: ProblemCode
    where: str

    @property
    def is_blocking(self) -> bool:
        return self.code not in WARNINGS


@dataclass(frozen=True, slots=True)
class IndicatorFacts:
    where: str
    aspek: Aspek | None = None
    has_target: bool = False


@dataclass(frozen=True, slots=True)
class ResultFacts:
    """One RHK."""

    where: str
    kind: ResultKind
    indicators: Sequence[IndicatorFacts] = ()
    perspektif: Perspektif | None = None
    supports_superior: bool = False


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """`behavior_expectations` holds the codes of the values that have a leader's expectation."""

    approach: Approach
    layout: Layout
    results: Sequence[ResultFacts] = ()
    behavior_expectations: Collection[str] = field(default_factory=frozenset)
    behavior_values: Sequence[BehaviorValue] = BEHAVIOR_VALUES


def skp_problems(plan: PlanFacts) -> list[Problem]:
    """Return what is missing, in the order of the form; `is_blocking` tells what stops a submission."""
    problems: list[Problem] = []
    if not any(result.kind is ResultKind.UTAMA for result in plan.results):
        problems.append(Problem(ProblemCode.NO_MAIN_RESULT, ""))
    for result in plan.results:
        problems += _result_problems(plan, result)
    problems += [
        Problem(ProblemCode.BEHAVIOR_WITHOUT_EXPECTATION, value.code)
        for value in plan.behavior_values
        if value.code not in plan.behavior_expectations
    ]
    return problems


def _result_problems(plan: PlanFacts, result: ResultFacts) -> list[Problem]:
    problems: list[Problem] = []
    if plan.layout is Layout.JPT and result.perspektif is None:
        problems.append(Problem(ProblemCode.RESULT_WITHOUT_PERSPEKTIF, result.where))
    is_main = result.kind is ResultKind.UTAMA
    if plan.layout is Layout.JA_JF and is_main and not result.supports_superior:
        problems.append(Problem(ProblemCode.RESULT_SUPPORTS_NOTHING, result.where))
    if not result.indicators:
        problems.append(Problem(ProblemCode.RESULT_WITHOUT_INDICATOR, result.where))
    # The qualitative forms merge indicator and target into one text, without aspek.
    if plan.approach is Approach.KUANTITATIF:
        for indicator in result.indicators:
            # The JPT form has a column for perspektif instead of aspek (sheet 6.2).
            if plan.layout is Layout.JA_JF and indicator.aspek is None:
                problems.append(Problem(ProblemCode.INDICATOR_WITHOUT_ASPEK, indicator.where))
            if not indicator.has_target:
                problems.append(Problem(ProblemCode.INDICATOR_WITHOUT_TARGET, indicator.where))
    return problems
