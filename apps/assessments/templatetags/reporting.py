"""Words and figures of reports, for templates that have only the stored value."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import gettext, ngettext

from apps.core.templatetags.formats import localize, number
from apps.core.templatetags.ui import status_tag
from apps.indicators.labels import IndicatorSource
from apps.indicators.rules.achievement import Direction, achievement_percent

from ..labels import REPORT_TONES, ReportStatusChoices, period_title

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
    else:
        source, entries, has_value = row.indicator.source, row.found.entries, row.prefilled is not None
    if source == IndicatorSource.SERVICE_COUNT.value:
        return gettext("Taken from the number of services your unit recorded.")
    if source == IndicatorSource.IKM.value:
        return gettext("Taken from the satisfaction index (IKM) citizens gave your unit.")
    if source == IndicatorSource.COMPLAINT_CLOCK.value:
        return gettext("Taken from how many of your unit's complaints were answered in time.")
    if not entries or not has_value:
        return ""
    return ngettext(
        "Filled in from %(n)s progress entry.", "Filled in from %(n)s progress entries.", entries
    ) % {"n": entries}


@register.filter
def percent_of(row: Mapping[str, Any]) -> Decimal | None:
    """How far the target was reached, of a row of a sent version."""
    if row["target"] is None or row["realization"] is None:
        return None
    return achievement_percent(
        Decimal(row["target"]), Decimal(row["realization"]), Direction(row["direction"])
    )


@register.simple_tag
def report_tag(report: Any) -> str:
    """The status of one's own report as a tag; a draft that was sent before says so."""
    label = ReportStatusChoices(report.status).label
    if report.status == ReportStatusChoices.DRAFT and report.version:
        label = gettext("Taken back, not sent again")
    return status_tag(report.status, label, REPORT_TONES[report.status])


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
