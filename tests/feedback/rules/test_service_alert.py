"""Two signals before anybody is called; the effect in words only where the intervals are apart."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.feedback.rules.intervals import Interval
from apps.feedback.rules.service_alert import (
    TRANSITIONS,
    AlertAction,
    AlertKind,
    AlertStatus,
    Effect,
    Level,
    TransitionNotAllowed,
    effect_of,
    find_alert,
    next_status,
)

LIMIT = Decimal("76.61")


def level(n: int, value: str, low: str, high: str) -> Level:
    return Level(n=n, value=Decimal(value), interval=Interval(low=Decimal(low), high=Decimal(high)))


@pytest.mark.parametrize(
    ("recent", "expected"),
    [
        (level(30, "60.00", "55.00", "65.00"), AlertKind.LOW),
        # Low, but not surely: the first signal without the second.
        (level(12, "70.00", "58.00", "82.00"), None),
        # The end of the range stands exactly on the limit.
        (level(30, "70.00", "63.39", "76.61"), None),
        (level(30, "70.00", "63.40", "76.60"), AlertKind.LOW),
        (level(9, "40.00", "35.00", "45.00"), None),
        (Level(n=30, value=Decimal("40.00"), interval=None), None),
        (level(30, "90.00", "88.00", "92.00"), None),
    ],
)
def test_low_needs_the_level_and_the_certainty(recent: Level, expected: AlertKind | None) -> None:
    assert find_alert(recent, LIMIT, 10) == expected


@pytest.mark.parametrize(
    ("previous", "expected"),
    [
        (level(40, "92.00", "90.00", "94.00"), AlertKind.FELL),
        (level(40, "87.00", "84.00", "90.00"), None),
        (level(9, "92.00", "90.00", "94.00"), None),
        (Level(n=40, value=Decimal("92.00"), interval=None), None),
        (None, None),
    ],
)
def test_fell_needs_two_ranges_that_do_not_touch(previous: Level | None, expected: AlertKind | None) -> None:
    assert find_alert(level(40, "82.00", "79.00", "85.00"), LIMIT, 10, previous) == expected


LEVELS = st.builds(
    lambda n, value, half: Level(
        n=n,
        value=Decimal(value) / 100,
        interval=Interval(low=Decimal(value - half) / 100, high=Decimal(value + half) / 100),
    ),
    st.integers(0, 80),
    st.integers(3500, 9000),
    st.integers(0, 1000),
)


@given(recent=LEVELS, previous=LEVELS)
def test_no_notice_without_certainty(recent: Level, previous: Level) -> None:
    found = find_alert(recent, LIMIT, 10, previous)
    assert recent.interval is not None
    assert previous.interval is not None
    if found is AlertKind.LOW:
        assert recent.interval.high < LIMIT
        assert recent.n >= 10
    if found is AlertKind.FELL:
        assert recent.interval.high < previous.interval.low
        assert min(recent.n, previous.n) >= 10


@given(before=LEVELS, after=LEVELS)
def test_better_and_worse_are_mirror_images(before: Level, after: Level) -> None:
    mirror = {Effect.BETTER: Effect.WORSE, Effect.WORSE: Effect.BETTER}
    if min(before.n, after.n) >= 10:
        there = effect_of(before, after, 10)
        assert effect_of(after, before, 10) == mirror.get(there, there)


def test_effect_with_too_few_answers_says_so() -> None:
    before = level(40, "60.00", "55.00", "65.00")
    assert effect_of(before, None, 10) is Effect.TOO_FEW
    assert effect_of(before, level(9, "95.00", "94.00", "96.00"), 10) is Effect.TOO_FEW
    assert effect_of(before, level(10, "95.00", "94.00", "96.00"), 10) is Effect.BETTER
    assert effect_of(before, level(10, "64.00", "60.00", "68.00"), 10) is Effect.UNCLEAR


@given(st.sampled_from(AlertStatus), st.sampled_from(AlertAction))
def test_only_listed_moves(status: AlertStatus, action: AlertAction) -> None:
    if (status, action) in TRANSITIONS:
        assert next_status(status, action) is TRANSITIONS[status, action]
    else:
        with pytest.raises(TransitionNotAllowed):
            next_status(status, action)
