"""Funnel limits for shares, and the words read off them."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from apps.supervision.rules.unit_shares import Band, Family, Share, share_band, share_funnel

FAMILY = Family.of([Share.of(50, 100)] * 5)


def test_the_limits_are_those_of_the_binomial_funnel() -> None:
    # p = 0.5, n = 100: 50 ± 1.96 x 5 and 50 ± 3.0902 x 5.
    limits = share_funnel(100, FAMILY)
    assert limits is not None
    assert limits.mean == Decimal("50.00")
    assert (limits.inner.low, limits.inner.high) == (Decimal("40.20"), Decimal("59.80"))
    assert (limits.outer.low, limits.outer.high) == (Decimal("34.55"), Decimal("65.45"))


def test_a_small_unit_has_wide_limits_that_stay_within_0_and_100() -> None:
    limits = share_funnel(2, FAMILY)
    assert limits is not None
    assert (limits.inner.low, limits.inner.high) == (Decimal("0.00"), Decimal("100.00"))


def band(k: int, n: int, **more: object) -> Band:
    """Return the word for k of n beside five units with half of a hundred."""
    return share_band(Share.of(k, n), FAMILY, **{"minimum": 5, "peers": 5, **more})[0]  # type: ignore[arg-type]


def test_outside_the_limits_is_above_or_below_and_on_them_is_around() -> None:
    assert band(60, 100) is Band.ABOVE
    assert band(59, 100) is Band.AROUND
    assert band(40, 100) is Band.BELOW
    assert band(41, 100) is Band.AROUND


def test_strict_takes_the_wider_limits() -> None:
    assert band(60, 100, is_strict=True) is Band.AROUND
    assert band(66, 100, is_strict=True) is Band.ABOVE


def test_too_few_things_or_too_few_units_are_not_compared() -> None:
    assert band(0, 4) is Band.UNKNOWN
    assert band(0, 0) is Band.UNKNOWN
    assert band(0, 100, peers=6) is Band.UNKNOWN
    assert share_band(Share.of(0, 9), Family.of([Share.of(0, 0)] * 9), minimum=5, peers=5) == (
        Band.UNKNOWN,
        None,
    )


def test_units_that_all_do_everything_leave_no_room() -> None:
    everybody = Family.of([Share.of(10, 10)] * 5)
    assert share_band(Share.of(10, 10), everybody, minimum=5, peers=5)[0] is Band.AROUND
    assert share_band(Share.of(9, 10), everybody, minimum=5, peers=5)[0] is Band.BELOW


def test_parts_may_be_hours_counted_on_people() -> None:
    hours = Share(Fraction(150), Fraction(300), n=15)
    limits = share_band(hours, Family.of([hours] * 5), minimum=5, peers=5)[1]
    assert limits is not None
    assert limits.mean == Decimal("50.00")
    # As wide as for 15 people, not as narrow as for 300 hours.
    assert limits.inner.low < Decimal(25)


@given(st.lists(st.tuples(*[st.integers(0, 50)] * 3), min_size=1, max_size=8), st.data())
def test_the_others_of_a_unit_are_the_same_taken_out_as_added_up(
    numbers: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    rows = [Share(Fraction(part), Fraction(part + rest), n) for part, rest, n in numbers]
    place = data.draw(st.integers(0, len(rows) - 1))
    assert Family.of(rows).without(rows[place]) == Family.of([*rows[:place], *rows[place + 1 :]])
