"""Lines of work pasted from a sheet: one line, one activity. Splitting only; whether they fit is asked elsewhere."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

COLUMNS = ("date", "text", "quantity", "unit", "result")
HEADINGS: dict[str, tuple[str, ...]] = {
    "date": ("Tanggal", "Tgl", "Hari/Tanggal", "Date"),
    "text": ("Kegiatan", "Uraian", "Uraian Kegiatan", "Aktivitas", "Activity"),
    "quantity": ("Jumlah", "Volume", "Kuantitas", "Quantity"),
    "unit": ("Satuan", "Unit"),
    "result": ("RHK", "No RHK", "Nomor RHK"),
}


class LineProblem(StrEnum):
    """Why a line cannot be taken over as it stands."""

    TOO_MANY_CELLS = "too_many_cells"
    NO_DATE = "no_date"
    DATE_UNKNOWN = "date_unknown"
    IN_FUTURE = "in_future"
    OUTSIDE_PLAN = "outside_plan"
    REPORT_SENT = "report_sent"
    PERIOD_CLOSED = "period_closed"
    PERIOD_RATED = "period_rated"
    NO_TEXT = "no_text"
    TEXT_TOO_LONG = "text_too_long"
    NO_RESULT = "no_result"
    RESULT_UNKNOWN = "result_unknown"
    QUANTITY_UNKNOWN = "quantity_unknown"
    QUANTITY_NEEDS_INDICATOR = "quantity_needs_indicator"
    INDICATOR_NEEDS_QUANTITY = "indicator_needs_quantity"
    THERE_ALREADY = "there_already"
    TWICE_HERE = "twice_here"


@dataclass(frozen=True, slots=True)
class RawLine:
    """The cells of a line as they were written; `extra` counts cells beyond the known columns."""

    number: int
    date: str = ""
    text: str = ""
    quantity: str = ""
    unit: str = ""
    result: str = ""
    extra: int = 0


def split_lines(pasted: str) -> list[RawLine]:
    """Return the lines of a pasted sheet: cells divided by tabs, or by semicolons; a head is recognised.

    The order is date, text, quantity, unit, RHK, unless a head says otherwise.
    """
    delimiter = "\t" if "\t" in pasted else ";"
    # A lone quotation mark would swallow the lines behind it; then every mark is just a mark.
    marks = pasted.count('"')
    lines: list[RawLine] = []
    order: Sequence[str | None] = COLUMNS
    reader = csv.reader(
        io.StringIO(pasted.replace("\r\n", "\n").replace("\r", "\n")),
        delimiter=delimiter,
        quoting=csv.QUOTE_MINIMAL if marks % 2 == 0 else csv.QUOTE_NONE,
    )
    for number, cells in enumerate(reader, 1):
        plain = [" ".join(cell.split()) for cell in cells]
        while plain and not plain[-1]:
            plain.pop()
        if not plain:
            continue
        head = _head(plain) if not lines else None
        if head is not None:
            order = head
            continue
        values = {name: cell for name, cell in zip(order, plain, strict=False) if name}
        extra = sum(bool(cell) for cell in plain[len(order) :])
        lines.append(RawLine(number=number, extra=extra, **values))
    return lines


def _head(cells: Sequence[str]) -> list[str | None] | None:
    """Return which column each cell heads, if the line is a head."""
    known = {title.casefold(): name for name, titles in HEADINGS.items() for title in titles}
    names = [known.get(cell.casefold()) for cell in cells]
    return names if sum(name is not None for name in names) >= 2 else None
