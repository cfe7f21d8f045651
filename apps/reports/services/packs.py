"""Packs of documents, and the recap of a period as a spreadsheet; both are long work with progress.

A pack carries one verification code on all its pages. Up to `SINGLE_FILE` documents it is one PDF; above, volumes
in a ZIP with a list of who is in which, so that memory stays flat. Every volume is kept as soon as it is made: a job
that was killed goes on behind them. Who asks gets only the people they may see; the schedule makes packs of everybody.
"""

import hashlib
import io
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
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
from apps.core.labels import JobStatus
from apps.core.localtime import local_date
from apps.core.long_jobs import JobFailed, Progress
from apps.core.models import StoredFile
from apps.core.templatetags.formats import tanggal
from apps.employees.models import WorkUnit
from apps.indicators.models import Skp

from ..labels import DocumentKind, PackContent
from ..models import Document, PackVolume
from ..rendering import pdf, sheets
from ..selectors import parties, recap
from ..selectors.facts import EvaluationFacts, evaluation_facts
from ..selectors.plans import PlanFacts, plan_facts
from .documents import PDF, new_code, note_issue

SINGLE_FILE = 50
ZIP = "application/zip"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DEFAULT_CONTENTS = (str(PackContent.DOCUMENT), str(PackContent.FORM))
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # equal packs have equal bytes
_STEP = 100

Told = EvaluationFacts | PlanFacts


@dataclass(frozen=True, slots=True)
class Volume:
    """Whose documents stand in one file of a pack, not yet read."""

    name: str
    ids: tuple[int, ...]
    read: Callable[[Sequence[int]], list[Told]]
    parts: Callable[[Told], tuple[Any, ...]]

    def facts(self) -> list[Told]:
        """Read what everybody's documents say, by unit and name."""
        return self.read(self.ids)


def build_evaluation_pack(
    *,
    unit_id: int,
    period_id: int,
    viewer: Any,
    progress: Progress,
    at: datetime,
    contents: Sequence[str] = DEFAULT_CONTENTS,
) -> Document:
    """Make the chosen documents of everybody in a unit and below it: evaluations handed over, plans approved.

    :raises JobFailed: if there is nobody.
    :raises Cancelled: if the owner asked to stop; nothing is issued then.
    """
    unit, period = _unit(unit_id), _period(period_id)
    volumes = _volumes(unit, period, viewer, contents)
    total = sum(len(volume.ids) for volume in volumes)
    if not total:
        raise JobFailed(
            _("No evaluation of this unit has been handed over in this period yet.")
            if str(PackContent.SKP) not in contents
            else _("No plan of this unit has been approved and no evaluation handed over in this period yet.")
        )
    progress.total(total)
    digests = [_digest(volume.facts()) for volume in volumes]
    digest = hashlib.sha256("".join([*contents, *digests]).encode()).hexdigest()
    earlier = _equal_pack(str(DocumentKind.EVALUATION_PACK), unit, period, digest)
    if earlier is not None:
        progress.advance(total)
        return _hand_over(earlier, progress, people=total)
    code = PackVolume.objects.filter(job=progress.job).values_list("code", flat=True).first() or new_code()
    check = parties.verification(code, digest)
    name = f"{_pack_name(contents)} {parties.period_label(period)} - {unit.name}"
    if total <= SINGLE_FILE:
        everybody = [
            parties.verified(volume.parts(told), check) for volume in volumes for told in volume.facts()
        ]
        content, kind, name = pdf.render_pack(everybody), PDF, f"{name}.pdf"
        progress.advance(total)
    else:
        content, kind, name = _zip(volumes, digest, code, progress), ZIP, f"{name}.zip"
    document = _issue(
        str(DocumentKind.EVALUATION_PACK), unit, period, content, kind, name[-200:], digest, code, viewer, at
    )
    drop_volumes(PackVolume.objects.filter(job=progress.job))
    return _hand_over(document, progress, people=total)


def _pack_name(contents: Sequence[str]) -> str:
    names = {
        str(PackContent.DOCUMENT): "Dokumen Evaluasi",
        str(PackContent.FORM): "Evaluasi Kinerja",
        str(PackContent.SKP): "SKP",
    }
    return ", ".join(name for value, name in names.items() if value in contents)


