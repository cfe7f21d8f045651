"""Spreadsheets out: XLSX row by row in constant memory, and CSV. Text is never read as a formula (ASVS
1.2.10).
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import IO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from apps.core.sheets.escaping import defuse

MAX_ROWS = 1_048_575  # of a worksheet, below the head
_MAX_CELL = 32_767  # characters; the file format's limit
_CUT = " … (terpotong)"
_NOTES_TITLE = "Catatan"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

Value = str | int | float | Decimal | date | datetime | None


class Kind(StrEnum):
    """What a column holds, hence how its cells are written."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    PERCENT = "percent"  # the cell holds 87.5 for 87,5 %: the figure people see, as everywhere in our code


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: `width` in characters of the normal font."""

    title: str
    width: float = 16
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table. `rows` may be a generator and is read once; `notes` go to a last sheet called Catatan."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
    notes: Sequence[str] = ()


class TooManyRowsToWrite(Exception):
    """A worksheet cannot hold the rows: split them, or use CSV. Limit: `MAX_ROWS`."""


def write_workbook(sheets: Iterable[Sheet], *, created_at: datetime = _EPOCH) -> bytes:
    """Return an XLSX file. Rows are streamed through a temporary file; only the zipped result is in memory.

    A number, date or percentage that is text in a row stays text. Text over 32,767 characters is cut, and
    says so.

    :param created_at: printed in the file's properties; equal input gives equal bytes.
    :raises TooManyRowsToWrite: at the first row that does not fit.
    :raises ValueError: if a row is longer than its columns.
    """
    out = io.BytesIO()
    _write(sheets, out, created_at)
    return out.getvalue()


def write_workbook_file(sheets: Iterable[Sheet], path: Path, *, created_at: datetime = _EPOCH) -> None:
    """Write an XLSX file to `path` in constant memory; otherwise as `write_workbook`. Removes what it
    began on failure.
    """
    try:
        _write(sheets, str(path), created_at)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def write_csv(sheet: Sheet, path: Path | None = None, *, bom: bool = True, delimiter: str = ",") -> bytes:
    """Return the table as CSV in UTF-8, or write it to `path` and return no bytes. Dates are ISO, decimals
    have a point.

    :param bom: put the byte order mark in front, by which Excel recognises UTF-8.
    """
    with ExitStack() as stack:
        memory = io.BytesIO()
        raw: IO[bytes] = memory if path is None else stack.enter_context(path.open("wb"))
        text = io.TextIOWrapper(raw, encoding="utf-8-sig" if bom else "utf-8", newline="")
        writer = csv.writer(text, delimiter=delimiter)
        writer.writerow([defuse(c.title) for c in sheet.columns])
        writer.writerows([_csv_value(v) for v in _checked(sheet, row)] for row in sheet.rows)
        text.flush()
        text.detach()
        return memory.getvalue()


def _csv_value(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return defuse(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _checked(sheet: Sheet, row: Sequence[Value]) -> Sequence[Value]:
    if len(row) > len(sheet.columns):
        raise ValueError(f"a row of {sheet.title!r} has {len(row)} cells for {len(sheet.columns)} columns")
    return row


def _write(sheets: Iterable[Sheet], target: str | io.BytesIO, created_at: datetime) -> None:
    options = {
        "constant_memory": True,
        "strings_to_numbers": False,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "nan_inf_to_errors": True,
    }
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"created": created_at.astimezone(UTC).replace(tzinfo=None)})
        formats = {
            "head": book.add_format(
                {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#EEF1F4"}
            ),
            Kind.TEXT: book.add_format({"num_format": "@", "valign": "top"}),
            Kind.NUMBER: book.add_format({"num_format": "#,##0.##", "valign": "top"}),
            "integer": book.add_format({"num_format": "#,##0", "valign": "top"}),
            Kind.DATE: book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
            Kind.PERCENT: book.add_format({"num_format": '0.00" %"', "valign": "top"}),
        }
        used: set[str] = {_NOTES_TITLE.lower()}
        notes: list[tuple[str, str]] = []
        for sheet in sheets:
            title = _sheet_title(sheet.title, used)
            _write_sheet(book.add_worksheet(title), sheet, formats)
            notes += [(title, note) for note in sheet.notes]
        if notes:
            columns = [Column(title="Lembar", width=24), Column(title="Catatan", width=100)]
            _write_sheet(
                book.add_worksheet(_NOTES_TITLE), Sheet(title="", columns=columns, rows=notes), formats
            )


def _sheet_title(wanted: str, used: set[str]) -> str:
    """Return a title that Excel accepts: 31 characters, none of []:*?/\\, no apostrophe at the ends,
    unique.
    """
    base = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", wanted).strip(" '")[:31].strip(" '") or "Lembar"
    title, n = base, 2
    while title.lower() in used or title.lower() == "history":
        title, n = f"{base[: 31 - len(f' ({n})')]} ({n})", n + 1
    used.add(title.lower())
    return title


def _write_sheet(page: Worksheet, sheet: Sheet, formats: dict[str, Format]) -> None:
    for i, column in enumerate(sheet.columns):
        page.set_column(i, i, column.width)
        page.write_string(0, i, defuse(column.title), formats["head"])
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    number = 0
    for number, row in enumerate(sheet.rows, start=1):
        if number > MAX_ROWS:
            raise TooManyRowsToWrite
        for i, value in enumerate(_checked(sheet, row)):
            _write_cell(page, number, i, value, sheet.columns[i].kind, formats)
    if sheet.columns:
        page.autofilter(0, 0, number, len(sheet.columns) - 1)


def _write_cell(
    page: Worksheet, row: int, column: int, value: Value, kind: Kind, formats: dict[str, Format]
) -> None:
    if value is None:
        return
    if isinstance(value, datetime):
        page.write_datetime(row, column, value.replace(tzinfo=None), formats[Kind.DATE])
    elif isinstance(value, date):
        page.write_datetime(row, column, value, formats[Kind.DATE])
    elif isinstance(value, str) or kind is Kind.TEXT:
        text = defuse(str(value))
        if len(text) > _MAX_CELL:
            text = text[: _MAX_CELL - len(_CUT)] + _CUT
        page.write_string(row, column, text, formats[Kind.TEXT])
    elif kind is Kind.NUMBER and value == int(value):
        page.write_number(row, column, value, formats["integer"])
    else:
        page.write_number(row, column, value, formats[Kind.PERCENT if kind is Kind.PERCENT else Kind.NUMBER])
