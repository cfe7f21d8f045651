"""What evidence and texts have in common with other reports of the same government (docs/rules/evidence.md).

Only what is nobody's draft counts: one's own reports, and of others what they have sent.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection
from django.db.models import F, Q, QuerySet

from apps.core.localtime import local_date

from ..labels import QuestionKind
from ..models import Evidence, EvidenceQuestion, SelfReport
from ..rules import freshness, likeness

SENT = ("submitted", "accepted")


@dataclass(frozen=True)
class Finding:
    """Something to ask about: a file (or a text) of a report, and what it has in common with what."""

    kind: Any  # a QuestionKind
    evidence_id: int | None
    is_own: bool
    other_evidence_id: int | None = None
    other_report_id: int | None = None
    day: date | None = None

    @property
    def place(self) -> tuple[int | None, str, bool]:
        """What makes it the same question when it is found again."""
        return (self.evidence_id, self.kind.value, self.is_own)


# Pairs of files with the same bytes, and of pictures with few different bits. Both by index: a common band narrows two
# hundred thousand pictures to some hundred before any bit is counted (rules/likeness.py, docs/rules/evidence.md).
_CANDIDATES = """
WITH mine AS (
    SELECT id, report_id, file_id, image_hash, image_bands
    FROM assessments_evidence WHERE id = ANY (%(mine)s) AND removed_at IS NULL
)
SELECT mine.id, other.id, true
FROM mine JOIN assessments_evidence other ON other.file_id = mine.file_id
WHERE other.report_id <> mine.report_id
UNION ALL
SELECT mine.id, other.id, false
FROM mine JOIN assessments_evidence other ON other.image_bands && mine.image_bands
WHERE other.report_id <> mine.report_id AND other.file_id <> mine.file_id
  AND bit_count((other.image_hash # mine.image_hash)::bit(64)) <= %(distance)s
"""


def file_findings(report: SelfReport, files: Iterable[Evidence]) -> list[Finding]:
    """Return what is to be asked about some files of a report; the same queries for one file and for many."""
    listed = [item for item in files if item.removed_at is None]
    if not listed:
        return []
    found: dict[tuple[int | None, str, bool], Finding] = {}
    same: set[tuple[int, bool]] = set()
    for mine, other, other_report, is_own, is_same_file in _pairs(report, [item.pk for item in listed]):
        if is_same_file:
            same.add((mine, is_own))
        elif (mine, is_own) in same:
            continue  # the same file says more than a similar picture
        kind = QuestionKind.SAME_FILE if is_same_file else QuestionKind.SIMILAR_IMAGE
        finding = Finding(kind, mine, is_own, other, other_report)
        found.setdefault(finding.place, finding)
    last_on = last_fresh_day(report)
    for item in listed:
        day = freshness.claimed_day(item.taken_on, item.name)
        if day and not freshness.is_fresh(day, starts_on=report.period.starts_on, last_on=last_on):
            finding = Finding(QuestionKind.NOT_FRESH, item.pk, True, day=day)
            found[finding.place] = finding
    return list(found.values())


def _pairs(report: SelfReport, mine: list[int]) -> list[tuple[int, int, int, bool, bool]]:
    """Return (mine, other, other's report, is own, is same file): same files first, one's own before others'."""
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, {"mine": mine, "distance": likeness.PICTURE_DISTANCE})
        candidates = cursor.fetchall()
    if not candidates:
        return []
    # Asked by id and apart from the search: the planner would begin at the other end, with everybody's files.
    others = {
        pk: (other_report, employee == report.employee_id)
        for pk, other_report, employee in Evidence.objects.filter(
            Q(report__employee=report.employee_id)
            | Q(report__version__gt=0, added_at__lte=F("report__submitted_at")),
            pk__in={other for _mine, other, _same in candidates},
            removed_at__isnull=True,
            report__employee__government=report.employee.government_id,
        ).values_list("pk", "report", "report__employee")
    }
    pairs = [(mine_id, other, *others[other], same) for mine_id, other, same in candidates if other in others]
    return sorted(pairs, key=lambda pair: (pair[0], not pair[4], not pair[3], pair[1]))


def last_fresh_day(report: SelfReport) -> date:
    """Return the last day from which a photo may be: reports on a period are written until it closes."""
    zone = report.period.cycle.government.timezone
    return max(report.period.ends_on, local_date(report.period.closes_at, zone))


def text_findings(report: SelfReport) -> list[Finding]:
    """Return whether the achievements read like an earlier report, one's own or somebody's."""
    found = []
    for is_own in (True, False):
        other = _nearest(report, "achievements", "text_bands", report.achievements, is_own=is_own)
        if other is not None:
            found.append(Finding(QuestionKind.SIMILAR_TEXT, None, is_own, other_report_id=other))
    return found


def log_findings(report: SelfReport, log: str) -> list[Finding]:
    """Return whether the daily lines read like those of somebody else; one's own repeat, that is their nature."""
    other = _nearest(report, "log_text", "log_bands", log, is_own=False)
    return [Finding(QuestionKind.SIMILAR_LOG, None, False, other_report_id=other)] if other else []


def _nearest(report: SelfReport, column: str, bands: str, text: str, *, is_own: bool) -> int | None:
    wanted = likeness.text_bands(text)
    if not wanted:
        return None
    others = SelfReport.objects.filter(
        Q(employee=report.employee_id) if is_own else ~Q(employee=report.employee_id),
        status__in=SENT,
        employee__government=report.employee.government_id,
        **{f"{bands}__overlap": wanted},
    ).exclude(pk=report.pk)
    nearest: int | None = (
        others.annotate(likeness=TrigramSimilarity(column, text))
        .filter(likeness__gte=likeness.TEXT_SIMILARITY)
        .order_by("-likeness", "pk")
        .values_list("pk", flat=True)
        .first()
    )
    return nearest


# Showing them


def questions_of(report: SelfReport) -> list[EvidenceQuestion]:
    """Return the questions about a report, as asked; those whose cause went away are left out."""
    return list(
        EvidenceQuestion.objects.filter(report=report, withdrawn_at__isnull=True)
        .select_related("evidence", "other_report__period__cycle", "other_report__employee")
        .order_by("pk")
    )


def open_questions(report: SelfReport) -> QuerySet[EvidenceQuestion]:
    """Return the questions that wait for an answer."""
    return EvidenceQuestion.objects.filter(
        report=report, withdrawn_at__isnull=True, answered_at__isnull=True
    ).order_by("pk")


def seen_by(user: Any, questions: Sequence[EvidenceQuestion]) -> set[int]:
    """Return the questions whose other side a user may see; of all others they learn no name and no file."""
    others = {question.other_report_id for question in questions if question.other_report_id}
    visible = set(SelfReport.objects.visible_to(user).filter(pk__in=others).values_list("pk", flat=True))
    return {question.pk for question in questions if question.other_report_id in visible}


def verdicts_of(evidence: Iterable[int]) -> dict[int, Evidence]:
    """Return the rows of some evidence with what the reviewer thought of them."""
    rows = Evidence.objects.filter(pk__in=list(evidence)).select_related("verdict_by")
    return {row.pk: row for row in rows}


def verdict_counts(rows: Iterable[Evidence]) -> Mapping[str, int]:
    """Return how many files have which verdict; "" counts those without one."""
    return Counter(row.verdict for row in rows)


def doubted(report: SelfReport) -> list[Evidence]:
    """Return the files of a report that the reviewer found unclear or not fitting."""
    return list(
        Evidence.objects.filter(
            report=report, removed_at__isnull=True, verdict__in=["unclear", "not_fitting"]
        ).order_by("pk")
    )


def to_judge(report: SelfReport, sent: Iterable[int]) -> QuerySet[Evidence]:
    """Return the files of what was sent that the reviewer has not judged since."""
    return (
        Evidence.objects.filter(report=report, pk__in=list(sent))
        .filter(Q(verdict="") | Q(verdict_at__lt=F("report__submitted_at")))
        .order_by("pk")
    )
