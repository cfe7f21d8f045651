"""How a figure and its certainty are drawn: a dot in its range, on the same scale everywhere (UX sheet 4.4)."""

import textwrap
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core.templatetags.formats import number
from apps.core.templatetags.ui import LABEL_WIDTH, chart_context, em, percent, svg_bar, svg_group, svg_text

from ..rules.intervals import HIGHEST_IKM, LOWEST_IKM

register = template.Library()


@register.inclusion_tag("components/chart.html")
def range_chart(rows: Sequence[Any], title: Any, **options: Any) -> dict[str, Any]:
    """Indices as dots in their ranges, from 25 to 100.

    A row is (label, index, low, high) or (label, index, low, high, band), where the band is a pair: where figures
    like this one lie by chance. Options as for bar_chart.
    """
    context = chart_context("range", [row[:2] for row in rows], title, {"decimals": 2, **options})
    parts, y = [], 0.0
    for row, told in zip(rows, context["rows"], strict=True):
        _label, index, low, high, *band = row
        for line in textwrap.wrap(told["label"], LABEL_WIDTH) or [""]:
            y += 1.3
            parts.append(svg_text(line, "0", y))
        parts.append(svg_text(told["text"], "100%", y, "t-strong", "end"))
        y += 0.55
        parts.append(svg_bar("track", y, "100%"))
        if band and band[0]:
            parts.append(_span("t-muted", y - 0.2, *band[0], height=1.1, opacity=".28"))
        if low is not None and high is not None:
            parts.append(_span("mark", y, low, high, opacity=".5"))
            told["text"] = f"{told['text']} ({number(low, 2)} - {number(high, 2)})"
        if index is not None:
            shape = '<circle class="mark" cx="{}" cy="{}" r="7"/>'
            parts.append(format_html(shape, percent(_place(index)), em(y + 0.35)))
        y += 1.5
    if rows:
        parts += [
            svg_text(number(LOWEST_IKM.numerator), "0", y + 0.4, "t-muted"),
            svg_text(number(HIGHEST_IKM.numerator), "100%", y + 0.4, "t-muted", "end"),
        ]
    texts = "; ".join(f"{row['label']}: {row['text']}" for row in context["rows"])
    return context | {"height": em(y + 0.8), "shapes": svg_group(parts), "description": texts}


def _span(
    css: str, y: float, low: Decimal, high: Decimal, *, opacity: str, height: float = 0.7
) -> SafeString:
    shape = '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="3" fill-opacity="{}"/>'
    width = max(_place(high) - _place(low), Decimal(1))
    return format_html(shape, css, percent(_place(low)), em(y), percent(width), em(height), opacity)


def _place(index: Decimal) -> Decimal:
    """Return where an index lies on the scale, in percent of its width."""
    lowest, highest = Decimal(LOWEST_IKM.numerator), Decimal(HIGHEST_IKM.numerator)
    return min(max((Decimal(index) - lowest) * 100 / (highest - lowest), Decimal(0)), Decimal(100))
