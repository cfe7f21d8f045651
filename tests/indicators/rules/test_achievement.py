from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.indicators.rules.achievement import Direction, achievement_percent, display_percent

HIGHER, LOWER = Direction.HIGHER, Direction.LOWER
positive = st.decimals(min_value="0.01", max_value=10**6, places=2)


@pytest.mark.parametrize(
    ("target", "realization", "direction", "expected"),
    [
        ("80", "72", HIGHER, "90.00"),
        ("3", "1", HIGHER, "33.33"),
        ("3", "2", HIGHER, "66.67"),
        ("10", "25", HIGHER, "250.00"),
        ("10", "0", HIGHER, "0.00"),
        ("8", "0.9996", HIGHER, "12.50"),
        ("5", "4", LOWER, "120.00"),
        ("5", "5", LOWER, "100.00"),
        ("5", "6", LOWER, "80.00"),
        ("5", "0", LOWER, "200.00"),
        ("5", "12", LOWER, "-40.00"),
    ],
)
def test_achievement_follows_the_direction(
    target: str, realization: str, direction: Direction, expected: str
) -> None:
    assert str(achievement_percent(Decimal(target), Decimal(realization), direction)) == expected


@pytest.mark.parametrize("target", ["0", "0.00", "-5"])
@pytest.mark.parametrize("direction", list(Direction))
def test_without_a_positive_target_there_is_no_percentage(target: str, direction: Direction) -> None:
    assert achievement_percent(Decimal(target), Decimal(3), direction) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [("250", "120"), ("120", "120"), ("119.99", "119.99"), ("0", "0"), ("-40", "0")],
)
def test_a_chart_stays_between_zero_and_the_cap(value: str, expected: str) -> None:
    assert display_percent(Decimal(value)) == Decimal(expected)


def test_the_cap_is_an_argument() -> None:
    assert display_percent(Decimal(140), cap=Decimal(150)) == Decimal(140)


@settings(max_examples=50, deadline=None)
@given(positive, st.sampled_from(Direction))
def test_meeting_the_target_is_one_hundred(target: Decimal, direction: Direction) -> None:
    assert achievement_percent(target, target, direction) == Decimal("100.00")


@settings(max_examples=50, deadline=None)
@given(positive, positive, positive)
def test_more_is_better_or_worse(target: Decimal, one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    for direction, worse, better in ((HIGHER, low, high), (LOWER, high, low)):
        bad = achievement_percent(target, worse, direction)
        good = achievement_percent(target, better, direction)
        assert bad is not None
        assert good is not None
        assert bad <= good
