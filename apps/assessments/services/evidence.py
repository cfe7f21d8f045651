"""Files behind a report: checked by their content, kept once, never thrown away while a sent version names them."""

import re
import unicodedata
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.db import transaction

from apps.core import audit, files, images, policy, stamps
from apps.core.images import FileRefused
from apps.core.models import PolicyValue
from apps.indicators.models import WorkResult

from ..models import Evidence, EvidenceQuestion, SelfReport
from ..rules import likeness
from ..rules.report_lifecycle import ReportStatus
from . import vault
from .actors import account_of, stamp_names
from .reports import NotTheWriter, ReportNotEditable, is_written_by, locked_report

__all__ = [
    "AnswerMissing",
    "EvidenceExists",
    "EvidenceTooBig",
    "FileRefused",
    "NotTheWriter",
    "QuestionClosed",
    "ReportNotEditable",
    "TooManyFiles",
    "add_evidence",
    "answer_question",
    "largest_limit",
    "max_bytes",
    "remove_evidence",
]

MEGABYTE = 1_000_000
_ENDINGS = {
    images.JPEG: (".jpg", ".jpeg"),
    images.PNG: (".png",),
    images.WEBP: (".webp",),
    images.PDF: (".pdf",),
}


class EvidenceTooBig(FileRefused):
    """More bytes than the agency allows. params: limit (megabytes)."""

    code = "too_big"


class TooManyFiles(FileRefused):
    """The report has as many files as the agency allows. params: limit."""

    code = "too_many_files"


class EvidenceExists(Exception):
    """Raised when the same file is in this report already."""

    def __init__(self, evidence: Evidence) -> None:
        super().__init__(f"evidence {evidence.pk}")
        self.evidence = evidence


class AnswerMissing(ValueError):
    """Raised when an answer has no word."""


class QuestionClosed(Exception):
    """Raised when a question went away, or the report is accepted."""


def max_bytes(report: SelfReport) -> int:
    """Return how large a file may be."""
    return int(_policy("assessments.evidence_max_megabytes", report)) * MEGABYTE


def largest_limit() -> int:
    """Return how much the most generous agency takes: longer requests are not even read."""
    key = "assessments.evidence_max_megabytes"
    values = PolicyValue.objects.filter(key=key).values_list("value", flat=True)
    return max([int(policy.definition(key).default), *map(int, values)]) * MEGABYTE


def _policy(key: str, report: SelfReport) -> int:
    return int(policy.get(key, on=report.period.ends_on, scope=report.period.cycle.government.code))


