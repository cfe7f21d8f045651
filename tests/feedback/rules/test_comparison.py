from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.feedback.rules.comparison import Band, Change, Family, Sums, band, change, funnel, is_far
from apps.feedback.rules.intervals import Interval


def sums(*indices: int) -> Sums:
    return Sums(len(indices), Fraction(sum(indices)), Fraction(sum(index * index for index in indices)))


FAMILY = Family.of([sums(*[75] * 50, *[85] * 50)] * 3)


def test_the_limits_worked_by_hand() -> None:
    # Squared deviations 3 * 100 * 25 = 7500 over 297 degrees: 25.2525; its root over 10 is 0.502519.
    # 1.96 * 0.502519 = 0.98494 and 3.0902 * 0.502519 = 1.55288.
    limits = funnel(100, FAMILY)
    assert limits is not None
    assert limits.mean == Decimal("80.00")
    assert (limits.inner.low, limits.inner.high) == (Decimal("79.02"), Decimal("80.98"))
    assert (limits.outer.low, limits.outer.high) == (Decimal("78.45"), Decimal("81.55"))


def test_four_times_the_answers_halve_the_width() -> None:
    few, many = funnel(25, FAMILY), funnel(100, FAMILY)
    assert few is not None
    assert many is not None
    assert (few.inner.low, few.inner.high) == (Decimal("78.03"), Decimal("81.97"))
    assert (few.mean - few.inner.low) > (many.mean - many.inner.low)


@pytest.mark.parametrize(
    ("value", "word", "far"),
    [
        ("80.98", Band.AROUND, False),
        ("80.99", Band.ABOVE, False),
        ("79.01", Band.BELOW, False),
        ("81.56", Band.ABOVE, True),
        ("78.44", Band.BELOW, True),
    ],
)
def test_the_words(value: str, word: Band, far: bool) -> None:
    limits = funnel(100, FAMILY)
    assert limits is not None
    assert (band(Decimal(value), limits), is_far(Decimal(value), limits)) == (word, far)


def test_without_a_spread_nothing_is_said() -> None:
    assert funnel(30, Family()) is None
    assert funnel(30, Family.of([sums(80)])) is None
    assert funnel(0, FAMILY) is None
    assert band(Decimal("99"), None) is Band.UNKNOWN


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.integers(25, 100), min_size=2, max_size=12), min_size=1, max_size=6),
    st.integers(1, 400),
)
def test_the_limits_lie_around_the_mean_and_within_the_scale(family: list[list[int]], n: int) -> None:
    limits = funnel(n, Family.of(sums(*row) for row in family))
    assert limits is not None
    assert (
        Decimal(25)
        <= limits.outer.low
        <= limits.inner.low
        <= limits.mean
        <= limits.inner.high
        <= limits.outer.high
        <= Decimal(100)
    )


@given(st.lists(st.lists(st.integers(25, 100), max_size=8), min_size=1, max_size=6), st.data())
def test_the_others_of_a_service_are_the_same_taken_out_as_added_up(
    family: list[list[int]], data: st.DataObject
) -> None:
    rows = [sums(*row) for row in family]
    place = data.draw(st.integers(0, len(rows) - 1))
    assert Family.of(rows).without(rows[place]) == Family.of([*rows[:place], *rows[place + 1 :]])


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (("70", "75"), ("75.01", "80"), Change.UP),
        (("70", "75"), ("75", "80"), Change.UNCLEAR),
        (("70", "75"), ("60", "69.99"), Change.DOWN),
        (("70", "75"), ("60", "90"), Change.UNCLEAR),
        (None, ("60", "90"), Change.UNCLEAR),
    ],
)
def test_a_change_is_named_only_if_the_intervals_say_so(
    before: tuple[str, str] | None, after: tuple[str, str], expected: Change
) -> None:
    def interval(ends: tuple[str, str] | None) -> Interval | None:
        return Interval(Decimal(ends[0]), Decimal(ends[1])) if ends else None

    assert change(interval(before), interval(after)) is expected
