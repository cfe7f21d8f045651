"""Reading uploaded tables: what comes out right, and what is refused with which code."""

import io
import struct
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from apps.core.sheets import reading
from apps.core.sheets.escaping import defuse, restore
from apps.core.sheets.reading import Limits, read_table

ALIASES = {"nip": ["NIP", "Nomor Induk Pegawai"], "name": ["Nama", "Nama Lengkap"], "born": ["Tgl. Lahir"]}


def xlsx(*rows: list[object], merge: str | None = None, sheet: str = "Data") -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(row)
    if merge:
        page.merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repack(data: bytes, change: dict[str, bytes | None], extra: dict[str, bytes] | None = None) -> bytes:
    """Return the workbook with parts replaced (a function of bytes) or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, change.get(info.filename) or old.read(info.filename))
        for name, content in (extra or {}).items():
            new.writestr(name, content)
    return out.getvalue()


def part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return book.read(name)


SHEET = "xl/worksheets/sheet1.xml"
GOOD = xlsx(["NIP", "Nama"], ["199001012015032901", "Wulan"])


def test_reads_titles_by_alias_and_keeps_row_numbers() -> None:
    data = xlsx(
        ["DAFTAR PEGAWAI DINAS CONTOH"],
        [],
        ["No.", "nomor  induk-pegawai", "NAMA LENGKAP ", "Tgl Lahir", "Skor"],
        ["(1)", "(2)", "(3)", "(4)", "(5)"],
        [1, "199001012015032901", "  Wulan ", datetime(1990, 1, 1), 78.74],
        [],
        [2, "'=x", "'O'Neil", date(1991, 2, 3), 3.0],
    )
    table = read_table(data, "pegawai.XLSX", aliases=ALIASES, required=["nip", "name"])
    rows = list(table.rows)
    assert [c.name for c in table.columns] == ["no", "nip", "name", "born", "skor"]
    assert [c.letter for c in table.columns] == ["A", "B", "C", "D", "E"]
    assert [r.number for r in rows] == [5, 7]
    assert rows[0].values == {
        "no": "1",
        "nip": "199001012015032901",
        "name": "Wulan",
        "born": date(1990, 1, 1),
        "skor": "78.74",
    }
    assert rows[1].values == {
        "no": "2",
        "nip": "=x",
        "name": "'O'Neil",
        "born": date(1991, 2, 3),
        "skor": "3",
    }
    assert {w.code for w in table.warnings} == {
        "rows_above_header_skipped",
        "numbering_row_skipped",
        "unknown_columns",
    }
    assert table.header_row == 3


def test_a_known_head_wins_over_an_earlier_row_with_two_texts() -> None:
    data = xlsx(["Instansi", "Kota Contoh"], ["NIP", "Nama"], ["1", "A"])
    assert [c.name for c in read_table(data, "a.xlsx", aliases=ALIASES).columns] == ["nip", "name"]


def test_numbers_that_lost_digits_are_problems_and_never_values() -> None:
    data = xlsx(["NIP", "Nama"], [198609262015051001, "Wulan"], [123456789012345, "Bayu"])
    first, second = read_table(data, "a.xlsx", aliases=ALIASES).rows
    assert first.values["nip"] is None
    assert [(p.code, p.cell, p.column) for p in first.problems] == [("precision_lost", "A2", "nip")]
    assert second.values["nip"] == "123456789012345"
    assert not second.problems


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("198609262015051001", "198609262015051001"),
        ('"=""198609262015051001"""', "198609262015051001"),
        ("'-5", "-5"),
        ("-5", "-5"),
        ("'x", "'x"),
        ("", None),
    ],
)
def test_csv_values(raw: str, value: str | None) -> None:
    (row,) = read_table(f"NIP;Nama\n{raw};Wulan\n".encode(), "a.csv", aliases=ALIASES).rows
    assert row.values == {"nip": value, "name": "Wulan"}


