"""Words for the stored values of an evaluation, for templates that have only the value."""

from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from apps.core.templatetags.formats import number
from apps.core.templatetags.ui import status_tag
from apps.indicators.labels import IndicatorSource

from ..labels import (
    EVALUATION_TONES,
    MISSING_FIGURES,
    PREDIKAT_TONES,
    CalibrationStatusChoices,
    EvaluationStatusChoices,
    OrgPredicateChoices,
    PeriodStatus,
    PredikatChoices,
    RatingChoices,
    ReportStatusChoices,
)
from ..models import Evaluation
from ..selectors.explanation import acting_words

register = template.Library()

PERIOD_TONES = {"planned": "neutral", "open": "info", "closed": "success"}


def _label(choices: Any, value: Any) -> Any:
    return choices(value).label if value in choices.values else ""


@register.filter
def predikat_label(value: Any) -> Any:
    """Sangat Baik, Baik, ..."""
    return _label(PredikatChoices, value)


@register.filter
def rating_label(value: Any) -> Any:
    """Di atas ekspektasi, ..."""
    return _label(RatingChoices, value)


@register.filter
def org_label(value: Any) -> Any:
    """Istimewa, Baik, ..."""
    return _label(OrgPredicateChoices, value)


@register.filter
def source_label(value: Any) -> Any:
    """Where a realization comes from."""
    return _label(IndicatorSource, value)


@register.filter
def missing_label(code: Any) -> Any:
    """Why there is no percentage."""
    return MISSING_FIGURES.get(str(code), "")


@register.filter
def report_label(value: Any) -> Any:
    """How far the report was when the figures were pulled together."""
    return _label(ReportStatusChoices, value) or gettext("not sent")


@register.filter
def amount(value: Any) -> str:
    """A number of the stored inputs (decimal text) in the reader's language."""
    return number(value)


@register.filter
def breakable(text: Any) -> str:
    """Let a long word break behind its slash, so that a narrow table column stays readable."""
    return format_html_join(mark_safe("/<wbr>"), "{}", ((part,) for part in str(text).split("/")))


@register.filter
def hint_terms(evaluation: Any) -> dict[str, Any]:
    """How the hint was computed: the percentages that were added, how many, and the thresholds of that day."""
    inputs = evaluation.inputs
    percents = [row["percent"] for row in inputs.get("indicators", []) if row.get("percent") is not None]
    thresholds = inputs.get("policy", {})
    return {
        "sum": " + ".join(f"{number(percent)}%" for percent in percents),
        "count": len(percents),
        "meets": thresholds.get("hint_meets_percent"),
        "above": thresholds.get("hint_above_percent"),
    }


@register.filter
def at(items: Any, place: int) -> Any:
    """The item at a place that is itself a variable."""
    return items[place]


@register.filter
def lookup(mapping: Any, key: Any) -> Any:
    """The value under a key that is itself a variable."""
    return mapping.get(key, "")


@register.simple_tag
def predikat_tag(value: Any) -> str:
    """A predikat as a tag; nothing before it is rated."""
    return (
        status_tag(value, _label(PredikatChoices, value), PREDIKAT_TONES.get(value, "neutral"))
        if value
        else ""
    )


@register.simple_tag
def evaluation_tag(evaluation: Any) -> str:
    """The status of an evaluation as a tag; accepted by silence is said as such."""
    label = EvaluationStatusChoices(evaluation.status).label
    if evaluation.status == "accepted" and evaluation.answered_at is None:
        label = gettext("Final, no objection in time")
    return status_tag(evaluation.status, label, EVALUATION_TONES[evaluation.status])


@register.simple_tag
def calibration_tag(session: Any) -> str:
    """Whether a calibration goes on."""
    tone = "warning" if session.status == "open" else "neutral"
    return status_tag(session.status, CalibrationStatusChoices(session.status).label, tone)


@register.simple_tag
def period_tag(period: Any) -> str:
    """The status of a period as a tag."""
    return status_tag(period.status, PeriodStatus(period.status).label, PERIOD_TONES[period.status])


@register.inclusion_tag("assessments/evaluating/_part.html")
def part_note(evaluation: Evaluation, with_mandate: bool = False) -> dict[str, Any]:
    """Say that an evaluation closes the part of a year in a former post (SPC-1), and who acted by mandate (ACT-1).

    The mandate costs a query, so lists leave it to the page of the evaluation.
    """
    days = (
        [date.fromisoformat(day) for day in evaluation.inputs.get("days", [])] if evaluation.is_part else []
    )
    return {
        "evaluation": evaluation,
        "days": days,
        "acting": acting_words(evaluation) if with_mandate else "",
    }
