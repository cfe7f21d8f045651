import pytest

from apps.assessments.rules.predikat import (
    RULE_VERSION,
    SIASN_KUADRAN,
    SIASN_RATING,
    Predikat,
    Rating,
    predikat_for,
)

ABOVE, MEETS, BELOW = "above_expectation", "meets_expectation", "below_expectation"

# Worked examples EX-01 to EX-09, with the kuadran of the integration sheet.
CELLS = [
    ("EX-01", ABOVE, ABOVE, "sangat_baik", 1),
    ("EX-02", ABOVE, MEETS, "baik", 2),
    ("EX-03", ABOVE, BELOW, "kurang", 4),
    ("EX-04", MEETS, ABOVE, "baik", 2),
    ("EX-05", MEETS, MEETS, "baik", 2),
    ("EX-06", MEETS, BELOW, "kurang", 4),
    ("EX-07", BELOW, ABOVE, "butuh_perbaikan", 3),
    ("EX-08", BELOW, MEETS, "butuh_perbaikan", 3),
    ("EX-09", BELOW, BELOW, "sangat_kurang", 5),
]


@pytest.mark.parametrize(
    ("work_result", "behavior", "predikat", "kuadran"),
    [cell[1:] for cell in CELLS],
    ids=[cell[0] for cell in CELLS],
)
def test_every_cell_of_the_matrix(work_result: str, behavior: str, predikat: str, kuadran: int) -> None:
    found = predikat_for(work_result=Rating(work_result), behavior=Rating(behavior))
    assert found.value == predikat
    assert SIASN_KUADRAN[found] == kuadran


def test_the_examples_cover_all_nine_cells() -> None:
    assert {(cell[1], cell[2]) for cell in CELLS} == {(row, column) for row in Rating for column in Rating}


@pytest.mark.parametrize("behavior", [Rating.BELOW])
def test_bad_behavior_is_never_outweighed(behavior: Rating) -> None:
    bad = {predikat_for(work_result=result, behavior=behavior) for result in Rating}
    assert bad == {Predikat.KURANG, Predikat.SANGAT_KURANG}


def test_predikat_are_listed_from_best_to_worst() -> None:
    assert [predikat.value for predikat in Predikat] == [
        "sangat_baik",
        "baik",
        "butuh_perbaikan",
        "kurang",
        "sangat_kurang",
    ]


def test_a_better_rating_never_gives_a_worse_predikat() -> None:
    order = list(Predikat)
    ratings = list(Rating)
    for fixed in ratings:
        by_result = [order.index(predikat_for(work_result=rating, behavior=fixed)) for rating in ratings]
        by_behavior = [order.index(predikat_for(work_result=fixed, behavior=rating)) for rating in ratings]
        assert by_result == sorted(by_result, reverse=True)
        assert by_behavior == sorted(by_behavior, reverse=True)


def test_siasn_counts_ratings_from_above() -> None:
    assert {rating.value: code for rating, code in SIASN_RATING.items()} == {ABOVE: 1, MEETS: 2, BELOW: 3}


def test_the_version_names_its_source() -> None:
    assert RULE_VERSION == "MTX-1/PermenPANRB-6-2022"