def test_csv_scientific_nip_is_a_problem() -> None:
    (row,) = read_table(b"NIP,Nama\n1.98609E+17,Wulan\n", "a.csv").rows
    assert row.problems[0].code == "precision_lost"


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_separators_and_encodings(delimiter: str, encoding: str) -> None:
    text = delimiter.join(["NIP", "Nama", "Alamat"]) + "\r\n" + delimiter.join(["1", "José", '"Jl. A; B, C"'])
    table = read_table(text.encode(encoding), "a.csv", aliases=ALIASES)
    assert [r.values for r in table.rows] == [{"nip": "1", "name": "José", "alamat": "Jl. A; B, C"}]
    assert bool([w for w in table.warnings if w.code == "encoding_guessed"]) == (encoding == "cp1252")


def test_reads_from_a_path(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(GOOD)
    assert len(list(read_table(path, "a.xlsx").rows)) == 1


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.xlsx", "empty_file"),
        (b"\n\n ; ;\n", "a.csv", "empty_file"),
        (xlsx(), "a.xlsx", "empty_file"),
        (b"1;2\n3;4\n", "a.csv", "no_header"),
        (b"%PDF-1.7", "a.xlsx", "wrong_type"),
        (GOOD, "a.csv", "wrong_type"),
        (GOOD, "a.pdf", "wrong_type"),
        (b"NIP;Nama\n", "a.xlsx", "wrong_type"),
        (b"<html><table>", "a.csv", "wrong_type"),
        (b"a;b\n\0\0;x", "a.csv", "wrong_type"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.xls", "old_excel"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "a.xlsx",
            "encrypted_file",
        ),
        (GOOD[:-40], "a.xlsx", "corrupt_file"),
        (repack(GOOD, {}, {"xl/vbaProject.bin": b"x"}), "a.xlsx", "macro_enabled"),
        (repack(GOOD, {SHEET: b"<worksheet><row r='1'><c r='A1'><v>1"}), "a.xlsx", "corrupt_file"),
        (b"NIP;Nama;nomor induk pegawai\n1;2;3\n", "a.csv", "duplicate_columns"),
        (b"Nama;Umur\nA;3\n", "a.csv", "missing_columns"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_refusals(data: bytes, name: str, code: str) -> None:
    with pytest.raises(reading.SheetRefused) as refused:
        read_table(data, name, aliases=ALIASES, required=["nip"])
    assert refused.value.code == code


def test_formulas_are_named() -> None:
    data = xlsx(["NIP", "Nama", "Umur"], *[["1", "A", 3]] * 5, ["1", "B", "=1+1"])
    with pytest.raises(reading.HasFormulas) as refused:
        read_table(data, "a.xlsx")
    assert refused.value.params == {"cells": ["C7"], "sheet": "Data"}


def test_a_formula_with_a_namespace_prefix_is_found() -> None:
    sheet = part(xlsx(["NIP", "Nama"], ["1", "=1+1"]), SHEET)
    prefixed = sheet.replace(
        b"<f>", b"<m:f xmlns:m='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>"
    )
    with pytest.raises(reading.HasFormulas):
        read_table(repack(GOOD, {SHEET: prefixed.replace(b"</f>", b"</m:f>")}), "a.xlsx")


def test_merged_cells_in_the_data_are_named_and_above_the_head_allowed() -> None:
    rows: list[list[object]] = [["DAFTAR"], ["NIP", "Nama"], ["1", "A"], ["2", "B"]]
    assert len(list(read_table(xlsx(*rows, merge="A1:B1"), "a.xlsx").rows)) == 2
    with pytest.raises(reading.HasMergedCells) as refused:
        read_table(xlsx(*rows, merge="A3:A4"), "a.xlsx")
    assert refused.value.params == {"ranges": ["A3:A4"], "sheet": "Data"}


@pytest.mark.parametrize("name", ["xl/workbook.xml", SHEET, "xl/sharedStrings.xml", "xl/styles.xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_in_every_part(name: str, encoding: str) -> None:
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as w:
        w.add_worksheet().write_row(0, 0, ["NIP", "Nama"])
    content = part(book.getvalue(), name).decode().partition("?>")[2]
    evil = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>{content}'
    with pytest.raises(reading.UnsafeXml) as refused:
        read_table(repack(book.getvalue(), {name: evil.encode(encoding)}), "a.xlsx")
    assert refused.value.params == {"part": name}


def unpacked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the names of the parts that are unpacked from now on."""
    opened: list[str] = []
    original = reading._Package.chunks

    def noting(self: Any, name: str) -> Any:
        opened.append(name)
        return original(self, name)

    monkeypatch.setattr(reading._Package, "chunks", noting)
    return opened


def test_zip_bomb_is_refused_by_its_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = repack(GOOD, {}, {"xl/media/x.xml": bytes(400_000_000)})
    opened = unpacked(monkeypatch)
    with pytest.raises(reading.UnpacksTooLarge):
        read_table(bomb, "a.xlsx")
    assert opened == [], "the sizes in the directory are enough to refuse"


def test_zip_bomb_that_lies_about_its_size_is_refused() -> None:
    payload = part(GOOD, SHEET) + b" " * 30_000_000
    bomb = bytearray(repack(GOOD, {SHEET: payload}))
    real, claimed = struct.pack("<I", len(payload)), struct.pack("<I", 900)
    at = bomb.find(real)
    while at >= 0:
        bomb[at : at + 4] = claimed
        at = bomb.find(real)
    with pytest.raises(reading.UnpacksTooLarge):
        read_table(bytes(bomb), "a.xlsx")


def test_a_far_away_cell_does_not_cost_memory() -> None:
    sheet = part(GOOD, SHEET)
    for ref, error in ((b"A1048576", reading.TooManyRows), (b"XFD2", reading.TooManyColumns)):
        with pytest.raises(error):
            read_table(repack(GOOD, {SHEET: sheet.replace(b'r="A2"', b'r="' + ref + b'"')}), "a.xlsx")


def big_xlsx(rows: int) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["NIP", "Nama", "Unit"])
        for i in range(1, rows + 1):
            page.write_row(i, 0, [f"{i:018d}", f"Pegawai {i}", "Dinas Contoh"])
    return out.getvalue()


def test_60_000_rows_are_refused() -> None:
    with pytest.raises(reading.TooManyRows) as refused:
        read_table(big_xlsx(60_000), "a.xlsx")
    assert refused.value.params == {"limit": 50_000}


def test_50_000_rows_are_read() -> None:
    assert sum(1 for _ in read_table(big_xlsx(50_000), "a.xlsx").rows) == 50_000


def test_60_000_csv_rows_are_refused() -> None:
    data = b"NIP;Nama\n" + b"1;A\n" * 60_000
    with pytest.raises(reading.TooManyRows):
        list(read_table(data, "a.csv").rows)


def test_formatted_empty_rows_do_not_count() -> None:
    sheet = part(GOOD, SHEET).replace(
        b"</sheetData>", b'<row r="3" ht="20"><c r="A3" s="0"/></row>' * 60_000 + b"</sheetData>"
    )
    assert len(list(read_table(repack(GOOD, {SHEET: sheet}), "a.xlsx", Limits(max_ratio=2000)).rows)) == 1


def test_size_and_column_limits() -> None:
    with pytest.raises(reading.FileTooLarge):
        read_table(GOOD, "a.xlsx", Limits(max_bytes=100))
    wide = xlsx([f"Kolom {i}" for i in range(101)])
    with pytest.raises(reading.TooManyColumns):
        read_table(wide, "a.xlsx")


def test_hidden_sheets_are_skipped_and_others_mentioned() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Rahasia"
    book.active.append(["Gaji", "Nama"])
    book.active.sheet_state = "hidden"
    for title in ("Data", "Petunjuk"):
        book.create_sheet(title).append(["NIP", "Nama"])
    out = io.BytesIO()
    book.save(out)
    table = read_table(out.getvalue(), "a.xlsx")
    assert table.sheet == "Data"
    assert [(w.code, w.params) for w in table.warnings] == [
        ("other_sheets_ignored", {"sheets": ["Petunjuk"]})
    ]
    with pytest.raises(reading.UnknownSheet):
        read_table(out.getvalue(), "a.xlsx", sheet="Rahasia")


@pytest.mark.parametrize("text", ["=1", "'=1", "''=1", "+1", "@x", "\tx", "\0x", "'x", "x", "", "＝1", "-"])
def test_escaping_is_exactly_undone(text: str) -> None:
    assert restore(defuse(text)) == text
    assert defuse(text)[:1] not in set("=+-@\t\r\0＝")


def test_every_refusal_has_its_own_code() -> None:
    classes = reading.SheetRefused.__subclasses__()
    assert len({c.code for c in classes}) == len(classes)
