"""Components of the interface as template tags. They take plain values and never query.

Every tag and its inputs: docs/design-system.md. All of them together:
templates/components/_styleguide.html.
"""

import re
import textwrap
import zlib
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from django import forms, template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.paginator import Page
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from apps.core.templatetags.formats import number

register = template.Library()

TONE_ICONS = {
    "neutral": "circle-dashed",
    "info": "info",
    "success": "circle-check",
    "warning": "triangle-alert",
    "danger": "circle-alert",
}
# Ordered answers of a scale, least to best, up to four.
SCALE_ICONS = ("frown", "meh", "smile", "laugh")

# Addresses that the frame links to. They are written here, not reversed, so that an error page can be
# shown even when an app's URLs cannot be loaded; a test of the composition root resolves each one.
PLACES = {
    "home": "/",
    "sign_in": "/masuk/",
    "sign_out": "/keluar/",
    "account": "/akun/",
    "notifications": "/notifikasi/",
    "help": "/bantuan/",
    "privacy": "/privasi/",
    "accessibility": "/aksesibilitas/",
    "set_language": "/i18n/setlang/",
}


@register.simple_tag
def place(name: str) -> str:
    """The address of a page that every page may link to."""
    return PLACES[name]


# Icons


@cache
def icon_shapes(name: str) -> str:
    """Read the drawing of an icon from static/icons, without its outer element."""
    if not re.fullmatch(r"[a-z0-9-]+", name):
        return ""
    found = finders.find(f"icons/{name}.svg")
    path = Path(str(found)) if found else Path(settings.BASE_DIR) / f"static/icons/{name}.svg"
    if not path.is_file():
        return ""
    return re.sub(r"^<svg[^>]*>|</svg>\s*$", "", path.read_text(encoding="utf-8"))


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """Draw an icon that adds to a word. It is hidden from screen readers: the word stays."""
    return _drawn(str(name), css)


# A page draws fifty icons, of a hundred that there are.
@lru_cache(maxsize=512)
def _drawn(name: str, css: str) -> SafeString:
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
        ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">'
        "{}</svg>",
        f" {css}" if css else "",
        mark_safe(icon_shapes(name)),  # noqa: S308 - our own file
    )


def tone_of(tone: str) -> str:
    return tone if tone in TONE_ICONS else "neutral"


@register.filter
def tone_of_level(level: str) -> str:
    """The tone of a message level of django.contrib.messages."""
    return {"error": "danger", "debug": "neutral"}.get(level, tone_of(level))


@register.filter
def tone_class(tone: Any) -> str:
    return f"tone-{tone_of(str(tone or ''))}"


@register.simple_tag
def tone_icon(tone: str) -> SafeString:
    return icon(TONE_ICONS[tone_of(tone)])


@register.simple_tag
def status_tag(value: Any, label: Any, tone: str = "neutral", icon_name: str = "") -> SafeString:
    """Show a status as word, icon and color. ``value`` is the stored value (for tests, scripts)."""
    tone = tone_of(tone)
    return format_html(
        '<span class="tag tag-{}" data-value="{}">{}{}</span>',
        tone,
        value,
        icon(icon_name or TONE_ICONS[tone]),
        label,
    )


# The frame of a page


@register.simple_tag
def nav_links(nav: Iterable[Mapping[str, Any]]) -> SafeString:
    """Draw the links of the menu. They stand in a page twice, and on the next page again."""
    return _nav_links(get_language() or "", tuple(tuple(sorted(item.items())) for item in nav))


@lru_cache(maxsize=256)
def _nav_links(_language: str, items: tuple[tuple[tuple[str, Any], ...], ...]) -> SafeString:
    return render_to_string("components/nav_links.html", {"nav": [dict(item) for item in items]})


# Blocks with content


@register.simple_block_tag
def banner(content: str, tone: str = "info", title: str = "") -> str:
    """A notice of the page. At most one per page, none beside an error summary."""
    return render_to_string(
        "components/banner.html", {"tone": tone_of(tone), "title": title, "text": content}
    )


