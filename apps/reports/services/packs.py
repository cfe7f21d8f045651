"""Packs of evaluation documents, and the recap of a period as a spreadsheet; both are long work with progress.

A pack carries one verification code on all its pages. Up to `SINGLE_FILE` people it is one PDF; above, volumes in a
ZIP, so that memory stays flat. Who asks gets only the people they may see; the schedule makes packs of everybody.
"""

import hashlib
import io
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from apps.assessments.labels import (
    EvaluationStatusChoices,
    PredikatChoices,
    RatingChoices,
    ReportStatusChoices,
)
from apps.assessments.models import Evaluation, Period
from apps.core import files
from apps.core.localtime import local_date
from apps.core.long_jobs import JobFailed, Progress
from apps.core.templatetags.formats import tanggal
from apps.employees.models import WorkUnit

from ..labels import DocumentKind
from ..models import Document
from ..rendering import pdf, sheets
from ..rendering.facts import EvaluationDocument, EvaluationForm, Verification
from ..selectors import facts, recap
from .documents import PDF, new_code, note_issue

SINGLE_FILE = 50
ZIP = "application/zip"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # equal packs have equal bytes
_STEP = 100


def build_evaluation_pack(
    *, unit_id: int, period_id: int, viewer: Any, progress: Progress, at: datetime
) -> Document:
    """Make the documents of everybody in a unit and below it whose evaluation was handed over.

    :raises JobFailed: if there is nobody.
    :raises Cancelled: if the owner asked to stop; nothing is issued then.
    """
    unit, period = _unit(unit_id), _period(period_id)
    rows = recap.evaluations_in(unit, period, viewer).filter(delivered_at__isnull=False)
    ids = list(rows.order_by("unit__path", "employee__name", "pk").values_list("pk", flat=True))
    if not ids:
        raise JobFailed(_("No evaluation of this unit has been handed over in this period yet."))
    progress.total(len(ids))
    digest = _digest(ids)
    earlier = _equal_pack(str(DocumentKind.EVALUATION_PACK), unit, period, digest)
    if earlier is not None:
        progress.advance(len(ids))
        return _hand_over(earlier, progress, people=len(ids))
    code = new_code()
    check = facts.verification(code, digest)
    label = facts.period_label(period)
    name = f"Dokumen Evaluasi {label} - {unit.name}"
    if len(ids) <= SINGLE_FILE:
        content, kind, name = pdf.render_pack(list(_pairs(ids, check))), PDF, f"{name}.pdf"
        progress.advance(len(ids))
    else:
        content, kind, name = _zip_of_volumes(ids, check, progress), ZIP, f"{name}.zip"
    document = _issue(
        str(DocumentKind.EVALUATION_PACK), unit, period, content, kind, name[-200:], digest, code, viewer, at
    )
    return _hand_over(document, progress, people=len(ids))


def _chunks(ids: Sequence[int]) -> Iterator[list[facts.EvaluationFacts]]:
    for start in range(0, len(ids), pdf.VOLUME_SIZE):
        yield facts.evaluation_facts(Evaluation.objects.filter(pk__in=ids[start : start + pdf.VOLUME_SIZE]))


def _digest(ids: Sequence[int]) -> str:
    whole = hashlib.sha256()
    for chunk in _chunks(ids):
        for told in chunk:
            whole.update(told.digest.encode())
    return whole.hexdigest()


def _pairs(ids: Sequence[int], check: Verification) -> Iterator[tuple[EvaluationDocument, EvaluationForm]]:
    for chunk in _chunks(ids):
        for told in chunk:
            yield told.verified(check)


def _zip_of_volumes(ids: Sequence[int], check: Verification, progress: Progress) -> bytes:
    out = io.BytesIO()
    left = len(ids)
    with zipfile.ZipFile(out, "w") as archive:
        for number, volume in enumerate(pdf.render_volumes(_pairs(ids, check)), start=1):
            # A PDF is compressed already.
            archive.writestr(zipfile.ZipInfo(f"jilid-{number:03d}.pdf", _ZIP_TIME), volume)
            done = min(pdf.VOLUME_SIZE, left)
            left -= done
            progress.advance(done)
    return out.getvalue()


def build_cycle_recap(*, unit_id: int, period_id: int, viewer: Any, progress: Progress, at: datetime) -> None:
    """Write the recap of a period: one row per person, and the distribution of the predikat per unit.

    A recap somebody asked for is the result of their job; the one of the schedule is also kept as a document.

    :raises JobFailed: if there is nobody to list.
    :raises Cancelled: if the owner asked to stop.
    """
    unit, period = _unit(unit_id), _period(period_id)
    total = recap.count_rows(unit, period, viewer)
    if not total:
        raise JobFailed(_("There is nobody to list in this unit and period."))
    progress.total(total)
    with translation.override(getattr(viewer, "language", "id")):
        content = _workbook(unit, period, viewer, progress, at)
    name = f"Rekap {facts.period_label(period)} - {unit.name}.xlsx"[-200:]
    progress.result(people=total)
    if viewer is not None:
        progress.attach(files.store(content, XLSX), name)
        return
    digest = hashlib.sha256(content).hexdigest()
    document = _equal_pack(str(DocumentKind.CYCLE_RECAP), unit, period, digest) or _issue(
        str(DocumentKind.CYCLE_RECAP), unit, period, content, XLSX, name, digest, new_code(), viewer, at
    )
    progress.attach(document.file, document.name)


