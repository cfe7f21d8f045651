"""Words and figures of reports, for templates that have only the stored value."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import gettext, ngettext

from apps.core.templatetags.formats import localize, number
from apps.core.templatetags.ui import status_tag
from apps.indicators.labels import PUBLIC_SOURCES, IndicatorSource
from apps.indicators.rules.achievement import Direction, achievement_percent

from ..labels import REPORT_TONES, VERDICT_TONES, ReportStatusChoices, VerdictChoices, period_title
from ..selectors.public_figures import how_sure

register = template.Library()


@register.filter
def period_name(period: Any) -> str:
    """Quarter III 2026, September 2026, or Year 2026; of a period or of the dictionary in a sent version."""
    if isinstance(period, Mapping):
        starts_on, ends_on = date.fromisoformat(period["starts_on"]), date.fromisoformat(period["ends_on"])
        return period_title(period["kind"], starts_on, ends_on)
    return period.title if period else ""


@register.filter
def plain(value: Any) -> str:
    """A number without idle zeros, in the reader's language; empty if there is none."""
    if value in (None, ""):
        return ""
    amount = value if isinstance(value, Decimal) else Decimal(str(value))
    text = f"{amount:f}"
    return number(Decimal(text.rstrip("0").rstrip(".") if "." in text else text))


@register.filter
def origin(row: Any) -> str:
    """Where the figure of an indicator comes from, in words; empty for a figure the writer typed alone."""
    if isinstance(row, Mapping):
        source, entries, has_value = row["source"], row["entries"], row["realization"] is not None
        parts = row.get("reports", 0)
    else:
        source, entries, has_value = row.indicator.source, row.found.entries, row.prefilled is not None
        parts = row.found.reports
    if source == IndicatorSource.SERVICE_COUNT.value:
        return gettext("Taken from the number of services your unit recorded.")
    if source in PUBLIC_SOURCES:
        answers = row.get("answers") if isinstance(row, Mapping) else row.found.answers
        text = (
            gettext("Taken from the satisfaction index (IKM) citizens gave your unit.")
            if source == IndicatorSource.IKM.value
            else gettext("Taken from how citizens rated this element of your unit's service.")
        )
        return f"{text} {how_sure(answers)}".strip()
    if source == IndicatorSource.COMPLAINT_CLOCK.value:
        return gettext("Taken from how many of your unit's complaints were answered in time.")
    if source == IndicatorSource.COMPLAINT_SOLVED.value:
        return gettext("Taken from how many of your unit's finished complaints were confirmed as solved.")
    if parts and has_value:
        return ngettext(
            "Filled in from %(n)s report on a part of the year.",
            "Filled in from %(n)s reports on parts of the year.",
            parts,
        ) % {"n": parts}
    if not entries or not has_value:
        return ""
    return ngettext(
        "Filled in from %(n)s progress entry.", "Filled in from %(n)s progress entries.", entries
    ) % {"n": entries}


register.filter("how_sure", how_sure)


@register.filter
def percent_of(row: Mapping[str, Any]) -> Decimal | None:
    """How far the target was reached, of a row of a sent version."""
    if row["target"] is None or row["realization"] is None:
        return None
    return achievement_percent(
        Decimal(row["target"]), Decimal(row["realization"]), Direction(row["direction"])
    )


@register.simple_tag
def report_tag(report: Any, is_ready: bool | None = None) -> str:
    """The status of one's own report as a tag; a draft that was sent before says so.

    `is_ready` (only the writer's pages know) tells a draft that could be sent as it is; a sent report says whether
    its review has begun.
    """
    label = ReportStatusChoices(report.status).label
    tone = REPORT_TONES[report.status]
    if report.status == ReportStatusChoices.DRAFT and report.version:
        label = gettext("Taken back, not sent again")
    elif report.status == ReportStatusChoices.DRAFT and is_ready:
        label, tone = gettext("Ready to send"), "info"
    elif report.status == ReportStatusChoices.SUBMITTED and report.review_started_at:
        label = gettext("Being reviewed")
    return status_tag(report.status, label, tone)


@register.simple_tag
def verdict_tag(item: Any) -> str:
    """What the reviewer thinks of a file, as a tag."""
    if not item.verdict:
        return status_tag("open", gettext("Not judged yet"), "neutral")
    return status_tag(item.verdict, VerdictChoices(item.verdict).label, VERDICT_TONES[item.verdict])


@register.simple_tag
def verdict_counts(counts: Mapping[str, int], evidence: Any) -> str:
    """How many of the files were judged, and how, in one sentence."""
    judged = sum(n for verdict, n in counts.items() if verdict)
    parts = [
        f"{counts[row.value]} {str(row.label).lower()}" for row in VerdictChoices if counts.get(row.value)
    ]
    text = gettext("%(judged)s of %(all)s files") % {"judged": judged, "all": len(evidence)}
    return f"{text}: {', '.join(parts)}" if parts else text


@register.simple_tag
def text_label(labels: Mapping[str, Any], name: str) -> str:
    """The title of one of a report's texts."""
    return str(labels[name])


@register.simple_tag
def late_tag() -> str:
    """Marks a report that was sent after the closing."""
    return status_tag("late", gettext("Sent late"), "warning", "clock")


@register.simple_tag
def review_tag(person: Any, is_over: bool) -> str:
    """Where somebody's report stands, for the supervisor: a draft looks like nothing at all."""
    if person.report_status in {"submitted", "returned", "accepted"}:
        label = ReportStatusChoices(person.report_status).label
        if person.report_status == "submitted":
            label = gettext("Waiting for your review")
        return status_tag(person.report_status, label, REPORT_TONES[person.report_status])
    if person.report_status == "draft":
        return status_tag("recalled", gettext("Taken back, not sent again"), "neutral", "undo-2")
    if is_over:
        return status_tag("missing", gettext("Not sent, period over"), "danger", "clock")
    return status_tag("missing", gettext("Not sent yet"), "neutral")


@register.filter
def local_day(moment: Any, zone: Any) -> Any:
    """The calendar day of an instant in a zone, for the filters that take a day."""
    return localize(moment, zone).date() if moment else ""
