"""Sentences for what is wrong with a row of a list of assessed levels; the file as a whole: employees.import_texts."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from .services.competence_import import COLUMNS

ROW_TEXTS: dict[str, tuple[Any, Any]] = {
    "missing": (_("The cell is empty."), _("Fill it in.")),
    "person_unknown": (
        _("Nobody with this NIP works in your units."),
        _("Correct the NIP; keep the cells as text, so that no digit is lost."),
    ),
    "precision_lost": (
        _("The number lost its last digits in the spreadsheet (%(shown)s)."),
        _("Format the column as text and type the number again."),
    ),
    "cell_error": (_("The cell holds an error of the spreadsheet (%(shown)s)."), _("Correct the cell.")),
    "competence_unknown": (
        _("“%(shown)s” is no competence in use."),
        _("Use a name or code of the second sheet of the template, or add the competence first."),
    ),
    "level_wrong": (_("“%(shown)s” is not a level."), _("Write a whole number from 1 to 5.")),
    "date_unknown": (_("“%(shown)s” is not a date."), _("Write it like 31-12-2024 or 31 Desember 2024.")),
    "date_in_future": (_("The day has not come yet."), _("Correct the date of the assessment.")),
    "method_unknown": (
        _("“%(shown)s” is no way of assessing that we know."),
        _(
            "Write assessment center, uji kompetensi, penilaian atasan or portofolio, or leave the cell empty."
        ),
    ),
    "row_twice": (_("Row %(first)s says the same already."), _("Delete one of the rows.")),
    "recorded_otherwise": (
        _("Level %(recorded)s is recorded for this day and this way of assessing."),
        _("Take the recorded one back on the page of the person if it is wrong."),
    ),
}


def column_title(name: str) -> str:
    """Return the heading of the template for a column."""
    return COLUMNS[name][0] if name in COLUMNS else name


def row_problem(problem: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return the column, what is wrong with the cell, and what to do about it."""
    what, todo = ROW_TEXTS[problem["code"]]
    return column_title(problem["column"]), str(what) % problem.get("params", {}), str(todo)
