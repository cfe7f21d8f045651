from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.supervision.rules.talent import (
    BOXES,
    SUCCESSION_POOL,
    UNVERIFIED_TABLES,
    Standing,
    is_left_out,
    standing_of,
    talent_of,
    weighted,
)


@pytest.mark.parametrize(
    ("performance", "potential", "box", "score"),
    [
        pytest.param("80", "70", 7, "75.00", id="EX-33"),
        pytest.param("60", "80", 8, "70.00", id="EX-34"),
        pytest.param("59.99", "79.99", 3, "69.99", id="EX-35"),
    ],
)
def test_worked_examples(performance: str, potential: str, box: int, score: str) -> None:
    found = talent_of(Decimal(performance), Decimal(potential), UNVERIFIED_TABLES)
    assert (found.box, str(found.score)) == (box, score)
    assert found.in_pool == (box in {7, 8, 9})


def test_tal_1_the_table_as_printed() -> None:
    low, medium, high = Standing
    assert [[BOXES[up][right] for right in Standing] for up in (high, medium, low)] == [
        [4, 7, 9],
        [2, 5, 8],
        [1, 3, 6],
    ]
    assert set(SUCCESSION_POOL) == {7, 8, 9}


@pytest.mark.parametrize(
    ("value", "standing"),
    [("100", "high"), ("80", "high"), ("79.99", "medium"), ("60", "medium"), ("59.99", "low"), ("0", "low")],
)
def test_tal_5_a_bound_belongs_to_the_higher_class(value: str, standing: str) -> None:
    assert standing_of(Decimal(value), UNVERIFIED_TABLES).value == standing


@pytest.mark.parametrize("value", ["-0.01", "100.01"])
def test_an_axis_has_its_ends(value: str) -> None:
    with pytest.raises(ValueError, match="0 to 100"):
        standing_of(Decimal(value), UNVERIFIED_TABLES)


def test_tal_4_the_weights_of_the_axes() -> None:
    tables = UNVERIFIED_TABLES
    performance = {"main": Decimal(80), "reinforcing": Decimal(55)}
    assert weighted(performance, tables.performance_weights) == Decimal("70.00")
    potential = {"competence": 70, "potential": 80, "qualification": 90, "integrity": 100}
    parts = {name: Decimal(value) for name, value in potential.items()}
    assert weighted(parts, tables.potential_weights) == Decimal("81.00")
    with pytest.raises(ValueError, match="needs its score"):
        weighted({"main": Decimal(80)}, tables.performance_weights)
    with pytest.raises(ValueError, match="100"):
        weighted({"main": Decimal(80)}, {"main": 90})


def test_every_box_has_a_recommendation_that_nobody_has_confirmed() -> None:
    assert set(UNVERIFIED_TABLES.recommendations) == set(range(1, 10))
    assert "recommendations" in UNVERIFIED_TABLES.unverified


def test_tal_7_a_punishment_keeps_out_for_some_years() -> None:
    today = date(2028, 2, 29)
    rules = {"years": 2, "levels": ("sedang", "berat")}
    assert is_left_out([("berat", date(2026, 3, 1))], today, **rules)
    assert not is_left_out([("berat", date(2026, 2, 28))], today, **rules)
    assert not is_left_out([("ringan", date(2028, 1, 1))], today, **rules)
    assert not is_left_out([("berat", date(2028, 3, 1))], today, **rules)


AXIS = st.decimals(min_value=0, max_value=100, places=2)


@settings(max_examples=60, deadline=None)
@given(AXIS, AXIS, AXIS)
def test_better_on_an_axis_is_never_a_lower_box(
    performance: Decimal, potential: Decimal, other: Decimal
) -> None:
    low, high = sorted((performance, other))
    # Boxes are numbered so that within a row and within a column a higher number is better.
    assert (
        talent_of(low, potential, UNVERIFIED_TABLES).box <= talent_of(high, potential, UNVERIFIED_TABLES).box
    )
    assert (
        talent_of(potential, low, UNVERIFIED_TABLES).box <= talent_of(potential, high, UNVERIFIED_TABLES).box
    )
