"""Sheets of daily lines: the template to fill in, reading one, and the log for the local allowance (EXE-6)."""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

from apps.core.sheets.reading import Limits, SheetRefused, read_table

from ..models import ProgressEntry
from ..rules.entry_lines import COLUMNS, HEADINGS, RawLine
from ..selectors.progress import Target
from .progress_lines import MAX_LINES

__all__ = ["MAX_BYTES", "SheetRefused", "log_workbook", "read_lines", "template"]

MAX_BYTES = 1_500_000
_LIMITS = Limits(max_bytes=MAX_BYTES, max_rows=MAX_LINES, max_columns=30, max_unpacked_bytes=30_000_000)


def read_lines(content: bytes, file_name: str) -> list[RawLine]:
    """Return the lines of an uploaded sheet.

    :raises SheetRefused: one subclass per reason.
    """
    table = read_table(content, file_name, _LIMITS, aliases=HEADINGS, required=("date", "text"))
    lines = []
    for row in table.rows:
        cells = {name: _cell(name, row.values.get(name)) for name in COLUMNS}
        lines.append(
            RawLine(
                number=row.number,
                date=cells["date"],
                text=cells["text"],
                quantity=cells["quantity"],
                unit=cells["unit"],
                result=cells["result"],
            )
        )
    return lines


def _cell(name: str, value: Any) -> str:
    if isinstance(value, datetime | date):
        return f"{value:%d-%m-%Y}"
    text = " ".join(str(value or "").split())
    if name == "quantity" and re.fullmatch(r"\d+\.(?!\d{3}$)\d+", text):
        return text.replace(".", ",")  # a spreadsheet says 2.5 where people type 2,5
    return text


def _book() -> tuple[io.BytesIO, xlsxwriter.Workbook]:
    output = io.BytesIO()
    # Strings stay strings, so "=1+1" is never a formula (threat T9).
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    return output, xlsxwriter.Workbook(output, options)


def template(targets: Mapping[str, Target], titles: Sequence[str], notes: Sequence[str]) -> bytes:
    """Return an empty sheet with the person's planned results and their numbers beside it.

    :param titles: the column heads of the second sheet: number, planned result, indicator, unit.
    :param notes: lines of advice for the third sheet.
    """
    output, book = _book()
    head = book.add_format({"bold": True, "bg_color": "#E8EEF4", "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
    day = book.add_format({"num_format": "dd-mm-yyyy", "valign": "top"})
    sheet = book.add_worksheet("Kegiatan")
    for column, name in enumerate(COLUMNS):
        sheet.write_string(0, column, HEADINGS[name][0], head)
    sheet.set_column(0, 0, 14, day)
    sheet.set_column(1, 1, 60, text)
    sheet.set_column(2, 4, 14, text)
    sheet.freeze_panes(1, 0)
    plan = book.add_worksheet("RHK")
    for column, title in enumerate(titles):
        plan.write_string(0, column, title, head)
    plan.set_column(0, 0, 8, text)
    plan.set_column(1, 2, 60, text)
    plan.set_column(3, 3, 18, text)
    for number, row in enumerate(targets.values(), start=1):
        plan.write_string(number, 0, row.code, text)
        plan.write_string(number, 1, row.result.text, text)
        plan.write_string(number, 2, row.indicator.text if row.indicator else "", text)
        plan.write_string(number, 3, row.indicator.measure if row.indicator else "", text)
    plan.freeze_panes(1, 0)
    advice = book.add_worksheet("Petunjuk")
    advice.set_column(0, 0, 110, text)
    for number, line in enumerate(notes):
        advice.write_string(number, 0, line)
    book.close()
    return output.getvalue()


def log_workbook(
    entries: Iterable[ProgressEntry], facts: Sequence[tuple[str, str]], titles: Sequence[str]
) -> bytes:
    """Return the log of some days: who (`facts`), then date, activity, RHK, quantity, unit."""
    output, book = _book()
    bold = book.add_format({"bold": True})
    head = book.add_format(
        {"bold": True, "bg_color": "#E8EEF4", "text_wrap": True, "valign": "top", "border": 1}
    )
    text = book.add_format({"valign": "top", "text_wrap": True, "border": 1})
    day = book.add_format({"num_format": "dd-mm-yyyy", "valign": "top", "border": 1})
    number = book.add_format({"num_format": "#,##0.####", "valign": "top", "border": 1})
    sheet = book.add_worksheet("Catatan harian")
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 2, 52)
    sheet.set_column(3, 3, 10)
    sheet.set_column(4, 4, 16)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for row, (label, value) in enumerate(facts):
        sheet.write_string(row, 0, label, bold)
        sheet.write_string(row, 1, value)
    top = len(facts) + 1
    for column, title in enumerate(titles):
        sheet.write_string(top, column, title, head)
    sheet.repeat_rows(top)
    for row, entry in enumerate(entries, start=top + 1):
        sheet.write_datetime(row, 0, entry.date, day)
        sheet.write_string(row, 1, entry.text, text)
        sheet.write_string(row, 2, entry.result.text, text)
        if entry.quantity is None:
            sheet.write_blank(row, 3, None, number)
        else:
            sheet.write_number(row, 3, float(entry.quantity), number)
        sheet.write_string(row, 4, entry.indicator.measure if entry.indicator else "", text)
    book.close()
    return output.getvalue()
