"""Facts to the JSON that the typst templates read: dates in words, texts made printable, nothing
interpreted.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from apps.core.qr import qr_png
from apps.reports.rendering.facts import (
    AccumulationDocument,
    BehaviorRow,
    CareerDocument,
    CertificateDocument,
    ConversionDocument,
    ConversionLine,
    CreditLine,
    CreditNeed,
    EvaluationDocument,
    EvaluationForm,
    ExplanationAnnex,
    Guide,
    Layout,
    ObjectionForm,
    PakDocument,
    Party,
    Ratings,
    RecognitionCertificate,
    ResultKind,
    ResultRow,
    SkpForm,
    Statement,
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
_FIRM = "\u00a0"  # a blank at which no line ends
_BEFORE_PERCENT = re.compile(r"(?<=\d) (?=%)")
_TIGHT_PERCENT = re.compile(r"(?<=\d)%(?!\w)")
# The end of a long text that stays on the page of the signature below it.
_TAIL_FROM = 700
_TAIL = 280


def long_date(day: date) -> str:
    """Return a date as written in Indonesian: 31 Maret 2026."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def printed_date(day: date) -> str:
    """Return a date as printed: no line ends between its parts."""
    return long_date(day).replace(" ", _FIRM)


def decimal(value: Decimal | int) -> str:
    """Return a number the Indonesian way: 1.234,5."""
    return f"{value:,}".translate(str.maketrans(",.", ".,"))


def text(value: str) -> str:
    """Return `value` printable and able to wrap; only words longer than a column get invisible breaks."""
    printable = _BEFORE_PERCENT.sub(_FIRM, clean(value))
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
        "holder": None if party.holder is None else text(party.holder),
    }


def _period(start: date, end: date) -> str:
    return f"{printed_date(start)} s.d. {printed_date(end)}"


def _tailed(value: str) -> list[str]:
    """Return a text in two parts if it is long: the second one is kept with the signature that follows."""
    printable = text(value)
    if len(printable) <= _TAIL_FROM:
        return ["", printable]
    end = len(printable) - _TAIL
    # Behind a line or a sentence if there is one near, else behind a word.
    at = max(printable.rfind("\n", end - _TAIL, end), printable.rfind(". ", end - _TAIL, end) + 1)
    if at <= 0:
        at = printable.rfind(" ", 0, end)
    return ["", printable] if at <= 0 else [printable[:at], printable[at + 1 :]]


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


def verification(value: Verification) -> dict[str, Any]:
    """Return the foot of the page, with the address as QR code: one pixel per module, enlarged without blur.

    A bitmap, because typst stores it once per document, where an SVG would be drawn anew on every page.
    """
    return {
        "code": clean(value.code),
        "url": clean(value.url),
        "hash": clean(value.content_hash),
        "qr": _qr(value.url),
    }


@lru_cache(maxsize=8)
def _qr(url: str) -> list[int]:
    return list(qr_png(url, 1, border=0))


# --- the parts of documents


def evaluation_document(d: EvaluationDocument) -> list[dict[str, Any]]:
    """Return the part for the result document (portrait)."""
    return [
        {
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
            "notes": _tailed(d.notes),
            "place": text(d.place),
            "delivered": printed_date(d.delivered_on),
            "answer": text(d.answer),
        }
    ]


def evaluation_form(d: EvaluationForm) -> list[dict[str, Any]]:
    """Return the part for the form with ratings (landscape)."""
    return [
        {
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
            "guide": _guide(d.guide),
            "results": _results(d.results),
            "result_rating": text(d.result_rating),
            "behaviors": _behaviors(d.behaviors),
            "behavior_rating": text(d.behavior_rating),
            "predikat": text(d.predikat),
            "place": text(d.place),
            "date": printed_date(d.date),
        }
    ]


def _guide(guide: Guide | None) -> dict[str, Any] | None:
    if guide is None:
        return None
    return {"peak": guide.peak, "limits": [text(item) for item in guide.limits], "source": text(guide.source)}


