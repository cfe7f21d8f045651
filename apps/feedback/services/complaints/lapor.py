"""The number and state of a report in SP4N-LAPOR!, beside our own."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import xlsxwriter
from django.db import transaction

from apps.core import audit
from apps.core.localtime import local_date
from apps.core.sheets.escaping import defuse
from apps.core.sheets.reading import Limits, read_table

from ...labels import LaporState
from ...models import Complaint
from ...rules.lapor import clean_number, looks_usual
from .steps import add_event, keep_record, locked

LIMITS = Limits(max_bytes=2_000_000, max_rows=5_000, max_columns=20, max_unpacked_bytes=40_000_000)
COLUMNS = ("nomor_aduan", "nomor_lapor", "status_lapor", "tanggal_lapor")
_TITLES = {
    "number": ["nomor_aduan", "nomor aduan", "nomor"],
    "lapor_number": ["nomor_lapor", "nomor lapor", "tracking id", "id lapor"],
    "state": ["status_lapor", "status lapor", "status"],
    "received_on": ["tanggal_lapor", "tanggal lapor", "tanggal masuk"],
}


@dataclass(frozen=True)
class LaporProblem:
    """Why a row was left out."""

    row: int
    code: str
    shown: str


@dataclass
class LaporReport:
    """What an import did."""

    read: int = 0
    changed: int = 0
    unchanged: int = 0
    unusual: list[str] = field(default_factory=list)
    problems: list[LaporProblem] = field(default_factory=list)


@transaction.atomic
def note_lapor(
    *, complaint_id: int, number: str, state: str, received_on: date | None, by: Any, at: datetime
) -> tuple[Complaint, bool]:
    """Keep a report's LAPOR number, state and day; return it, and whether the number looks usual.

    An unusual number is kept: nowhere is written what it must look like.
    """
    complaint = locked(complaint_id)
    new = (clean_number(number), LaporState(state).value if state else "", received_on)
    if (complaint.lapor_number, complaint.lapor_state, complaint.lapor_received_on) != new:
        complaint.lapor_number, complaint.lapor_state, complaint.lapor_received_on = new
        complaint.save(update_fields=["lapor_number", "lapor_state", "lapor_received_on"])
        add_event(complaint, "lapor", text=complaint.lapor_number, is_public=False, at=at, by=by)
        keep_record(complaint, "lapor_noted", by=by, at=at, state=complaint.lapor_state)
    return complaint, not complaint.lapor_number or looks_usual(complaint.lapor_number)


@transaction.atomic
def import_lapor(
    *, visible: Any, government: Any, content: bytes, file_name: str, by: Any, at: datetime
) -> LaporReport:
    """Take over LAPOR numbers and states from a table with our numbers; empty cells change nothing.

    :raises SheetRefused: if the file as a whole cannot be used.
    """
    table = read_table(content, file_name, LIMITS, aliases=_TITLES, required=("number",))
    report = LaporReport()
    states = {word: value for value, label in LaporState.choices for word in (value, str(label).casefold())}
    for row in table.rows:
        report.read += 1
        values = {name: str(row.values.get(name) or "").strip() for name in _TITLES}
        complaint = visible.filter(number=values["number"].upper()).first()
        problem = _problem(row, values, complaint, states)
        if problem is not None or complaint is None:
            report.problems.append(problem or LaporProblem(row.number, "unknown_number", values["number"]))
            continue
        received_on = row.values.get("received_on")
        before = (complaint.lapor_number, complaint.lapor_state, complaint.lapor_received_on)
        complaint, is_usual = note_lapor(
            complaint_id=complaint.pk,
            number=values["lapor_number"] or complaint.lapor_number,
            state=states[values["state"].casefold()] if values["state"] else complaint.lapor_state,
            received_on=_day(received_on) or complaint.lapor_received_on,
            by=by,
            at=at,
        )
        after = (complaint.lapor_number, complaint.lapor_state, complaint.lapor_received_on)
        if before == after:
            report.unchanged += 1
        else:
            report.changed += 1
        if not is_usual:
            report.unusual.append(complaint.lapor_number)
    return report


def _problem(
    row: Any, values: dict[str, str], complaint: Complaint | None, states: Any
) -> LaporProblem | None:
    if complaint is None:
        return LaporProblem(row.number, "unknown_number", values["number"])
    if values["state"] and values["state"].casefold() not in states:
        return LaporProblem(row.number, "unknown_state", values["state"])
    if values["received_on"] and _day(row.values.get("received_on")) is None:
        return LaporProblem(row.number, "no_day", values["received_on"])
    return None


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    parts = re.fullmatch(
        r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/-](\d{1,2})[/-](\d{4})", str(value or "").strip()
    )
    if parts is None:
        return None
    year, month, day = parts.group(1, 2, 3) if parts.group(1) else parts.group(6, 5, 4)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def export_lapor(
    *, rows: Iterable[Complaint], government: Any, purpose: str, shape: str, by: Any, at: datetime
) -> bytes:
    """Return numbers and states as a table, without words of any report, and keep on record who took it and why."""
    table: list[tuple[str, ...]] = [
        (
            row.number,
            row.lapor_number,
            row.lapor_state,
            row.lapor_received_on.isoformat() if row.lapor_received_on else "",
            row.status,
            local_date(row.received_at, government.timezone).isoformat(),
            row.due_on.isoformat(),
            row.unit.name,
        )
        for row in rows
    ]
    audit.record(
        "feedback.lapor.exported",
        target=government,
        by=by,
        scope=government.code,
        at=at,
        rows=len(table),
        purpose=purpose[:200],
        shape=shape,
    )
    head = (*COLUMNS, "status_aduan", "diterima", "tenggat", "unit")
    return _xlsx(head, table) if shape == "xlsx" else _csv(head, table)


def _csv(head: tuple[str, ...], table: list[tuple[str, ...]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(head)
    writer.writerows([defuse(cell) for cell in row] for row in table)
    return ("\ufeff" + out.getvalue()).encode()


def _xlsx(head: tuple[str, ...], table: list[tuple[str, ...]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("LAPOR")
    text = book.add_format({"num_format": "@"})
    for number, row in enumerate([head, *table]):
        for column, cell in enumerate(row):
            # Explicitly a string: a tracking number keeps its zeros, and nothing is calculated.
            sheet.write_string(number, column, defuse(cell), text)
    book.close()
    return out.getvalue()
