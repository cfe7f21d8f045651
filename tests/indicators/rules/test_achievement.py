from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.indicators.rules.achievement import (
    Direction,
    Formula,
    achievement_percent,
    display_percent,
    percent_by_formula,
)

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


@pytest.mark.parametrize(
    ("formula", "target", "realization", "direction", "expected"),
    [
        (Formula.STANDARD, "95", "47.25", HIGHER, "49.74"),
        (Formula.STANDARD, "25", "30", LOWER, "80.00"),
        (Formula.INVERSE, "15", "12", LOWER, "125.00"),
        (Formula.INVERSE, "15", "45", LOWER, "33.33"),
        (Formula.REACHED, "0", "0", LOWER, "100.00"),
        (Formula.REACHED, "0", "1", LOWER, "0.00"),
        (Formula.REACHED, "80", "80", HIGHER, "100.00"),
        (Formula.REACHED, "80", "79.9999", HIGHER, "0.00"),
    ],
)
def test_each_formula_by_hand(
    formula: Formula, target: str, realization: str, direction: Direction, expected: str
) -> None:
    assert str(percent_by_formula(formula, Decimal(target), Decimal(realization), direction)) == expected


@pytest.mark.parametrize(("target", "realization"), [("15", "0"), ("0", "15"), ("15", "-1")])
def test_target_by_realization_has_no_percentage_where_it_would_divide_by_zero(
    target: str, realization: str
) -> None:
    assert percent_by_formula(Formula.INVERSE, Decimal(target), Decimal(realization), LOWER) is None


def test_target_by_realization_needs_lower_is_better() -> None:
    with pytest.raises(ValueError, match="lower is better"):
        percent_by_formula(Formula.INVERSE, Decimal(15), Decimal(12), HIGHER)


@settings(max_examples=50, deadline=None)
@given(positive, positive, st.sampled_from(Direction))
def test_the_usual_formula_is_the_one_of_personal_targets(
    target: Decimal, realization: Decimal, direction: Direction
) -> None:
    assert percent_by_formula(Formula.STANDARD, target, realization, direction) == achievement_percent(
        target, realization, direction
    )