def _workbook(unit: WorkUnit, period: Period, viewer: Any, progress: Progress, at: datetime) -> bytes:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    zone = unit.government.timezone
    people = sheets.Sheet(
        title=_("People"),
        columns=[
            sheets.Column(title=_("Unit"), width=32),
            sheets.Column(title="NIP", width=20),
            sheets.Column(title=_("Name"), width=32),
            sheets.Column(title=_("Position"), width=30),
            sheets.Column(title=_("Report"), width=22),
            sheets.Column(title=_("Late"), width=10),
            sheets.Column(title=_("Evaluation"), width=28),
            sheets.Column(title=_("Achievement (%)"), width=14, kind=sheets.Kind.PERCENT),
            sheets.Column(title=_("Work result rating"), width=20),
            sheets.Column(title=_("Behavior rating"), width=20),
            sheets.Column(title=_("Predikat"), width=18),
            sheets.Column(title=_("Appraiser"), width=32),
        ],
        rows=_people_rows(unit, period, viewer, progress, counts),
        notes=[
            _("%(unit)s and the units below it. Period: %(first)s to %(last)s. Made on %(day)s.")
            % {
                "unit": unit.name,
                "first": tanggal(period.starts_on),
                "last": tanggal(period.ends_on),
                "day": tanggal(local_date(at, zone)),
            },
            _(
                "Achievement is the figure of the day the period closed. It is a hint for the rating, not a grade."
            ),
        ],
    )
    distribution = sheets.Sheet(
        title=_("Distribution"),
        columns=[
            sheets.Column(title=_("Unit"), width=32),
            *(sheets.Column(title=label, kind=sheets.Kind.NUMBER) for label in PredikatChoices.labels),
            sheets.Column(title=_("Not rated yet"), kind=sheets.Kind.NUMBER),
            sheets.Column(title=_("Total"), kind=sheets.Kind.NUMBER),
        ],
        rows=_distribution_rows(counts),
        notes=[_("The same people as on the first sheet.")],
    )
    # Read in this order: the first sheet fills the counts of the second.
    return sheets.write_workbook([people, distribution])


def _people_rows(
    unit: WorkUnit, period: Period, viewer: Any, progress: Progress, counts: dict[str, Counter[str]]
) -> Iterator[list[sheets.Value]]:
    waiting = 0
    for row in recap.recap_rows(unit, period, viewer):
        counts[row.unit][row.predikat] += 1
        yield [
            row.unit,
            row.nip,
            row.name,
            row.position,
            str(ReportStatusChoices(row.report_status).label) if row.report_status else _("Not sent"),
            _("late") if row.is_late else None,
            str(EvaluationStatusChoices(row.evaluation_status).label)
            if row.evaluation_status
            else _("No approved plan"),
            row.achievement_percent,
            RatingChoices(row.work_result_rating).label if row.work_result_rating else None,
            RatingChoices(row.behavior_rating).label if row.behavior_rating else None,
            PredikatChoices(row.predikat).label if row.predikat else None,
            row.appraiser,
        ]
        waiting += 1
        if waiting == _STEP:
            progress.advance(waiting)
            waiting = 0
    progress.advance(waiting)


def _distribution_rows(counts: dict[str, Counter[str]]) -> Iterator[list[sheets.Value]]:
    for unit, counted in counts.items():
        numbers = [counted[value] for value in PredikatChoices.values]
        yield [unit, *numbers, counted[""], counted.total()]


# --- shared


def _unit(unit_id: int) -> WorkUnit:
    return WorkUnit.objects.select_related("government").get(pk=unit_id)


def _period(period_id: int) -> Period:
    return Period.objects.select_related("cycle__government").get(pk=period_id)


def _equal_pack(kind: str, unit: WorkUnit, period: Period, digest: str) -> Document | None:
    return (
        Document.objects.filter(kind=kind, unit=unit, period=period, facts_hash=digest)
        .select_related("file")
        .first()
    )


@transaction.atomic
def _issue(
    kind: str,
    unit: WorkUnit,
    period: Period,
    content: bytes,
    content_type: str,
    name: str,
    digest: str,
    code: str,
    by: Any,
    at: datetime,
) -> Document:
    document = Document.objects.create(
        government=unit.government,
        kind=kind,
        code=code,
        unit=unit,
        period=period,
        file=files.store(content, content_type),
        name=name,
        facts_hash=digest,
        issued_at=at,
    )
    note_issue(document, by=by, at=at)
    return document


def _hand_over(document: Document, progress: Progress, *, people: int) -> Document:
    progress.attach(document.file, document.name)
    progress.result(people=people)
    return document
