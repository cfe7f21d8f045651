"""Signals of UX sheet 4.3: known answers, and what must hold for all numbers."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.feedback.rules import signals
from apps.feedback.rules.signals import FAMILIES, Signal, Thresholds


@pytest.mark.parametrize(("rate", "count"), [("0.5", 6), ("1", 7), ("2", 10), ("5", 16)])
def test_a_burst_begins_where_the_sheet_says(rate, count):
    assert signals.burst_from(Decimal(rate)) == count
    assert signals.is_burst(count, Decimal(rate))
    assert not signals.is_burst(count - 1, Decimal(rate))


def test_the_tail_is_the_one_of_a_textbook():
    # 1 - e^-2 (1 + 2 + 2) = 1 - 5/e^2
    assert signals.poisson_tail(Decimal(2), 3) == pytest.approx(
        Decimal("0.3233235838169366"), abs=Decimal("1e-15")
    )
    assert signals.poisson_tail(Decimal(2), 0) == 1
    # Far out there are still digits.
    assert Decimal("1.5E-1285") < signals.poisson_tail(Decimal("0.5"), 500) < Decimal("1.6E-1285")
    with pytest.raises(ValueError, match="positive"):
        signals.poisson_tail(Decimal(0), 3)


@settings(max_examples=40)
@given(st.decimals("0.01", "60", places=2), st.integers(0, 90))
def test_the_tail_falls_with_the_count_and_stays_a_probability(rate, count):
    here, next_one = signals.poisson_tail(rate, count), signals.poisson_tail(rate, count + 1)
    assert 0 < next_one <= here <= 1


@settings(max_examples=60)
@given(st.sets(st.sampled_from(list(Signal))))
def test_one_family_never_holds_and_two_always_do(found):
    names = {FAMILIES[s] for s in found if s in FAMILIES}
    assert signals.is_held(found) == (len(names) >= 2)


def test_a_crowd_never_decides():
    for other in Signal:
        assert not signals.is_held({Signal.CROWD, other})


def test_signals_of_one_family_say_one_thing():
    assert not signals.is_held({"burst", "together", "delivered", "crowd"})
    assert not signals.is_held({"shift", "straight", "top_share"})
    assert signals.is_held({"burst", "shift"})


def test_a_group_is_shifted_outside_the_99_percent_limits():
    usual = {"usual_mean": Fraction(80), "usual_variance": Fraction(100), "minimum_n": 3}
    # Limits for 25: 80 +- 2.5758 * 10 / 5 = 74.85 to 85.15
    assert not signals.is_shifted(mean=Fraction(7485, 100), n=25, **usual)
    assert signals.is_shifted(mean=Fraction(7484, 100), n=25, **usual)
    assert signals.is_shifted(mean=Fraction(8516, 100), n=25, **usual)
    assert not signals.is_shifted(mean=Fraction(25), n=2, **usual)


def test_a_group_of_straight_lines_needs_more_than_people_usually_draw():
    def found(straight, n, share=Fraction(1, 49)):
        return signals.is_straight_group(straight=straight, n=n, usual_share=share, thresholds=Thresholds())

    assert found(10, 10)
    assert found(500, 500)
    assert not found(1, 10)
    assert not found(3, 20)
    assert not found(2, 2)
    # Where nearly everybody draws straight lines they say nothing.
    assert not found(10, 10, Fraction(95, 100))


def test_top_marks_are_compared_with_the_verified_ones():
    def found(*numbers):
        names = ("open_top", "open_n", "verified_top", "verified_n")
        return signals.is_top_heavy(**dict(zip(names, numbers, strict=True)), thresholds=Thresholds())

    assert found(38, 40, 8, 30)
    assert not found(12, 40, 8, 30)
    assert not found(9, 9, 0, 30)
    assert not found(10, 10, 7, 10)


@pytest.mark.parametrize(
    ("at", "outside"),
    [
        (datetime(2026, 9, 14, 7, 59), True),
        (datetime(2026, 9, 14, 8, 0), False),
        (datetime(2026, 9, 14, 15, 30), False),
        (datetime(2026, 9, 14, 15, 31), True),
        (datetime(2026, 9, 19, 10, 0), True),
    ],
)
def test_opening_hours(at, outside):
    week = {str(day): ["08:00", "15:30"] for day in range(5)}
    assert signals.is_outside_hours(week, at) is outside
    assert not signals.is_outside_hours({}, at)
    assert not signals.is_outside_hours({str(at.weekday()): "rusak"}, at)


def test_thresholds_survive_a_round_trip_and_bad_entries():
    own = Thresholds.of({"lowest_rate": "1.5", "group_answers": 5, "burst_tail": "nonsense", "other": 1})
    assert (own.lowest_rate, own.group_answers, own.burst_tail) == (Decimal("1.5"), 5, Decimal("0.0001"))
    assert Thresholds.of(own.as_table()) == own


def test_a_straight_line_has_three_answers_at_least():
    assert signals.is_straight([4, 4, 4])
    assert not signals.is_straight([4, 4])
    assert not signals.is_straight([4, 4, 3])