def _volumes(unit: WorkUnit, period: Period, viewer: Any, contents: Sequence[str]) -> list[Volume]:
    """Return the volumes of a pack in their order: evaluations, then plans."""
    has_document, has_form = (str(part) in contents for part in (PackContent.DOCUMENT, PackContent.FORM))
    found: list[Volume] = []
    if has_document or has_form:
        rows = recap.evaluations_in(unit, period, viewer).filter(delivered_at__isnull=False)
        ids = rows.order_by("unit__path", "employee__name", "pk").values_list("pk", flat=True)
        chosen = slice(0 if has_document else 1, 2 if has_form else 1)
        found += _batches("evaluasi", list(ids), _read_evaluations, lambda told: (*told.parts,)[chosen])
    if str(PackContent.SKP) in contents:
        rows = recap.plans_in(unit, period, viewer)
        ids = rows.order_by("unit__path", "employee__name", "pk").values_list("pk", flat=True)
        found += _batches("skp", list(ids), _read_plans, lambda told: (*told.parts,))
    return found


def _batches(
    name: str,
    ids: Sequence[int],
    read: Callable[[Sequence[int]], list[Told]],
    parts: Callable[[Told], tuple[Any, ...]],
) -> list[Volume]:
    return [
        Volume(f"{name}-{number:03d}.pdf", tuple(ids[start : start + pdf.VOLUME_SIZE]), read, parts)
        for number, start in enumerate(range(0, len(ids), pdf.VOLUME_SIZE), start=1)
    ]


def _read_evaluations(ids: Sequence[int]) -> list[Told]:
    return [*evaluation_facts(Evaluation.objects.filter(pk__in=ids))]


def _read_plans(ids: Sequence[int]) -> list[Told]:
    return [*plan_facts(Skp.objects.filter(pk__in=ids))]


def _digest(everybody: Sequence[Told]) -> str:
    return hashlib.sha256("".join(told.digest for told in everybody).encode()).hexdigest()


def _zip(volumes: Sequence[Volume], digest: str, code: str, progress: Progress) -> bytes:
    check = parties.verification(code, digest)
    out = io.BytesIO()
    listed: list[list[sheets.Value]] = []
    with zipfile.ZipFile(out, "w") as archive:
        for number, volume in enumerate(volumes, start=1):
            everybody = volume.facts()
            content = _made_volume(progress, number, code, digest)
            if content is None:
                content = pdf.render_pack([parties.verified(volume.parts(told), check) for told in everybody])
                pdf.forget()
                _keep_volume(progress, number, code, digest, content)
            # A PDF is compressed already.
            archive.writestr(zipfile.ZipInfo(volume.name, _ZIP_TIME), content)
            for place, told in enumerate(everybody, start=1):
                person = told.parts[0].employee
                listed.append([volume.name, place, person.name, person.nip, person.position, person.unit])
            progress.advance(len(volume.ids))
        archive.writestr(zipfile.ZipInfo("daftar-isi.csv", _ZIP_TIME), _index(listed))
    return out.getvalue()


def _index(rows: Sequence[Sequence[sheets.Value]]) -> bytes:
    titles = ("Jilid", "Urutan", "Nama", "NIP", "Jabatan", "Unit kerja")
    return sheets.write_csv(
        sheets.Sheet(title="Daftar isi", columns=[sheets.Column(title=title) for title in titles], rows=rows)
    )


# --- volumes that outlive a killed worker


def _made_volume(progress: Progress, number: int, code: str, digest: str) -> bytes | None:
    """Return a volume that an earlier try of this job made of the same facts."""
    made = PackVolume.objects.filter(job=progress.job, number=number, code=code, digest=digest)
    found = made.select_related("file").first()
    return None if found is None else files.read(found.file)


def _keep_volume(progress: Progress, number: int, code: str, digest: str, content: bytes) -> None:
    old = PackVolume.objects.filter(job=progress.job, number=number)
    drop_volumes(old)
    PackVolume.objects.create(
        job=progress.job, number=number, code=code, digest=digest, file=files.store(content, PDF)
    )


def drop_volumes(volumes: Any) -> int:
    """Forget volumes and, unless something else points to it, their files; return how many."""
    kept = list(volumes.values_list("file", flat=True))
    volumes.delete()
    for file in StoredFile.objects.filter(pk__in=kept):
        try:
            with transaction.atomic():
                file.delete()
        except ProtectedError:
            continue
    return len(kept)


def drop_left_volumes() -> int:
    """Forget the volumes of jobs that ended without a pack: cancelled, or failed for good."""
    ended = [value for value in JobStatus.values if JobStatus(value).is_finished]
    return drop_volumes(PackVolume.objects.filter(job__status__in=ended))


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
    name = f"Rekap {parties.period_label(period)} - {unit.name}.xlsx"[-200:]
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
            *_head_of_the_trail(period),
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


def _head_of_the_trail(period: Period) -> list[str]:
    """What a reader years later compares the audit trail with: the head when the period was closed."""
    entry = recap.closing_entry(period)
    if entry is None or entry.hash is None:
        return []
    return [
        _("Head of the audit trail when the period was closed: entry %(seq)s, %(hash)s.")
        % {"seq": entry.seq, "hash": entry.hash[:16]}
    ]


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
