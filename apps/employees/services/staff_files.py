"""Workbooks for people who prepare staff lists: the template, and the bad rows with their reasons."""

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import xlsxwriter

from ..models import ImportBatch
from .staff_rows import COLUMNS, REQUIRED

# One example that nobody can mistake for a person.
EXAMPLE: dict[str, str] = {
    "nip": "198601012010011001",
    "name": "Contoh Nama Pegawai",
    "title_after": "S.Kep.",
    "status": "PNS",
    "golongan": "III/c",
    "unit_code": "DINKES-01",
    "unit_name": "Puskesmas Contoh",
    "parent_code": "DINKES",
    "unit_kind": "puskesmas",
    "position": "Perawat",
    "position_class": "JF",
    "level": "Ahli Muda",
    "since": "01-03-2024",
    "appraiser_nip": "",
    "email": "contoh@example.go.id",
}


def _workbook(
    headings: Sequence[str], rows: Sequence[Sequence[str]], *, marked: int, notes: Sequence[str] = ()
) -> bytes:
    output = io.BytesIO()
    # in_memory: no temporary files; strings stay strings, so "=1+1" is never a formula (threat T9).
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(output, options)
    sheet = book.add_worksheet("Pegawai")
    bold = book.add_format({"bold": True, "bg_color": "#E8EEF4", "text_wrap": True, "valign": "top"})
    must = book.add_format({"bold": True, "bg_color": "#F6E3B4", "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, must if column < marked else bold)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            sheet.write_string(number, column, value, text)
    sheet.set_column(0, len(headings) - 1, 20, text)
    sheet.freeze_panes(1, 1)
    if notes:
        help_sheet = book.add_worksheet("Petunjuk")
        help_sheet.set_column(0, 0, 110, text)
        for number, note in enumerate(notes):
            help_sheet.write_string(number, 0, note)
    book.close()
    return output.getvalue()


def template(notes: Sequence[str], *, with_example: bool = True) -> bytes:
    """Return the empty staff list: text cells everywhere, so that no NIP loses digits."""
    order = [*REQUIRED, *(name for name in COLUMNS if name not in REQUIRED)]
    rows = [[EXAMPLE.get(name, "") for name in order]] if with_example else []
    return _workbook([COLUMNS[name][0] for name in order], rows, marked=len(REQUIRED), notes=notes)


def bad_rows(
    batch: ImportBatch, describe: Callable[[Mapping[str, Any]], tuple[str, str]], headings: Sequence[str]
) -> bytes:
    """Return the rows that were left out, as they were typed, with the reasons in front.

    Corrected, the file can be uploaded as it is: the columns of the reasons are ignored then.

    :param headings: for row number, column, problem and what to do.
    """
    columns = batch.summary.get("columns") or list(COLUMNS)
    rows = []
    for row in batch.rows.filter(effect="").order_by("row_number"):
        raw = row.values.get("raw") or {}
        stops = [problem for problem in row.problems if not problem.get("is_note")]
        texts = [describe(problem) for problem in stops]
        rows.append(
            [
                str(row.row_number),
                "\n".join(COLUMNS[problem["column"]][0] for problem in stops),
                "\n".join(what for what, _todo in texts),
                "\n".join(todo for _what, todo in texts),
                *(raw.get(name) or str(row.values.get(name, "")) for name in columns),
            ]
        )
    return _workbook([*headings, *(COLUMNS[name][0] for name in columns)], rows, marked=len(headings))
