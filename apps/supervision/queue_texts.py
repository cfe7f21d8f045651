"""Sentences and addresses of exceptions: as the supervisor reads them, and as the person does."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse

from apps.core.templatetags.formats import number, persen

from .labels import REASON_SENTENCES, RULE_SENTENCES, ExceptionKindChoices
from .models import ExceptionCase, ExceptionStep
from .rules.exceptions import PARAMETERS, ExceptionKind, ExceptionRule, Explanation, Reason
from .selectors.queue import Seen

_PERCENTAGES = {"achievement", "usual"}

# Where a supervisor looks at it; the person has pages of their own.
_ROUTES = {
    ExceptionKind.NO_EVIDENCE: "assessments:review-detail",
    ExceptionKind.OFF_TREND: "assessments:review-detail",
    ExceptionKind.RECYCLED_EVIDENCE: "assessments:review-detail",
    ExceptionKind.OBJECTION_RUNNING_OUT: "assessments:objection-detail",
    ExceptionKind.COMPLAINT: "feedback:complaint-detail",
    ExceptionKind.BAD_SERVICE: "feedback:alert-detail",
    ExceptionKind.PLAN_NOT_APPROVED: "indicators:skp-detail",
}
_PERSON_ROUTES = {
    ExceptionKind.FEEDBACK_OVERDUE: "assessments:feedback-give",
    ExceptionKind.REPORT_LATE: "employees:detail",
}
_OWN_ROUTES = {
    ExceptionKind.NO_EVIDENCE: "assessments:report-detail",
    ExceptionKind.OFF_TREND: "assessments:report-detail",
    ExceptionKind.RECYCLED_EVIDENCE: "assessments:report-detail",
    ExceptionKind.PLAN_NOT_APPROVED: "indicators:skp-detail",
    ExceptionKind.BAD_SERVICE: "feedback:alert-detail",
}
_OWN_LISTS = {
    ExceptionKind.FEEDBACK_OVERDUE: "assessments:feedback-mine",
    ExceptionKind.OBJECTION_RUNNING_OUT: "assessments:evaluation-mine",
    ExceptionKind.COMPLAINT: "feedback:allegation-mine",
    ExceptionKind.REPORT_LATE: "assessments:report-list",
}


def sentence(explanation: str, figures: Sequence[Any]) -> str:
    """Return a reason in words of the present language."""
    known = Explanation(explanation)
    values = dict(zip(PARAMETERS[known], figures, strict=True))
    return str(REASON_SENTENCES[known.value]) % {name: _shown(name, value) for name, value in values.items()}


def _shown(name: str, value: Any) -> str:
    amount = Decimal(str(value))
    return persen(amount) if name in _PERCENTAGES else number(amount)


def reason_text(reason: Reason) -> str:
    """Return a live reason in words."""
    return sentence(reason.explanation.value, reason.figures)


def kept_text(row: ExceptionCase | ExceptionStep) -> str:
    """Return what a row remembers of a reason in words."""
    return sentence(row.explanation, row.figures)


def rule_text(rule: ExceptionRule) -> str:
    """Return in words what a rule looks at."""
    return str(RULE_SENTENCES[rule.kind.value]) % {"limit": number(rule.limit)}


def kind_label(kind: str) -> str:
    """Return the name of a kind."""
    return str(ExceptionKindChoices(kind).label)


def address_of(seen: Seen) -> str:
    """Return where a supervisor looks at the thing."""
    if seen.kind in _PERSON_ROUTES:
        return reverse(_PERSON_ROUTES[seen.kind], args=[seen.person])
    return reverse(_ROUTES[seen.kind], args=[seen.row]) if seen.row is not None else ""


def own_address_of(seen: Seen) -> str:
    """Return where the person looks at the thing."""
    if seen.kind in _OWN_LISTS:
        return reverse(_OWN_LISTS[seen.kind])
    return reverse(_OWN_ROUTES[seen.kind], args=[seen.row]) if seen.row is not None else ""


def outcome_counts(outcomes: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return how many things had which outcome."""
    counts: dict[str, int] = {}
    for row in outcomes:
        counts[row["outcome"]] = counts.get(row["outcome"], 0) + 1
    return counts
