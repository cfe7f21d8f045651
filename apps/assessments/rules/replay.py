"""Whether a stored evaluation follows from its stored inputs: recomputed by the stored versions, then compared.

Nothing here repairs anything. What cannot be recomputed, because a row is older than the field that would tell, is
told apart from what differs. How to read the answer: docs/how-to/replay-evaluations.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from apps.assessments.rules.hint import HintThresholds, rating_hint
from apps.assessments.rules.objection import deadline_from
from apps.assessments.rules.predikat import Rating
from apps.assessments.rules.targets import is_counted, period_target
from apps.assessments.rules.versions import predikat_rule
from apps.indicators.rules.achievement import Direction, achievement_percent

INPUTS_VERSION = 1
ACHIEVEMENT_RULES = frozenset({"SAK-6"})
HINT_RULES = frozenset({"hint-mean/1"})
BEFORE_RATING = "prepared"
BEFORE_HAND_OVER = frozenset({"prepared", "rated"})
OBJECTION = "objection"


@dataclass(frozen=True, slots=True)
class StoredChange:
    """One setting of the ratings as stored."""

    kind: str
    version: int
    work_result: str
    behavior: str
    predikat: str
    rule_version: str


@dataclass(frozen=True, slots=True)
class StoredObjection:
    """What was stored about an objection's clock and its decision."""

    decision_due_on: date
    basis: Mapping[str, Any]
    is_upheld: bool | None


