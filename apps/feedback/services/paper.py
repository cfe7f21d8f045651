"""Paper questionnaires: typed in, partly typed again by somebody else, then counted as verified answers.

What is typed counts for nothing until the batch is closed. A published period takes no sheets, as with imports.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from apps.core import audit, policy
from apps.core.images import FileRefused
from apps.core.rules.periods import first_instant_of

from ..labels import CaseStatus, Channel, FilledBy, Tier
from ..models import (
    Answer,
    CaseStep,
    IkmResult,
    PaperBatch,
    PaperRow,
    PaperScan,
    QuarantineCase,
    Response,
    ServicePoint,
    SurveyPeriod,
)
from ..rules.ikm import HIGHEST_ANSWER, LOWEST_ANSWER
from ..rules.paper_lifecycle import (
    PaperAction,
    differences,
    drawn,
    next_status,
    too_many_errors,
)
from ..rules.paper_lifecycle import PaperStatus as Status
from . import proof_files, results
from .surveys import clean_attributes

MAX_SCANS = 60
WITHDRAWN_VERSION = "paper 1"


class PeriodIsPublished(Exception):
    """Raised when the result of the period is published and fixed."""


class OutsidePeriod(ValueError):
    """Raised when the sheets were filled in on a day that the period does not contain, or that has not come."""


class TooManyScans(FileRefused):
    """The batch has as many files as it may have. params: limit."""

    code = "too_many_files"


class ScanExists(Exception):
    """Raised when the same file is in the batch already."""


class InvalidRow(ValueError):
    """Raised for a sheet number, an answer or an attribute that does not exist."""


class TypedMeanwhile(Exception):
    """Raised when somebody else has typed a sheet since the form was shown; `numbers` are those sheets."""

    def __init__(self, numbers: list[int]) -> None:
        super().__init__("typed meanwhile")
        self.numbers = numbers


class SheetsMissing(ValueError):
    """Raised when typing is to be ended while sheets are not typed; `numbers` are those sheets."""

    def __init__(self, numbers: list[int]) -> None:
        super().__init__("sheets are missing")
        self.numbers = numbers


class ScanMissing(ValueError):
    """Raised when typing is to be ended without a scan of the sheets."""


class SamePerson(Exception):
    """Raised when somebody who typed sheets of the batch would check or close it."""


class NotDrawn(ValueError):
    """Raised when a sheet is checked that was not drawn, or was checked already."""


class CheckUnfinished(ValueError):
    """Raised when the batch is to be closed before every drawn sheet is checked and every difference settled."""


class NothingUsable(ValueError):
    """Raised when no sheet of the batch has enough answers."""


@dataclass(frozen=True)
class Sheet:
    """One sheet as it was typed; `seen` is the revision that the typist saw, 0 for a new one."""

    number: int
    answers: Mapping[str, int]
    attributes: Mapping[str, str]
    filled_by: str = ""
    remark: str = ""
    is_unusable: bool = False
    seen: int = 0


def _locked(batch_id: int) -> PaperBatch:
    batch = (
        PaperBatch.objects.select_for_update(of=("self",))
        .select_related("survey_period__service__unit__government", "survey_period__questionnaire")
        .get(pk=batch_id)
    )
    _refuse_published(batch.survey_period)
    return batch


def _refuse_published(period: SurveyPeriod) -> None:
    if IkmResult.objects.filter(survey_period=period, published_at__isnull=False).exists():
        raise PeriodIsPublished


def _note(what: str, batch: PaperBatch, by: Any, at: datetime, **data: Any) -> None:
    audit.record(
        f"feedback.paper.{what}",
        target=batch,
        by=by,
        scope=batch.survey_period.service.unit.government.code,
        at=at,
        **data,
    )


def _move(batch: PaperBatch, action: PaperAction) -> None:
    batch.status = next_status(Status(batch.status), action).value


@transaction.atomic
def open_batch(
    *,
    survey_period: SurveyPeriod,
    point: ServicePoint | None,
    place: str,
    collected_by: str,
    collected_on: date,
    sheet_count: int,
    by: Any,
    at: datetime,
) -> PaperBatch:
    """Begin a batch: so many sheets, from one place and day.

    :raises PeriodIsPublished: if the result of the period is published.
    :raises OutsidePeriod: if the day does not lie in the period.
    :raises ValueError: if the counter belongs to another service.
    """
    period = (
        SurveyPeriod.objects.select_for_update(of=("self",))
        .select_related("service__unit__government")
        .get(pk=survey_period.pk)
    )
    _refuse_published(period)
    zone = period.service.unit.government.timezone
    if not period.starts_on <= collected_on <= period.ends_on or first_instant_of(collected_on, zone) > at:
        raise OutsidePeriod
    if point is not None and point.service_id != period.service_id:
        raise ValueError("the counter belongs to another service")
    batch = PaperBatch.objects.create(
        survey_period=period,
        point=point,
        place=place,
        collected_by=collected_by,
        collected_on=collected_on,
        sheet_count=sheet_count,
        opened_by=by,
        opened_at=at,
    )
    _note("opened", batch, by, at, sheets=sheet_count, survey_period=period.pk)
    return batch


@transaction.atomic
def add_scan(*, batch_id: int, upload_name: str, content: bytes, by: Any, at: datetime) -> PaperScan:
    """Keep a picture or PDF of the sheets. Pictures are written anew.

    :raises FileRefused: one subclass per reason.
    :raises ScanExists: if the same file is there already.
    :raises TransitionNotAllowed: if the batch is closed or withdrawn.
    """
    batch = _locked(batch_id)
    _require_open(batch)
    if batch.scans.count() >= MAX_SCANS:
        raise TooManyScans(limit=MAX_SCANS)
    government = batch.survey_period.service.unit.government
    stored, name = proof_files.keep(content, upload_name, government=government, day=batch.collected_on)
    if batch.scans.filter(file=stored).exists():
        raise ScanExists
    scan = PaperScan.objects.create(batch=batch, file=stored, name=name, added_by=by, added_at=at)
    _note("scan_added", batch, by, at, scan=scan.pk, sha256=stored.sha256)
    return scan


def _require_open(batch: PaperBatch) -> None:
    """Refuse what can only be done before the batch counts.

    :raises TransitionNotAllowed: if it is closed or withdrawn.
    """
    if batch.status not in (Status.TYPING.value, Status.CHECKING.value):
        next_status(Status(batch.status), PaperAction.FINISH)


@transaction.atomic
def remove_scan(*, scan_id: int, by: Any, at: datetime) -> PaperBatch:
    """Take a wrong file out of a batch that is still being typed in.

    :raises TransitionNotAllowed: if typing has ended.
    """
    scan = PaperScan.objects.select_related("file").get(pk=scan_id)
    batch = _locked(scan.batch_id)
    next_status(Status(batch.status), PaperAction.FINISH)
    _note("scan_removed", batch, by, at, scan=scan.pk, sha256=scan.file.sha256)
    scan.delete()
    return batch


@transaction.atomic
def type_sheets(*, batch_id: int, sheets: Sequence[Sheet], by: Any, at: datetime) -> int:
    """Keep typed sheets, new or corrected ones; return how many changed.

    :raises TransitionNotAllowed: if typing has ended.
    :raises InvalidRow: for a sheet number, an answer or an attribute that does not exist.
    :raises TypedMeanwhile: if somebody else has typed one of them since the form was shown; nothing is kept.
    """
    batch = _locked(batch_id)
    next_status(Status(batch.status), PaperAction.FINISH)
    codes = set(batch.survey_period.questionnaire.unsur.values_list("code", flat=True))
    stored = {row.number: row for row in batch.rows.filter(number__in=[sheet.number for sheet in sheets])}
    others, changed = [], 0
    for sheet in sheets:
        values = _values(sheet, codes, batch.sheet_count)
        row = stored.get(sheet.number)
        if row is not None and all(getattr(row, name) == value for name, value in values.items()):
            continue
        if (row.revision if row else 0) != sheet.seen:
            others.append(sheet.number)
            continue
        changed += 1
        if row is None:
            PaperRow.objects.create(batch=batch, number=sheet.number, typed_by=by, typed_at=at, **values)
        else:
            for name, value in values.items():
                setattr(row, name, value)
            row.revision, row.typed_by, row.typed_at = row.revision + 1, by, at
            row.save()
    if others:
        raise TypedMeanwhile(others)
    if changed:
        _note("typed", batch, by, at, count=changed)
    return changed


def _values(sheet: Sheet, codes: set[str], sheet_count: int) -> dict[str, Any]:
    if not 1 <= sheet.number <= sheet_count:
        raise InvalidRow(sheet.number)
    for code, value in sheet.answers.items():
        if code not in codes or not LOWEST_ANSWER <= value <= HIGHEST_ANSWER:
            raise InvalidRow(code)
    try:
        attributes = {"sex": "", "age_band": "", "education": "", "occupation": ""}
        attributes |= clean_attributes(sheet.attributes)
        filled_by = FilledBy(sheet.filled_by).value if sheet.filled_by else ""
    except ValueError as error:
        raise InvalidRow(str(error)) from error
    return {
        "answers": {} if sheet.is_unusable else dict(sheet.answers),
        **attributes,
        "filled_by": filled_by,
        "remark": sheet.remark.strip(),
        "is_unusable": sheet.is_unusable,
    }


@transaction.atomic
def finish_typing(*, batch_id: int, by: Any, at: datetime) -> PaperBatch:
    """End typing, and draw by lot which sheets a second person types again.

    :raises TransitionNotAllowed: if it has ended already.
    :raises ScanMissing: without a scan of the sheets.
    :raises SheetsMissing: if sheets are not typed yet.
    """
    batch = _locked(batch_id)
    _move(batch, PaperAction.FINISH)
    if not batch.scans.exists():
        raise ScanMissing
    numbers = set(batch.rows.values_list("number", flat=True))
    if missing := sorted(set(range(1, batch.sheet_count + 1)) - numbers):
        raise SheetsMissing(missing)
    scope = batch.survey_period.service.unit.government.code
    percent = policy.get("feedback.paper_check_percent", on=batch.collected_on, scope=scope)
    batch.check_percent = min(max(percent, 1), 100)
    batch.check_seed = secrets.token_hex(8)
    batch.save(update_fields=["status", "check_percent", "check_seed"])
    chosen = drawn(batch.check_seed, numbers, batch.check_percent)
    batch.rows.filter(number__in=chosen).update(is_sampled=True)
    _note("finished", batch, by, at, drawn=len(chosen), seed=batch.check_seed)
    return batch


def has_typed(user: Any, batch: PaperBatch) -> bool:
    """Tell whether somebody has typed sheets of a batch, and so cannot check them."""
    return batch.rows.filter(typed_by=user).exists()


@transaction.atomic
def check_sheet(
    *, batch_id: int, number: int, answers: Mapping[str, int], is_unusable: bool, by: Any, at: datetime
) -> PaperRow:
    """Keep what a second person read on a drawn sheet. Equal readings are settled at once.

    If the drawn sheets show too many errors, all sheets are drawn.

    :raises TransitionNotAllowed: if the batch does not wait for its check.
    :raises SamePerson: if `by` has typed sheets of the batch.
    :raises NotDrawn: if the sheet was not drawn, or was read already.
    :raises InvalidRow: for an answer that does not exist.
    """
    batch = _locked(batch_id)
    next_status(Status(batch.status), PaperAction.CLOSE)
    if has_typed(by, batch):
        raise SamePerson
    row = batch.rows.filter(number=number, is_sampled=True, checked_by=None).first()
    if row is None:
        raise NotDrawn
    codes = set(batch.survey_period.questionnaire.unsur.values_list("code", flat=True))
    sheet = Sheet(number=number, answers=answers, attributes={}, is_unusable=is_unusable)
    row.second_reading = _values(sheet, codes, batch.sheet_count)["answers"]
    row.checked_by, row.checked_at = by, at
    row.wrong_cells = len(differences(row.answers, row.second_reading))
    row.is_settled = row.wrong_cells == 0
    row.save(update_fields=["second_reading", "checked_by", "checked_at", "wrong_cells", "is_settled"])
    _note("checked", batch, by, at, sheet=number, differences=row.wrong_cells)
    _extend_if_needed(batch, by, at)
    return row


@transaction.atomic
def settle_sheet(
    *, batch_id: int, number: int, answers: Mapping[str, int], reason: str, by: Any, at: datetime
) -> PaperRow:
    """Say what a sheet really says where two readings differ. Only the cells where the first one was wrong count
    as errors.

    :raises TransitionNotAllowed: if the batch does not wait for its check.
    :raises SamePerson: if `by` has typed sheets of the batch.
    :raises NotDrawn: if there is nothing to settle.
    :raises InvalidRow: for an answer that neither reading gives.
    """
    batch = _locked(batch_id)
    next_status(Status(batch.status), PaperAction.CLOSE)
    if has_typed(by, batch):
        raise SamePerson
    row = batch.rows.filter(number=number, is_settled=False, second_reading__isnull=False).first()
    if row is None:
        raise NotDrawn
    different = set(differences(row.answers, row.second_reading))
    final = {code: value for code, value in row.answers.items() if code not in different}
    for code in different:
        value = answers.get(code)
        if value not in (row.answers.get(code), row.second_reading.get(code)):
            raise InvalidRow(code)
        if value is not None:
            final[code] = value
    row.wrong_cells = len(differences(row.answers, final))
    row.answers, row.is_settled, row.settled_reason = final, True, reason
    row.is_unusable = row.is_unusable and not final
    row.save(update_fields=["answers", "wrong_cells", "is_settled", "settled_reason", "is_unusable"])
    _note("settled", batch, by, at, sheet=number, wrong=row.wrong_cells, reason=reason)
    _extend_if_needed(batch, by, at)
    return row


def _extend_if_needed(batch: PaperBatch, by: Any, at: datetime) -> None:
    """Draw all sheets once the drawn ones are settled and show too many errors."""
    sampled = list(batch.rows.filter(is_sampled=True))
    if batch.is_check_extended or not all(row.is_settled for row in sampled):
        return
    scope = batch.survey_period.service.unit.government.code
    percent = policy.get("feedback.paper_error_percent", on=batch.collected_on, scope=scope)
    wrong, cells = error_count(batch)
    if too_many_errors(wrong, cells, percent):
        batch.is_check_extended = True
        batch.save(update_fields=["is_check_extended"])
        batch.rows.update(is_sampled=True)
        _note("check_extended", batch, by, at, wrong=wrong, cells=cells, limit=percent)


def error_count(batch: PaperBatch) -> tuple[int, int]:
    """Return how many cells of the settled sheets were typed wrongly the first time, and how many cells they
    have.
    """
    settled = list(batch.rows.filter(is_sampled=True, is_settled=True))
    per_sheet = batch.survey_period.questionnaire.unsur.count()
    return sum(row.wrong_cells for row in settled), len(settled) * per_sheet


@transaction.atomic
def close_batch(*, batch_id: int, by: Any, at: datetime) -> PaperBatch:
    """Let the sheets count: one verified answer per usable sheet.

    :raises TransitionNotAllowed: if the batch does not wait for its check.
    :raises SamePerson: if `by` has typed sheets of the batch.
    :raises CheckUnfinished: if drawn sheets are not checked, or differences not settled.
    :raises NothingUsable: if no sheet has enough answers.
    """
    batch = _locked(batch_id)
    _move(batch, PaperAction.CLOSE)
    if has_typed(by, batch):
        raise SamePerson
    if batch.rows.filter(is_sampled=True, is_settled=False).exists():
        raise CheckUnfinished
    period = batch.survey_period
    government = period.service.unit.government
    unsur = {row.code: row for row in period.questionnaire.unsur.all()}
    required = min(
        policy.get("feedback.required_answers", on=batch.collected_on, scope=government.code), len(unsur)
    )
    usable = [row for row in batch.rows.all() if not row.is_unusable and len(row.answers) >= required]
    if not usable:
        raise NothingUsable
    # A sheet has no time of day: all of them get the first hour of their day.
    hour = first_instant_of(batch.collected_on, government.timezone).replace(
        minute=0, second=0, microsecond=0
    )
    responses = Response.objects.bulk_create(
        Response(
            government=government,
            service=period.service,
            survey_period=period,
            point=batch.point,
            channel=Channel("paper").value,
            tier=Tier("terverifikasi").value,
            filled_by=row.filled_by,
            hour=hour,
            sex=row.sex,
            age_band=row.age_band,
            education=row.education,
            occupation=row.occupation,
            remark=row.remark,
            import_key=f"paper:{batch.pk}:{row.number}",
            batch=batch,
        )
        for row in usable
    )
    Answer.objects.bulk_create(
        Answer(response=response, unsur=unsur[code], value=value)
        for response, row in zip(responses, usable, strict=True)
        for code, value in row.answers.items()
    )
    batch.closed_by, batch.closed_at = by, at
    batch.save(update_fields=["status", "closed_by", "closed_at"])
    wrong, cells = error_count(batch)
    _note(
        "closed",
        batch,
        by,
        at,
        counted=len(usable),
        left_out=batch.sheet_count - len(usable),
        wrong_cells=wrong,
        checked_cells=cells,
    )
    results.promise_refresh(survey_period=period, scope=government.code, at=at)
    return batch


@transaction.atomic
def withdraw_batch(*, batch_id: int, reason: str, by: Any, at: datetime) -> PaperBatch:
    """Take a batch out of the counting with a reason. Its answers stay, left out and countable as such.

    :raises TransitionNotAllowed: if it is withdrawn already.
    :raises PeriodIsPublished: if the result of the period is published.
    """
    batch = _locked(batch_id)
    _move(batch, PaperAction.WITHDRAW)
    batch.withdrawn_by, batch.withdrawn_at, batch.withdrawn_reason = by, at, reason
    batch.save(update_fields=["status", "withdrawn_by", "withdrawn_at", "withdrawn_reason"])
    count = _exclude(batch, reason, by, at)
    _note("withdrawn", batch, by, at, count=count, reason=reason)
    period = batch.survey_period
    results.promise_refresh(survey_period=period, scope=period.service.unit.government.code, at=at)
    return batch


def _exclude(batch: PaperBatch, reason: str, by: Any, at: datetime) -> int:
    """Leave the answers of a batch out, in a case of their own: what is left out is counted in public."""
    responses = Response.objects.filter(batch=batch)
    first = responses.first()
    if first is None:
        return 0
    period = batch.survey_period
    case = QuarantineCase.objects.create(
        government=period.service.unit.government,
        service=period.service,
        tier=Tier("terverifikasi").value,
        starts_at=first.hour,
        ends_at=first.hour,
        version=WITHDRAWN_VERSION,
        status=CaseStatus("excluded").value,
        opened_at=at,
        due_on=batch.collected_on,
        decided_at=at,
        decided_by=by,
        reason=reason,
    )
    count = responses.update(case=case, is_quarantined=True)
    CaseStep.objects.create(case=case, action="excluded", count=count, reason=reason, by=by, at=at)
    return count


def counts_of(batch: PaperBatch) -> dict[str, int]:
    """Return how many sheets of a batch are typed, drawn, checked and settled."""
    rows = list(batch.rows.values_list("is_sampled", "checked_by", "is_settled", "is_unusable"))
    return {
        "typed": len(rows),
        "drawn": sum(sampled for sampled, *_rest in rows),
        "checked": sum(bool(by) for _s, by, *_rest in rows),
        "settled": sum(settled for _s, _by, settled, _u in rows),
        "unusable": sum(unusable for *_rest, unusable in rows),
    }
