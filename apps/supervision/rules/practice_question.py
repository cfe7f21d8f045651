"""With which question a practice report comes back: what the rules of real reports find, else a fixed sentence.

Nothing here judges a text. What is unlike or missing is found by the rules that also look at real reports; where they
find nothing, the exercise asks the same thing of everybody, and says so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from apps.assessments.rules.freshness import is_fresh
from apps.assessments.rules.report_problems import Problem


class QuestionSource(StrEnum):
    """Where a question comes from."""

    UNLIKE = "unlike"
    OUTSIDE_PERIOD = "outside_period"
    MISSING = "missing"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Unlike:
    """An indicator whose achievement is far from what is usual: the rule's sentence and its figures."""

    where: str
    explanation: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `code` is a sentence or a problem, `where` the place in the report it is about."""

    source: QuestionSource
    code: str = ""
    where: str = ""
    figures: tuple[str, ...] = ()


def questions_about(
    *,
    unlike: Sequence[Unlike],
    days: Iterable[date],
    starts_on: date,
    last_on: date,
    problems: Sequence[Problem],
) -> tuple[Question, ...]:
    """Return what a supervisor would ask first; never empty.

    `days` are those of the written lines: one outside the period does not count, as in a real report. `problems`
    that block have been mended before a report is sent; what stays are the mild ones.
    """
    found = [
        Question(QuestionSource.UNLIKE, row.explanation, row.where, tuple(row.figures)) for row in unlike
    ]
    outside = [day for day in days if not is_fresh(day, starts_on=starts_on, last_on=last_on)]
    if outside:
        found.append(Question(QuestionSource.OUTSIDE_PERIOD, figures=(str(len(outside)),)))
    found += [
        Question(QuestionSource.MISSING, problem.code.value, problem.where)
        for problem in problems
        if not problem.is_blocking
    ]
    # Mild gaps may be fine as they are ("no obstacles"), so they alone give nothing to improve.
    if all(row.source is QuestionSource.MISSING for row in found):
        found.append(Question(QuestionSource.FIXED))
    return tuple(found)
