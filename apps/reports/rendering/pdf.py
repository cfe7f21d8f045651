"""PDF of the official documents and of recaps, made by typst: tagged (PDF/UA-1), selectable, the same bytes
each time.

The facts reach the templates as one JSON text (`sys.inputs`), never as markup, so nothing that people typed
can be read as typst code. Only the fonts in `fonts/` are used. A pack is one compile, faster than one
compile per person because common parts are laid out once.
"""

import json
import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, Literal, TypeVar

import typst

from apps.reports.rendering import payload
from apps.reports.rendering.facts import (
    EvaluationDocument,
    EvaluationForm,
    ReportColumn,
    SkpForm,
    Verification,
)
from apps.reports.rendering.glyphs import FONT_DIR, clean

_TEMPLATES = Path(__file__).parent / "templates"
_STANDARDS: list[Literal["ua-1", "a-2a"]] = ["ua-1", "a-2a"]
_LANDSCAPE_FROM = 7  # columns
_COMPILES_TO_FORGET = 12
VOLUME_SIZE = 40  # people per compile of a long pack

_T = TypeVar("_T")

ReportCell = str | int | Decimal | date | None
_local = threading.local()


def render_evaluation(document: EvaluationDocument, form: EvaluationForm) -> bytes:
    """Return one PDF: the result document, and behind it the form with the ratings. Pages count through both.

    :raises ValueError: if the two describe different evaluations.
    """
    return render_pack([(document, form)])


def render_pack(evaluations: Sequence[tuple[EvaluationDocument, EvaluationForm]]) -> bytes:
    """Return one PDF with everybody's document and form, made in one compile. Pages count per person.

    :raises ValueError: if there is none, or a document and its form describe different evaluations.
    """
    if not evaluations:
        raise ValueError("a pack needs at least one evaluation")
    for document, form in evaluations:
        _require_same(document, form)
    documents = [
        _document(
            [payload.evaluation_document(d), payload.evaluation_form(f)],
            verification=d.verification,
            watermark=d.watermark,
        )
        for d, f in evaluations
    ]
    first = evaluations[0][0]
    title = "Dokumen Evaluasi Kinerja Pegawai"
    name = first.employee.name if len(evaluations) == 1 else first.agency
    return _compile(
        documents,
        title=f"{title} – {name} – {first.period_label}",
        author=first.government,
        day=max(max(d.delivered_on, d.accepted_on or d.delivered_on, f.date) for d, f in evaluations),
    )


def render_volumes(
    evaluations: Iterable[tuple[EvaluationDocument, EvaluationForm]], size: int = VOLUME_SIZE
) -> Iterator[bytes]:
    """Yield packs of at most `size` people each, so that memory stays flat however many there are.

    A compile holds about 5 MB per person (four pages) until it ends; 1,000 people at once would need
    gigabytes.

    :raises ValueError: if `size` is below 1, or a document and its form differ.
    """
    for batch in _batches(evaluations, size):
        yield render_pack(batch)
        _forget()


def render_skp(form: SkpForm) -> bytes:
    """Return the SKP, with its annex on a page of its own if the facts have one."""
    return _compile(
        [_document(payload.skp(form), verification=form.verification, watermark=form.watermark)],
        title=f"Sasaran Kinerja Pegawai – {form.employee.name}",
        author=form.government,
        day=form.date,
    )


def render_table_report(
    title: str,
    subtitle: str,
    columns: Sequence[ReportColumn],
    rows: Iterable[Sequence[ReportCell]],
    notes: Sequence[str] = (),
    *,
    on: date,
    government: str,
    landscape: bool | None = None,
    verification: Verification | None = None,
    watermark: str | None = None,
) -> bytes:
    """Return a table with title and notes as PDF; its head repeats on every page.

    Numbers are written the Indonesian way (1.234,5), dates in words, None as a dash.

    :param on: the day the figures are of; also the file's creation date, so that equal facts give equal
    bytes.
    :param landscape: None chooses by the number of columns.
    :raises ValueError: if a row has more or fewer cells than there are columns.
    """
    cells = [[_cell(value) for value in row] for row in rows]
    if any(len(row) != len(columns) for row in cells):
        raise ValueError("every row needs a cell for every column")
    part = {
        "kind": "table",
        "landscape": len(columns) >= _LANDSCAPE_FROM if landscape is None else landscape,
        "title": payload.text(title),
        "subtitle": payload.text(subtitle),
        "columns": [
            {"title": payload.text(c.title), "share": c.share, "align": c.align.value} for c in columns
        ],
        "rows": cells,
        "notes": [payload.text(note) for note in notes],
    }
    foot = verification
    return _compile(
        [_document([part], verification=foot, watermark=watermark)], title=title, author=government, day=on
    )


def _batches(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _require_same(document: EvaluationDocument, form: EvaluationForm) -> None:
    for field in (
        "agency",
        "period_start",
        "period_end",
        "employee",
        "appraiser",
        "org_achievement",
        "predikat",
    ):
        if getattr(document, field) != getattr(form, field):
            raise ValueError(f"document and form differ in {field}")


def _document(
    parts: list[dict[str, Any]], *, verification: Verification | None, watermark: str | None
) -> dict[str, Any]:
    return {
        "parts": parts,
        "verification": payload.verification(verification),
        "watermark": watermark and clean(watermark),
    }


def _cell(value: ReportCell) -> str:
    if value is None:
        return "–"
    if isinstance(value, date):
        return payload.long_date(value)
    if isinstance(value, int | Decimal):
        return f"{value:,}".translate(str.maketrans(",.", ".,"))
    return payload.text(value)


def _compiler() -> typst.Compiler:
    """Return this thread's compiler: fonts are read once, and a compiler is not shared between threads."""
    if not hasattr(_local, "compiler"):
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONT_DIR)]
        )
        _local.compiler = typst.Compiler(
            str(_TEMPLATES / "main.typ"), root=str(_TEMPLATES), font_paths=fonts, ignore_system_fonts=True
        )
    compiler: typst.Compiler = _local.compiler
    return compiler


def _forget() -> None:
    """Let typst drop what it kept: it forgets layouts that the last ten compiles or so did not use."""
    for _ in range(_COMPILES_TO_FORGET):
        _compile([], title="-", author="-", day=date(2000, 1, 1))


def _compile(documents: list[dict[str, Any]], *, title: str, author: str, day: date) -> bytes:
    facts = {
        "title": clean(title),
        "author": clean(author),
        "date": [day.year, day.month, day.day],
        "documents": documents,
    }
    pdf = _compiler().compile(
        format="pdf",
        sys_inputs={"data": json.dumps(facts, ensure_ascii=False)},
        pdf_standards=[*_STANDARDS],
        timestamp=datetime.combine(day, time(), UTC),
    )
    assert isinstance(pdf, bytes)
    return pdf
