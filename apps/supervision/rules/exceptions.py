"""Whom a supervisor should look at first, and why: exceptions with their reasons (issue 5, UX sheet S1, S13, S17).

A reason is a code with parameters; the words stand in labels. Nothing is deducted from anybody: a place in the
queue asks a person to look. Weights and limits are dated data that staff can read; nobody has confirmed the
first ones, so the caller may bring others. A rule that no longer leads to action is retired (in Punjab clinics
flags worked and then faded); one that a law's clock stands behind is passed up instead, never silenced.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from apps.core.rules.rounding import half_up


class ExceptionKind(StrEnum):
    """The rules of the queue."""

    NO_EVIDENCE = "no_evidence"
    OFF_TREND = "off_trend"
    RECYCLED_EVIDENCE = "recycled_evidence"
    FEEDBACK_OVERDUE = "feedback_overdue"
    OBJECTION_RUNNING_OUT = "objection_running_out"
    COMPLAINT = "complaint"
    BAD_SERVICE = "bad_service"
    PLAN_NOT_APPROVED = "plan_not_approved"
    REPORT_LATE = "report_late"


class Explanation(StrEnum):
    """The sentences: one per kind, more where the same rule says different things."""

    NO_EVIDENCE = "no_evidence"
    ABOVE_TREND = "above_trend"
    BELOW_TREND = "below_trend"
    FROM_NOTHING = "from_nothing"
    TO_NOTHING = "to_nothing"
    RECYCLED_EVIDENCE = "recycled_evidence"
    FEEDBACK_OVERDUE = "feedback_overdue"
    OBJECTION_RUNNING_OUT = "objection_running_out"
    OBJECTION_RUN_OUT = "objection_run_out"
    COMPLAINT = "complaint"
    BAD_SERVICE = "bad_service"
    PLAN_NOT_APPROVED = "plan_not_approved"
    REPORT_LATE = "report_late"


# What the sentence of a code may use.
PARAMETERS: Mapping[Explanation, tuple[str, ...]] = {
    Explanation.NO_EVIDENCE: ("periods",),
    Explanation.ABOVE_TREND: ("achievement", "usual", "times"),
    Explanation.BELOW_TREND: ("achievement", "usual", "times"),
    Explanation.FROM_NOTHING: ("achievement",),
    Explanation.TO_NOTHING: ("usual",),
    Explanation.RECYCLED_EVIDENCE: ("count",),
    Explanation.FEEDBACK_OVERDUE: ("days",),
    Explanation.OBJECTION_RUNNING_OUT: ("days_left",),
    Explanation.OBJECTION_RUN_OUT: ("days",),
    Explanation.COMPLAINT: ("count",),
    Explanation.BAD_SERVICE: ("count",),
    Explanation.PLAN_NOT_APPROVED: ("days",),
    Explanation.REPORT_LATE: ("days",),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one person on one day; the defaults say that there is nothing to see.

    Days are working days. `achievement` and `usual_achievement` are percentages of the target, the second one
    what the person usually reaches; `objection_days_left` is below 0 once the time has passed;
    `plan_waiting_days` is None if the plan is approved.

    :raises ValueError: if a number other than `objection_days_left` is negative.
    """

    person: int
    periods_without_evidence: int = 0
    achievement: Decimal | None = None
    usual_achievement: Decimal | None = None
    recycled_evidence: int = 0
    feedback_overdue_days: int = 0
    objection_days_left: int | None = None
    complaints: int = 0
    service_signals: int = 0
    plan_waiting_days: int | None = None
    report_late_days: int = 0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name != "objection_days_left" and value is not None and value < 0:
                raise ValueError(f"{field.name} is never negative")


@dataclass(frozen=True, slots=True)
class ExceptionRule:
    """A row of the table: what a hit weighs, from where it is one, and whether a duty's clock stands behind it.

    The limit is a number of periods, days or things; of OFF_TREND it is a factor, of OBJECTION_RUNNING_OUT the
    days that are left.

    :raises ValueError: if the weight is under 1, or the limit so low that a person without facts would be hit.
    """

    kind: ExceptionKind
    weight: int
    limit: Decimal
    is_duty: bool = False

    def __post_init__(self) -> None:
        if self.weight < 1:
            raise ValueError("a rule that weighs nothing is no rule")
        if self.kind is ExceptionKind.OFF_TREND and self.limit <= 1:
            raise ValueError("a trend is left by a factor above 1")
        if self.kind in _COUNTED and self.limit < 1:
            raise ValueError("a hit needs at least one")
        if self.limit < 0:
            raise ValueError("a limit is never negative")


