"""Facts to the JSON that the typst templates read: dates in words, texts made printable, nothing
interpreted.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from apps.core.qr import qr_png
from apps.reports.rendering.facts import (
    BehaviorRow,
    EvaluationDocument,
    EvaluationForm,
    Layout,
    Party,
    ResultKind,
    ResultRow,
    SkpForm,
    Verification,
)
from apps.reports.rendering.glyphs import clean

_MONTHS = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
]
_GROUP = {
    Layout.JPT: "BAGI PEJABAT PIMPINAN TINGGI DAN PIMPINAN UNIT KERJA MANDIRI",
    Layout.JA_JF: "BAGI PEJABAT ADMINISTRASI DAN PEJABAT FUNGSIONAL",
}
_SECTION = {ResultKind.UTAMA: "A. Utama", ResultKind.TAMBAHAN: "B. Tambahan"}
# A group of rows stays on one page while it is surely shorter than a page: characters in its longest column,
# times the lines they need, stay far below the 25 lines or so that fit under the table head in landscape.
_KEEP_CHARACTERS = 360
_LONGEST_WORD = 22
_BREAK = "\u200b"  # zero-width space: lets a web address or a run without blanks wrap inside its cell


def long_date(day: date) -> str:
    """Return a date as printed in Indonesian: 31 Maret 2026."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def text(value: str) -> str:
    """Return `value` printable and able to wrap; only words longer than a column get invisible breaks."""
    printable = clean(value)
    if max(map(len, printable.split()), default=0) <= _LONGEST_WORD:
        return printable
    return "".join(
        _BREAK.join(piece[i : i + _LONGEST_WORD] for i in range(0, len(piece), _LONGEST_WORD))
        for piece in _split_keeping_blanks(printable)
    )


def _split_keeping_blanks(value: str) -> Iterable[str]:
    start = 0
    for i, c in enumerate(value):
        if c.isspace():
            yield value[start:i]
            yield c
            start = i + 1
    yield value[start:]


def _party(party: Party) -> dict[str, Any]:
    return {
        "name": text(party.name),
        "nip": party.nip and clean(party.nip),
        "rank": text(party.rank),
        "position": text(party.position),
        "unit": text(party.unit),
        "agency": None if party.agency is None else text(party.agency),
    }


def _period(start: date, end: date) -> str:
    return f"{long_date(start)} s.d. {long_date(end)}"


def _result(row: ResultRow) -> dict[str, Any]:
    indicators = [
        {
            "aspect": None if i.aspect is None else text(i.aspect),
            "text": text(i.text),
            "target": text(i.target),
            "realization": text(i.realization),
        }
        for i in row.indicators
    ]
    stacked = sum(
        max(len(i["text"] or "") + len(i["target"] or ""), len(i["realization"] or "")) for i in indicators
    )
    longest = max(len(row.superior_result or ""), len(row.rhk), len(row.feedback), stacked)
    return {
        "rhk": text(row.rhk),
        "superior": None if row.superior_result is None else text(row.superior_result),
        "perspective": None if row.perspective is None else text(row.perspective),
        "feedback": text(row.feedback),
        "indicators": indicators or [{"aspect": None, "text": "–", "target": "", "realization": ""}],
        "keep": longest <= _KEEP_CHARACTERS and len(indicators) <= 6,
    }


def _results(rows: tuple[ResultRow, ...]) -> list[dict[str, Any]]:
    return [
        {"title": title, "rows": [_result(r) for r in rows if r.kind == kind]}
        for kind, title in _SECTION.items()
    ]


def _behaviors(rows: tuple[BehaviorRow, ...]) -> list[dict[str, Any]]:
    return [
        {
            "label": text(b.label),
            "lines": [text(line) for line in b.lines],
            "expectation": text(b.expectation),
            "feedback": text(b.feedback),
            "keep": max(len(b.expectation), len(b.feedback)) <= 2 * _KEEP_CHARACTERS,
        }
        for b in rows
    ]


def verification(value: Verification | None) -> dict[str, Any] | None:
    """Return the foot of the page, with the address as QR code: one pixel per module, enlarged without blur.

    A bitmap, because typst stores it once per document, where an SVG would be drawn anew on every page.
    """
    if value is None:
        return None
    return {
        "code": clean(value.code),
        "url": clean(value.url),
        "hash": clean(value.content_hash),
        "qr": list(qr_png(value.url, 1, border=0)),
    }


def evaluation_document(d: EvaluationDocument) -> dict[str, Any]:
    """Return the part for the result document (portrait)."""
    return {
        "kind": "evaluation_document",
        "landscape": False,
        "government": text(d.government),
        "agency": text(d.agency),
        "period_label": text(d.period_label),
        "period": _period(d.period_start, d.period_end),
        "employee": _party(d.employee),
        "appraiser": _party(d.appraiser),
        "superior": None if d.appraiser_superior is None else _party(d.appraiser_superior),
        "org_achievement": text(d.org_achievement),
        "predikat": text(d.predikat),
        "notes": text(d.notes),
        "place": text(d.place),
        "delivered": long_date(d.delivered_on),
        "accepted": None if d.accepted_on is None else long_date(d.accepted_on),
    }


def evaluation_form(d: EvaluationForm) -> dict[str, Any]:
    """Return the part for the form with ratings (landscape)."""
    return {
        "kind": "evaluation_form",
        "landscape": True,
        "approach": d.approach.value,
        "layout": d.layout.value,
        "group": _GROUP[d.layout],
        "agency": text(d.agency),
        "period_label": text(d.period_label),
        "period": _period(d.period_start, d.period_end),
        "employee": _party(d.employee),
        "appraiser": _party(d.appraiser),
        "org_achievement": text(d.org_achievement),
        "distribution": [{"label": clean(b.label), "count": b.count} for b in d.distribution],
        "results": _results(d.results),
        "result_rating": text(d.result_rating),
        "behaviors": _behaviors(d.behaviors),
        "behavior_rating": text(d.behavior_rating),
        "predikat": text(d.predikat),
        "place": text(d.place),
        "date": long_date(d.date),
    }


def skp(d: SkpForm) -> list[dict[str, Any]]:
    """Return the parts of an SKP: the form (landscape) and, if given, its annex (portrait)."""
    shared = {
        "agency": text(d.agency),
        "period": _period(d.period_start, d.period_end),
        "employee": _party(d.employee),
        "appraiser": _party(d.appraiser),
        "place": text(d.place),
        "date": long_date(d.date),
    }
    form = shared | {
        "kind": "skp",
        "landscape": True,
        "approach": d.approach.value,
        "layout": d.layout.value,
        "group": _GROUP[d.layout],
        "results": _results(d.results),
        "behaviors": _behaviors(d.behaviors),
    }
    if d.annex is None:
        return [form]
    lists = {
        "DUKUNGAN SUMBER DAYA": d.annex.resources,
        "SKEMA PERTANGGUNGJAWABAN": d.annex.accountability,
        "KONSEKUENSI": d.annex.consequences,
    }
    annex = {title: [text(item) for item in items] for title, items in lists.items()}
    return [form, shared | {"kind": "skp_annex", "landscape": False, "annex": annex}]
