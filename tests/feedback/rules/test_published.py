import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from apps.feedback.rules.published import (
    ExplanationCode,
    PublishedRow,
    published_row,
    recompute,
)
from apps.feedback.rules.regimes import UnknownRegime

with (Path(__file__).parents[2] / "data" / "skm-published.csv").open(encoding="utf-8", newline="") as lines:
    RECORDS = list(csv.DictReader(lines))


def as_cell(value: Decimal | None) -> str:
    return "" if value is None else str(value)


@pytest.mark.parametrize("record", RECORDS, ids=[f"row-{number}" for number in range(1, len(RECORDS) + 1)])
def test_every_computed_column_is_reproduced(record: dict[str, str]) -> None:
    found = recompute(published_row(record))
    assert {
        "recomputed_ikm": as_cell(found.exact),
        "difference": as_cell(found.difference),
        "recomputed_long_weight": as_cell(found.long),
        "recomputed_short_weight": as_cell(found.short),
        "recomputed_mutu": "" if found.grade is None else found.grade.name,
    } == {
        name: record[name]
        for name in (
            "recomputed_ikm",
            "difference",
            "recomputed_long_weight",
            "recomputed_short_weight",
            "recomputed_mutu",
        )
    }


def test_how_the_34_rows_are_explained() -> None:
    assert len(RECORDS) == 34
    codes = Counter(recompute(published_row(record)).explanation_code for record in RECORDS)
    assert codes == {
        ExplanationCode.EXACT: 4,
        ExplanationCode.SHORT_WEIGHT: 4,
        ExplanationCode.UNEXPLAINED: 4,
        ExplanationCode.NO_TOTAL: 2,
        ExplanationCode.INCOMPLETE: 20,
    }


@pytest.mark.parametrize(
    ("office", "year", "expected"),
    [
        ("Dinas Pertanahan dan Tata Ruang", "2023", ExplanationCode.EXACT),
        ("PTSP Kementerian Agama (GASPUL application)", "", ExplanationCode.SHORT_WEIGHT),
        ("Unit Pendaftaran, PHC", "2012", ExplanationCode.SHORT_WEIGHT),
        ("DPM&PTSP Provinsi Sumatera Barat", "", ExplanationCode.UNEXPLAINED),
        ("BP2T", "2016", ExplanationCode.NO_TOTAL),
        ("Mal Pelayanan Publik", "", ExplanationCode.INCOMPLETE),
    ],
)
def test_single_explanations(office: str, year: str, expected: ExplanationCode) -> None:
    (record,) = [record for record in RECORDS if (record["office"], record["year"]) == (office, year)]
    assert recompute(published_row(record)).explanation_code is expected


def test_the_long_weight_is_recognized() -> None:
    row = PublishedRow("14/2017", [Decimal(4)] * 9, Decimal("99.90"))
    assert recompute(row).explanation_code is ExplanationCode.LONG_WEIGHT


@pytest.mark.parametrize(
    ("published", "expected"),
    [("99.99", ExplanationCode.EXACT), ("99.98", ExplanationCode.UNEXPLAINED)],
)
def test_a_hundredth_is_tolerated(published: str, expected: ExplanationCode) -> None:
    row = PublishedRow("14/2017", [Decimal(4)] * 9, Decimal(published))
    assert recompute(row).explanation_code is expected


def test_nothing_but_a_regime_gives_nothing() -> None:
    found = recompute(PublishedRow("14/2017", [], None))
    assert (found.exact, found.grade, found.explanation_code) == (None, None, ExplanationCode.INCOMPLETE)


def test_an_unknown_regime_is_refused() -> None:
    with pytest.raises(UnknownRegime):
        recompute(PublishedRow("5/1999", [], None))