@dataclass(frozen=True, slots=True)
class RuleTable:
    """The rules in force from a day on.

    :raises ValueError: if a kind has two rows.
    """

    version: int
    valid_from: date
    source: str
    rules: tuple[ExceptionRule, ...]

    def __post_init__(self) -> None:
        if len({rule.kind for rule in self.rules}) != len(self.rules):
            raise ValueError("a kind has one rule")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody is in the queue: the rule, the sentence, and the figures of the sentence in its order."""

    kind: ExceptionKind
    explanation: Explanation
    weight: int
    figures: tuple[int | Decimal, ...]

    @property
    def parameters(self) -> dict[str, int | Decimal]:
        """The figures by the names that the sentence uses."""
        return dict(zip(PARAMETERS[self.explanation], self.figures, strict=True))


@dataclass(frozen=True, slots=True)
class Exceptional:
    """One line of the queue: a person, the weights added up, and the reasons, heaviest first."""

    person: int
    score: int
    reasons: tuple[Reason, ...]


class Fate(StrEnum):
    """What becomes of a rule whose hits were counted."""

    KEPT = "kept"
    RETIRED = "retired"
    PASSED_UP = "passed_up"


_Sentence = tuple[Explanation, tuple[int | Decimal, ...]]
_DAYS = frozenset({"days", "days_left"})
_COUNTED = frozenset(
    {
        ExceptionKind.NO_EVIDENCE,
        ExceptionKind.RECYCLED_EVIDENCE,
        ExceptionKind.FEEDBACK_OVERDUE,
        ExceptionKind.COMPLAINT,
        ExceptionKind.BAD_SERVICE,
        ExceptionKind.REPORT_LATE,
    }
)

UNVERIFIED_TABLE = RuleTable(
    version=1,
    valid_from=date(2026, 1, 1),
    source="issue 5 (kinds), UX sheet S1 (two months without evidence, five times the usual); weights our own",
    rules=(
        ExceptionRule(ExceptionKind.OBJECTION_RUNNING_OUT, 8, Decimal(3), is_duty=True),
        ExceptionRule(ExceptionKind.COMPLAINT, 6, Decimal(1), is_duty=True),
        ExceptionRule(ExceptionKind.FEEDBACK_OVERDUE, 5, Decimal(1), is_duty=True),
        ExceptionRule(ExceptionKind.RECYCLED_EVIDENCE, 5, Decimal(1)),
        ExceptionRule(ExceptionKind.OFF_TREND, 4, Decimal(5)),
        ExceptionRule(ExceptionKind.NO_EVIDENCE, 4, Decimal(2)),
        ExceptionRule(ExceptionKind.BAD_SERVICE, 4, Decimal(1)),
        ExceptionRule(ExceptionKind.PLAN_NOT_APPROVED, 3, Decimal(5), is_duty=True),
        ExceptionRule(ExceptionKind.REPORT_LATE, 2, Decimal(1)),
    ),
)


def reasons_of(
    facts: Facts, table: RuleTable, retired: Collection[ExceptionKind] = frozenset()
) -> tuple[Reason, ...]:
    """Return why somebody should be looked at, heaviest first, equal weights in the order of the kinds."""
    found = []
    for rule in table.rules:
        sentence = None if rule.kind in retired else _RULES[rule.kind](facts, rule.limit)
        if sentence is not None:
            found.append(Reason(rule.kind, sentence[0], rule.weight, sentence[1]))
    order = list(ExceptionKind)
    return tuple(sorted(found, key=lambda reason: (-reason.weight, order.index(reason.kind))))


def ranked(
    facts: Iterable[Facts], table: RuleTable, retired: Collection[ExceptionKind] = frozenset()
) -> tuple[Exceptional, ...]:
    """Return the queue: the heaviest first, of equals the one that has waited longest (S13), then by person.

    Where days are left the wait is below 0; without any clock one comes last among equals. Who has no reason is
    not in the queue. The order of the facts does not matter.

    :raises ValueError: if a person comes twice.
    """
    queue, seen = [], set()
    for person in facts:
        if person.person in seen:
            raise ValueError("a person comes once")
        seen.add(person.person)
        reasons = reasons_of(person, table, retired)
        if reasons:
            score = sum(reason.weight for reason in reasons)
            queue.append(Exceptional(person.person, score, reasons))
    return in_order(queue)


def in_order(lines: Iterable[Exceptional]) -> tuple[Exceptional, ...]:
    """Return lines in the order of the queue, for instance after some of their reasons were put aside."""
    return tuple(sorted(lines, key=_place))


def fate_of(rule: ExceptionRule, led_to_action: Sequence[bool], *, last: int, least: Decimal) -> Fate:
    """Return what becomes of a rule, from whether each of its hits led to action, oldest first (S17).

    Judged are the `last` hits, and only once there are that many. With a smaller share of action than `least`
    (0 to 1) the rule is retired; one with a duty's clock behind it goes to the next level instead.

    :raises ValueError: if no hit would be judged, or the share is not one.
    """
    if last < 1 or not 0 <= least <= 1:
        raise ValueError("at least one hit is judged, by a share between 0 and 1")
    if len(led_to_action) < last:
        return Fate.KEPT
    if Fraction(sum(led_to_action[-last:]), last) >= Fraction(least):
        return Fate.KEPT
    return Fate.PASSED_UP if rule.is_duty else Fate.RETIRED


def _place(line: Exceptional) -> tuple[int, bool, int, int]:
    waits = [
        -int(value) if name == "days_left" else int(value)
        for reason in line.reasons
        for name, value in reason.parameters.items()
        if name in _DAYS
    ]
    return -line.score, not waits, -max(waits, default=0), line.person


def _from_limit(field: str, explanation: Explanation) -> Callable[[Facts, Decimal], _Sentence | None]:
    def sentence(facts: Facts, limit: Decimal) -> _Sentence | None:
        value: int | None = getattr(facts, field)
        return None if value is None or value < limit else (explanation, (value,))

    return sentence


def _off_trend(facts: Facts, limit: Decimal) -> _Sentence | None:
    now, usual = facts.achievement, facts.usual_achievement
    if now is None or usual is None or now == usual:
        return None
    if not usual:
        return Explanation.FROM_NOTHING, (now,)
    if not now:
        return Explanation.TO_NOTHING, (usual,)
    times = Fraction(now) / Fraction(usual)
    if times >= Fraction(limit):
        return Explanation.ABOVE_TREND, (now, usual, half_up(times, 1))
    if 1 / times >= Fraction(limit):
        return Explanation.BELOW_TREND, (now, usual, half_up(1 / times, 1))
    return None


def _objection(facts: Facts, limit: Decimal) -> _Sentence | None:
    left = facts.objection_days_left
    if left is None or left > limit:
        return None
    if left < 0:
        return Explanation.OBJECTION_RUN_OUT, (-left,)
    return Explanation.OBJECTION_RUNNING_OUT, (left,)


_RULES: Mapping[ExceptionKind, Callable[[Facts, Decimal], _Sentence | None]] = {
    ExceptionKind.NO_EVIDENCE: _from_limit("periods_without_evidence", Explanation.NO_EVIDENCE),
    ExceptionKind.OFF_TREND: _off_trend,
    ExceptionKind.RECYCLED_EVIDENCE: _from_limit("recycled_evidence", Explanation.RECYCLED_EVIDENCE),
    ExceptionKind.FEEDBACK_OVERDUE: _from_limit("feedback_overdue_days", Explanation.FEEDBACK_OVERDUE),
    ExceptionKind.OBJECTION_RUNNING_OUT: _objection,
    ExceptionKind.COMPLAINT: _from_limit("complaints", Explanation.COMPLAINT),
    ExceptionKind.BAD_SERVICE: _from_limit("service_signals", Explanation.BAD_SERVICE),
    ExceptionKind.PLAN_NOT_APPROVED: _from_limit("plan_waiting_days", Explanation.PLAN_NOT_APPROVED),
    ExceptionKind.REPORT_LATE: _from_limit("report_late_days", Explanation.REPORT_LATE),
}
