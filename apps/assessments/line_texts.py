"""Sentences about lines of work that cannot be taken over, and about sheets that cannot be read."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.core.sheets.reading import SheetRefused

from .rules.entry_lines import LineProblem
from .selectors.progress import Lock
from .services.progress_lines import MAX_LINES

LOCK_TEXTS = {
    Lock.SENT: _("The report on this day was sent. Take it back first, or choose another day."),
    Lock.CLOSED: _("The period of this day is closed. Choose another day."),
    Lock.RATED: _("The evaluation of this day's period is rated already. Choose another day."),
}

LINE_TEXTS = {
    LineProblem.TOO_MANY_CELLS: _(
        "There are more than five cells in this line. Check where the text is divided."
    ),
    LineProblem.NO_DATE: _("The day is missing."),
    LineProblem.DATE_UNKNOWN: _("This is not a day we understand. Write for example 5-11-2026."),
    LineProblem.IN_FUTURE: _("This day has not come yet. Choose today or a day before."),
    LineProblem.OUTSIDE_PLAN: _("The plan of this RHK does not cover this day."),
    LineProblem.REPORT_SENT: LOCK_TEXTS[Lock.SENT],
    LineProblem.PERIOD_CLOSED: LOCK_TEXTS[Lock.CLOSED],
    LineProblem.PERIOD_RATED: LOCK_TEXTS[Lock.RATED],
    LineProblem.NO_TEXT: _("Write in one line what you did."),
    LineProblem.TEXT_TOO_LONG: _("This line is too long: at most 500 characters."),
    LineProblem.NO_RESULT: _("Choose the planned result this work belongs to."),
    LineProblem.RESULT_UNKNOWN: _("There is no planned result with this number. Choose it from the list."),
    LineProblem.QUANTITY_UNKNOWN: _("This is not a number. Write for example 24 or 2,5."),
    LineProblem.QUANTITY_NEEDS_INDICATOR: _("Choose which indicator the number counts for."),
    LineProblem.INDICATOR_NEEDS_QUANTITY: _("Write how many, or choose the planned result itself."),
    LineProblem.THERE_ALREADY: _(
        "This line stands on this day already. It is left out unless you change it."
    ),
    LineProblem.TWICE_HERE: _("The same line stands above. It is left out unless you change it."),
}

_SHEET_TEXTS = {
    "empty_file": _("This file is empty. Choose another one."),
    "file_too_large": _("This file is too big: at most 1.5 MB. Split it by month."),
    "wrong_type": _("This is no Excel file (.xlsx) or CSV file. Save it as .xlsx and choose it again."),
    "old_excel": _("This is an old Excel file (.xls). Save it as .xlsx and choose it again."),
    "encrypted_file": _("This file is protected by a password. Save it without the password."),
    "macro_enabled": _("This file contains macros. Save it as .xlsx without macros."),
    "corrupt_file": _("This file is damaged. Open it, save it anew and choose it again."),
    "unpacks_too_large": _("This file unpacks to too much. Copy only the lines into a new file."),
    "unsafe_xml": _("This file cannot be read safely. Copy the lines into our template."),
    "has_formulas": _(
        "There are formulas in %(cells)s. Replace them by their values and choose the file again."
    ),
    "has_merged_cells": _("There are merged cells in %(ranges)s. Split them and choose the file again."),
    "too_many_rows": _("There are more than %(limit)s lines. Split the file, for example by month."),
    "too_many_columns": _("There are too many columns. Use our template."),
    "no_header": _("We found no headings. Use our template, or paste the lines instead."),
    "duplicate_columns": _("Two columns have the same heading: %(titles)s. Keep one of them."),
    "missing_columns": _("The columns Tanggal and Kegiatan are needed. Use our template."),
    "unknown_sheet": _("The file has no sheet we can read. Use our template."),
}


def sheet_refusal(refused: SheetRefused) -> str:
    """Return why a sheet cannot be read, and what to do."""
    params: dict[str, Any] = {
        name: ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
        for name, value in refused.params.items()
    }
    return str(_SHEET_TEXTS.get(refused.code, _SHEET_TEXTS["corrupt_file"])) % params


TOO_MANY = _("At most %(limit)s lines at once. Paste or upload the rest afterwards.")


def too_many() -> str:
    """Return that there are more lines than one page takes."""
    return str(TOO_MANY) % {"limit": MAX_LINES}