# Django names the end tag after the function.
@register.simple_block_tag(name="help", end_name="endhelp")
def help_block(content: str, summary: str, is_open: bool = False) -> str:
    """Content that opens on demand, with <details>."""
    context = {"summary": summary, "content": content, "is_open": is_open}
    return render_to_string("components/help.html", context)


# Forms


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms_: Any) -> dict[str, Any]:
    """List every error of the forms (or formsets) given, each with a link to its field."""
    errors: list[dict[str, str]] = []
    for item in forms_:
        if isinstance(item, forms.BaseFormSet):
            errors += [{"text": e, "url": ""} for e in item.non_form_errors()]
            for form in item.forms:
                errors += form_errors(form)
        elif item:
            errors += form_errors(item)
    return {"errors": errors}


def form_errors(form: forms.BaseForm) -> list[dict[str, str]]:
    found = []
    for name, messages in form.errors.items():
        url = ""
        if name in form.fields:
            url = f"#{first_control_id(form[name])}"
        found += [{"text": message, "url": url} for message in messages]
    return found


def first_control_id(bound: forms.BoundField) -> str:
    """The id of the control, or of the first one of a group of radio buttons or checkboxes."""
    if is_group(bound.field.widget):
        return f"{bound.auto_id}_0"
    return bound.id_for_label or bound.auto_id or bound.html_name


def is_group(widget: forms.Widget) -> bool:
    return isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple)


def field_kind(widget: forms.Widget) -> str:
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if is_group(widget):
        return "group"
    if isinstance(widget, forms.FileInput):
        return "file"
    if isinstance(widget, forms.Select):
        return "select"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    if isinstance(widget, forms.NumberInput):
        return "number"
    if isinstance(widget, forms.DateInput) and widget.input_type == "text":
        return "date"
    return "input"


def field_context(bound: forms.BoundField, options: dict[str, Any]) -> dict[str, Any]:
    """Say everything a field template needs: ids, what describes the control, its state."""
    base_id = bound.auto_id or bound.html_name
    hint = options.pop("hint", None) or bound.help_text
    errors = list(bound.errors)
    limit = getattr(bound.field, "max_length", None)
    kind = field_kind(bound.field.widget)
    counted = kind == "textarea" and bool(limit)
    described = [
        part
        for part, present in (
            (f"{base_id}-hint", hint),
            (f"{base_id}-error", errors),
            (f"{base_id}-counter", counted),
        )
        if present
    ]
    return {
        "bound": bound,
        "kind": kind,
        "base_id": base_id,
        "control_id": first_control_id(bound),
        "label": options.pop("label", None) or bound.label,
        "hint": hint,
        "errors": errors,
        "described_by": " ".join(described),
        "limit": limit if counted else None,
        "optional": options.pop("optional", True)
        and not bound.field.required
        and kind not in {"checkbox", "hidden"},
        "big": bool(options.pop("big", False)),
    }


