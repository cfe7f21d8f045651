"""Papers about surveys: the report of a period or of a span of days, the annex per respondent, the recap of units.

Reports tell what the public page tells, so that two of them never tell apart what a few people answered. The annex is
for people who may see the survey inside; it is a file of their own job and goes after some days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core import audit, files
from apps.core.localtime import local_date
from apps.core.long_jobs import JobFailed, Progress
from apps.employees.models import WorkUnit
from apps.feedback.labels import Education, Occupation, Sex, Tier
from apps.feedback.models import IkmResult, SurveyPeriod

from ..labels import DocumentKind
from ..models import Document
from ..rendering import pdf, sheets
from ..rendering.payload import decimal, long_date
from ..rendering.survey_facts import SurveyReport
from ..selectors import parties
from ..selectors.survey_report import period_report, span_report
from ..selectors.survey_rows import RespondentTable, UnitRow, respondent_tables, unit_rows
from ..selectors.survey_subject import NothingToReport
from ..selectors.survey_words import HIDDEN, SAMPLING_WORDS, TIER_NAMES
from .documents import PDF, new_code, note_issue
from .packs import XLSX

__all__ = [
    "NotYetPublished",
    "NothingToReport",
    "build_annex",
    "build_recap",
    "build_span",
    "issue_survey_report",
]

_TIER_SHEETS = {str(Tier.VERIFIED): "Terverifikasi", str(Tier.OPEN): "Terbuka"}
_CUTS = (("sex", Sex), ("education", Education), ("occupation", Occupation))


class NotYetPublished(Exception):
    """Raised when the result of a period still changes."""


# --- reports


@transaction.atomic
def issue_survey_report(*, period_id: int, by: Any, at: datetime) -> Document:
    """Return the report of a survey period as a document, made now unless an equal one exists.

    :raises NotYetPublished: if a result of the period has not been published.
    :raises NothingToReport: if nobody answered, or the period still runs.
    """
    period = _locked(period_id)
    government = period.service.unit.government
    results = IkmResult.objects.filter(survey_period=period, n__gt=0)
    if not results.exists():
        raise NothingToReport
    if results.filter(published_at__isnull=True).exists():
        raise NotYetPublished
    told = period_report(period, local_date(at, government.timezone))
    name = f"Laporan SKM {period.code} {period.service.code}.pdf"
    kind = str(DocumentKind.SURVEY_REPORT)
    return _issue(told, name, by, at, kind=kind, government=government, survey_period=period)


def build_span(
    *, unit_id: int, starts_on: date, ends_on: date, viewer: Any, progress: Progress, at: datetime
) -> Document:
    """Make the report of all surveys of a unit that ended in a span of days.

    :raises JobFailed: if there was none.
    """
    progress.total(1)
    unit = _unit(unit_id)
    try:
        told = span_report(unit, starts_on, ends_on, local_date(at, unit.government.timezone))
    except NothingToReport:
        raise JobFailed(_nothing()) from None
    name = f"Laporan SKM {starts_on:%Y-%m-%d} {ends_on:%Y-%m-%d} {unit.name}"[:190] + ".pdf"
    with transaction.atomic():
        WorkUnit.objects.select_for_update().get(pk=unit.pk)
        document = _issue(
            told,
            name,
            viewer,
            at,
            kind=str(DocumentKind.SURVEY_SPAN),
            government=unit.government,
            unit=unit,
            starts_on=starts_on,
            ends_on=ends_on,
        )
    progress.advance()
    progress.attach(document.file, document.name)
    return document


def _issue(told: SurveyReport, name: str, by: Any, at: datetime, **about: Any) -> Document:
    digest = parties.digest_of(told)
    earlier = Document.objects.filter(facts_hash=digest, **about).first()
    if earlier is not None:
        return earlier
    code = new_code()
    content = pdf.render_survey_report(replace(told, verification=parties.verification(code, digest)))
    document = Document.objects.create(
        code=code,
        file=files.store(content, PDF),
        name=name,
        facts_hash=digest,
        issued_at=at,
        **about,
    )
    note_issue(document, by=by, at=at)
    return document


# --- spreadsheets


def build_annex(*, period_id: int, viewer: Any, progress: Progress, at: datetime) -> None:
    """Write the annex per respondent of a period, one sheet per tier.

    :raises JobFailed: if nobody answered, the period still runs, or its result is not published yet.
    """
    period = _period(period_id)
    government = period.service.unit.government
    results = IkmResult.objects.filter(survey_period=period, n__gt=0)
    if (
        period.ends_on >= local_date(at, government.timezone)
        or results.filter(published_at__isnull=True).exists()
    ):
        raise JobFailed(_("The annex can be made once the period has ended and its result is published."))
    tables = respondent_tables(period)
    if not tables:
        raise JobFailed(_nothing())
    progress.total(len(tables))
    content = sheets.write_workbook([_respondents(period, table) for table in tables])
    progress.advance(len(tables))
    progress.result(people=sum(len(table.rows) for table in tables))
    progress.attach(files.store(content, XLSX), f"Pengolahan SKM {period.code} {period.service.code}.xlsx")
    audit.record("reports.survey_annex.made", target=period, by=viewer, scope=government.code, at=at)


def _respondents(period: SurveyPeriod, table: RespondentTable) -> sheets.Sheet:
    unsur = list(period.questionnaire.unsur.all())
    codes = [row.code for row in unsur]

    def row(label: str, values: Mapping[str, Any]) -> list[sheets.Value]:
        return [label, *(str(values[code]) if code in values else None for code in codes)]

    body = [row(str(number), answers) for number, answers in enumerate(table.rows, start=1)]
    foot: list[list[sheets.Value]] = [
        row("Jumlah nilai per unsur", table.sums),
        row("NRR per unsur", table.averages),
        row("NRR tertimbang per unsur", table.weighted),
        ["IKM", table.ikm, *([None] * (len(codes) - 1))],
    ]
    return sheets.Sheet(
        title=_TIER_SHEETS.get(table.tier, table.tier),
        columns=[
            sheets.Column(title="No", width=26),
            *(sheets.Column(title=f"U{one.number}", width=9) for one in unsur),
        ],
        rows=[*body, *foot],
        notes=[
            f"{period.service.name}, {period.service.unit.name}. {period.label}: {long_date(period.starts_on)} s.d. "
            f"{long_date(period.ends_on)}. {TIER_NAMES.get(table.tier, table.tier)}.",
            "Satu baris per responden, tanpa identitas dan dalam urutan acak. Sel kosong: pertanyaan dilewati.",
            *(
                f"U{one.number} = {one.name}, bobot {one.weight_numerator}/{one.weight_denominator}"
                for one in unsur
            ),
            "Bobot dihitung tepat; IKM dibulatkan satu kali di akhir. Untuk pemakaian di dalam instansi.",
        ],
    )


def build_recap(*, unit_id: int, starts_on: date, ends_on: date, progress: Progress, at: datetime) -> None:
    """Write the recap of the units whose surveys ended in a span, one row per unit.

    :raises JobFailed: if there is none.
    """
    unit = _unit(unit_id)
    today = local_date(at, unit.government.timezone)
    below = WorkUnit.objects.filter(path__startswith=unit.path)
    rows = list(unit_rows(unit, starts_on, ends_on, today, parties.agencies_of(below)))
    if not rows:
        raise JobFailed(_nothing())
    progress.total(len(rows))
    content = sheets.write_workbook([_recap_sheet(unit, starts_on, ends_on, rows)])
    progress.advance(len(rows))
    progress.result(units=len(rows))
    name = f"Rekap SKM {starts_on:%Y-%m-%d} {ends_on:%Y-%m-%d} {unit.name}"[:190] + ".xlsx"
    progress.attach(files.store(content, XLSX), name)


def _recap_sheet(unit: WorkUnit, starts_on: date, ends_on: date, rows: Sequence[UnitRow]) -> sheets.Sheet:
    numbers = sorted({line.number for row in rows for line in row.figures.unsur})
    attributes = [(cut, value, str(label)) for cut, labels in _CUTS for value, label in labels.choices]
    return sheets.Sheet(
        title="Rekap SKM",
        columns=[
            sheets.Column(title="Perangkat daerah", width=32),
            sheets.Column(title="Unit", width=32),
            sheets.Column(title="Layanan", width=9),
            *(sheets.Column(title=f"NRR U{number}", width=9) for number in numbers),
            sheets.Column(title="NRR tertimbang", width=12),
            sheets.Column(title="IKM", width=9),
            sheets.Column(title="Kategori", width=18),
            sheets.Column(title="Tingkat", width=34),
            sheets.Column(title="Cara memilih responden", width=30),
            sheets.Column(title="Populasi", width=10),
            sheets.Column(title="Sampel diperlukan", width=11),
            sheets.Column(title="Responden", width=11),
            *(sheets.Column(title=label, width=12) for _cut, _value, label in attributes),
        ],
        rows=[_recap_row(row, numbers, attributes) for row in rows],
        notes=[
            f"{unit.name} dan unit di bawahnya; survei yang berakhir {long_date(starts_on)} s.d. {long_date(ends_on)}.",
            "Gabungan responden per unit, bukan rata-rata layanan. Terverifikasi dan terbuka tidak dijumlahkan.",
            f"{HIDDEN} disembunyikan agar tidak ada orang yang dapat dikenali. Kosong: belum cukup jawaban, atau hasil "
            "belum diterbitkan.",
            "Nomor unsur (U1, U2, ...) menurut kuesioner unit itu.",
        ],
    )


def _recap_row(
    row: UnitRow, numbers: Sequence[int], attributes: Sequence[tuple[str, str, str]]
) -> list[sheets.Value]:
    figures, main = row.figures, row.figures.main
    averages = {line.number: line.average for line in main.unsur}
    counted: list[sheets.Value] = []
    for cut, value, _label in attributes:
        cells = main.cuts.get(cut)
        count = cells.get(value, 0) if cells is not None else None
        counted.append(None if cells is None else HIDDEN if count is None else str(count))
    return [
        row.agency,
        row.unit.name,
        str(row.services),
        *(decimal(averages[number]) if number in averages else None for number in numbers),
        decimal(main.weighted) if main.weighted is not None else None,
        decimal(main.ikm) if main.ikm is not None else None,
        main.grade or None,
        TIER_NAMES.get(main.tier, main.tier),
        _sampling(row),
        decimal(figures.population) if figures.population else None,
        decimal(figures.sample_needed) if figures.sample_needed else None,
        decimal(main.n),
        *counted,
    ]


def _sampling(row: UnitRow) -> str:
    return "; ".join(SAMPLING_WORDS[value] for value in row.figures.samplings if value in SAMPLING_WORDS)


# --- shared


def _nothing() -> str:
    return _("No survey of this unit that has ended in this time has an answer.")


def _unit(unit_id: int) -> WorkUnit:
    return WorkUnit.objects.select_related("government").get(pk=unit_id)


def _period(period_id: int) -> SurveyPeriod:
    return (
        SurveyPeriod.objects.select_related("service__unit__government", "questionnaire")
        .prefetch_related("questionnaire__unsur")
        .get(pk=period_id)
    )


def _locked(period_id: int) -> SurveyPeriod:
    SurveyPeriod.objects.select_for_update().get(pk=period_id)
    return _period(period_id)
