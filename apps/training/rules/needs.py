"""Which training or coaching a person's results suggest (sheet 8, CMP-8; FUP-3 to FUP-5).

Proposals, each with a reason that the page puts into words: a supervisor confirms or drops them.
The signals and thresholds are a design choice. Examples: docs/rules/training-needs.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from apps.assessments.rules.predikat import Predikat, Rating
from apps.feedback.rules.regimes import CURRENT_REGIME

COACHING = "coaching"
WORK_RESULT = "work_result"
BEHAVIOR = "behavior"
UNSUR_PREFIX = "unsur_"


class ReasonCode(StrEnum):
    PREDIKAT_LOW = "predikat_low"
    WORK_RESULT_BELOW = "work_result_below"
    BEHAVIOR_BELOW = "behavior_below"
    INDICATOR_WEAK = "indicator_weak"
    COMPETENCE_GAP = "competence_gap"
    UNSUR_WEAK = "unsur_weak"


@dataclass(frozen=True, slots=True)
class IndicatorResult:
    """`topic_code` is what the indicator's owner would have to learn, `label` its own text."""

    topic_code: str
    label: str
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class CompetenceLevel:
    """The level (1-5) that a post asks for, and the one assessed."""

    competence_code: str
    required: int
    assessed: int


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What is known about a person in a period; `unsur_values` are the unit's averages times 25."""

    predikat: Predikat | None = None
    work_result: Rating | None = None
    behavior: Rating | None = None
    indicators: Sequence[IndicatorResult] = ()
    competences: Sequence[CompetenceLevel] = ()
    unsur_values: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProposedNeed:
    """Priority 1 comes first."""

    topic_code: str
    reason_code: ReasonCode
    reason_params: Mapping[str, str]
    priority: int


DEFAULT_INDICATOR_PERCENT = Decimal(80)
DEFAULT_UNSUR_FLOOR = CURRENT_REGIME.grade_floors[1]
DEFAULT_PRIORITIES: Mapping[ReasonCode, int] = {
    ReasonCode.PREDIKAT_LOW: 1,
    ReasonCode.BEHAVIOR_BELOW: 2,
    ReasonCode.WORK_RESULT_BELOW: 2,
    ReasonCode.COMPETENCE_GAP: 3,
    ReasonCode.INDICATOR_WEAK: 3,
    ReasonCode.UNSUR_WEAK: 4,
}
_LOW = frozenset({Predikat.BUTUH_PERBAIKAN, Predikat.KURANG, Predikat.SANGAT_KURANG})


def propose_needs(
    facts: PersonFacts,
    *,
    indicator_percent: Decimal = DEFAULT_INDICATOR_PERCENT,
    unsur_floor: Decimal = DEFAULT_UNSUR_FLOOR,
    priorities: Mapping[ReasonCode, int] = DEFAULT_PRIORITIES,
) -> list[ProposedNeed]:
    """Return the proposals, the most urgent first and each topic once, with its most urgent reason.

    An indicator below `indicator_percent` is weak. Of the unsur only the lowest is taken, and only
    below `unsur_floor` (by default the lower bound of grade B).
    """
    found = [
        ProposedNeed(topic, reason, params, priorities[reason])
        for topic, reason, params in (
            *_from_evaluation(facts),
            *_from_competences(facts.competences),
            *_from_indicators(facts.indicators, indicator_percent),
            *_from_unsur(facts.unsur_values, unsur_floor),
        )
    ]
    by_topic: dict[str, ProposedNeed] = {}
    for need in sorted(found, key=lambda need: need.priority):
        by_topic.setdefault(need.topic_code, need)
    return list(by_topic.values())


_Proposal = tuple[str, ReasonCode, dict[str, str]]


def _from_evaluation(facts: PersonFacts) -> list[_Proposal]:
    proposals: list[_Proposal] = []
    if facts.predikat in _LOW:
        proposals.append((COACHING, ReasonCode.PREDIKAT_LOW, {"predikat": str(facts.predikat)}))
    if facts.behavior is Rating.BELOW:
        proposals.append((BEHAVIOR, ReasonCode.BEHAVIOR_BELOW, {"rating": facts.behavior.value}))
    if facts.work_result is Rating.BELOW:
        rating = facts.work_result.value
        proposals.append((WORK_RESULT, ReasonCode.WORK_RESULT_BELOW, {"rating": rating}))
    return proposals


def _from_competences(competences: Sequence[CompetenceLevel]) -> list[_Proposal]:
    gaps = [level for level in competences if level.assessed < level.required]
    # The widest gap first: within one priority the order of the proposals is kept.
    return [
        (
            level.competence_code,
            ReasonCode.COMPETENCE_GAP,
            {"required": str(level.required), "assessed": str(level.assessed)},
        )
        for level in sorted(gaps, key=lambda level: level.assessed - level.required)
    ]


def _from_indicators(indicators: Sequence[IndicatorResult], threshold: Decimal) -> list[_Proposal]:
    measured = [(result, result.percent) for result in indicators if result.percent is not None]
    return [
        (
            result.topic_code,
            ReasonCode.INDICATOR_WEAK,
            {"indicator": result.label, "percent": str(percent), "threshold": str(threshold)},
        )
        for result, percent in sorted(measured, key=lambda pair: pair[1])
        if percent < threshold
    ]


def _from_unsur(values: Mapping[str, Decimal], floor: Decimal) -> list[_Proposal]:
    if not values:
        return []
    weakest = min(values, key=lambda code: values[code])
    if values[weakest] >= floor:
        return []
    params = {"unsur": weakest, "value": str(values[weakest]), "floor": str(floor)}
    return [(UNSUR_PREFIX + weakest, ReasonCode.UNSUR_WEAK, params)]
