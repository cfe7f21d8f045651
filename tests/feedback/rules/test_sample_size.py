import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.feedback.rules.sample_size import required_sample, sample_reached

# Population and sample, row by row as the office printed them.
TABLE: tuple[tuple[int, int], ...] = (
    *((10, 10), (15, 14), (20, 19), (25, 24), (30, 28), (35, 32), (40, 36), (45, 40)),
    *((50, 44), (55, 48), (60, 52), (65, 56), (70, 59), (75, 63), (80, 66), (85, 70)),
    *((90, 73), (95, 76), (100, 80), (110, 86), (120, 92), (130, 97), (140, 103), (150, 108)),
    *((160, 113), (170, 118), (180, 123), (190, 127), (200, 132), (220, 140), (230, 144), (240, 148)),
    *((250, 152), (260, 155), (270, 159), (280, 162), (290, 165), (300, 169), (320, 175), (340, 181)),
    *((360, 186), (380, 191), (400, 196), (420, 201), (440, 205), (460, 210), (480, 214), (500, 217)),
    *((550, 226), (600, 234), (650, 242), (700, 248), (750, 254), (800, 260), (850, 265), (900, 269)),
    *((1000, 278), (1100, 285), (1200, 291), (1300, 297), (1400, 302), (1500, 306), (1600, 310), (1700, 313)),
    *((1800, 317), (1900, 320), (2000, 322), (2200, 327), (2400, 331), (2600, 335), (2800, 338), (3000, 341)),
    *((3500, 346), (4000, 351), (4500, 354), (5000, 357), (6000, 361), (7000, 364), (8000, 367), (9000, 368)),
    *((10000, 370), (15000, 375), (20000, 377), (30000, 379), (40000, 380), (1000000, 384)),
)


@pytest.mark.parametrize(("population", "sample"), TABLE)
def test_the_printed_table(population: int, sample: int) -> None:
    assert required_sample(population) == sample


def test_between_two_rows_the_formula_decides() -> None:
    assert required_sample(4384) == 353
    assert not sample_reached(352, 4384)
    assert sample_reached(353, 4384)


@pytest.mark.parametrize("population", [0, -3])
def test_an_empty_population_is_refused(population: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        sample_reached(1, population)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 10**7))
def test_the_sample_grows_with_the_population_up_to_384(population: int) -> None:
    assert 1 <= required_sample(population) <= min(population, 384)
    assert required_sample(population) <= required_sample(population + 1)
