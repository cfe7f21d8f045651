"""What the reviewer thinks of each piece of evidence: accepted, unclear, not fitting. The writer reads it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from apps.core import audit, stamps

from ..labels import VerdictChoices
from ..models import Evidence
from ..rules.report_lifecycle import ReportStatus
from ..selectors import reporting
from .actors import account_of, employee_behind, stamp_names
from .reports import OwnReport, is_written_by, locked_report

__all__ = ["NotUnderReview", "OwnReport", "VerdictNoteMissing", "judge_evidence"]


class NotUnderReview(Exception):
    """Raised when the report does not wait for its review, or the file is not part of what was sent."""


class VerdictNoteMissing(ValueError):
    """Raised when evidence is doubted without a word."""


@transaction.atomic
def judge_evidence(
    *, evidence_id: int, verdict: VerdictChoices, by: Any, at: datetime, note: str = ""
) -> Evidence:
    """Say what a file of a sent report is worth as evidence. With the first one, the review has begun.

    :raises OwnReport: if it is one's own.
    :raises VerdictNoteMissing: if it is unclear or not fitting, and nothing says why.
    :raises NotUnderReview: if the report does not wait for its review, or the file is not in what was sent.
    """
    report = locked_report(Evidence.objects.values_list("report", flat=True).get(pk=evidence_id))
    if is_written_by(report.employee, by):
        raise OwnReport
    text = " ".join(note.split())
    if verdict != VerdictChoices.ACCEPTED and not text:
        raise VerdictNoteMissing
    version = reporting.sent_version(report)
    sent = {item["id"] for item in version.content["evidence"]} if version else set()
    if report.status != ReportStatus.SUBMITTED.value or evidence_id not in sent:
        raise NotUnderReview
    evidence = Evidence.objects.select_for_update(of=("self",)).get(pk=evidence_id)
    evidence.verdict, evidence.verdict_note = verdict.value, text
    evidence.verdict_by, evidence.verdict_at = employee_behind(by), at
    evidence.save(update_fields=["verdict", "verdict_note", "verdict_by", "verdict_at"])
    if report.review_started_at is None:
        report.review_started_at = at
        report.save(update_fields=["review_started_at"])
    audit.record(
        "assessments.evidence.judged",
        target=evidence,
        by=account_of(by),
        scope=report.period.cycle.government.code,
        at=at,
        report=report.pk,
        verdict=verdict.value,
    )
    stamps.bump(*stamp_names(report.employee, employee_behind(by)))
    return evidence
