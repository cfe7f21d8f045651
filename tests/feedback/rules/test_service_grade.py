from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.rules.rounding import half_up
from apps.feedback.rules.regimes import REGIMES, Regime, regime
from apps.feedback.rules.service_grade import ServiceGrade, grade_for, grade_label

NOW, OLD = regime("14/2017"), regime("16/2014")


@pytest.mark.parametrize(
    ("ikm", "letter"),
    [
        ("100", "A"),
        ("88.31", "A"),
        ("88.305", "A"),
        ("88.3049", "B"),
        ("88.30", "B"),
        ("76.61", "B"),
        ("76.605", "B"),
        ("76.604", "C"),
        ("76.60", "C"),
        ("76.01", "C"),
        ("65.00", "C"),
        ("64.995", "C"),
        ("64.994", "D"),
        ("25", "D"),
    ],
)
def test_bands_of_the_present_regime_have_no_holes(ikm: str, letter: str) -> None:
    assert grade_for(Decimal(ikm), NOW).name == letter


@pytest.mark.parametrize(
    ("ikm", "then", "now"),
    [("80", "B", "B"), ("82", "A", "B"), ("75", "B", "C"), ("43.76", "C", "D"), ("43.75", "D", "D")],
)
def test_the_same_value_under_two_regimes(ikm: str, then: str, now: str) -> None:
    assert (grade_for(Decimal(ikm), OLD).name, grade_for(Decimal(ikm), NOW).name) == (then, now)


def test_one_unsur_is_graded_by_its_average_times_25() -> None:
    assert grade_for(Fraction(53, 15) * 25, NOW) is ServiceGrade.A
    assert grade_for(Fraction(353, 100) * 25, NOW) is ServiceGrade.B


@pytest.mark.parametrize("ikm", ["24.99", "24.994", "100.01", "0", "-1"])
def test_what_is_no_index_has_no_grade(ikm: str) -> None:
    with pytest.raises(ValueError, match="between 25 and 100"):
        grade_for(Decimal(ikm), NOW)


def test_grades_are_stored_in_lower_case_and_have_words() -> None:
    assert {grade.value: grade_label(grade) for grade in ServiceGrade} == {
        "a": "Sangat baik",
        "b": "Baik",
        "c": "Kurang baik",
        "d": "Tidak baik",
    }


@settings(max_examples=80, deadline=None)
@given(
    st.decimals(min_value=25, max_value=100, places=4),
    st.decimals(min_value=25, max_value=100, places=4),
    st.sampled_from(REGIMES),
)
def test_every_index_has_a_grade_and_more_is_never_worse(one: Decimal, other: Decimal, rules: Regime) -> None:
    low, high = sorted((one, other))
    assert grade_for(high, rules).value <= grade_for(low, rules).value


@pytest.mark.parametrize("rules", REGIMES, ids=lambda rules: rules.code)
def test_every_two_decimal_value_has_a_grade(rules: Regime) -> None:
    letters = [grade_for(Decimal(cents) / 100, rules).name for cents in range(2500, 10001)]
    # One run of each letter, from the worst to the best: no hole and no way back.
    assert [letter for place, letter in enumerate(letters) if letter != letters[place - 1]] == list("DCBA")


@pytest.mark.parametrize("count", [*range(1, 41), 49, 97, 200])
def test_every_raw_mean_has_the_grade_of_its_rounded_value(count: int) -> None:
    for total in range(count, 4 * count + 1):
        index = Fraction(total, count) * 25
        letter = grade_for(index, NOW).name
        rounded = half_up(index)
        assert letter == (
            "A" if rounded >= Decimal("88.31")
            else "B" if rounded >= Decimal("76.61")
            else "C" if rounded >= 65
            else "D"
        )  # fmt: skip