@register.inclusion_tag("components/field.html")
def field(bound: forms.BoundField, **options: Any) -> dict[str, Any]:
    """Render one field: label, hint, error, control, tied together for screen readers.

    Options: label, hint, big (the label is the question of the page), optional (False: never say "(optional)", for
    fields of which one is needed), width (2xs xs s m), prefix,
    suffix, accept, max_bytes; any other option is an attribute of the control (``_`` reads ``-``).
    """
    width = options.pop("width", "")
    context = field_context(bound, options) | {
        "prefix": options.pop("prefix", ""),
        "suffix": options.pop("suffix", ""),
        "max_bytes": options.pop("max_bytes", None),
    }
    kind = context["kind"]
    css = {"select": "select", "textarea": "textarea", "file": "file"}.get(kind, "input")
    attrs: dict[str, Any] = {key.replace("_", "-"): value for key, value in options.items()}
    if context["described_by"]:
        attrs["aria-describedby"] = context["described_by"]
    if context["errors"]:
        attrs["aria-invalid"] = "true"
    if kind not in {"checkbox", "group"}:
        attrs["class"] = f"{css} w-{width}" if width else css
    if kind == "textarea":
        attrs.setdefault("rows", 4)
        if context["limit"]:
            attrs["data-counter"] = f"{context['base_id']}-counter"
            # The browser must not cut a pasted text; the server says what is too long.
            attrs["maxlength"] = False
    if kind == "file" and context["max_bytes"]:
        attrs["data-max-bytes"] = context["max_bytes"]
    if kind == "date":
        attrs["type"] = "date"
        value = bound.value()
        attrs["value"] = value.isoformat() if hasattr(value, "isoformat") else value or None
        context["control"] = flat_input(bound, attrs)
    elif kind == "number":
        # type=number loses what was typed wrongly and refuses the decimal comma.
        whole = isinstance(bound.field, forms.IntegerField) and not isinstance(
            bound.field, forms.FloatField | forms.DecimalField
        )
        attrs.setdefault("inputmode", "numeric" if whole else "decimal")
        value = bound.value()
        attrs |= {"type": "text", "value": value if isinstance(value, str) else number(value)}
        attrs |= {"min": None, "max": None, "step": None}
        context["control"] = flat_input(bound, attrs)
    elif kind == "group":
        context["choices"] = choices_of(bound)
    elif kind == "file":
        context["current"] = bound.initial or None
        context["control"] = flat_input(bound, attrs | {"type": "file"})
    else:
        context["control"] = bound.as_widget(attrs=attrs)
    return context


def flat_input(bound: forms.BoundField, attrs: Mapping[str, Any]) -> SafeString:
    """Write an <input> whose type differs from the one its widget would write."""
    merged = {
        "id": bound.auto_id,
        "name": bound.html_name,
        **bound.field.widget.attrs,
        **attrs,
    }
    parts = [
        format_html(" {}", key) if value is True else format_html(' {}="{}"', key, value)
        for key, value in merged.items()
        if value is not None and value is not False and value != ""
    ]
    return mark_safe(f"<input{''.join(parts)}>")  # noqa: S308 - each part is escaped


def choices_of(bound: forms.BoundField) -> list[dict[str, Any]]:
    """List the options of a group, without the empty one."""
    found = []
    for widget in bound.subwidgets:
        if widget.data["value"] in ("", None):
            continue
        data = widget.data
        found.append(
            {
                "id": data["attrs"].get("id", ""),
                "value": data["value"],
                "label": widget.choice_label,
                "checked": data["selected"],
                "type": data["type"],
                "disabled": data["attrs"].get("disabled", False),
            }
        )
    if found:
        # The error summary links to the first option, also when an empty one was left out.
        found[0]["id"] = f"{bound.auto_id}_0"
    return found


@register.inclusion_tag("components/radio_scale.html")
def radio_scale(bound: forms.BoundField, faces: bool = True, **options: Any) -> dict[str, Any]:
    """Four worded answers as large targets, none chosen before (the SKM questionnaire)."""
    context = field_context(bound, options)
    choices = choices_of(bound)
    if faces and len(choices) == len(SCALE_ICONS):
        for choice, name in zip(choices, SCALE_ICONS, strict=True):
            choice["icon"] = name
    return context | {"choices": choices}


@register.inclusion_tag("components/wizard_buttons.html")
def wizard_buttons(
    label: Any = "", later: bool = False, back_url: str = "", later_label: Any = ""
) -> dict[str, Any]:
    """Buttons at the foot of a form. The second one posts ``save_later=1``."""
    return {"label": label, "later": later, "back_url": back_url, "later_label": later_label}


@register.inclusion_tag("components/save_state.html")
def save_state(saved_at: Any = None, zone: Any = None) -> dict[str, Any]:
    """Where autosave.js speaks; shows the time of the last save from the server at first."""
    return {"saved_at": saved_at, "zone": zone}


# Lists


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*pairs: Any) -> dict[str, Any]:
    """``{% breadcrumbs "Beranda" "/beranda/" "Laporan" "/laporan/" %}``: label, address, ..."""
    return {"items": [(pairs[i], pairs[i + 1]) for i in range(0, len(pairs) - 1, 2)]}


