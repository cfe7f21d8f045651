"""Whether somebody may be told to have completed a session: enough days attended, the learning check passed.

Both limits are policy values without a source: arguments without a default.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from apps.core.rules.rounding import half_up
from apps.core.rules.working_days import is_working_day


class Obstacle(StrEnum):
    """What stands between a participant and the certificate."""

    ATTENDANCE = "attendance"
    CHECK_OPEN = "check_open"
    CHECK_FAILED = "check_failed"


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one participant. `attended` is None where no list is kept; scores in percent."""

    attended: int | None
    days: int
    has_check: bool
    best_score: Decimal | None


def meeting_days(first: date, last: date, holidays: frozenset[date]) -> tuple[date, ...]:
    """Return the days on which a session meets: its working days, or all of them if it has none (a weekend course)."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return tuple(day for day in days if is_working_day(day, holidays)) or tuple(days)


def attendance_percent(attended: int, days: int) -> Decimal:
    """Return the share of the days somebody was there, in percent with one decimal.

    :raises ValueError: if there are no days, or somebody attended more than there are.
    """
    if days < 1 or not 0 <= attended <= days:
        raise ValueError("attended days are among the days of the session")
    return half_up(Fraction(100 * attended, days), 1)


def score_percent(right: int, questions: int) -> Decimal:
    """Return the share of right answers in percent with one decimal.

    :raises ValueError: if there are no questions, or more right answers than questions.
    """
    return attendance_percent(right, questions)


def count_right(key: Mapping[int, int], answers: Mapping[int, int]) -> int:
    """Return how many questions were answered as the key has it; a question left out is not right."""
    return sum(answers.get(question) == right for question, right in key.items())


def obstacles(record: Record, *, attendance_limit: int, pass_mark: int) -> Sequence[Obstacle]:
    """Return what is missing for the completion; empty if nothing is."""
    found = []
    # Compared exactly, not as rounded for people.
    if record.attended is not None and 100 * record.attended < attendance_limit * record.days:
        found.append(Obstacle.ATTENDANCE)
    if record.has_check and record.best_score is None:
        found.append(Obstacle.CHECK_OPEN)
    elif record.has_check and record.best_score is not None and record.best_score < pass_mark:
        found.append(Obstacle.CHECK_FAILED)
    return tuple(found)


def mean(values: Iterable[int | Decimal]) -> Decimal | None:
    """Return the mean with one decimal; None of nothing."""
    found = [Fraction(value) for value in values]
    return half_up(sum(found, Fraction(0)) / len(found), 1) if found else None
