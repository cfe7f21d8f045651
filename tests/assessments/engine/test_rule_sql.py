"""The expressions of the database and the pure functions give the same, to the last digit."""

import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.assessments.rules.hint import HintThresholds, rating_hint
from apps.assessments.rules.targets import is_counted, period_target
from apps.assessments.services.engine import rule_sql
from apps.indicators.labels import AspectChoices, IndicatorSource
from apps.indicators.rules.achievement import Direction, achievement_percent

pytestmark = pytest.mark.django_db
SETTINGS = settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SEEDS = st.integers(0, 2**32)
ROWS = 150


def number(chance: random.Random, places: int = 4) -> Decimal:
    """What a column can hold: sixteen digits, four of them after the point; ties and idle zeros often."""
    largest = chance.choice([10**16, 10**7, 10**5, 10**3])
    plain = Decimal(chance.randrange(-largest + 1, largest)).scaleb(-places)
    odd = [
        Decimal(text) for text in ("0", "0.0001", "100", "33.3333", "0.005", "12.5000", "-0.0001", "0.0100")
    ]
    return chance.choice([plain, abs(plain), round(plain, 1), *odd[: chance.randrange(1, 9)]])


def ask(expressions: str, columns: dict[str, str], rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return the expressions over rows that the database is given."""
    names = ", ".join(columns)
    lists = ", ".join(f"%s::{kind}[]" for kind in columns.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {expressions} FROM unnest({lists}) WITH ORDINALITY AS given({names}, place) ORDER BY place",
            [[row[index] for row in rows] for index in range(len(columns))],
        )
        return list(cursor.fetchall())


def text(value: Decimal | None) -> str | None:
    """As closing wrote numbers."""
    if value is None:
        return None
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


@SETTINGS
@given(SEEDS)
def test_percentages_are_equal(seed: int) -> None:
    chance = random.Random(seed)
    rows = [(number(chance), number(chance), chance.choice(list(Direction))) for _row in range(ROWS)]
    percent = rule_sql.achievement_percent("target", "realization", "direction")
    found = ask(
        f"{percent}, {rule_sql.number_text(percent)}",
        {"target": "numeric", "realization": "numeric", "direction": "text"},
        [(target, realization, direction.value) for target, realization, direction in rows],
    )
    expected = [achievement_percent(*row) for row in rows]
    assert found == [(value, text(value)) for value in expected]
    assert [str(value) for value, _text in found] == [str(value) for value in expected]


@SETTINGS
@given(SEEDS, st.sampled_from(["period", "year"]))
def test_targets_are_equal(seed: int, basis: str) -> None:
    chance = random.Random(seed)
    rows = [
        (
            chance.choice([None, number(chance), number(chance)]),
            chance.choice(IndicatorSource.values),
            chance.choice(["", *AspectChoices.values]),
            chance.randrange(1, 13),
        )
        for _row in range(ROWS)
    ]
    target = rule_sql.period_target("target", source="source", aspect="aspect", basis=basis, months="months")
    columns = {"target": "numeric", "source": "text", "aspect": "text", "months": "int"}
    found = ask(f"{target}, {rule_sql.is_counted('source', 'aspect')}", columns, rows)
    assert found == [
        (
            period_target(target, counted=is_counted(source, aspect), basis=basis, months=months),
            is_counted(source, aspect),
        )
        for target, source, aspect, months in rows
    ]


@SETTINGS
@given(SEEDS)
def test_hints_are_equal(seed: int) -> None:
    chance = random.Random(seed)
    thresholds = HintThresholds(
        meets_percent=Decimal(chance.randrange(0, 10_001)).scaleb(-2),
        above_percent=Decimal(chance.randrange(10_000, 13_001)).scaleb(-2),
    )
    limits = {"meets_percent": str(thresholds.meets_percent), "above_percent": str(thresholds.above_percent)}

    def percent() -> Decimal | None:
        near = Decimal(chance.randrange(8_500, 11_501)).scaleb(-2)
        return chance.choice([None, number(chance, 2), near, near, thresholds.meets_percent])

    people = [[percent() for _one in range(chance.randrange(10))] for _person in range(ROWS)]
    mean = rule_sql.mean_percent("total", "number")
    sums = [
        (
            sum((one for one in percents if one is not None), Decimal(0)),
            sum(one is not None for one in percents),
        )
        for percents in people
    ]
    found = ask(f"{mean}, {rule_sql.hint_rating(mean, limits)}", {"total": "numeric", "number": "int"}, sums)
    expected = [rating_hint(percents, thresholds) for percents in people]
    assert found == [(hint.mean_percent, hint.rating.value if hint.rating else "") for hint in expected]