def skp(d: SkpForm) -> list[dict[str, Any]]:
    """Return the parts of an SKP: the form (landscape) and, if given, its annex (portrait)."""
    shared = {
        "agency": text(d.agency),
        "period": _period(d.period_start, d.period_end),
        "employee": _party(d.employee),
        "appraiser": _party(d.appraiser),
        "place": text(d.place),
        "date": printed_date(d.date),
        "revision": text(d.revision),
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
    annex = [
        {"title": title, "items": [{"text": text(item), "keep": _is_short(item)} for item in items]}
        for title, items in lists.items()
    ]
    return [form, shared | {"kind": "skp_annex", "landscape": False, "annex": annex}]


def _is_short(value: str) -> bool:
    return len(value) <= 2 * _KEEP_CHARACTERS


def objection(d: ObjectionForm) -> list[dict[str, Any]]:
    """Return the part for the objection form (portrait)."""
    decision = None
    if d.decision is not None:
        decision = {
            "outcome": text(d.decision.outcome),
            "reason": _tailed(d.decision.reason),
            "date": printed_date(d.decision.on),
            "after": _ratings(d.decision.after),
        }
    return [
        {
            "kind": "objection",
            "landscape": False,
            "government": text(d.government),
            "agency": text(d.agency),
            "number": clean(d.number),
            "period_label": text(d.period_label),
            "period": _period(d.period_start, d.period_end),
            "employee": _party(d.employee),
            "appraiser": _party(d.appraiser),
            "decider": None if d.decider is None else _party(d.decider),
            "delivered": printed_date(d.delivered_on),
            "due": None if d.due_on is None else printed_date(d.due_on),
            "filed": printed_date(d.filed_on),
            "about": text(d.about),
            "before": _ratings(d.before),
            "reason": text(d.reason),
            "wanted": text(d.wanted),
            "attachments": [text(name) for name in d.attachments],
            "question": _statement(d.question),
            "employee_statement": _statement(d.employee_statement),
            "appraiser_statement": _statement(d.appraiser_statement),
            "decision_due": printed_date(d.decision_due_on),
            "decision": decision,
            "place": text(d.place),
        }
    ]


def _ratings(ratings: Ratings) -> dict[str, str]:
    return {
        "work_result": text(ratings.work_result),
        "behavior": text(ratings.behavior),
        "predikat": text(ratings.predikat),
    }


def _statement(statement: Statement) -> dict[str, Any]:
    return {
        "text": text(statement.text),
        "date": None if statement.on is None else printed_date(statement.on),
    }


def explanation(d: ExplanationAnnex) -> list[dict[str, Any]]:
    """Return the annex that says why the predikat is what it is (portrait)."""
    sections = []
    for section in d.sections:
        table = None
        if section.table is not None:
            table = {
                "caption": _sentence(section.table.caption),
                "head": [_sentence(cell) for cell in section.table.head],
                "rows": [[_sentence(cell) for cell in row] for row in section.table.rows],
                "marked": section.table.marked and list(section.table.marked),
                "keep": all(len(cell) <= _KEEP_CHARACTERS for row in section.table.rows for cell in row),
            }
        sections.append(
            {
                "title": _sentence(section.title),
                "paragraphs": [_sentence(line) for line in section.paragraphs],
                "points": [_sentence(line) for line in section.points],
                "table": table,
            }
        )
    return [
        {
            "kind": "explanation",
            "landscape": False,
            "agency": text(d.agency),
            "period_label": text(d.period_label),
            "period": _period(d.period_start, d.period_end),
            "employee": _party(d.employee),
            "predikat": text(d.predikat),
            "sections": sections,
        }
    ]


def _sentence(value: str) -> str:
    """Return a sentence of the pages as paper has it: the pages write 105%, paper 105 %."""
    return _TIGHT_PERCENT.sub(f"{_FIRM}%", text(value))


# --- angka kredit


def _points(value: Decimal) -> str:
    """Write angka kredit with its two decimals: 1.234,50."""
    return decimal(value.quantize(Decimal("0.01")))


def _conversion_line(row: ConversionLine) -> dict[str, Any]:
    return {
        "number": text(row.number),
        "period": _period(row.period_start, row.period_end),
        "months": str(row.months),
        "predikat": text(row.predikat),
        "percent": f"{row.percent}{_FIRM}%",
        "coefficient": decimal(row.coefficient.normalize() + 0),
        "formula": text(row.formula),
        "value": _points(row.value),
    }


def _credit_line(row: CreditLine) -> dict[str, Any]:
    return {"label": text(row.label), "note": text(row.note), "value": _points(row.value)}


def _need(row: CreditNeed) -> dict[str, Any]:
    return {
        "title": text(row.title),
        "target": text(row.target),
        "required": _points(row.required),
        "have": _points(row.have),
        "shortfall": _points(row.shortfall),
        "excess": _points(row.excess),
    }


def conversion(d: ConversionDocument) -> list[dict[str, Any]]:
    """Return the part for one conversion (portrait)."""
    return [
        {
            "kind": "conversion",
            "landscape": False,
            "government": text(d.government),
            "agency": text(d.agency),
            "number": text(d.number),
            "period": _period(d.line.period_start, d.line.period_end),
            "employee": _party(d.employee),
            "level": text(d.level),
            "appraiser": _party(d.appraiser),
            "line": _conversion_line(d.line),
            "is_yearly": d.is_yearly,
            "replaced": text(d.replaced),
            "source": text(d.source),
            "place": text(d.place),
            "date": printed_date(d.date),
        }
    ]


def accumulation(d: AccumulationDocument) -> list[dict[str, Any]]:
    """Return the part for the accumulation (portrait)."""
    return [
        {
            "kind": "accumulation",
            "landscape": False,
            "government": text(d.government),
            "agency": text(d.agency),
            "as_of": printed_date(d.date),
            "employee": _party(d.employee),
            "level": text(d.level),
            "appraiser": _party(d.appraiser),
            "openings": [_credit_line(row) for row in d.openings],
            "conversions": [_conversion_line(row) for row in d.conversions],
            "diplomas": [_credit_line(row) for row in d.diplomas],
            "total": _points(d.total),
            "used": [_credit_line(row) for row in d.used],
            "needs": [_need(row) for row in d.needs],
            "source": text(d.source),
            "place": text(d.place),
            "date": printed_date(d.date),
        }
    ]


def pak(d: PakDocument) -> list[dict[str, Any]]:
    """Return the part for a PAK (portrait)."""
    return [
        {
            "kind": "pak",
            "landscape": False,
            "government": text(d.government),
            "agency": text(d.agency),
            "number": text(d.number),
            "as_of": printed_date(d.as_of),
            "employee": _party(d.employee),
            "level": text(d.level),
            "lines": [_credit_line(row) for row in d.lines],
            "total": _points(d.total),
            "used_total": _points(d.used_total),
            "needs": [_need(row) for row in d.needs],
            "conditions": [
                {"text": text(row.text), "answer": text(row.answer), "note": text(row.note)}
                for row in d.conditions
            ],
            "proposal": text(d.proposal),
            "note": text(d.note),
            "signer": text(d.signer),
            "source": text(d.source),
            "place": text(d.place),
            "date": printed_date(d.date),
        }
    ]


def recognition(d: RecognitionCertificate) -> list[dict[str, Any]]:
    """Return the part for a certificate of recognition (landscape)."""
    return [
        {
            "kind": "recognition",
            "landscape": True,
            "government": text(d.government),
            "number": text(d.number),
            "employee": _party(d.employee),
            "why": text(d.kind),
            "deed": text(d.deed),
            "effect": text(d.effect),
            "jury": text(d.jury),
            "signer": _party(d.signer),
            "place": text(d.place),
            "date": printed_date(d.date),
        }
    ]


def certificate(d: CertificateDocument) -> list[dict[str, Any]]:
    """Return the part for a certificate (landscape)."""
    return [
        {
            "kind": "certificate",
            "landscape": True,
            "government": text(d.government),
            "organizer": text(d.organizer),
            "number": text(d.number),
            "employee": _party(d.employee),
            "programme": text(d.programme),
            "form": text(d.form),
            "days": printed_date(d.starts_on)
            if d.starts_on == d.ends_on
            else f"{printed_date(d.starts_on)} sampai dengan {printed_date(d.ends_on)}",
            "jp": decimal(d.jp.normalize() if d.jp % 1 else int(d.jp)),
            "held_at": text(d.held_at),
            "proof": [text(line) for line in d.proof],
            "signer": _party(d.signer) if d.signer else None,
            "place": text(d.place),
            "date": printed_date(d.date),
        }
    ]


def career(d: CareerDocument) -> list[dict[str, Any]]:
    """Return the part for a career file.

    :raises ValueError: if a row has more or fewer cells than its table has columns.
    """
    return [
        {
            "kind": "career",
            "landscape": False,
            "government": text(d.government),
            "employee": _party(d.employee),
            "date": printed_date(d.date),
            "sections": [
                {
                    "title": text(section.title),
                    "lead": text(section.lead),
                    "empty": text(section.empty),
                    "columns": [
                        {"title": text(c.title), "share": c.share, "align": c.align.value}
                        for c in section.columns
                    ],
                    "rows": [
                        [
                            printed_date(cell) if isinstance(cell, date) else text(cell)
                            for _column, cell in zip(section.columns, row, strict=True)
                        ]
                        for row in section.rows
                    ],
                }
                for section in d.sections
            ],
            "notes": [text(note) for note in d.notes],
        }
    ]


_PARTS: dict[type, Callable[[Any], list[dict[str, Any]]]] = {
    EvaluationDocument: evaluation_document,
    EvaluationForm: evaluation_form,
    ExplanationAnnex: explanation,
    SkpForm: skp,
    ObjectionForm: objection,
    ConversionDocument: conversion,
    AccumulationDocument: accumulation,
    PakDocument: pak,
    CareerDocument: career,
    CertificateDocument: certificate,
    RecognitionCertificate: recognition,
}


def parts(fact: Any) -> list[dict[str, Any]]:
    """Return the pages' content of any document, in the order of its pages."""
    return _PARTS[type(fact)](fact)
