"""The tables of plan and evaluation forms: planned results, indicators, behavior, in the words of the forms.

They are read from the version of the plan that was in force, not from its present rows: a revision in November changes
nothing in what is printed about March. Shape of the content: apps/indicators/rules/plan_content.py.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet

from apps.indicators import selectors as plans
from apps.indicators.models import Skp, SkpVersion
from apps.indicators.rules.forms import BEHAVIOR_VALUES

from ..rendering.facts import BehaviorRow, IndicatorRow, ResultKind, ResultRow
from ..rendering.payload import decimal

_ASPECTS = {"kuantitas": "Kuantitas", "kualitas": "Kualitas", "waktu": "Waktu", "biaya": "Biaya"}
_PERSPECTIVES = {
    "penerima_layanan": "Penerima Layanan",
    "proses_bisnis": "Proses Bisnis",
    "penguatan_internal": "Penguatan Internal",
    "anggaran": "Anggaran",
}
_MISSING = {
    "no_report": "Tidak ada laporan",
    "report_not_in_force": "Laporan dikembalikan dan belum dikirim lagi",
    "not_filled_in": "Tidak diisi dalam laporan",
    "no_progress": "Tidak ada catatan kegiatan",
    "no_service_count": "Jumlah layanan unit belum dicatat",
    "no_ikm": "Belum ada penilaian masyarakat",
    "no_complaints": "Tidak ada pengaduan yang jatuh tempo",
}

Content = Mapping[str, Any]


def printable_plans(rows: "QuerySet[Skp]") -> "QuerySet[Skp]":
    """Fetch everything that is printed of some plans; the same number of queries for one and for many."""
    versions = SkpVersion.objects.order_by("version")
    return (
        plans.whole(rows)
        .select_related("placement__position__unit")
        .prefetch_related(Prefetch("versions", versions))
    )


def content_in_force(skp: Skp, at: datetime | None = None) -> Content:
    """Return what a plan said at an instant: the approved version of then, or the rows of one without versions."""
    known = [row for row in skp.versions.all() if at is None or row.approved_at <= at]
    return known[-1].content if known else plans.content_of(skp)


def plan_rows(content: Content) -> tuple[ResultRow, ...]:
    """Return the planned results, main ones first."""
    return tuple(
        _result(row, [_planned(indicator) for indicator in row.get("indicators", [])])
        for row in _in_order(content)
    )


def rated_rows(
    content: Content, figures: Sequence[Mapping[str, Any]], told: Mapping[int, Sequence[str]]
) -> tuple[ResultRow, ...]:
    """Return the planned results with the figures stored when the period closed, and the feedback per result.

    A figure whose indicator the plan no longer names (it was rated before versions were kept) still stands there,
    with the words that were stored beside it.
    """
    stored = {str(figure["id"]): figure for figure in figures}
    rows = []
    for row in _in_order(content):
        indicators = []
        for indicator in row.get("indicators", []):
            figure = stored.pop(str(indicator["key"]), None)
            indicators.append(_planned(indicator) if figure is None else _measured(figure))
        rows.append(_result(row, indicators, "\n".join(told.get(_number(row["key"]), ()))))
    left: dict[int, list[Mapping[str, Any]]] = {}
    for figure in stored.values():
        left.setdefault(figure["result_id"], []).append(figure)
    for pk, group in left.items():
        gone = {"kind": ResultKind.UTAMA.value, "text": group[0]["result_text"]}
        rows.append(_result(gone, [_measured(figure) for figure in group], "\n".join(told.get(pk, ()))))
    return tuple(sorted(rows, key=lambda row: row.kind is ResultKind.TAMBAHAN))


def behavior_rows(content: Content, told: Mapping[str, Sequence[str]]) -> tuple[BehaviorRow, ...]:
    """Return the seven values with what the leader expects, and what was said about each."""
    expected = content.get("behaviors", {})
    return tuple(
        BehaviorRow(
            label=value.label,
            lines=value.lines,
            expectation=expected.get(value.code, ""),
            feedback="\n".join(told.get(value.code, ())),
        )
        for value in BEHAVIOR_VALUES
    )


def annex_items(content: Content, kind: str) -> tuple[str, ...]:
    """Return one list of the annex."""
    return tuple(item["text"] for item in content.get("annex", []) if item["kind"] == kind)


def _in_order(content: Content) -> list[Mapping[str, Any]]:
    rows = content.get("results", [])
    return sorted(rows, key=lambda row: row["kind"] == ResultKind.TAMBAHAN.value)


def _number(key: str) -> int:
    return int(key) if str(key).isdigit() else 0


def _result(row: Mapping[str, Any], indicators: Sequence[IndicatorRow], feedback: str = "") -> ResultRow:
    return ResultRow(
        kind=ResultKind(row["kind"]),
        rhk=row["text"],
        indicators=tuple(indicators),
        superior_result=row.get("supports_text") or None,
        perspective=_PERSPECTIVES.get(row.get("perspective", "")),
        feedback=feedback,
    )


def _planned(indicator: Mapping[str, Any]) -> IndicatorRow:
    return IndicatorRow(
        text=indicator["text"],
        aspect=_ASPECTS.get(indicator["aspect"]),
        target=_target(indicator["target"], indicator["measure"], indicator["direction"]),
    )


def _measured(figure: Mapping[str, Any]) -> IndicatorRow:
    measure = figure["measure"]
    realization = quantity(figure["realization"], measure)
    return IndicatorRow(
        text=figure["text"],
        aspect=_ASPECTS.get(figure["aspect"]),
        target=_target(figure["target"] or figure["plan_target"], measure, figure["direction"]),
        realization=realization or _MISSING.get(figure["missing"], ""),
    )


def _target(value: str | None, measure: str, direction: str) -> str:
    words = quantity(value, measure)
    return f"≤ {words}" if words and direction == "lower_is_better" else words


def quantity(value: str | None, measure: str) -> str:
    """Write a stored number the Indonesian way with its measure: 1.250 berkas; 82,5 %."""
    if not value:
        return ""
    plain = f"{Decimal(value):f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return f"{decimal(Decimal(plain))} {measure}".strip()
