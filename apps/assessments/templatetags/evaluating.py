"""Words for the stored values of an evaluation, for templates that have only the value."""

from typing import Any

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.templatetags.formats import number
from apps.core.templatetags.ui import status_tag
from apps.indicators.labels import IndicatorSource

from ..labels import (
    EVALUATION_TONES,
    PREDIKAT_TONES,
    EvaluationStatusChoices,
    OrgPredicateChoices,
    PeriodStatus,
    PredikatChoices,
    RatingChoices,
    ReportStatusChoices,
)

register = template.Library()

MISSING = {
    "no_report": _("no report was sent"),
    "report_not_in_force": _("the report was returned and not sent again"),
    "not_filled_in": _("not filled in in the report"),
    "no_progress": _("no progress was recorded in the period"),
    "no_service_count": _("no number of services was recorded"),
    "no_ikm": _("no survey answers in the period"),
    "no_complaints": _("no complaints in the period"),
    "no_target": _("the target is not a number"),
}
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
    return MISSING.get(str(code), "")


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
def period_tag(period: Any) -> str:
    """The status of a period as a tag."""
    return status_tag(period.status, PeriodStatus(period.status).label, PERIOD_TONES[period.status])
