"""When a service has turned bad, and whether what was done about it worked (UX sheet 4.2, 4.4; issue 4).

Two signals are needed, so that nobody is called because of chance: the level (the index lies below the
threshold, or below the last period) and the certainty (the whole interval does). Nothing is deducted from
anybody: a notice asks a person to look.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from apps.core.rules.lifecycle import StateTable, TransitionNotAllowed
from apps.feedback.rules.intervals import Interval

__all__ = [
    "TRANSITIONS",
    "AlertAction",
    "AlertKind",
    "AlertStatus",
    "Effect",
    "Level",
    "TransitionNotAllowed",
    "allowed_actions",
    "effect_of",
    "find_alert",
    "next_status",
]


class AlertKind(StrEnum):
    """Below the threshold, or clearly below the same service's last period."""

    LOW = "low"
    FELL = "fell"


class AlertStatus(StrEnum):
    """Open: nobody has done anything. Acted: something was begun. Explained: nothing had to be done.
    Measured: the effect of what was done is known, or will not be.
    """

    OPEN = "open"
    ACTED = "acted"
    EXPLAINED = "explained"
    MEASURED = "measured"


class AlertAction(StrEnum):
    ACT = "act"
    EXPLAIN = "explain"
    MEASURE = "measure"


class Effect(StrEnum):
    """What the answers after the action say beside those before it."""

    BETTER = "better"
    UNCLEAR = "unclear"
    WORSE = "worse"
    TOO_FEW = "too_few"


TRANSITIONS: dict[tuple[AlertStatus, AlertAction], AlertStatus] = {
    (AlertStatus.OPEN, AlertAction.ACT): AlertStatus.ACTED,
    (AlertStatus.OPEN, AlertAction.EXPLAIN): AlertStatus.EXPLAINED,
    # A second action on the same notice; the effect counts from the first.
    (AlertStatus.ACTED, AlertAction.ACT): AlertStatus.ACTED,
    (AlertStatus.ACTED, AlertAction.MEASURE): AlertStatus.MEASURED,
}

_TABLE = StateTable(TRANSITIONS)
next_status = _TABLE.next_status
allowed_actions = _TABLE.allowed_actions


@dataclass(frozen=True, slots=True)
class Level:
    """An index from `n` answers with its interval; None for the interval means fewer than two answers."""

    n: int
    value: Decimal
    interval: Interval | None


def find_alert(
    recent: Level, threshold: Decimal, minimum: int, previous: Level | None = None
) -> AlertKind | None:
    """Return why people should look at a service, or None.

    `minimum` is the number of answers from which a figure is shown at all; below it there is no notice.
    """
    if recent.n < minimum or recent.interval is None:
        return None
    if recent.value < threshold and recent.interval.high < threshold:
        return AlertKind.LOW
    if previous is None or previous.n < minimum or previous.interval is None:
        return None
    if recent.value < previous.value and recent.interval.high < previous.interval.low:
        return AlertKind.FELL
    return None


def effect_of(before: Level, after: Level | None, minimum: int) -> Effect:
    """Return what the answers after an action say; clear only if the two intervals do not touch."""
    if after is None or after.n < minimum or after.interval is None or before.interval is None:
        return Effect.TOO_FEW
    if after.interval.low > before.interval.high:
        return Effect.BETTER
    if after.interval.high < before.interval.low:
        return Effect.WORSE
    return Effect.UNCLEAR
