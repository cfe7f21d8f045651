"""Sentences for the problems of a staff list: what is wrong, and what to do. One place for page, file and command."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from .labels import EmployeeStatusChoices, PositionClass, UnitKind
from .rules.jenjang import LEVELS
from .services.staff_rows import COLUMNS

# code -> (what is wrong, what to do)
ROW_TEXTS: dict[str, tuple[Any, Any]] = {
    "missing": (_("This cell is empty."), _("Fill it in.")),
    "too_long": (
        _("The text has %(found)s characters; %(limit)s are possible."),
        _("Shorten it, for example to the usual abbreviation."),
    ),
    "precision_lost": (
        _("The spreadsheet has turned the number into %(shown)s and lost its last digits."),
        _("Format the column as text, then type or paste the number again."),
    ),
    "cell_error": (_("The cell shows the error %(shown)s."), _("Replace it by the plain value.")),
    "nip_length": (
        _("It has %(found)s characters instead of %(expected)s digits."),
        _("Compare it with the decree; dots and spaces do not matter."),
    ),
    "nip_birth_date": (
        _("The first eight digits are no date of birth."),
        _("Compare the NIP with the decree; probably two digits are swapped."),
    ),
    "nip_month": (
        _("Digits 13 and 14 do not fit the status in this row."),
        _("Compare the NIP with the decree, and check whether the person is PNS or PPPK."),
    ),
    "nip_sex": (_("Digit 15 must be 1 or 2."), _("Compare the NIP with the decree.")),
    "nip_sequence": (_("The last three digits cannot be 000."), _("Compare the NIP with the decree.")),
    "nip_age": (
        _("By this NIP the person was younger than 15 or older than 60 when appointed."),
        _("The row is taken over; please compare the NIP with the decree."),
    ),
    "nip_twice": (_("The same number is already in row %(first)s."), _("Keep one of the two rows.")),
    "nip_elsewhere": (
        _("This number cannot be taken over here."),
        _(
            "Compare it with the decree. If the person has moved to you, ask the operator of this application."
        ),
    ),
    "nip_both_known": (
        _("The old and the new NIP both belong to recorded people."),
        _("Leave the old NIP empty, or ask the operator to join the two records."),
    ),
    "status_unknown": (_("“%(shown)s” is not a known status."), _("Write PNS or PPPK.")),
    "golongan_unknown": (
        _("“%(shown)s” is not a golongan of this kind of civil servant."),
        _("Write I/a to IV/e for PNS, or I to XVII for PPPK."),
    ),
    "unit_contradicts": (
        _("Unit %(unit)s is described differently further up: “%(first)s”."),
        _("Write the same in every row of the unit, or leave this cell empty."),
    ),
    "unit_name_missing": (
        _("Unit %(unit)s is new and has no name in any row."),
        _("Give its name in at least one row."),
    ),
    "unit_kind_missing": (
        _("Unit %(unit)s is new, and its kind does not follow from its name."),
        _(
            "Fill in the column “Jenis Unit” in one row: dinas, badan, kecamatan, puskesmas, sekolah, bidang, tim ..."
        ),
    ),
    "kind_unknown": (
        _("“%(shown)s” is not a known kind of unit."),
        _(
            "Write dinas, badan, setda, kecamatan, kelurahan, uptd, puskesmas, sekolah, sekretariat, bidang or tim."
        ),
    ),
    "parent_unknown": (
        _("There is no unit with the code %(parent)s, neither here nor in this file."),
        _("Correct the code, or add the unit to the file."),
    ),
    "parent_is_self": (_("The unit is named as its own parent."), _("Write the code of the unit above it.")),
    "unit_circle": (
        _("Going up from unit %(unit)s one comes back to it."),
        _("Correct the parent codes so that they lead to the government itself."),
    ),
    "class_missing": (
        _("The post is new and has no kind."),
        _("Write JPT, Administrator, Pengawas, JF or Pelaksana in the column “Jenis Jabatan”."),
    ),
    "class_unknown": (
        _("“%(shown)s” is not a known kind of post."),
        _("Write JPT, Administrator, Pengawas, JF or Pelaksana."),
    ),
    "level_unknown": (
        _("“%(shown)s” is not a known level."),
        _("Write for example Terampil, Mahir, Ahli Pertama, Ahli Muda; or leave it empty."),
    ),
    "position_contradicts": (
        _("The same post of this unit is described differently further up."),
        _("Make the rows equal, or give the posts different names."),
    ),
    "head_unknown": (_("“%(shown)s” is neither yes nor no."), _("Write “ya” or leave the cell empty.")),
    "head_twice": (
        _("Another row already names a head of this unit."),
        _("Write “ya” for one person per unit only."),
    ),
    "head_taken": (
        _("Unit %(unit)s already has a head who is not moved by this file."),
        _("Add the row that moves the present head, or leave this cell empty."),
    ),
    "date_unknown": (_("“%(shown)s” is not a date."), _("Write it like 31-12-2024 or 31 Desember 2024.")),
    "since_too_early": (
        _("The date lies before the start of the earlier post (%(earlier)s)."),
        _("Correct the date, or leave it empty: then the post starts today."),
    ),
    "appraiser_is_self": (
        _("The person is named as their own supervisor."),
        _("Write the NIP of the supervisor, or leave it empty: it then follows from the unit."),
    ),
    "appraiser_unknown": (
        _("Nobody with this NIP works here, and no row has it."),
        _("Correct the NIP, add the person to the file, or leave the cell empty."),
    ),
    "appraiser_row_bad": (
        _("The supervisor's own row has a problem."),
        _("The row is taken over; until theirs is corrected, the supervisor follows from the unit."),
    ),
    "email_invalid": (_("“%(shown)s” is not an e-mail address."), _("Correct it, or leave the cell empty.")),
    "email_twice": (
        _("The same address is already in row %(first)s."),
        _("Everybody needs an address of their own; otherwise leave the cell empty."),
    ),
    "email_taken": (
        _("This address cannot be used here."),
        _("Use the person's own address, or leave the cell empty."),
    ),
}

FILE_TEXTS: dict[str, tuple[Any, Any]] = {
    "file_too_large": (
        _("The file is too big: %(size)s MB, and %(limit)s MB are possible."),
        _("Remove pictures and empty sheets, or split the list by agency."),
    ),
    "empty_file": (_("The file holds no rows."), _("Fill in the template, starting below its headings.")),
    "wrong_type": (
        _("This is not an Excel workbook (.xlsx) or CSV file."),
        _("Open it in your spreadsheet program and save it as .xlsx or .csv; renaming is not enough."),
    ),
    "old_excel": (_("This is an Excel file of the old kind."), _("Save it as .xlsx and upload it again.")),
    "encrypted_file": (_("The file is protected by a password."), _("Save it without a password.")),
    "macro_enabled": (_("The workbook contains macros."), _("Save it as .xlsx without macros.")),
    "corrupt_file": (
        _("The file is damaged and cannot be opened."),
        _("Open it in your spreadsheet program, save it under a new name and upload that."),
    ),
    "unpacks_too_large": (
        _("The file would become far too big when opened."),
        _("Copy only the list into an empty workbook and upload that."),
    ),
    "unsafe_xml": (
        _("The file contains instructions that a staff list never needs."),
        _("Copy the list into an empty workbook and upload that."),
    ),
    "has_formulas": (
        _("Some cells are formulas (%(cells)s)."),
        _("Select all, copy, and paste as values; then save and upload again."),
    ),
    "has_merged_cells": (
        _("Some cells are merged (%(ranges)s)."),
        _("Unmerge them, so that every row has its own values."),
    ),
    "too_many_rows": (_("The list has more than %(limit)s rows."), _("Split it, for example by agency.")),
    "too_many_columns": (
        _("The list has more than %(limit)s columns."),
        _("Delete the columns that the template does not have."),
    ),
    "no_header": (
        _("No headings were found in the first %(searched)s rows."),
        _("Put the headings of the template into the first row."),
    ),
    "duplicate_columns": (
        _("Two columns mean the same: %(titles)s."),
        _("Delete or rename one of them."),
    ),
    "missing_columns": (
        _("Columns are missing: %(names)s."),
        _("Add them; the template has all headings."),
    ),
    "unknown_sheet": (_("The sheet was not found."), _("Put the list on the first sheet.")),
}

WARNING_TEXTS: dict[str, Any] = {
    "encoding_guessed": _("The file is not in UTF-8; please check letters with accents."),
    "rows_above_header_skipped": _("%(count)s rows above the headings were left out."),
    "numbering_row_skipped": _("Row %(row)s only numbers the columns and was left out."),
    "other_sheets_ignored": _("Only the first sheet was read; left out: %(sheets)s."),
    "untitled_columns_ignored": _("Columns without a heading were left out: %(columns)s."),
    "unknown_columns": _("Columns that are not known were left out: %(titles)s."),
}

FIELD_LABELS: dict[str, Any] = {
    "parent_code": _("Unit above"),
    "unit_name": _("Unit name"),
    "unit_kind": _("Kind of unit"),
    "unit_code": _("Unit"),
    "is_active": _("Active"),
    "is_head": _("Head of the unit"),
    "position_class": _("Kind of post"),
    "level": _("Level"),
    "appraiser_nip": _("Supervisor (NIP)"),
    "name": _("Name"),
    "title_before": _("Title before the name"),
    "title_after": _("Title after the name"),
    "status": _("PNS or PPPK"),
    "golongan": _("Golongan"),
    "position": _("Position"),
    "since": _("In this post since"),
    "email": _("E-mail"),
    "nip": _("NIP"),
    "old_nip": _("Old NIP"),
}


def column_title(name: str) -> str:
    """Return the heading of the template for a column."""
    return COLUMNS[name][0] if name in COLUMNS else name


def row_problem(problem: Mapping[str, Any]) -> tuple[str, str]:
    """Return what is wrong with a cell, and what to do about it."""
    what, todo = ROW_TEXTS[problem["code"]]
    return str(what) % problem.get("params", {}), str(todo)


def refusal(found: Mapping[str, Any]) -> tuple[str, str]:
    """Return why a whole file cannot be used, and what to do about it."""
    what, todo = FILE_TEXTS[found["code"]]
    params: dict[str, Any] = {}
    for key, value in found.get("params", {}).items():
        if key == "names":
            value = ", ".join(column_title(name) for name in value)
        elif isinstance(value, list):
            value = ", ".join(str(item) for item in value)
        elif key in {"size", "limit"} and found["code"] == "file_too_large":
            value = -(-int(value) // 1_000_000)
        params[key] = value
    return str(what) % params, str(todo)


def warning(found: Mapping[str, Any]) -> str:
    """Return a remark about the file as a whole."""
    params = {
        key: ", ".join(str(item) for item in value) if isinstance(value, list) else value
        for key, value in found.get("params", {}).items()
    }
    return str(WARNING_TEXTS[found["code"]]) % params


def shown_value(name: str, value: Any) -> str:
    """Return a stored value in words."""
    if value in ("", None):
        return gettext("(empty)")
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if name == "level":
        return LEVELS.get(value, str(value))
    for wanted, choices in (
        ("unit_kind", UnitKind),
        ("position_class", PositionClass),
        ("status", EmployeeStatusChoices),
    ):
        if name == wanted:
            return str(dict(choices.choices).get(value, value))
    return str(value)


def change_lines(changes: Mapping[str, list[Any]]) -> list[dict[str, str]]:
    """Return what a row changes: label, before, after."""
    return [
        {
            "label": str(FIELD_LABELS.get(name, name)),
            "before": shown_value(name, before),
            "after": shown_value(name, after),
        }
        for name, (before, after) in changes.items()
    ]


def counts_sentence(counts: Mapping[str, int]) -> str:
    """Return the outcome in one sentence."""
    text = ngettext(
        "%(new)s new person, %(changed)s changed, %(unchanged)s unchanged, %(bad)s rows with problems.",
        "%(new)s new people, %(changed)s changed, %(unchanged)s unchanged, %(bad)s rows with problems.",
        counts["new"],
    )
    return text % counts
