from decimal import Decimal
from fractions import Fraction

import pytest

from apps.feedback.rules.regimes import (
    CURRENT_REGIME,
    REGIMES,
    UNSUR_14_2017,
    Regime,
    UnknownRegime,
    regime,
)


@pytest.mark.parametrize(
    ("code", "count", "floors"),
    [
        ("14/2017", 9, "88.31 76.61 65.00 25.00"),
        ("16/2014", 9, "81.26 62.51 43.76 25.00"),
        ("KEP/25/2004", 14, "81.26 62.51 43.76 25.00"),
    ],
)
def test_the_three_regimes(code: str, count: int, floors: str) -> None:
    found = regime(code)
    assert found.unsur_count == count
    assert found.grade_floors == tuple(Decimal(floor) for floor in floors.split())


@pytest.mark.parametrize("one", REGIMES, ids=[one.code for one in REGIMES])
def test_weights_are_exact(one: Regime) -> None:
    assert sum(one.weights.values()) == 1
    assert set(one.weights.values()) == {Fraction(1, one.unsur_count)}
    assert len(set(one.unsur_codes)) == one.unsur_count


def test_the_nine_unsur_are_numbered_as_in_the_files() -> None:
    assert [(unsur.number, unsur.code) for unsur in UNSUR_14_2017] == [
        ("U1", "persyaratan"),
        ("U2", "prosedur"),
        ("U3", "waktu"),
        ("U4", "biaya"),
        ("U5", "produk"),
        ("U6", "kompetensi"),
        ("U7", "perilaku"),
        ("U8", "pengaduan"),
        ("U9", "sarana"),
    ]
    assert CURRENT_REGIME.code == "14/2017"


def test_every_question_has_four_different_labels() -> None:
    for unsur in UNSUR_14_2017:
        assert len(set(unsur.labels)) == 4
        assert unsur.question.endswith("?")
    assert UNSUR_14_2017[3].labels == ("Sangat mahal", "Cukup mahal", "Murah", "Gratis")


def test_an_unknown_regime_is_refused() -> None:
    with pytest.raises(UnknownRegime):
        regime("1/1945")