@register.inclusion_tag("components/task_list.html")
def task_list(tasks: Iterable[Any]) -> dict[str, Any]:
    """Tasks with title, url, hint, status, tone; tone "done" is plain so that others stand out."""
    return {"tasks": tasks}


@register.inclusion_tag("components/summary_list.html")
def summary_list(rows: Iterable[Any], card: bool = False) -> dict[str, Any]:
    """Check answers: rows with label, value, url (of the page that changes it)."""
    return {"rows": rows, "card": card}


@register.inclusion_tag("components/facts.html")
def facts(rows: Iterable[Any]) -> dict[str, Any]:
    """A definition list in columns: rows with label, value."""
    return {"rows": rows}


@register.inclusion_tag("components/timeline.html")
def timeline(events: Iterable[Any], zone: Any = None) -> dict[str, Any]:
    """Events with at, title, text, who, tone, icon; the newest first is up to the caller."""
    return {"events": events, "zone": zone}


@register.inclusion_tag("components/tabs.html")
def tabs(items: Iterable[Any], label: str) -> dict[str, Any]:
    """Tabs that are links: items with label, url, active, count."""
    return {"items": items, "label": label}


@register.inclusion_tag("components/step_indicator.html")
def step_indicator(labels: Sequence[Any], current: int) -> dict[str, Any]:
    """Say "step 2 of 4: Evidence" with a bar of four parts. ``current`` starts at 1."""
    marks = ["done" if i < current else "now" if i == current else "" for i in range(1, len(labels) + 1)]
    return {"marks": marks, "current": current, "total": len(labels), "label": labels[current - 1]}


@register.inclusion_tag("components/stat.html")
def stat(
    question: Any, value: Any, text: Any = "", url: str = "", link: Any = "", tone: str = "", unit: Any = ""
) -> dict[str, Any]:
    """A figure that answers one question with one sentence, and where to go next."""
    return {
        "question": question,
        "value": value,
        "text": text,
        "url": url,
        "link": link or gettext("See details"),
        "tone": tone,
        "unit": unit,
    }


@register.inclusion_tag("components/empty_state.html")
def empty_state(
    title: Any, text: Any = "", url: str = "", link: Any = "", icon_name: str = "inbox"
) -> dict[str, Any]:
    """What a page says when there is nothing yet: a sentence and a way on."""
    return {"title": title, "text": text, "url": url, "link": link, "icon_name": icon_name}


@register.inclusion_tag("components/progress.html")
def progress(label: Any, value: Any, maximum: Any = 100, text: Any = "") -> dict[str, Any]:
    """A bar with its words: ``{% progress "Laporan masuk" 28 40 "28 dari 40" %}``."""
    done, total = Decimal(str(value or 0)), Decimal(str(maximum or 0))
    shown = text or (f"{number(done * 100 / total, 0)}%" if total else "0%")
    # A <progress> reads its attributes with a decimal point in every language.
    return {"label": label, "value": str(done), "maximum": str(total or 1), "text": shown}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: template.Context, page: Page, parameter: str = "page", anchor: str = "") -> dict[str, Any]:
    """Previous and next of a paginator page; the rest of the query string stays.

    `anchor` is the id of the list on a page that says much above it: a turned page begins there.
    """
    request = context.get("request")
    place = f"#{anchor}" if anchor else ""

    def url(target: int) -> str:
        query = request.GET.copy() if request else None
        if query is None:
            return f"?{parameter}={target}{place}"
        query[parameter] = str(target)
        return f"?{query.urlencode()}{place}"

    return {
        "page": page,
        "previous": url(page.previous_page_number()) if page.has_previous() else "",
        "next": url(page.next_page_number()) if page.has_next() else "",
    }


# Charts: drawn here as SVG. Heights are in em so that they follow the text size of the reader,
# widths in percent so that the text keeps its size on a phone.