@transaction.atomic
def add_evidence(
    *,
    report: SelfReport,
    result: WorkResult | None,
    upload_name: str,
    content: bytes,
    by: Any,
    at: datetime,
) -> Evidence:
    """Keep a photo or a PDF as evidence. Photos are written anew, without the place where they were taken.

    Of what a camera wrote into it, only the day is kept. What the file gives cause to ask about is asked at once.

    :raises NotTheWriter: if `by` is somebody else.
    :raises ReportNotEditable: if the report was sent.
    :raises FileRefused: one subclass per reason (too big, empty, wrong type, broken, encrypted, active, ...).
    :raises EvidenceExists: if the same file is in this report already.
    """
    report = locked_report(report.pk)
    if not is_written_by(report.employee, by):
        raise NotTheWriter
    if not report.is_editable:
        raise ReportNotEditable
    if result is not None and result.skp_id != report.skp_id:
        raise ValueError("the planned result belongs to another plan")
    if len(content) > max_bytes(report):
        raise EvidenceTooBig(limit=max_bytes(report) // MEGABYTE)
    limit = _policy("assessments.evidence_files_max", report)
    if report.evidence.filter(removed_at__isnull=True).count() >= limit:
        raise TooManyFiles(limit=limit)
    taken_on = images.taken_on(content)  # afterwards it is gone
    content, content_type = checked(content)
    picture = images.difference_hash(content)
    stored = files.store(content, content_type)
    present = report.evidence.filter(file=stored, removed_at__isnull=True).first()
    if present is not None:
        raise EvidenceExists(present)
    evidence = Evidence.objects.create(
        report=report,
        result=result,
        file=stored,
        name=clean_name(upload_name, content_type),
        added_at=at,
        taken_on=taken_on,
        image_hash=picture,
        image_bands=likeness.picture_bands(picture),
    )
    vault.ask_about_files(report, [evidence], at)
    audit.record(
        "assessments.evidence.added",
        target=evidence,
        by=account_of(by),
        scope=report.period.cycle.government.code,
        at=at,
        report=report.pk,
        sha256=stored.sha256,
    )
    return evidence


def checked(content: bytes) -> tuple[bytes, str]:
    """Return safe bytes and their type, by what is inside and not by the name.

    :raises FileRefused: one subclass per reason.
    """
    if not content:
        raise images.EmptyUpload
    if images.sniff(content) == images.PDF:
        images.check_pdf(content)
        return content, images.PDF
    return images.clean_image(content)


def clean_name(upload_name: str, content_type: str) -> str:
    """Return a name to show and to download by: no path, no control characters, the ending of the real type."""
    name = unicodedata.normalize("NFC", re.split(r"[\\/]", upload_name)[-1])
    name = "".join(character for character in name if unicodedata.category(character)[0] != "C").strip(" .")
    suffix = PurePath(name).suffix
    if suffix.lower() in _ENDINGS[content_type]:
        stem = name[: -len(suffix)]
    else:
        stem, suffix = name, _ENDINGS[content_type][0]
    return f"{(stem or 'bukti')[:150]}{suffix.lower()}"


@transaction.atomic
def answer_question(*, question_id: int, answer: str, by: Any, at: datetime) -> EvidenceQuestion:
    """Answer a question in a sentence. Possible until the report is accepted, also while it waits for its review.

    :raises NotTheWriter: if `by` is somebody else.
    :raises AnswerMissing: if the answer is blank.
    :raises QuestionClosed: if the question went away, or the report is accepted.
    """
    report = locked_report(EvidenceQuestion.objects.values_list("report", flat=True).get(pk=question_id))
    if not is_written_by(report.employee, by):
        raise NotTheWriter
    text = " ".join(answer.split())
    if not text:
        raise AnswerMissing
    question = EvidenceQuestion.objects.select_for_update(of=("self",)).get(pk=question_id)
    if question.withdrawn_at is not None or report.status == ReportStatus.ACCEPTED.value:
        raise QuestionClosed
    question.answer, question.answered_at = text, at
    question.save(update_fields=["answer", "answered_at"])
    audit.record(
        "assessments.evidence.question_answered",
        target=question,
        by=account_of(by),
        scope=report.period.cycle.government.code,
        at=at,
        report=report.pk,
        kind=question.kind,
    )
    stamps.bump(*stamp_names(report.employee, report.skp.appraiser))
    return question


@transaction.atomic
def remove_evidence(*, evidence_id: int, by: Any, at: datetime) -> Evidence:
    """Take a file out of a report; sent versions keep it.

    :raises NotTheWriter, ReportNotEditable: see there.
    """
    evidence = _writable(evidence_id, by)
    if evidence.removed_at is None:
        evidence.removed_at = at
        evidence.save(update_fields=["removed_at"])
        vault.ask_about_files(evidence.report, [evidence], at)
        _note("removed", evidence, by, at)
    return evidence


def _writable(evidence_id: int, by: Any) -> Evidence:
    report = locked_report(Evidence.objects.values_list("report", flat=True).get(pk=evidence_id))
    if not is_written_by(report.employee, by):
        raise NotTheWriter
    if not report.is_editable:
        raise ReportNotEditable
    evidence = Evidence.objects.select_for_update().get(pk=evidence_id)
    evidence.report = report
    return evidence


def _note(what: str, evidence: Evidence, by: Any, at: datetime) -> None:
    audit.record(
        f"assessments.evidence.{what}",
        target=evidence,
        by=account_of(by),
        scope=evidence.report.period.cycle.government.code,
        at=at,
        report=evidence.report_id,
    )
