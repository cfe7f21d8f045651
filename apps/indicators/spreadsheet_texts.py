"""Sentences for what is wrong in a plan's workbook: what, and what to do."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.sheets.reading import SheetRefused
from apps.employees.import_texts import refusal

from .rules.spreadsheet import (
    ANNEX_COLUMNS,
    ANNEX_SHEET,
    BEHAVIOR_COLUMNS,
    BEHAVIOR_SHEET,
    RESULT_COLUMNS,
    RESULT_SHEET,
    CellProblem,
)

COLUMNS = {RESULT_SHEET: RESULT_COLUMNS, BEHAVIOR_SHEET: BEHAVIOR_COLUMNS, ANNEX_SHEET: ANNEX_COLUMNS}

CELL_TEXTS: dict[str, tuple[Any, Any]] = {
    "missing": (_("This cell is empty."), _("Fill it in.")),
    "too_long": (
        _("The text has %(found)s characters; %(limit)s are possible."),
        _("Shorten it."),
    ),
    "choice_unknown": (_("“%(shown)s” is not one of the choices."), _("Choose one of: %(known)s.")),
    "no_number": (_("“%(shown)s” is not a number."), _("Write only the number, for example 1250 or 98,5.")),
    "number_ambiguous": (
        _("“%(shown)s” could be a thousand or a decimal."),
        _("Write it without a point: 1250, or with a comma: 1,25."),
    ),
    "number_range": (
        _("The number %(shown)s is too big or has too many decimals."),
        _("At most twelve digits before and four after the comma are possible."),
    ),
    "no_result_above": (
        _("There is no planned result in this row and none above it."),
        _("Write the planned result into the first row of its indicators."),
    ),
    "value_unknown": (
        _("“%(shown)s” is not one of the seven values."),
        _("Use the names of the template; do not change the first column."),
    ),
    "value_twice": (_("“%(shown)s” stands there twice."), _("Keep one of the two rows.")),
    "precision_lost": (
        _("The spreadsheet has turned the number into %(shown)s and lost its last digits."),
        _("Format the column as text, then type or paste the number again."),
    ),
    "cell_error": (_("The cell shows the error %(shown)s."), _("Replace it by the plain value.")),
}

NOTES = (
    _(
        "Sheet “Hasil Kerja”: one row is one indicator. To add an indicator to the planned result above, leave the "
        "planned result empty."
    ),
    _("Cells with a choice offer the words of the form. Target: only the number, for example 1250 or 98,5."),
    _(
        "Sheet “Perilaku”: expectations of your leader, if you agreed on them. Sheet “Lampiran”: one line per row."
    ),
    _("Delete the example row. Formulas and merged cells cannot be read: paste values only."),
    _(
        "Uploading changes nothing. You first see what would be added to your plan; what stands there already stays."
    ),
)


def problem_row(problem: CellProblem) -> dict[str, Any]:
    """Return a problem for the page: where, what is wrong, what to do."""
    what, todo = CELL_TEXTS[problem.code]
    return {
        "sheet": problem.sheet,
        "row": problem.row,
        "column": COLUMNS[problem.sheet].get(problem.column, (problem.column,))[0],
        "what": str(what) % problem.params,
        "todo": str(todo) % problem.params,
    }


def refusal_of(error: SheetRefused) -> tuple[str, str]:
    """Return why a whole workbook cannot be used, and what to do about it."""
    if error.code == "unknown_sheet":
        return (
            gettext("The workbook has no sheet “%(sheet)s”.") % {"sheet": error.params.get("sheet", "")},
            gettext("Use the template of this page, and do not rename its sheets."),
        )
    if error.code == "missing_columns":
        titles = {name: titles[0] for columns in COLUMNS.values() for name, titles in columns.items()}
        names: Any = error.params.get("names", [])
        return (
            gettext("Columns are missing: %(names)s.")
            % {"names": ", ".join(titles.get(name, name) for name in names)},
            gettext("Add them; the template has all headings."),
        )
    return refusal({"code": error.code, "params": error.params})
