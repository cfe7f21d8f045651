"""Sheets out: text stays text, numbers stay numbers, and what we write we can read again."""

import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from apps.core.sheets.reading import read_table
from apps.reports.rendering.sheets import Column, Kind, Sheet, write_csv, write_workbook, write_workbook_file

RISKY = [
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(1)",
    "\tx",
    "\rx",
    "\0x",
    "'=x",
    "http://contoh.example",
    "12",
]
COLUMNS = [
    Column(title="NIP", width=22),
    Column(title="Nama", width=30),
    Column(title="Selisih", kind=Kind.NUMBER),
    Column(title="Tanggal", kind=Kind.DATE),
    Column(title="Capaian", kind=Kind.PERCENT),
]


def sheet(names: list[str], notes: tuple[str, ...] = ()) -> Sheet:
    rows = (
        [f"19900101201503{2901 + i}", name, -5, date(2026, 3, 31), Decimal("87.5")]
        for i, name in enumerate(names)
    )
    return Sheet(title="Rekap", columns=COLUMNS, rows=rows, notes=notes)


def test_workbook_has_no_formula_and_keeps_types() -> None:
    page = openpyxl.load_workbook(io.BytesIO(write_workbook([sheet(RISKY)])))["Rekap"]
    for row, name in zip(page.iter_rows(min_row=2), RISKY, strict=True):
        assert [cell.data_type for cell in row] == ["s", "s", "n", "d", "n"]
        assert row[1].hyperlink is None
        assert str(row[1].value)[:1] not in set("=+-@\t\r\0"), name
        assert row[0].value.startswith("19900101201503")
        assert row[2].value == -5
        assert row[4].value == 87.5
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == f"A1:E{len(RISKY) + 1}"


def test_round_trip_gives_back_every_text() -> None:
    names = [name for name in RISKY if name.strip("\r\t\0") == name]
    for data, filename in ((write_workbook([sheet(names)]), "a.xlsx"), (write_csv(sheet(names)), "a.csv")):
        rows = list(read_table(data, filename).rows)
        assert [row.values["nama"] for row in rows] == names
        assert [row.values["selisih"] for row in rows] == ["-5"] * len(names)
        assert str(rows[0].values["tanggal"]) == "2026-03-31"


def test_same_rows_give_same_bytes() -> None:
    assert write_workbook([sheet(["A"])]) == write_workbook([sheet(["A"])])


def test_notes_and_titles() -> None:
    sheets = [
        sheet(["A"], ("Sumber: uji.",)),
        Sheet(title="Rekap", columns=COLUMNS, rows=[]),
        Sheet(title="[a]/b", columns=COLUMNS, rows=[]),
    ]
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(sheets)))
    assert book.sheetnames == ["Rekap", "Rekap (2)", "a  b", "Catatan"]
    assert [c.value for c in book["Catatan"][2]] == ["Rekap", "Sumber: uji."]


def test_an_overlong_text_is_cut_and_says_so() -> None:
    page = openpyxl.load_workbook(io.BytesIO(write_workbook([sheet(["x" * 40_000])])))["Rekap"]
    assert len(page["B2"].value) == 32_767
    assert page["B2"].value.endswith("(terpotong)")


def test_csv_marks_utf8_and_keeps_numbers() -> None:
    data = write_csv(sheet(["Ánh; x", "=1"]), delimiter=";")
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig").splitlines()[1:] == [
        '199001012015032901;"Ánh; x";-5;2026-03-31;87.5',
        "199001012015032902;'=1;-5;2026-03-31;87.5",
    ]
    assert not write_csv(sheet([]), bom=False).startswith(b"\xef\xbb\xbf")


def test_files_are_written_and_a_failed_one_is_removed(tmp_path: Path) -> None:
    write_workbook_file([sheet(["A"])], tmp_path / "a.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == write_workbook([sheet(["A"])])
    assert write_csv(sheet(["A"]), tmp_path / "a.csv") == b""
    assert (tmp_path / "a.csv").read_bytes() == write_csv(sheet(["A"]))

    def failing() -> Iterator[list[str]]:
        yield ["1"]
        raise RuntimeError("gone")

    with pytest.raises(RuntimeError):
        write_workbook_file([Sheet(title="X", columns=COLUMNS, rows=failing())], tmp_path / "b.xlsx")
    assert not (tmp_path / "b.xlsx").exists()


def test_a_row_longer_than_the_columns_is_an_error() -> None:
    with pytest.raises(ValueError, match="cells for"):
        write_workbook([Sheet(title="X", columns=COLUMNS[:1], rows=[["1", "2"]])])
