import csv
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.feedback.rules.ikm import (
    IkmError,
    InvalidAnswer,
    InvalidWeights,
    NoAnswers,
    UnknownUnsur,
    compute_ikm,
    ikm_from_sums,
)
from apps.feedback.rules.regimes import UNSUR_14_2017, regime

DATA = Path(__file__).parents[2] / "data"
WEIGHTS = regime("14/2017").weights
HALVES = {"waktu": Fraction(1, 2), "sarana": Fraction(1, 2)}

rows_of_two = st.lists(
    st.fixed_dictionaries({"waktu": st.integers(1, 4), "sarana": st.integers(1, 4)}), min_size=1, max_size=12
)


def respondents() -> list[dict[str, int | None]]:
    with (DATA / "skm-respondents.csv").open(encoding="utf-8", newline="") as lines:
        return [
            {unsur.code: int(record[unsur.number]) for unsur in UNSUR_14_2017}
            for record in csv.DictReader(lines)
        ]


def test_the_49_respondents_of_sekadau() -> None:
    ikm = compute_ikm(respondents(), WEIGHTS)
    assert (ikm.n, ikm.value, ikm.weakest) == (49, Decimal("78.74"), "persyaratan")
    assert " ".join(str(average) for average in ikm.nrr.values()) == (
        "2.8163 2.8367 3.0612 3.6122 3.2449 3.3265 3.2857 2.9184 3.2449"
    )


def test_the_totals_of_gaspul() -> None:
    sums = dict(zip(WEIGHTS, [105, 101, 100, 116, 102, 105, 106, 115, 105], strict=True))
    counts = dict.fromkeys(WEIGHTS, 29)
    ikm = ikm_from_sums(sums, counts, WEIGHTS)
    assert (ikm.n, ikm.value, ikm.weakest) == (29, Decimal("91.48"), "waktu")


@pytest.mark.parametrize(("answer", "value"), [(1, "25.00"), (4, "100.00")])
def test_the_index_reaches_both_ends(answer: int, value: str) -> None:
    assert str(compute_ikm([dict.fromkeys(WEIGHTS, answer)], WEIGHTS).value) == value


def test_a_skipped_answer_does_not_count_for_its_unsur() -> None:
    ikm = compute_ikm([{"waktu": 4, "sarana": None}, {"waktu": 3, "sarana": 2}, {"waktu": 3}], HALVES)
    assert ikm.n == 3
    assert ikm.nrr_exact == {"waktu": Fraction(10, 3), "sarana": Fraction(2)}
    assert ikm.nrr == {"waktu": Decimal("3.3333"), "sarana": Decimal("2.0000")}
    assert (ikm.value, ikm.weakest) == (Decimal("66.67"), "sarana")


def test_who_skipped_everything_is_not_a_respondent() -> None:
    assert compute_ikm([{"waktu": None, "sarana": None}, {"waktu": 3, "sarana": 2}], HALVES).n == 1


def test_averages_are_not_rounded_before_the_index() -> None:
    # 3.335 would be 3.34 and give 83.50.
    ikm = ikm_from_sums({"waktu": 667}, {"waktu": 200}, {"waktu": Fraction(1)})
    assert ikm.value == Decimal("83.38")


def test_weights_matter() -> None:
    weights = {"waktu": Fraction(3, 4), "sarana": Fraction(1, 4)}
    assert compute_ikm([{"waktu": 4, "sarana": 2}], weights).value == Decimal("87.50")


def test_the_first_unsur_wins_a_tie_for_the_weakest() -> None:
    assert compute_ikm([{"sarana": 3, "waktu": 3}], HALVES).weakest == "waktu"


@pytest.mark.parametrize("answers", [[], [{}], [{"waktu": None, "sarana": None}]])
def test_nobody_answered(answers: list[dict[str, int | None]]) -> None:
    with pytest.raises(NoAnswers) as refusal:
        compute_ikm(answers, HALVES)
    assert refusal.value.unsur is None


def test_nobody_answered_one_unsur() -> None:
    with pytest.raises(NoAnswers) as refusal:
        compute_ikm([{"waktu": 3}], HALVES)
    assert refusal.value.unsur == "sarana"
    with pytest.raises(NoAnswers):
        ikm_from_sums({"waktu": 3}, {"waktu": 1}, HALVES)


@pytest.mark.parametrize("value", [0, 5, -1])
def test_an_answer_off_the_scale(value: int) -> None:
    with pytest.raises(InvalidAnswer):
        compute_ikm([{"waktu": value, "sarana": 3}], HALVES)


@pytest.mark.parametrize("total", [1, 9])
def test_a_sum_off_the_scale(total: int) -> None:
    with pytest.raises(InvalidAnswer):
        ikm_from_sums({"waktu": total, "sarana": 4}, {"waktu": 2, "sarana": 2}, HALVES)


def test_an_unsur_without_weight() -> None:
    with pytest.raises(UnknownUnsur):
        compute_ikm([{"waktu": 3, "sarana": 3, "biaya": 3}], HALVES)
    with pytest.raises(UnknownUnsur):
        ikm_from_sums({"waktu": 3, "sarana": 3, "biaya": 3}, {"waktu": 1, "sarana": 1, "biaya": 1}, HALVES)


@pytest.mark.parametrize(
    "weights",
    [
        {},
        dict.fromkeys(WEIGHTS, Fraction(11, 100)),
        {"waktu": Fraction(3, 2), "sarana": Fraction(-1, 2)},
        {"waktu": Fraction(1), "sarana": Fraction(0)},
    ],
)
def test_weights_sum_to_one(weights: dict[str, Fraction]) -> None:
    with pytest.raises(InvalidWeights):
        compute_ikm([dict.fromkeys(weights, 4)], weights)


def test_every_refusal_is_an_ikm_error() -> None:
    assert {NoAnswers, InvalidAnswer, UnknownUnsur, InvalidWeights} == set(IkmError.__subclasses__())


@settings(max_examples=50, deadline=None)
@given(rows_of_two)
def test_sums_and_rows_agree(rows: list[dict[str, int | None]]) -> None:
    sums = {code: sum(row[code] or 0 for row in rows) for code in HALVES}
    counts = dict.fromkeys(HALVES, len(rows))
    assert compute_ikm(rows, HALVES) == ikm_from_sums(sums, counts, HALVES)


@settings(max_examples=50, deadline=None)
@given(rows_of_two)
def test_the_order_of_respondents_does_not_matter(rows: list[dict[str, int | None]]) -> None:
    assert compute_ikm(rows, HALVES) == compute_ikm(rows[::-1], HALVES)


@settings(max_examples=50, deadline=None)
@given(rows_of_two)
def test_a_better_answer_never_lowers_the_index(rows: list[dict[str, int | None]]) -> None:
    better = [{code: min(4, (value or 0) + 1) for code, value in row.items()} for row in rows]
    before, after = compute_ikm(rows, HALVES), compute_ikm(better, HALVES)
    assert Decimal(25) <= before.value <= after.value <= Decimal(100)
