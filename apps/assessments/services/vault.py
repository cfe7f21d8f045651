"""Asking about evidence and texts (docs/rules/evidence.md): kept questions, never a penalty, never a score.

Called inside the transactions of evidence.py and reports.py, which hold the report's lock.
"""

from collections.abc import Sequence
from datetime import datetime

from ..labels import QuestionKind
from ..models import Evidence, EvidenceQuestion, SelfReport
from ..rules import likeness
from ..selectors import vault
from ..selectors.vault import Finding

_FILE_KINDS = (QuestionKind.SAME_FILE, QuestionKind.SIMILAR_IMAGE, QuestionKind.NOT_FRESH)


def ask_about_files(report: SelfReport, files: Sequence[Evidence], at: datetime) -> list[EvidenceQuestion]:
    """Ask what some files of a report give cause to; take back what they no longer do."""
    asked = EvidenceQuestion.objects.filter(evidence__in=files, kind__in=_FILE_KINDS)
    return _ask(report, vault.file_findings(report, files), list(asked), at)


def ask_about_text(report: SelfReport, at: datetime) -> list[EvidenceQuestion]:
    """Ask about achievements that read like another report."""
    asked = EvidenceQuestion.objects.filter(report=report, kind=QuestionKind.SIMILAR_TEXT)
    return _ask(report, vault.text_findings(report), list(asked), at)


def ask_about_log(report: SelfReport, log: str, at: datetime) -> list[EvidenceQuestion]:
    """Ask about daily lines that read like somebody else's."""
    asked = EvidenceQuestion.objects.filter(report=report, kind=QuestionKind.SIMILAR_LOG)
    return _ask(report, vault.log_findings(report, log), list(asked), at)


def fingerprint(report: SelfReport, log: str) -> None:
    """Write what later reports are compared with; the caller saves."""
    report.text_bands = likeness.text_bands(report.achievements)
    report.log_text = log
    report.log_bands = likeness.text_bands(log)


def _ask(
    report: SelfReport, findings: Sequence[Finding], asked: Sequence[EvidenceQuestion], at: datetime
) -> list[EvidenceQuestion]:
    """Bring the stored questions in line with what was found; return the new ones. An answer stays as it is."""
    found = {finding.place: finding for finding in findings}
    known = {(row.evidence_id, row.kind, row.is_own): row for row in asked}
    for place, row in known.items():
        if row.answered_at is None and (place in found) == (row.withdrawn_at is not None):
            row.withdrawn_at = None if place in found else at
            row.save(update_fields=["withdrawn_at"])
    return EvidenceQuestion.objects.bulk_create(
        EvidenceQuestion(
            report=report,
            evidence_id=finding.evidence_id,
            kind=finding.kind.value,
            is_own=finding.is_own,
            other_evidence_id=finding.other_evidence_id,
            other_report_id=finding.other_report_id,
            day=finding.day,
            asked_at=at,
        )
        for place, finding in found.items()
        if place not in known
    )
