from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.feedback.rules.improvement_effect import Effect, Level, effect_between, is_comparable
from apps.feedback.rules.intervals import Interval

D = Decimal


def level(n: int, value: str, low: str, high: str) -> Level:
    return Level(n=n, value=D(value), interval=Interval(low=D(low), high=D(high)))


BEFORE = level(40, "70", "66", "74")


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (level(40, "80", "76", "84"), Effect.BETTER),
        (level(40, "76", "72", "80"), Effect.UNCLEAR),  # the ranges touch
        (level(40, "78", "74", "82"), Effect.UNCLEAR),  # one common point is still touching
        (level(40, "60", "56", "64"), Effect.WORSE),
        (level(9, "90", "85", "95"), Effect.TOO_FEW),
        (Level(n=1, value=D(100), interval=None), Effect.TOO_FEW),
        (Level(n=0, value=D(0), interval=None), Effect.TOO_FEW),
    ],
)
def test_what_the_next_survey_says(after: Level, expected: Effect) -> None:
    assert effect_between(BEFORE, after, 10) is expected


def test_too_few_at_the_start_say_nothing_however_many_answer_later() -> None:
    assert effect_between(level(3, "30", "28", "32"), level(500, "90", "89", "91"), 10) is Effect.TOO_FEW


half = st.integers(0, 30).map(Decimal)
point = st.integers(40, 90).map(Decimal)


@settings(max_examples=100, deadline=None)
@given(point, half, point, half)
def test_it_is_a_mirror(a: Decimal, wa: Decimal, b: Decimal, wb: Decimal) -> None:
    one = Level(n=50, value=a, interval=Interval(low=a - wa, high=a + wa))
    two = Level(n=50, value=b, interval=Interval(low=b - wb, high=b + wb))
    mirror = {
        Effect.BETTER: Effect.WORSE,
        Effect.WORSE: Effect.BETTER,
        Effect.UNCLEAR: Effect.UNCLEAR,
        Effect.TOO_FEW: Effect.TOO_FEW,
    }
    found = effect_between(one, two, 10)
    assert effect_between(two, one, 10) is mirror[found]
    if found is Effect.BETTER:
        assert b > a, "clearly better never with a lower value"


DONE = date(2026, 5, 10)


@pytest.mark.parametrize(
    ("starts", "ends", "today", "expected"),
    [
        (date(2026, 5, 11), date(2026, 6, 30), date(2026, 7, 1), True),
        (date(2026, 5, 10), date(2026, 6, 30), date(2026, 7, 1), False),  # holds answers of the day itself
        (date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1), False),  # before and after together
        (date(2026, 5, 11), date(2026, 6, 30), date(2026, 6, 30), False),  # still runs
    ],
)
def test_which_period_measures(starts: date, ends: date, today: date, expected: bool) -> None:
    assert is_comparable(starts, ends, done_on=DONE, today=today) is expected


@settings(max_examples=60, deadline=None)
@given(st.integers(-200, 200), st.integers(0, 200), st.integers(0, 200))
def test_a_period_that_measures_lies_whole_after_the_work_and_before_today(
    shift: int, length: int, wait: int
) -> None:
    starts = DONE + timedelta(days=shift)
    ends = starts + timedelta(days=length)
    today = DONE + timedelta(days=wait)
    if is_comparable(starts, ends, done_on=DONE, today=today):
        assert DONE < starts <= ends < today
