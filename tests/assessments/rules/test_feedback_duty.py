import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.assessments.rules.feedback_duty import (
    DutyKind,
    DutyState,
    Obligation,
    answer_due_on,
    owes_for,
    parts_of_year,
    state_of,
    tally,
    windowed,
)

Q3 = (date(2026, 7, 1), date(2026, 9, 30))
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
OBLIGATIONS = st.builds(
    Obligation,
    kind=st.sampled_from(list(DutyKind)),
    due_on=DAYS,
    done_on=st.none() | DAYS,
    can_be_late=st.booleans(),
)


@pytest.mark.parametrize(
    ("done", "today", "can_be_late", "state"),
    [
        (date(2026, 9, 10), date(2026, 9, 20), True, "on_time"),
        (date(2026, 9, 11), date(2026, 9, 20), True, "late"),
        (None, date(2026, 9, 10), True, "open"),
        (None, date(2026, 9, 11), True, "overdue"),
        (None, date(2026, 9, 11), False, "missed"),
    ],
)
def test_where_an_obligation_due_on_the_tenth_stands(
    done: date | None, today: date, can_be_late: bool, state: str
) -> None:
    assert state_of(Obligation(DutyKind.REPORT, date(2026, 9, 10), done, can_be_late), today).value == state


@given(st.lists(OBLIGATIONS, max_size=30), DAYS)
def test_every_obligation_is_counted_once(obligations: list[Obligation], today: date) -> None:
    counts = tally(obligations, today)
    assert counts.owed == len(obligations)
    assert counts.owed == counts.given + counts.to_do + counts.missed
    assert (counts.next_due_on is None) == (counts.to_do == 0)
    left = counts.days_left(today)
    assert left is None or (left < 0) == (counts.overdue > 0)


@given(OBLIGATIONS, DAYS, st.integers(0, 60))
def test_what_is_done_stays_done_and_what_is_late_stays_late(
    obligation: Obligation, today: date, later: int
) -> None:
    before, after = state_of(obligation, today), state_of(obligation, today + timedelta(days=later))
    if obligation.done_on is not None or before in (DutyState.OVERDUE, DutyState.MISSED):
        assert before is after


def test_five_working_days_over_a_weekend_and_a_holiday() -> None:
    thursday = date(2026, 9, 10)
    assert answer_due_on(thursday, 5, ()) == date(2026, 9, 17)
    assert answer_due_on(thursday, 5, {date(2026, 9, 16)}) == date(2026, 9, 18)


@pytest.mark.parametrize(
    ("parts", "first"),
    [
        (0, None),
        (1, (date(2026, 1, 1), date(2026, 12, 31))),
        (2, (date(2026, 1, 1), date(2026, 6, 30))),
        (4, (date(2026, 1, 1), date(2026, 3, 31))),
        (5, (date(2026, 1, 1), date(2026, 3, 31))),
        (99, (date(2026, 1, 1), date(2026, 1, 31))),
    ],
)
def test_parts_of_a_year(parts: int, first: tuple[date, date] | None) -> None:
    found = parts_of_year(2026, parts)
    assert (found[0] if found else None) == first


@given(st.integers(1, 30), st.integers(2020, 2040))
def test_parts_cover_the_year_without_gaps(parts: int, year: int) -> None:
    found = parts_of_year(year, parts)
    assert (found[0][0], found[-1][1]) == (date(year, 1, 1), date(year, 12, 31))
    for (_first, last), (first, _last) in itertools.pairwise(found):
        assert first == last + timedelta(days=1)


def owes(today: date = date(2026, 9, 15), **changes: object) -> bool:
    """Ask about the third quarter, of a leader since last year."""
    values = {"leads_from": date(2025, 1, 1), "leads_until": None, "plan_since": date(2026, 1, 20)}
    return owes_for(Q3, today=today, **values | changes)  # type: ignore[arg-type]


def test_a_leader_owes_while_the_window_runs_and_after_it() -> None:
    assert owes()
    assert owes(date(2026, 11, 1))


@pytest.mark.parametrize(
    "changes",
    [
        {"today": date(2026, 6, 30)},
        {"plan_since": None},
        {"plan_since": date(2026, 10, 1)},
        {"leads_from": date(2026, 9, 16)},
        {"leads_from": date(2026, 9, 25), "today": date(2026, 11, 1)},
        {"leads_until": date(2026, 9, 15)},
        {"away": [(date(2026, 9, 1), None)]},
    ],
)
def test_nothing_is_owed(changes: dict[str, object]) -> None:
    assert not owes(**changes)  # type: ignore[arg-type]


def test_somebody_back_from_leave_is_owed_again() -> None:
    assert owes(away=[(date(2026, 7, 1), date(2026, 9, 15))])


def test_the_earliest_deeds_fill_what_is_owed() -> None:
    first, second = windowed(DutyKind.FEEDBACK, Q3, 2, [date(2026, 9, 2)])
    assert (first.done_on, second.done_on) == (date(2026, 9, 2), None)
    (only,) = windowed(DutyKind.FEEDBACK, Q3, 1, [date(2026, 9, 2), date(2026, 8, 1)])
    assert only.done_on == date(2026, 8, 1)
    assert windowed(DutyKind.FEEDBACK, Q3, 0, [date(2026, 9, 2)]) == []
