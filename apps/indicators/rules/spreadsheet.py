"""A plan as the rows of a workbook: columns, words of the choices, reading with every problem named.

One row is one indicator. A row without a planned result belongs to the one above it. The words are those of the
printed forms and stay Indonesian, like the forms.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .forms import Approach, BehaviorValue, Layout
from .plan_content import empty, plain_number

RESULT_SHEET, BEHAVIOR_SHEET, ANNEX_SHEET = "Hasil Kerja", "Perilaku", "Lampiran"

# name -> titles, the first one is printed.
RESULT_COLUMNS: dict[str, tuple[str, ...]] = {
    "kind": ("Bagian", "Utama/Tambahan"),
    "text": ("Rencana Hasil Kerja", "RHK"),
    "supports_text": (
        "Hasil Kerja Pimpinan yang Diintervensi",
        "Rencana Hasil Kerja Atasan",
        "Indikator Unit yang Didukung",
    ),
    "perspective": ("Perspektif",),
    "indicator": ("Indikator Kinerja Individu", "IKI", "Ukuran Keberhasilan dan Target"),
    "aspect": ("Aspek",),
    "target": ("Target",),
    "measure": ("Satuan",),
    "direction": ("Arah",),
    "source": ("Sumber Realisasi",),
}
BEHAVIOR_COLUMNS: dict[str, tuple[str, ...]] = {
    "value": ("Nilai",),
    "expectation": ("Ekspektasi Khusus Pimpinan", "Ekspektasi"),
}
ANNEX_COLUMNS: dict[str, tuple[str, ...]] = {"kind": ("Daftar",), "text": ("Isi", "Uraian")}

WORDS: dict[str, dict[str, str]] = {
    "kind": {"utama": "Utama", "tambahan": "Tambahan"},
    "perspective": {
        "penerima_layanan": "Penerima Layanan",
        "proses_bisnis": "Proses Bisnis",
        "penguatan_internal": "Penguatan Internal",
        "anggaran": "Anggaran",
    },
    "aspect": {"kuantitas": "Kuantitas", "kualitas": "Kualitas", "waktu": "Waktu", "biaya": "Biaya"},
    "direction": {
        "higher_is_better": "Makin tinggi makin baik",
        "lower_is_better": "Makin rendah makin baik",
    },
    "source": {
        "reported": "Laporan pegawai",
        "progress_sum": "Jumlah catatan kemajuan",
        "service_count": "Jumlah layanan unit",
        "ikm": "Indeks kepuasan masyarakat unit",
        "complaint_clock": "Aduan dijawab tepat waktu",
        "complaint_solved": "Aduan dinyatakan selesai",
        "unsur_persyaratan": "Nilai unsur persyaratan",
        "unsur_prosedur": "Nilai unsur prosedur",
        "unsur_waktu": "Nilai unsur waktu",
        "unsur_biaya": "Nilai unsur biaya",
        "unsur_produk": "Nilai unsur produk",
        "unsur_kompetensi": "Nilai unsur kompetensi",
        "unsur_perilaku": "Nilai unsur perilaku",
        "unsur_pengaduan": "Nilai unsur pengaduan",
        "unsur_sarana": "Nilai unsur sarana",
    },
    "annex": {
        "dukungan_sumber_daya": "Dukungan Sumber Daya",
        "skema_pertanggungjawaban": "Skema Pertanggungjawaban",
        "konsekuensi": "Konsekuensi",
    },
}
DEFAULTS = {"kind": "utama", "direction": "higher_is_better", "source": "reported"}
LIMITS = {"text": 1000, "indicator": 500, "measure": 60, "expectation": 1000, "supports_text": 1000}
_GREATEST = Decimal(10) ** 12
_AMBIGUOUS = re.compile(r"\d{1,3}\.\d{3}")
_NUMBER = re.compile(r"(\d+|\d{1,3}(?:\.\d{3})+)(?:,(\d+))?|(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong with a cell: the sheet, the row as the spreadsheet counts it, the column, a code, and values.

    Codes: missing, too_long, choice_unknown, no_number, number_ambiguous, number_range, no_result_above,
    value_unknown, value_twice, precision_lost, cell_error.
    """

    sheet: str
    row: int
    column: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row as it was read: texts by column name, and cells the reader could not use."""

    number: int
    values: Mapping[str, str]
    unusable: tuple[tuple[str, str, str], ...] = ()  # column, code, what was shown


def columns_for(layout: Layout, approach: Approach) -> list[str]:
    """Return the columns of the form in their order (PLN-5 to PLN-8)."""
    perspective = ["perspective"] if layout is Layout.JPT else []
    first = ["kind", "text", *perspective, "supports_text", "indicator"]
    if approach is Approach.KUALITATIF:
        return first
    aspect = ["aspect"] if layout is Layout.JA_JF else []
    return [*first, *aspect, "target", "measure", "direction", "source"]


def titles_for(layout: Layout, approach: Approach) -> dict[str, str]:
    """Return the columns of the form with the heads that are written."""
    titles = {name: RESULT_COLUMNS[name][0] for name in columns_for(layout, approach)}
    if layout is Layout.JPT:
        # JPT rows name no result of a superior; they hang on the unit's indicators (PLN-8).
        titles["supports_text"] = RESULT_COLUMNS["supports_text"][2]
    if approach is Approach.KUALITATIF:
        titles["indicator"] = RESULT_COLUMNS["indicator"][2]
    return titles


def plain(text: str) -> str:
    """Return a word for comparison: lower case, letters and digits, single blanks."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def read_number(text: str) -> Decimal:
    """Read a target as people type it in Indonesian: `1.250.000`, `98,5`, `1250`.

    `1.250` alone could be a thousand or a decimal of another program, so it is refused.

    :raises ValueError: with the code of the problem.
    """
    cleaned = text.replace("\u00a0", "").replace(" ", "")
    if _AMBIGUOUS.fullmatch(cleaned):
        raise ValueError("number_ambiguous")
    found = _NUMBER.fullmatch(cleaned)
    if found is None:
        raise ValueError("no_number")
    whole, fraction = (found[1], found[2]) if found[1] else (found[3], found[4])
    fraction = (fraction or "").rstrip("0")
    value = Decimal(f"{whole.replace('.', '')}.{fraction or '0'}")
    if value >= _GREATEST or len(fraction) > 4:
        raise ValueError("number_range")
    return value


