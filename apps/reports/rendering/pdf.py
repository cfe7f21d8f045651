"""PDF of the official documents and of recaps, made by typst: tagged (PDF/UA-1), selectable, the same bytes
each time.

The facts reach the templates as one JSON text (`sys.inputs`), never as markup, so nothing that people typed
can be read as typst code. Only the fonts in `fonts/` are used. A pack is one compile, faster than one
compile per person because common parts are laid out once.
"""

import json
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import typst

from apps.reports.rendering import payload, survey_payload
from apps.reports.rendering.facts import (
    AccumulationDocument,
    CareerDocument,
    CertificateDocument,
    ConversionDocument,
    EvaluationDocument,
    EvaluationForm,
    ExplanationAnnex,
    ObjectionForm,
    PakDocument,
    RecognitionCertificate,
    ReportColumn,
    SkpForm,
    Verification,
)
from apps.reports.rendering.glyphs import FONT_DIR, clean
from apps.reports.rendering.survey_facts import SurveyReport

_TEMPLATES = Path(__file__).parent / "templates"
_STANDARDS: list[Literal["ua-1", "a-2a"]] = ["ua-1", "a-2a"]
_LANDSCAPE_FROM = 7  # columns
_COMPILES_TO_FORGET = 12
VOLUME_SIZE = 40  # people per compile of a long pack: one holds about 5 MB per person until it ends

Fact = (
    EvaluationDocument
    | EvaluationForm
    | ExplanationAnnex
    | SkpForm
    | ObjectionForm
    | ConversionDocument
    | AccumulationDocument
    | PakDocument
    | CertificateDocument
    | RecognitionCertificate
    | CareerDocument
)
ReportCell = str | int | Decimal | date | None
_local = threading.local()


@dataclass(frozen=True, slots=True)
class Kind:
    """What a document is called in its metadata, and which day it bears."""

    title: str
    day: Callable[[Any], date]


_KINDS: dict[type, Kind] = {
    EvaluationDocument: Kind("Dokumen Evaluasi Kinerja Pegawai", lambda d: d.delivered_on),
    EvaluationForm: Kind("Evaluasi Kinerja Pegawai", lambda d: d.date),
    SkpForm: Kind("Sasaran Kinerja Pegawai", lambda d: d.date),
    ObjectionForm: Kind(
        "Keberatan atas Hasil Evaluasi Kinerja Pegawai", lambda d: d.decision.on if d.decision else d.filed_on
    ),
    ExplanationAnnex: Kind("Penjelasan Predikat Kinerja", lambda d: d.date),
    ConversionDocument: Kind("Konversi Predikat Kinerja ke Angka Kredit", lambda d: d.date),
    AccumulationDocument: Kind("Akumulasi Angka Kredit", lambda d: d.date),
    PakDocument: Kind("Penetapan Angka Kredit", lambda d: d.date),
    CertificateDocument: Kind("Sertifikat Pelatihan", lambda d: d.date),
    RecognitionCertificate: Kind("Piagam Penghargaan", lambda d: d.date),
    CareerDocument: Kind("Riwayat Karier", lambda d: d.date),
}
_SHARED = ("agency", "period_start", "period_end", "employee", "appraiser", "org_achievement", "predikat")


def render(*facts: Fact) -> bytes:
    """Return one PDF of a person: the parts behind each other, pages counted through all of them.

    :raises ValueError: if parts describe different evaluations.
    """
    return render_pack([facts])


def render_pack(people: Sequence[Sequence[Fact]]) -> bytes:
    """Return one PDF with the documents of everybody, made in one compile. Pages count per person.

    :raises ValueError: if there is nobody, or the parts of a person describe different evaluations.
    """
    if not people or not all(people):
        raise ValueError("a document needs at least one part")
    for facts in people:
        _require_same(facts)
    first = people[0][0]
    name = first.employee.name if len(people) == 1 else first.agency
    about = [_KINDS[type(first)].title, name]
    if hasattr(first, "period_label"):
        about.append(first.period_label)
    return _compile(
        [
            _document(
                [part for fact in facts for part in payload.parts(fact)],
                verification=facts[0].verification,
                watermark=facts[0].watermark,
            )
            for facts in people
        ],
        title=" – ".join(about),
        author=first.government,
        day=max(_KINDS[type(fact)].day(fact) for facts in people for fact in facts),
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


def render_survey_report(report: SurveyReport) -> bytes:
    """Return the report of a survey as PDF, with contents, chapters and the questionnaire behind them.

    :raises ValueError: if a table has a row with more or fewer cells than its head.
    """
    return _compile(
        [
            _document(
                [survey_payload.survey_report(report)],
                verification=report.verification,
                watermark=report.watermark,
            )
        ],
        title=f"Laporan SKM – {report.subject} – {report.period_label}",
        author=report.government,
        day=report.date,
    )


def _require_same(facts: Sequence[Fact]) -> None:
    for field in _SHARED:
        told = [getattr(fact, field) for fact in facts if hasattr(fact, field)]
        if any(value != told[0] for value in told):
            raise ValueError(f"the parts of a document differ in {field}")


def _document(
    parts: list[dict[str, Any]], *, verification: Verification | None, watermark: str | None
) -> dict[str, Any]:
    return {
        "parts": parts,
        "verification": verification,
        "watermark": watermark and clean(watermark),
    }


def _cell(value: ReportCell) -> str:
    if value is None:
        return "–"
    if isinstance(value, date):
        return payload.printed_date(value)
    if isinstance(value, int | Decimal):
        return payload.decimal(value)
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


def forget() -> None:
    """Let typst drop what it kept: it forgets layouts that the last ten compiles or so did not use."""
    for _ in range(_COMPILES_TO_FORGET):
        _compile([], title="-", author="-", day=date(2000, 1, 1))


def _compile(documents: list[dict[str, Any]], *, title: str, author: str, day: date) -> bytes:
    """Compile; what is printed at the foot is told once, however many documents share it."""
    feet = list(dict.fromkeys(d["verification"] for d in documents if d["verification"] is not None))
    for document in documents:
        if document["verification"] is not None:
            document["verification"] = feet.index(document["verification"])
    facts = {
        "verifications": [payload.verification(foot) for foot in feet],
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
