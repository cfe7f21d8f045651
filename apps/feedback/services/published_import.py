"""Load older published SKM results and put what their averages give beside what was printed.

What an office published is never changed afterwards: a row that says something else about the same result
is reported.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.db import transaction

from apps.core import audit
from apps.core.sheets.reading import Row, read_table
from apps.employees.models import Government

from ..models import PublishedSkm
from ..rules.published import LONGEST_QUESTIONNAIRE, PublishedRow, Recomputed, published_row, recompute
from ..rules.regimes import UnknownRegime
from .skm_import import RowProblem

_NUMBERS = tuple(f"U{number}" for number in range(1, LONGEST_QUESTIONNAIRE + 1))
_TITLES = {
    "office": ["unit", "opd", "instansi"],
    "region": ["daerah", "wilayah"],
    "year": ["tahun"],
    "period": ["periode"],
    "respondents": ["responden", "jumlah responden"],
    **{name: [] for name in _NUMBERS},
    "published_ikm": ["ikm", "nilai ikm"],
    "published_mutu": ["mutu"],
    "regime": ["peraturan"],
    "source": ["sumber"],
    "explanation": ["keterangan", "catatan"],
}
_REQUIRED = ("office", "published_ikm", "regime")


@dataclass(frozen=True)
class PublishedRowReport:
    """One row of the file: its number, what is stored, and whether it was there before."""

    row: int
    stored: PublishedSkm
    is_new: bool


@dataclass
class PublishedReport:
    """What an import of published results did."""

    read: int = 0
    rows: list[PublishedRowReport] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)

    @property
    def added(self) -> int:
        """How many results are new."""
        return sum(row.is_new for row in self.rows)


@transaction.atomic
def import_published(
    *, source: Path | bytes, file_name: str, government: Government | None, by: Any, at: datetime
) -> PublishedReport:
    """Load a table of published results, recompute each, and keep both.

    :raises SheetRefused: if the file as a whole cannot be used; a subclass tells why.
    """
    table = read_table(source, file_name, aliases=_TITLES, required=_REQUIRED)
    report = PublishedReport()
    for row in table.rows:
        report.read += 1
        problems = [
            RowProblem(row.number, problem.column, problem.code, str(problem.params.get("shown", "")))
            for problem in row.problems
        ]
        record = {name: "" if value is None else str(value).strip() for name, value in row.values.items()}
        problems += _problems(row, record)
        if problems:
            report.problems += problems
            continue
        numbers = {name: _decimal_text(record.get(name, "")) for name in (*_NUMBERS, "published_ikm")}
        printed = published_row({**record, **numbers})
        try:
            found = recompute(printed)
        except UnknownRegime:
            report.problems.append(RowProblem(row.number, "regime", "unknown_regime", record["regime"][:40]))
            continue
        except ValueError:
            report.problems.append(
                RowProblem(row.number, "published_ikm", "not_25_to_100", record["published_ikm"][:40])
            )
            continue
        _keep(row, record, printed, found, government, at, report)
    audit.record_many(
        audit.entry(
            "feedback.published_result.imported",
            target=kept.stored,
            by=by,
            scope=government.code if government else "",
            at=at,
            explanation=kept.stored.explanation,
        )
        for kept in report.rows
        if kept.is_new
    )
    return report


def _decimal_text(text: str) -> str:
    return text.replace(",", ".")


def _problems(row: Row, record: dict[str, str]) -> list[RowProblem]:
    problems = []
    for name in (*_NUMBERS, "published_ikm"):
        text = record.get(name, "")
        if not text:
            continue
        low, high = (25, 100) if name == "published_ikm" else (1, 4)
        code = "not_25_to_100" if name == "published_ikm" else "not_between_1_and_4"
        try:
            value = Decimal(_decimal_text(text))
        except InvalidOperation:
            problems.append(RowProblem(row.number, name, code, text[:40]))
            continue
        if not value.is_finite() or not low <= value <= high:
            problems.append(RowProblem(row.number, name, code, text[:40]))
    for name in ("year", "respondents"):
        text = record.get(name, "")
        if text and not (text.isascii() and text.isdigit() and len(text) < 8):
            problems.append(RowProblem(row.number, name, "not_a_number", text[:40]))
    if not record.get("office"):
        problems.append(RowProblem(row.number, "office", "missing"))
    if not record.get("regime"):
        problems.append(RowProblem(row.number, "regime", "missing"))
    return problems


def _keep(
    row: Row,
    record: dict[str, str],
    printed: PublishedRow,
    found: Recomputed,
    government: Government | None,
    at: datetime,
    report: PublishedReport,
) -> None:
    averages = {
        name: str(value) for name, value in zip(_NUMBERS, printed.averages, strict=True) if value is not None
    }
    identity = {
        "office": record["office"][:200],
        "region": record.get("region", "")[:120],
        "year": int(record["year"]) if record.get("year") else None,
        "period": record.get("period", "")[:120],
        "source": record.get("source", "")[:400],
    }
    facts = {
        "government": government,
        "respondents": int(record["respondents"]) if record.get("respondents") else None,
        "regime": printed.regime_code,
        "averages": averages,
        "published_ikm": printed.published,
        "published_grade": record.get("published_mutu", "")[:4],
        "note": record.get("explanation", ""),
    }
    computed = {
        "recomputed_ikm": found.exact,
        "recomputed_long": found.long,
        "recomputed_short": found.short,
        "recomputed_grade": found.grade.name if found.grade else "",
        "difference": found.difference,
        "explanation": found.explanation_code.value,
    }
    stored, is_new = PublishedSkm.objects.select_for_update().get_or_create(
        **identity, defaults={**facts, **computed, "imported_at": at}
    )
    if not is_new:
        printed_before = (stored.published_ikm, stored.averages, stored.regime)
        if printed_before != (printed.published, averages, printed.regime_code):
            report.problems.append(
                RowProblem(row.number, "published_ikm", "published_differs", str(stored.published_ikm))
            )
            return
    report.rows.append(PublishedRowReport(row.number, stored, is_new))
