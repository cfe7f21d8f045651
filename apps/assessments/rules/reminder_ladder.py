"""The ladder of reminders before and after the last day of a report (UX sheet, section 2, item 12).

The steps are a policy value. A tick that comes late sends the step it finds, once, and none of those it missed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

FURTHEST = 60  # days: a step further away is a slip of the keyboard
CATCH_UP_DAYS = 3  # a step that is overdue by more than this is not sent any more


class Copy(StrEnum):
    """Who is told at a step."""

    PERSON = "person"
    SUPERVISOR = "supervisor"


class Missing(StrEnum):
    """What is missing for a report to be sent."""

    REPORT = "report"
    FIGURES = "figures"
    TEXT = "text"
    SENDING = "sending"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Step:
    """So many days before the last day (negative: after it), the person alone or the supervisor too."""

    days: int
    copy: Copy


DEFAULT_LADDER: Mapping[str, str] = {"7": "person", "2": "person", "0": "person", "-1": "supervisor"}


def ladder_of(table: Mapping[str, Any]) -> tuple[Step, ...]:
    """Return the steps of the policy table, the earliest first; a row that makes no sense is left out."""
    steps = []
    for text, copy in table.items():
        try:
            days, told = int(text), Copy(copy)
        except ValueError:
            continue
        if abs(days) <= FURTHEST:
            steps.append(Step(days, told))
    return tuple(sorted(steps, key=lambda step: -step.days))


def due_step(days_left: int, ladder: Iterable[Step]) -> Step | None:
    """Return the step that holds when so many days are left; None before the first, or long after it was due."""
    reached = [step for step in ladder if days_left <= step.days]
    if not reached:
        return None
    last = min(reached, key=lambda step: step.days)
    return last if last.days - days_left <= CATCH_UP_DAYS else None


def is_quiet(hour: int, begins: int, ends: int) -> bool:
    """Tell whether nobody is to be disturbed at an hour of the day; equal hours mean: never quiet."""
    if begins == ends:
        return False
    return begins <= hour < ends if begins < ends else hour >= begins or hour < ends


def missing_of(status: str, *, has_text: bool, empty_figures: int) -> Missing:
    """Return what is missing; an empty status means that nothing was begun."""
    if not status:
        return Missing.REPORT
    if status == "returned":
        return Missing.CORRECTION
    if empty_figures:
        return Missing.FIGURES
    return Missing.SENDING if has_text else Missing.TEXT
