"""Plans as workbooks: an empty one with an example, one's own plan, and reading one that was filled in."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter

from apps.core.sheets.escaping import defuse
from apps.core.sheets.reading import EmptyFile, Limits, UnknownSheet, read_table

from ..models import Skp
from ..rules.forms import Approach, Layout, behavior_values_on
from ..rules.plan_content import Content, empty
from ..rules.spreadsheet import (
    ANNEX_COLUMNS,
    ANNEX_SHEET,
    BEHAVIOR_COLUMNS,
    BEHAVIOR_SHEET,
    RESULT_COLUMNS,
    RESULT_SHEET,
    WORDS,
    CellProblem,
    SheetRow,
    read_plan,
    result_rows,
    titles_for,
)

MAX_BYTES = 2_000_000
LIMITS = Limits(max_bytes=MAX_BYTES, max_rows=500, max_columns=30, max_unpacked_bytes=40_000_000)
VALIDATED_ROWS = 500
CHOICE_SHEET = "Pilihan"
WIDTHS = {"text": 46, "supports_text": 40, "indicator": 46, "perspective": 20, "source": 28, "direction": 24}

EXAMPLE: dict[str, Any] = {
    "results": [
        {
            "kind": "utama",
            "text": "Contoh (hapus baris ini): Meningkatnya cakupan imunisasi dasar lengkap di wilayah kerja",
            "perspective": "penerima_layanan",
            "supports_text": "",
            "indicators": [
                {
                    "aspect": "kuantitas",
                    "text": "Jumlah anak yang mendapat imunisasi dasar lengkap",
                    "target": "1250",
                    "measure": "anak",
                    "direction": "higher_is_better",
                    "source": "reported",
                }
            ],
        }
    ],
    "behaviors": {},
    "annex": [],
}


@dataclass(frozen=True)
class Reading:
    """What a workbook says, and what is wrong with it."""

    content: dict[str, Any]
    problems: list[CellProblem]


def template(skp: Skp, notes: Sequence[str]) -> bytes:
    """Return an empty workbook for a plan's form, with an example row."""
    return _workbook(skp, EXAMPLE, notes)


def export(skp: Skp, content: Content, notes: Sequence[str]) -> bytes:
    """Return a plan as a workbook that can be read back."""
    return _workbook(skp, content, notes)


def read_workbook(skp: Skp, content: bytes, file_name: str) -> Reading:
    """Read a filled-in workbook for a plan's form.

    :raises SheetRefused: if the file as a whole cannot be used; a subclass tells why.
    """
    layout, approach = Layout(skp.layout), Approach(skp.approach)
    found, problems = read_plan(
        _rows(content, file_name, RESULT_SHEET, RESULT_COLUMNS, ("text", "indicator")),
        _rows(content, file_name, BEHAVIOR_SHEET, BEHAVIOR_COLUMNS, ("value", "expectation"), optional=True),
        _rows(content, file_name, ANNEX_SHEET, ANNEX_COLUMNS, ("kind", "text"), optional=True),
        layout=layout,
        approach=approach,
        values=behavior_values_on(date(skp.year, 1, 1)),
    )
    if not (found["results"] or found["behaviors"] or found["annex"] or problems):
        raise EmptyFile
    return Reading(found, problems)


def _rows(
    content: bytes,
    file_name: str,
    sheet: str,
    columns: Mapping[str, tuple[str, ...]],
    required: tuple[str, ...],
    *,
    optional: bool = False,
) -> list[SheetRow]:
    try:
        table = read_table(content, file_name, LIMITS, aliases=columns, required=required, sheet=sheet)
    except (UnknownSheet, EmptyFile):
        if optional:
            return []
        raise
    return [
        SheetRow(
            number=row.number,
            values={name: _text(value) for name, value in row.values.items() if name in columns},
            unusable=tuple(
                (bad.column, bad.code, str(bad.params.get("shown", "")))
                for bad in row.problems
                if bad.column in columns
            ),
        )
        for row in table.rows
    ]


def _text(value: Any) -> str:
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    return str(value or "").replace("\r\n", "\n")


def _workbook(skp: Skp, content: Content, notes: Sequence[str]) -> bytes:
    output = io.BytesIO()
    # Strings stay strings, so "=1+1" is never a formula (threat T9).
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(output, options)
    head = book.add_format({"bold": True, "bg_color": "#E8EEF4", "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
    titles = titles_for(Layout(skp.layout), Approach(skp.approach))
    columns = list(titles)
    sheet = book.add_worksheet(RESULT_SHEET)
    for column, name in enumerate(columns):
        sheet.set_column(column, column, WIDTHS.get(name, 14), text)
        sheet.write_string(0, column, titles[name], head)
        if name in WORDS:
            sheet.data_validation(
                1, column, VALIDATED_ROWS, column, {"validate": "list", "source": choices_of(name)}
            )
    for number, row in enumerate(result_rows(content, columns), start=1):
        for column, value in enumerate(row):
            sheet.write_string(number, column, defuse(value), text)
    sheet.freeze_panes(1, 0)
    _behavior_sheet(book, skp, content, head, text)
    _annex_sheet(book, content, head, text)
    advice = book.add_worksheet("Petunjuk")
    advice.set_column(0, 0, 110, text)
    for number, line in enumerate(notes):
        advice.write_string(number, 0, line, text)
    _choice_sheet(book)
    book.close()
    return output.getvalue()


def choices_of(name: str) -> str:
    """Return the cells that hold the words of a column: a list typed into the cell ends at 255 characters."""
    letter = chr(ord("A") + list(WORDS).index(name))
    return f"={CHOICE_SHEET}!${letter}$1:${letter}${len(WORDS[name])}"


def _choice_sheet(book: Any) -> None:
    """Write the words to choose from on a sheet that nobody needs to see."""
    sheet = book.add_worksheet(CHOICE_SHEET)
    for column, words in enumerate(WORDS.values()):
        for number, word in enumerate(words.values()):
            sheet.write_string(number, column, word)
    sheet.hide()


def _behavior_sheet(book: Any, skp: Skp, content: Content, head: Any, text: Any) -> None:
    sheet = book.add_worksheet(BEHAVIOR_SHEET)
    sheet.set_column(0, 0, 26, text)
    sheet.set_column(1, 1, 80, text)
    for column, titles in enumerate(BEHAVIOR_COLUMNS.values()):
        sheet.write_string(0, column, titles[0], head)
    written = content.get("behaviors", {})
    for number, value in enumerate(behavior_values_on(date(skp.year, 1, 1)), start=1):
        sheet.write_string(number, 0, value.label, text)
        sheet.write_string(number, 1, defuse(written.get(value.code, "").replace("\r\n", "\n")), text)
    sheet.freeze_panes(1, 1)


def _annex_sheet(book: Any, content: Content, head: Any, text: Any) -> None:
    sheet = book.add_worksheet(ANNEX_SHEET)
    sheet.set_column(0, 0, 28, text)
    sheet.set_column(1, 1, 80, text)
    for column, titles in enumerate(ANNEX_COLUMNS.values()):
        sheet.write_string(0, column, titles[0], head)
    words = WORDS["annex"]
    sheet.data_validation(1, 0, VALIDATED_ROWS, 0, {"validate": "list", "source": choices_of("annex")})
    for number, row in enumerate(content.get("annex", empty()["annex"]), start=1):
        sheet.write_string(number, 0, words.get(row["kind"], row["kind"]), text)
        sheet.write_string(number, 1, defuse(row["text"].replace("\r\n", "\n")), text)
    sheet.freeze_panes(1, 0)