Point = Sequence[Any]
LABEL_WIDTH = 30  # characters that fit beside the value on a phone of 320 px
AXIS_LABELS = 6  # as many as a phone has room for
PLOT_TOP, PLOT_HEIGHT = 1.6, 9.0


def percent(value: Any) -> str:
    return f"{float(value):.2f}".rstrip("0").rstrip(".") + "%"


def em(value: float) -> str:
    return f"{value:.2f}em"


def svg_text(words: Any, x: str, y: float, css: str = "", anchor: str = "start") -> SafeString:
    return format_html(
        '<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>', css, x, em(y), anchor, words
    )


def svg_bar(css: str, y: float, width: str) -> SafeString:
    return format_html('<rect class="{}" x="0" y="{}" width="{}" height=".7em" rx="3"/>', css, em(y), width)


def svg_line(css: str, start: tuple[str, float], end: tuple[str, float]) -> SafeString:
    return format_html(
        '<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>', css, start[0], em(start[1]), end[0], em(end[1])
    )


def svg_group(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def as_decimal(value: Any) -> Decimal | None:
    return None if value is None or value == "" else Decimal(str(value))


def chart_context(kind: str, data: Sequence[Point], title: Any, options: Mapping[str, Any]) -> dict[str, Any]:
    """Say what every chart says: titles, rows for the table beside it, the text alternative."""
    decimals, unit = options.get("decimals"), options.get("unit") or ""
    rows: list[dict[str, Any]] = [
        {
            "label": str(point[0]),
            "amount": as_decimal(point[1]),
            "text": gettext("no data") if point[1] is None else f"{number(point[1], decimals)}{unit}",
        }
        for point in data
    ]
    goal = as_decimal(options.get("goal"))
    identity = zlib.crc32(f"{kind}{title}{rows}".encode())
    return {
        "id": f"chart-{identity:08x}",
        "title": title,
        "subtitle": options.get("subtitle", ""),
        "sentence": options.get("sentence", ""),
        "label_head": options.get("label_head") or gettext("Item"),
        "value_head": options.get("value_head") or gettext("Value"),
        "rows": rows,
        "goal": goal,
        "goal_text": "" if goal is None else f"{number(goal, decimals)}{unit}",
        "description": "; ".join(f"{row['label']}: {row['text']}" for row in rows),
    }


@register.inclusion_tag("components/chart.html")
def bar_chart(data: Sequence[Point], title: Any, **options: Any) -> dict[str, Any]:
    """Horizontal bars from (label, value) pairs, from zero.

    Options: subtitle, sentence, unit ("%"), decimals, maximum, goal, marked (label to point out),
    label_head, value_head.
    """
    context = chart_context("bar", data, title, options)
    zero = Decimal(0)
    amounts = [row["amount"] or zero for row in context["rows"]]
    top = as_decimal(options.get("maximum")) or max([*amounts, context["goal"] or zero])
    top = top if top > 0 else Decimal(1)
    parts, y = [], 0.0
    for row, amount in zip(context["rows"], amounts, strict=True):
        for line in textwrap.wrap(row["label"], LABEL_WIDTH) or [""]:
            y += 1.3
            parts.append(svg_text(line, "0", y))
        parts.append(svg_text(row["text"], "100%", y, "t-strong", "end"))
        y += 0.45
        parts.append(svg_bar("track", y, "100%"))
        if amount > 0:
            is_marked = row["label"] == str(options.get("marked", ""))
            parts.append(
                svg_bar("is-marked" if is_marked else "mark", y, percent(min(amount / top, 1) * 100))
            )
        if context["goal"] is not None:
            at = percent(min(context["goal"] / top, 1) * 100)
            parts.append(svg_line("goal", (at, y - 0.25), (at, y + 0.95)))
        y += 1.25
    return context | {"height": em(max(y - 0.4, 1)), "shapes": svg_group(parts)}


@register.inclusion_tag("components/chart.html")
def trend_chart(data: Sequence[Point], title: Any, **options: Any) -> dict[str, Any]:
    """A line over time from (label, value) pairs; a value of None leaves a gap.

    Options as for bar_chart, and minimum (0 unless given; the axis says so).
    """
    context = chart_context("trend", data, title, options)
    rows, goal = context["rows"], context["goal"]
    amounts = [row["amount"] for row in rows if row["amount"] is not None]
    low = as_decimal(options.get("minimum")) or Decimal(0)
    top = as_decimal(options.get("maximum")) or max([*amounts, goal or low, low + 1])
    last = len(rows) - 1

    def y(amount: Decimal) -> float:
        share = min(max((amount - low) / (top - low), Decimal(0)), Decimal(1))
        return PLOT_TOP + PLOT_HEIGHT * (1 - float(share))

    def x(index: int) -> float:
        return 3 + 94 * index / last if last > 0 else 50.0

    def anchor(index: int) -> str:
        return "middle" if last <= 0 else {0: "start", last: "end"}.get(index, "middle")

    def text_x(index: int) -> str:
        return percent({"start": 0, "end": 100, "middle": x(index)}[anchor(index)])

    unit = options.get("unit") or ""
    parts = [svg_line("grid-line", ("0", y(mark)), ("100%", y(mark))) for mark in (low, (low + top) / 2, top)]
    parts += [svg_text(f"{number(mark)}{unit}", "0", y(mark) - 0.35, "t-muted") for mark in (low, top)]
    if goal is not None:
        parts.append(svg_line("goal", ("0", y(goal)), ("100%", y(goal))))
    for i, (before, after) in enumerate(pairwise(row["amount"] for row in rows)):
        if before is not None and after is not None:
            parts.append(svg_line("line", (percent(x(i)), y(before)), (percent(x(i + 1)), y(after))))
    step = max(1, -(-len(rows) // AXIS_LABELS))
    for i, row in enumerate(rows):
        if row["amount"] is not None:
            height = y(row["amount"])
            parts.append(
                format_html('<circle class="dot" cx="{}" cy="{}" r="4"/>', percent(x(i)), em(height))
            )
            if i == last or step == 1:
                parts.append(svg_text(row["text"], text_x(i), height - 0.75, "t-strong", anchor(i)))
        if i == last or (i % step == 0 and last - i >= step):
            parts.append(
                svg_text(row["label"], text_x(i), PLOT_TOP + PLOT_HEIGHT + 1.4, "t-muted", anchor(i))
            )
    return context | {"height": em(PLOT_TOP + PLOT_HEIGHT + 2), "shapes": svg_group(parts)}


@register.inclusion_tag("components/chart.html")
def distribution_chart(data: Sequence[Point], title: Any, **options: Any) -> dict[str, Any]:
    """One bar cut by share from ordered (label, count) pairs, best first, with a legend in words.

    At most five parts can be told apart.
    """
    context = chart_context("share", data, title, options)
    rows = context["rows"]
    total = sum((row["amount"] or Decimal(0) for row in rows), Decimal(0))
    parts, at = [], Decimal(0)
    for i, row in enumerate(rows):
        share = (row["amount"] or Decimal(0)) * 100 / total if total else Decimal(0)
        row["share"] = f"{number(share, 0)}%"
        row["shade"] = f"{1 - i * 0.85 / max(len(rows) - 1, 1):.2f}"
        if share > 0:
            shape = '<rect class="seg" x="{}" y="0" width="{}" height="100%" fill-opacity="{}"/>'
            parts.append(format_html(shape, percent(at), percent(share), row["shade"]))
        at += share
    return context | {
        "height": "2em",
        "is_share": True,
        "value_head": options.get("value_head") or gettext("Count"),
        "description": "; ".join(f"{row['label']}: {row['text']} ({row['share']})" for row in rows),
        "shapes": svg_group(parts),
    }


@register.filter
def as_text(value: Any) -> SafeString:
    """A value for a summary list; blanks read "Tidak diisi"."""
    if value is None or value == "" or value == []:
        return format_html('<span class="muted">{}</span>', gettext("Not filled in"))
    return conditional_escape(value)
