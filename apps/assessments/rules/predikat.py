"""Predikat kinerja: two ratings give one predikat (MTX-1, MTX-2, EVA-4).

Source and examples: docs/rules/predikat.md. Terms: docs/glossary.md.
"""

from collections.abc import Mapping
from enum import StrEnum

# Stored with every evaluation, so that it can be told later which table gave its predikat.
RULE_VERSION = "MTX-1/PermenPANRB-6-2022"


class Rating(StrEnum):
    BELOW = "below_expectation"
    MEETS = "meets_expectation"
    ABOVE = "above_expectation"


class Predikat(StrEnum):
    """From best to worst: the order in which lists are sorted (MTX-2)."""

    SANGAT_BAIK = "sangat_baik"
    BAIK = "baik"
    BUTUH_PERBAIKAN = "butuh_perbaikan"
    KURANG = "kurang"
    SANGAT_KURANG = "sangat_kurang"


# Public because the SQL expression for many people at once is built from the same table.
# The shape of the published table: rows hasil kerja, columns perilaku kerja.
# fmt: off
_B, _M, _A = Rating
MATRIX: Mapping[Rating, Mapping[Rating, Predikat]] = {
    #     perilaku:  BELOW                        MEETS                          ABOVE
    _A: {_B: Predikat.KURANG,        _M: Predikat.BAIK,            _A: Predikat.SANGAT_BAIK},
    _M: {_B: Predikat.KURANG,        _M: Predikat.BAIK,            _A: Predikat.BAIK},
    _B: {_B: Predikat.SANGAT_KURANG, _M: Predikat.BUTUH_PERBAIKAN, _A: Predikat.BUTUH_PERBAIKAN},
}
# fmt: on

# Reference values of the SIASN payload (integration sheet, section 1).
SIASN_KUADRAN: Mapping[Predikat, int] = {
    Predikat.SANGAT_BAIK: 1,
    Predikat.BAIK: 2,
    Predikat.BUTUH_PERBAIKAN: 3,
    Predikat.KURANG: 4,
    Predikat.SANGAT_KURANG: 5,
}
SIASN_RATING: Mapping[Rating, int] = {Rating.ABOVE: 1, Rating.MEETS: 2, Rating.BELOW: 3}


def predikat_for(*, work_result: Rating, behavior: Rating) -> Predikat:
    """Return the predikat for a pair of ratings."""
    return MATRIX[work_result][behavior]
