from fractions import Fraction

import pytest

from apps.feedback.rules.satisfaction import is_satisfied, satisfied

NINTH = Fraction(1, 9)
CODES = tuple("abcdefghi")
EQUAL = dict.fromkeys(CODES, NINTH)


def row(*values: int | None) -> dict[str, int]:
    return {code: value for code, value in zip(CODES, values, strict=True) if value is not None}


def test_an_own_average_of_three_is_satisfied() -> None:
    assert is_satisfied(row(*[3] * 9), EQUAL)
    assert is_satisfied(row(2, 4, 3, 3, 3, 3, 3, 3, 3), EQUAL)
    assert not is_satisfied(row(2, *[3] * 8), EQUAL)


def test_skipped_questions_are_left_out_with_their_weight() -> None:
    assert is_satisfied(row(3, 3, None, 3, 3, None, 3, 3, None), EQUAL)
    assert not is_satisfied(row(2, 3, None, 3, 3, None, 3, 3, None), EQUAL)


def test_weights_decide() -> None:
    weights = {"a": Fraction(2, 3), "b": Fraction(1, 3)}
    assert is_satisfied({"a": 4, "b": 1}, weights)
    assert not is_satisfied({"a": 2, "b": 4}, weights)


def test_who_answered_nothing_is_not_asked() -> None:
    with pytest.raises(ValueError, match="nothing"):
        is_satisfied({}, EQUAL)


@pytest.mark.parametrize(
    ("k", "n", "of_ten", "low", "high"),
    # The intervals of the UX sheet, 4.2: 60-98 %, 79-96 %, 85-93 %, 44-100 %.
    [(9, 10, 9, 6, 10), (45, 50, 9, 8, 10), (180, 200, 9, 9, 9), (3, 3, 10, 4, 10), (0, 4, 0, 0, 5)],
)
def test_people_out_of_ten(k: int, n: int, of_ten: int, low: int, high: int) -> None:
    found = satisfied(k, n)
    assert found is not None
    assert (found.of_ten, found.low_of_ten, found.high_of_ten) == (of_ten, low, high)


def test_without_answers_there_is_no_sentence() -> None:
    assert satisfied(0, 0) is None
    with pytest.raises(ValueError, match="between"):
        satisfied(2, 1)