@dataclass(frozen=True, slots=True)
class Stored:
    """One evaluation as stored. `org_predicate` is the unit's achievement, for the head of a unit only."""

    status: str
    inputs: Mapping[str, Any]
    basis: Mapping[str, Any]
    achievement_percent: Decimal | None
    hint: str
    work_result: str
    behavior: str
    predikat: str
    rule_version: str
    version: int
    answer_due_on: date | None
    changes: Sequence[StoredChange] = ()
    objection: StoredObjection | None = None
    org_predicate: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored value that is another one than its inputs give. Ids and values only."""

    what: str
    stored: str
    expected: str


@dataclass(slots=True)
class Replay:
    """What a replay found: differences, and what could not be replayed and why (a code)."""

    differences: list[Difference] = field(default_factory=list)
    not_replayable: list[str] = field(default_factory=list)

    def compare(self, what: str, stored: Any, expected: Any) -> None:
        """Note a difference, if there is one."""
        if stored != expected:
            self.differences.append(Difference(what, _word(stored), _word(expected)))


def _word(value: Any) -> str:
    return "-" if value is None or value == "" else str(value)


def replay(stored: Stored, *, largest_percent: Decimal) -> Replay:
    """Recompute one evaluation. `largest_percent` is what the column of the mean can hold."""
    found = Replay()
    _figures(stored, found, largest_percent)
    _chain(stored, found)
    _head(stored, found)
    _clocks(stored, found)
    return found


# The figures: percentages, mean, hint


def _figures(stored: Stored, found: Replay, largest: Decimal) -> None:
    inputs = stored.inputs
    rules, used = inputs.get("rules", {}), inputs.get("policy", {})
    if inputs.get("version") != INPUTS_VERSION:
        found.not_replayable.append("inputs_of_another_version")
        return
    if rules.get("achievement") not in ACHIEVEMENT_RULES or rules.get("hint") not in HINT_RULES:
        found.not_replayable.append("unknown_rule_of_figures")
        return
    try:
        thresholds = HintThresholds(
            meets_percent=Decimal(used["hint_meets_percent"]),
            above_percent=Decimal(used["hint_above_percent"]),
        )
        basis = used["target_basis"]
        first, last = (date.fromisoformat(day) for day in inputs["days"])
    except (KeyError, TypeError, InvalidOperation, ValueError):
        found.not_replayable.append("policy_of_figures_missing")
        return
    months = last.month - first.month + 1
    percents = [_percent(row, months, basis, found) for row in inputs.get("indicators", [])]
    hint = rating_hint(percents, thresholds)
    mean = None if hint.mean_percent is None else max(-largest, min(hint.mean_percent, largest))
    found.compare("achievement_percent", stored.achievement_percent, mean)
    found.compare("hint_rating", stored.hint, hint.rating.value if hint.rating else "")


def _percent(row: Mapping[str, Any], months: int, basis: str, found: Replay) -> Decimal | None:
    """Return the percentage of one indicator from its stored target and realization."""
    name = f"indicator {row.get('id')}"
    try:
        plan_target = _number(row.get("plan_target"))
        realization = _number(row.get("realization"))
        stored_target = _number(row.get("target"))
        stored = _number(row.get("percent"))
        direction = Direction(row["direction"])
    except (InvalidOperation, ValueError, KeyError):
        found.not_replayable.append("indicator_unreadable")
        return None
    counted = is_counted(row.get("source", ""), row.get("aspect", ""))
    target = period_target(plan_target, counted=counted, basis=basis, months=months)
    found.compare(f"{name} target", stored_target, target)
    expected = None
    if realization is not None and target is not None:
        expected = achievement_percent(target, realization, direction)
    found.compare(f"{name} percent", stored, expected)
    return expected


def _number(text: Any) -> Decimal | None:
    return None if text is None or text == "" else Decimal(text)


# Ratings, predikat, the chain of changes and versions


def _chain(stored: Stored, found: Replay) -> None:
    if stored.status == BEFORE_RATING:
        found.compare("changes", len(stored.changes), 0)
        return
    _predikat("predikat", stored.rule_version, stored.work_result, stored.behavior, stored.predikat, found)
    for place, change in enumerate(stored.changes, start=1):
        # Rows from before the change kept its rule name the one of the evaluation.
        version = change.rule_version or stored.rule_version
        _predikat(
            f"change {place} predikat", version, change.work_result, change.behavior, change.predikat, found
        )
    if not stored.changes:
        found.not_replayable.append("no_changes_kept")
        return
    last = stored.changes[-1]
    found.compare(
        "last change",
        f"{last.work_result}/{last.behavior}/{last.predikat}",
        f"{stored.work_result}/{stored.behavior}/{stored.predikat}",
    )
    expected, upheld = 1, 0
    for place, change in enumerate(stored.changes, start=1):
        if change.kind == OBJECTION:
            expected += 1
            upheld += 1
        found.compare(f"change {place} version", change.version, expected)
    found.compare("version", stored.version, expected)
    decided = 1 if stored.objection is not None and stored.objection.is_upheld else 0
    found.compare("changes by objection", upheld, decided)


def _predikat(what: str, version: str, work_result: str, behavior: str, predikat: str, found: Replay) -> None:
    rule = predikat_rule(version)
    if rule is None:
        if "unknown_rule_of_predikat" not in found.not_replayable:
            found.not_replayable.append("unknown_rule_of_predikat")
        return
    try:
        expected = rule.predikat(Rating(work_result), Rating(behavior)).value
    except ValueError:
        expected = "no rating"
    found.compare(what, predikat, expected)


# The head of a unit


def _head(stored: Stored, found: Replay) -> None:
    """The head's result rating is what the unit's achievement gives (ORG-4), until an objection decided otherwise."""
    if stored.inputs.get("heads_unit") is None or stored.status in BEFORE_HAND_OVER:
        return
    basis = stored.basis.get("head")
    if not basis or stored.org_predicate is None:
        found.not_replayable.append("head_basis_missing")
        return
    found.compare("head achievement", basis.get("org_predicate"), stored.org_predicate)
    original = [change for change in stored.changes if change.version == 1]
    if original:
        expected = basis.get("ratings", {}).get(stored.org_predicate)
        found.compare("head work result", original[-1].work_result, expected)


# The clocks


def _clocks(stored: Stored, found: Replay) -> None:
    if stored.status not in BEFORE_HAND_OVER:
        _clock("answer_due_on", stored.answer_due_on, stored.basis.get("answer"), found)
    if stored.objection is not None:
        _clock(
            "decision_due_on", stored.objection.decision_due_on, stored.objection.basis.get("decision"), found
        )


def _clock(what: str, stored: date | None, basis: Mapping[str, Any] | None, found: Replay) -> None:
    if not basis:
        found.not_replayable.append(f"{what}_basis_missing")
        return
    try:
        expected = deadline_from(basis)
    except (KeyError, ValueError, TypeError):
        found.not_replayable.append(f"{what}_basis_unreadable")
        return
    found.compare(what, stored, expected)
