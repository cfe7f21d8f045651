"""What a leader owes the people they appraise, and whether it came in time (EXE-3, EVA-3, PLN-11).

Five kinds of duty: feedback in every period, an agreed talk in every part of the year, and an answer to what waits -
a plan, a report, an evaluation - within some working days. All numbers are policy values; docs/rules/feedback-duty.md.
Counts are about what is owed; nobody is ever compared with anybody.
"""

from calendar import monthrange
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from apps.core.rules.working_days import add_working_days

FEEDBACK_PER_PERIOD = 1
DIALOGUES_PER_YEAR = 2
REVIEW_WORKING_DAYS = 5
PLAN_APPROVAL_WORKING_DAYS = 5

# Who takes people over in the last days of a period owes them nothing for it.
NEW_LEADER_DAYS = 14


class DutyKind(StrEnum):
    PLAN = "plan"
    REPORT = "report"
    EVALUATION = "evaluation"
    FEEDBACK = "feedback"
    DIALOGUE = "dialogue"


class DutyState(StrEnum):
    ON_TIME = "on_time"
    LATE = "late"
    OPEN = "open"
    OVERDUE = "overdue"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Obligation:
    """One thing owed: by when, and when it was done.

    `can_be_late` tells a report, which can still be reviewed, from last quarter's feedback, whose time is over.
    """

    kind: DutyKind
    due_on: date
    done_on: date | None = None
    can_be_late: bool = True


@dataclass(frozen=True, slots=True)
class Tally:
    """How many were owed, and what became of them. `owed` is the sum of the other five."""

    owed: int = 0
    on_time: int = 0
    late: int = 0
    open: int = 0
    overdue: int = 0
    missed: int = 0
    next_due_on: date | None = None

    @property
    def given(self) -> int:
        """How many were done, in time or late."""
        return self.on_time + self.late

    @property
    def to_do(self) -> int:
        """How many can and must still be done."""
        return self.open + self.overdue

    def days_left(self, today: date) -> int | None:
        """Days until the next one is due, below zero once it is late; None if nothing is left to do."""
        return None if self.next_due_on is None else (self.next_due_on - today).days


def state_of(obligation: Obligation, today: date) -> DutyState:
    """Tell where one obligation stands on a day; the last day itself is in time."""
    if obligation.done_on is not None:
        return DutyState.ON_TIME if obligation.done_on <= obligation.due_on else DutyState.LATE
    if today <= obligation.due_on:
        return DutyState.OPEN
    return DutyState.OVERDUE if obligation.can_be_late else DutyState.MISSED


def tally(obligations: Iterable[Obligation], today: date) -> Tally:
    """Count obligations by what became of them."""
    counts = dict.fromkeys(DutyState, 0)
    next_due_on: date | None = None
    for obligation in obligations:
        state = state_of(obligation, today)
        counts[state] += 1
        if state in (DutyState.OPEN, DutyState.OVERDUE) and (
            next_due_on is None or obligation.due_on < next_due_on
        ):
            next_due_on = obligation.due_on
    return Tally(
        owed=sum(counts.values()),
        on_time=counts[DutyState.ON_TIME],
        late=counts[DutyState.LATE],
        open=counts[DutyState.OPEN],
        overdue=counts[DutyState.OVERDUE],
        missed=counts[DutyState.MISSED],
        next_due_on=next_due_on,
    )


def answer_due_on(asked_on: date, working_days: int, holidays: Container[date]) -> date:
    """Return the last day to answer what came in on a day."""
    return add_working_days(asked_on, max(working_days, 0), holidays)


def parts_of_year(year: int, parts: int) -> tuple[tuple[date, date], ...]:
    """Return the first and last day of the equal parts of a year: 2 are half-years, 4 are quarters.

    A number of parts that does not divide twelve months is taken down to the next that does; 0 is none.
    """
    if parts < 1:
        return ()
    count = max(number for number in (1, 2, 3, 4, 6, 12) if number <= parts)
    months = 12 // count
    return tuple(
        (date(year, first, 1), date(year, last, monthrange(year, last)[1]))
        for first, last in ((step * months + 1, (step + 1) * months) for step in range(count))
    )


def owes_for(
    window: tuple[date, date],
    *,
    leads_from: date | None,
    leads_until: date | None,
    plan_since: date | None,
    today: date,
    away: Iterable[tuple[date | None, date | None]] = (),
) -> bool:
    """Tell whether a leader owes a person something for a window of days.

    The leader of its last day (today, while it runs) owes it, unless they took over in its last fortnight; and the
    person has had an approved plan before it ended: without a plan there is nothing to talk about yet. Nothing is owed
    to somebody who is away (study, long leave, suspension) on that day.

    :param leads_until: the first day they no longer appraise the person, as in a date range; `away` likewise.
    """
    first, last = window
    if today < first or plan_since is None or plan_since > last:
        return False
    asked = min(last, today)
    if leads_from is not None and (leads_from > asked or leads_from > last - timedelta(days=NEW_LEADER_DAYS)):
        return False
    if any(_covers(span, asked) for span in away):
        return False
    return leads_until is None or asked < leads_until


def _covers(span: tuple[date | None, date | None], day: date) -> bool:
    first, end = span
    return (first is None or first <= day) and (end is None or day < end)


def windowed(
    kind: DutyKind, window: tuple[date, date], owed: int, done_on: Sequence[date]
) -> list[Obligation]:
    """Return the obligations of one window: as many as are owed, the earliest deeds first.

    A deed counts for the window it is passed with, also when it was completed after its end (a note agreed late).
    """
    done = sorted(done_on)
    return [
        Obligation(kind, window[1], done[number] if number < len(done) else None, can_be_late=False)
        for number in range(max(owed, 0))
    ]