def written_number(text: str) -> str:
    """Return a kept target as it is written into a cell: with a decimal comma and without groups."""
    return text.replace(".", ",")


# --- out


def result_rows(content: Mapping[str, Any], columns: Sequence[str]) -> list[list[str]]:
    """Return the rows of the first sheet: one per indicator, one for a result that has none."""
    rows = []
    for result in content.get("results", []):
        for indicator in result.get("indicators") or [None]:
            rows.append([_cell(result, indicator, name) for name in columns])
    return rows


def _cell(result: Mapping[str, Any], indicator: Mapping[str, Any] | None, name: str) -> str:
    if name in {"kind", "text", "supports_text", "perspective"}:
        value = str(result.get(name, ""))
    elif indicator is None:
        return ""
    else:
        value = str(indicator.get("text" if name == "indicator" else name, ""))
    if name == "target":
        return written_number(value)
    value = WORDS[name].get(value, value) if name in WORDS else value
    return value.replace("\r\n", "\n")


# --- in


def read_plan(
    results: Iterable[SheetRow],
    behaviors: Iterable[SheetRow],
    annex: Iterable[SheetRow],
    *,
    layout: Layout,
    approach: Approach,
    values: Sequence[BehaviorValue],
) -> tuple[dict[str, Any], list[CellProblem]]:
    """Return the content that the rows describe, and everything that is wrong with them."""
    content = empty()
    problems: list[CellProblem] = []
    content["results"] = _read_results(results, columns_for(layout, approach), problems)
    content["behaviors"] = _read_behaviors(behaviors, values, problems)
    content["annex"] = _read_annex(annex, problems)
    return content, problems


