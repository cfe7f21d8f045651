"""How many respondents a survey needs for its population (SKM 1.4, Krejcie and Morgan)."""

from fractions import Fraction

from apps.core.rules.rounding import half_up

CHI_SQUARE = Fraction(3841, 1000)
SHARE = Fraction(1, 2)
MARGIN = Fraction(5, 100)


def required_sample(population: int) -> int:
    """Return the sample for a population; the nearest whole number reproduces the printed table.

    :raises ValueError: if the population is not positive.
    """
    if population < 1:
        raise ValueError("a population has at least one member")
    spread = CHI_SQUARE * SHARE * (1 - SHARE)
    exact = spread * population / (MARGIN**2 * (population - 1) + spread)
    return int(half_up(exact, places=0))


def sample_reached(n: int, population: int) -> bool:
    """Tell whether `n` respondents are enough.

    :raises ValueError: if the population is not positive.
    """
    return n >= required_sample(population)
