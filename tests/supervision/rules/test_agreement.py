"""Kappa against printed results of other programs, and against three computations that share no formula with it."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from math import sqrt

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from apps.supervision.rules.agreement import Agreement, Weighting, agreement

Matrix = list[list[int]]

UNWEIGHTED, LINEAR, QUADRATIC = Weighting

GRANTS = [[20, 5], [10, 15]]
SAS = [[0, 4, 1], [0, 8, 0], [0, 1, 5]]
TWO_CODERS = [[31, 12], [4, 58]]
ANXIETY = [[0, 0, 1, 0, 0], [4, 0, 1, 0, 0], [2, 3, 3, 0, 0], [0, 2, 0, 1, 1], [1, 0, 0, 1, 0]]


def found(matrix: Matrix, weighting: Weighting) -> Agreement:
    result = agreement(matrix, weighting, minimum=1)
    assert result is not None
    return result


def test_the_textbook_of_fifty_grants() -> None:
    # Same 35 of 50; by chance .5 * .6 + .5 * .4 = .5; (.7 - .5) / (1 - .5) = .4.
    # Error by hand: on the diagonal .4 (1 - 1.1 * .6)^2 + .3 (1 - .9 * .6)^2 = .10972, beside it
    # .6^2 (.1 * 1.1^2 + .2 * .9^2) = .10188, less (.4 - .5 * .6)^2 = .01: .2016; / (50 * .25) = .016128.
    result = found(GRANTS, UNWEIGHTED)
    assert (result.n, str(result.kappa)) == (50, "0.4000")
    assert result.error == Decimal(str(round(sqrt(0.016128), 4)))
    assert (result.low, result.high) == (Decimal("0.1511"), Decimal("0.6489"))


@pytest.mark.parametrize(
    ("matrix", "weighting", "printed"),
    [
        # SAS PROC FREQ, printed in the tests of statsmodels.
        pytest.param(SAS, UNWEIGHTED, "0.4842 0.1380 0.2137 0.7547", id="SAS simple"),
        pytest.param(SAS, LINEAR, "0.4701 0.1457 0.1845 0.7558", id="SAS weighted"),
        # R statpsych, example of ci.kappa: 0.6756757 0.07344761 0.5317210 0.8196303.
        pytest.param(TWO_CODERS, UNWEIGHTED, "0.6757 0.0734 0.5317 0.8196", id="R statpsych"),
    ],
)
def test_results_printed_by_other_programs(matrix: Matrix, weighting: Weighting, printed: str) -> None:
    result = found(matrix, weighting)
    ends = (result.kappa, result.error, result.low, result.high)
    assert ends == tuple(Decimal(word) for word in printed.split())


@pytest.mark.parametrize(
    ("weighting", "printed"), [(UNWEIGHTED, "-0.0063"), (LINEAR, "0.1459"), (QUADRATIC, "0.2520")]
)
def test_the_anxiety_ratings_of_r_irr(weighting: Weighting, printed: str) -> None:
    # kappa2(anxiety[,2:3]): -0.006289308, "equal" 0.1459075, "squared" 0.2520325.
    assert found(ANXIETY, weighting).kappa == Decimal(printed)


def test_a_weighted_one_by_hand() -> None:
    # Ten pairs, rows 5 4 1, columns 4 4 2. Steps apart: 2 by one, 1 by two.
    # Linear: 2 * .5 + 1 * 1 = 2 of 10 against (5*4 + 4*4 + 4*2 + 1*4) * .5 + (5*2 + 1*4) * 1 = 38 of 100:
    # 1 - .2 / .38 = 9/19. Quadratic: 2 * .25 + 1 = 1.5 against 48 * .25 + 14 = 26: 1 - .15 / .26 = 11/26.
    matrix = [[3, 1, 1], [1, 3, 0], [0, 0, 1]]
    assert found(matrix, LINEAR).kappa == Decimal("0.4737")
    assert found(matrix, QUADRATIC).kappa == Decimal("0.4231")


MATRICES = st.integers(2, 5).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, 9), min_size=size, max_size=size), min_size=size, max_size=size
    )
)


def exact_kappa(share: list[list[Fraction]], weighting: Weighting) -> Fraction | None:
    """Return kappa by ways of its own: moments (Fleiss and Cohen 1973), or thresholds (Vanbelle and Albert 2009)."""
    size = range(len(share))
    first = [sum(share[i][j] for j in size) for i in size]
    second = [sum(share[i][j] for i in size) for j in size]
    if weighting is QUADRATIC:
        mean_1, mean_2 = (sum(i * side[i] for i in size) for side in (first, second))
        square_1, square_2 = (sum(i * i * side[i] for i in size) for side in (first, second))
        together = sum(i * j * share[i][j] for i in size for j in size) - mean_1 * mean_2
        whole = square_1 - mean_1**2 + square_2 - mean_2**2 + (mean_1 - mean_2) ** 2
        return Fraction(2 * together / whole) if whole else None
    if weighting is LINEAR:
        # Cut the scale in two at every step; kappa weighs the cuts by what chance leaves open there.
        top = bottom = Fraction(0)
        for cut in range(1, len(share)):
            low_1, low_2 = sum(first[:cut]), sum(second[:cut])
            same = sum(share[i][j] for i in size for j in size if (i < cut) == (j < cut))
            chance = low_1 * low_2 + (1 - low_1) * (1 - low_2)
            top, bottom = top + same - chance, bottom + 1 - chance
        return Fraction(top / bottom) if bottom else None
    chance = sum((a * b for a, b in zip(first, second, strict=True)), Fraction(0))
    return (sum((share[i][i] for i in size), Fraction(0)) - chance) / (1 - chance) if chance != 1 else None


def shares(matrix: Matrix) -> list[list[Fraction]]:
    n = sum(map(sum, matrix))
    return [[Fraction(count, n) for count in row] for row in matrix]


@settings(max_examples=60, deadline=None)
@given(MATRICES, st.sampled_from(Weighting))
def test_kappa_against_another_way_to_it(matrix: Matrix, weighting: Weighting) -> None:
    assume(any(map(sum, matrix)))
    expected = exact_kappa(shares(matrix), weighting)
    result = agreement(matrix, weighting, minimum=1)
    if expected is None:
        assert result is None
    else:
        assert result is not None
        assert abs(Fraction(result.kappa) - expected) <= Fraction(1, 20000)


def delta_error(matrix: Matrix, kappa: Callable[[list[list[Fraction]]], Fraction | None]) -> float:
    """Return the standard error from numerical slopes: sqrt((sum(p g^2) - sum(p g)^2) / n), the delta method."""
    share, n, step = shares(matrix), sum(map(sum, matrix)), Fraction(1, 10**7)
    cells = [(i, j) for i in range(len(matrix)) for j in range(len(matrix)) if matrix[i][j]]
    mean = mean_of_squares = Fraction(0)
    for i, j in cells:
        ends = []
        for sign in (1, -1):
            # Towards this one cell, and away from it, along tables that still add up to one.
            moved = [[value * (1 - sign * step) for value in row] for row in share]
            moved[i][j] += sign * step
            end = kappa(moved)
            assert end is not None
            ends.append(end)
        slope = (ends[0] - ends[1]) / (2 * step)
        mean += share[i][j] * slope
        mean_of_squares += share[i][j] * slope**2
    return sqrt(max(Fraction(0), mean_of_squares - mean**2) / n)


@settings(max_examples=25, deadline=None)
@given(MATRICES, st.sampled_from(Weighting))
def test_the_error_against_numerical_slopes(matrix: Matrix, weighting: Weighting) -> None:
    result = agreement(matrix, weighting, minimum=1)
    assume(result is not None)
    assert result is not None
    expected = delta_error(matrix, lambda share: exact_kappa(share, weighting))
    assert float(result.error) == pytest.approx(expected, abs=0.00006)


@settings(max_examples=60, deadline=None)
@given(MATRICES, st.sampled_from(Weighting))
def test_readers_and_scale_may_be_turned_around(matrix: Matrix, weighting: Weighting) -> None:
    result = agreement(matrix, weighting, minimum=1)
    assert agreement([list(column) for column in zip(*matrix, strict=True)], weighting, minimum=1) == result
    assert agreement([row[::-1] for row in matrix[::-1]], weighting, minimum=1) == result
    if result is not None:
        assert -1 <= result.kappa <= 1
        if result.low is not None and result.high is not None:
            assert -1 <= result.low <= result.kappa <= result.high <= 1


@settings(max_examples=30, deadline=None)
@given(MATRICES, st.sampled_from(Weighting))
def test_four_times_the_pairs_halve_the_error(matrix: Matrix, weighting: Weighting) -> None:
    one = agreement(matrix, weighting, minimum=1)
    four = agreement([[4 * count for count in row] for row in matrix], weighting, minimum=1)
    assume(one is not None)
    assert one is not None
    assert four is not None
    assert four.kappa == one.kappa
    assert abs(four.error * 2 - one.error) <= Decimal("0.0002")


def test_with_two_categories_the_weights_make_no_difference() -> None:
    assert found(GRANTS, LINEAR) == found(GRANTS, QUADRATIC) == found(GRANTS, UNWEIGHTED)


def test_near_misses_count_less_the_farther_apart_the_others_are() -> None:
    near, far = [[8, 2, 0], [2, 8, 2], [0, 2, 8]], [[8, 0, 2], [2, 8, 0], [2, 2, 8]]
    for weighting in (LINEAR, QUADRATIC):
        assert found(near, weighting).kappa > found(near, UNWEIGHTED).kappa
        assert found(near, weighting).kappa > found(far, weighting).kappa


def test_too_few_pairs_say_nothing() -> None:
    assert agreement(GRANTS, minimum=51) is None
    assert agreement(GRANTS, minimum=50) is not None
    assert agreement([[0, 0], [0, 0]], minimum=0) is None


def test_one_category_for_everything_is_undefined() -> None:
    assert agreement([[30, 0], [0, 0]], minimum=1) is None


@pytest.mark.parametrize(
    ("matrix", "kappa"),
    [([[6, 0], [0, 6]], "1"), ([[0, 6], [6, 0]], "-1"), ([[6, 6], [0, 0]], "0")],
)
def test_without_spread_there_is_no_interval(matrix: Matrix, kappa: str) -> None:
    result = found(matrix, LINEAR)
    assert result.kappa == Decimal(kappa)
    assert (result.low, result.high) == (None, None)


@pytest.mark.parametrize("matrix", [[], [[5]], [[1, 2]], [[1, 2], [3]], [[1, 2, 3], [4, 5, 6]]])
def test_a_matrix_is_square(matrix: Matrix) -> None:
    with pytest.raises(ValueError, match="columns"):
        agreement(matrix, minimum=1)


def test_a_count_is_never_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        agreement([[3, -1], [0, 3]], minimum=1)