def _read_results(
    rows: Iterable[SheetRow], columns: Sequence[str], problems: list[CellProblem]
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for row in rows:
        cell = _Cells(RESULT_SHEET, row, problems)
        text = cell.text("text")
        given = {name: cell.choice(name) for name in ("kind", "perspective") if name in columns}
        supports = cell.text("supports_text") if "supports_text" in columns else ""
        current = found[-1] if found else None
        if not text and current is None:
            if not cell.is_refused("text"):
                cell.problem("text", "no_result_above")
            continue
        if text and (current is None or not _same_result(current, text, given, supports)):
            current = {
                "key": f"row:{row.number}",
                "kind": given.get("kind") or DEFAULTS["kind"],
                "text": text,
                "perspective": given.get("perspective", ""),
                "supports_text": supports,
                "indicators": [],
            }
            if "perspective" in columns and not current["perspective"]:
                cell.missing("perspective")
            found.append(current)
        indicator = _read_indicator(cell, columns, row.number)
        if indicator is not None and current is not None:
            current["indicators"].append(indicator)
    return found


def _same_result(current: Mapping[str, Any], text: str, given: Mapping[str, str], supports: str) -> bool:
    if current["text"] != text:
        return False
    if supports and supports != current["supports_text"]:
        return False
    return all(not value or value == current[name] for name, value in given.items())


def _read_indicator(cell: "_Cells", columns: Sequence[str], number: int) -> dict[str, Any] | None:
    text = cell.text("indicator")
    measured = [name for name in ("aspect", "target", "measure", "direction", "source") if name in columns]
    given = {name: cell.raw(name) for name in measured}
    if not text:
        if any(given.values()):
            cell.missing("indicator")
        return None
    indicator = {
        "key": f"row:{number}",
        "aspect": "",
        "text": text,
        "target": "",
        "measure": "",
        "direction": DEFAULTS["direction"],
        "source": DEFAULTS["source"],
    }
    if "target" not in columns:
        return indicator
    for name in ("aspect", "direction", "source"):
        if name in columns:
            indicator[name] = cell.choice(name) or DEFAULTS.get(name, "")
    if "aspect" in columns and not indicator["aspect"]:
        cell.missing("aspect")
    indicator["target"] = cell.number("target")
    indicator["measure"] = cell.text("measure")
    for name in ("target", "measure"):
        if not indicator[name]:
            cell.missing(name)
    return indicator


def _read_behaviors(
    rows: Iterable[SheetRow], values: Sequence[BehaviorValue], problems: list[CellProblem]
) -> dict[str, str]:
    known = {plain(word): value.code for value in values for word in (value.label, value.code)}
    found: dict[str, str] = {}
    for row in rows:
        cell = _Cells(BEHAVIOR_SHEET, row, problems)
        name, expectation = cell.text("value"), cell.text("expectation")
        code = known.get(plain(name))
        if not name:
            if expectation:
                cell.missing("value")
        elif code is None:
            cell.problem("value", "value_unknown", shown=name)
        elif code in found:
            cell.problem("value", "value_twice", shown=name)
        elif expectation:
            found[code] = expectation
    return found


def _read_annex(rows: Iterable[SheetRow], problems: list[CellProblem]) -> list[dict[str, str]]:
    found = []
    for row in rows:
        cell = _Cells(ANNEX_SHEET, row, problems)
        kind, text = cell.choice("kind", "annex"), cell.text("text")
        if not kind:
            cell.missing("kind")
        if not text:
            cell.missing("text")
        if kind and text:
            found.append({"key": f"row:{row.number}", "kind": kind, "text": text})
    order = list(WORDS["annex"])
    return sorted(found, key=lambda item: order.index(item["kind"]))


class _Cells:
    """One row while it is read: takes values, notes problems, each cell at most once."""

    def __init__(self, sheet: str, row: SheetRow, problems: list[CellProblem]) -> None:
        self._sheet, self._row, self._problems = sheet, row, problems
        self._bad = {column for column, _code, _shown in row.unusable}
        for column, code, shown in row.unusable:
            problems.append(CellProblem(sheet, row.number, column, code, {"shown": shown}))

    def raw(self, column: str) -> str:
        return str(self._row.values.get(column) or "").strip()

    def is_refused(self, column: str) -> bool:
        return column in self._bad

    def problem(self, column: str, code: str, **params: Any) -> None:
        if column not in self._bad:
            self._bad.add(column)
            self._problems.append(CellProblem(self._sheet, self._row.number, column, code, params))

    def missing(self, column: str) -> None:
        self.problem(column, "missing")

    def text(self, column: str) -> str:
        text = self.raw(column)
        limit = LIMITS.get(column, 1000)
        if len(text) > limit:
            self.problem(column, "too_long", found=len(text), limit=limit)
            return text[:limit]
        return text

    def choice(self, column: str, words: str = "") -> str:
        text = self.raw(column)
        known = WORDS[words or column]
        for code, word in known.items():
            if plain(text) in {plain(word), plain(code)}:
                return code
        if text:
            self.problem(column, "choice_unknown", shown=text, known=", ".join(known.values()))
        return ""

    def number(self, column: str) -> str:
        text = self.raw(column)
        if not text:
            return ""
        try:
            return plain_number(read_number(text))
        except ValueError as error:
            self.problem(column, str(error), shown=text)
            return ""
