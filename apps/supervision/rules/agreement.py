"""How far two readers agree beyond chance: Cohen's kappa over ordered categories, with its 95 % interval.

Kappa: Cohen 1960, weighted Cohen 1968. With v the disagreement of two categories, 0 for the same and 1 for the
two ends (unweighted: 1 for any two; linear: steps apart; quadratic: steps apart, squared):

    kappa = 1 - sum(v_ij p_ij) / sum(v_ij p_i. p_.j)

Large-sample standard error: Fleiss, Cohen and Everitt 1969, the one that does not suppose kappa to be 0 (also
PROC FREQ of SAS). With w = 1 - v, pe = sum(w_ij p_i. p_.j), r_i = sum_j(w_ij p_.j), c_j = sum_i(w_ij p_i.):

    var = (sum(p_ij (w_ij - (r_i + c_j)(1 - kappa))^2) - (kappa - pe (1 - kappa))^2) / (n (1 - pe)^2)

The interval is kappa +- 1.96 standard errors, cut off at -1 and 1. It is too narrow for few pairs, so the caller
brings a minimum; and kappas of different weightings are never compared. Source: issue 5, UX sheet S11.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from apps.core.rules.roots import square_root
from apps.core.rules.rounding import half_up

Z_95 = Fraction(196, 100)
PLACES = 4


class Weighting(StrEnum):
    """How much a disagreement counts the farther the two categories lie apart."""

    UNWEIGHTED = "unweighted"
    LINEAR = "linear"
    QUADRATIC = "quadratic"


@dataclass(frozen=True, slots=True)
class Agreement:
    """Kappa of `n` pairs with four decimals, and between what it lies.

    No ends if the pairs have no spread (no disagreement at all, or a reader who always says the same): the
    formula would then claim perfect certainty.
    """

    n: int
    kappa: Decimal
    error: Decimal
    low: Decimal | None
    high: Decimal | None


def agreement(
    matrix: Sequence[Sequence[int]], weighting: Weighting = Weighting.LINEAR, *, minimum: int
) -> Agreement | None:
    """Return the agreement, or None under the minimum of pairs or where chance alone explains everything.

    `matrix[i][j]` counts the pairs that the first reader put into category i and the second into j; categories
    stand in their order. Undefined is kappa if both readers use one and the same category only.

    :raises ValueError: unless the matrix is square, has two categories or more, and counts are not negative.
    """
    size = len(matrix)
    if size < 2 or any(len(row) != size for row in matrix):
        raise ValueError("a matrix has as many columns as rows, two or more")
    if any(count < 0 for row in matrix for count in row):
        raise ValueError("a count is never negative")
    n = sum(map(sum, matrix))
    if n < max(1, minimum):
        return None
    share = [[Fraction(count, n) for count in row] for row in matrix]
    first = [sum(row, Fraction(0)) for row in share]
    second = [sum(column, Fraction(0)) for column in zip(*share, strict=True)]
    weight = [[1 - _disagreement(i, j, size, weighting) for j in range(size)] for i in range(size)]
    cells = [(i, j) for i in range(size) for j in range(size)]

    by_chance = sum((weight[i][j] * first[i] * second[j] for i, j in cells), Fraction(0))
    if by_chance == 1:
        return None
    observed = sum((weight[i][j] * share[i][j] for i, j in cells), Fraction(0))
    kappa = (observed - by_chance) / (1 - by_chance)

    of_row = [sum((weight[i][j] * second[j] for j in range(size)), Fraction(0)) for i in range(size)]
    of_column = [sum((weight[i][j] * first[i] for i in range(size)), Fraction(0)) for j in range(size)]
    spread = sum(
        (share[i][j] * (weight[i][j] - (of_row[i] + of_column[j]) * (1 - kappa)) ** 2 for i, j in cells),
        Fraction(0),
    )
    variance = (spread - (kappa - by_chance * (1 - kappa)) ** 2) / (n * (1 - by_chance) ** 2)
    if not variance:
        return Agreement(n, half_up(kappa, PLACES), half_up(Fraction(0), PLACES), None, None)
    error = square_root(variance)
    return Agreement(
        n=n,
        kappa=half_up(kappa, PLACES),
        error=half_up(error, PLACES),
        low=half_up(max(Fraction(-1), kappa - Z_95 * error), PLACES),
        high=half_up(min(Fraction(1), kappa + Z_95 * error), PLACES),
    )


def _disagreement(i: int, j: int, size: int, weighting: Weighting) -> Fraction:
    if weighting is Weighting.UNWEIGHTED:
        return Fraction(i != j)
    apart = Fraction(abs(i - j), size - 1)
    return apart if weighting is Weighting.LINEAR else apart**2
