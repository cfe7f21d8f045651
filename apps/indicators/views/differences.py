"""Contents and differences of plans (rules/plan_content.py) in the words of the pages."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.core.templatetags.formats import number

from ..labels import CHANGE_LOOKS, CONTENT_CHOICES, CONTENT_LABELS, CONTENT_PARTS, AnnexKindChoices
from ..rules.forms import BEHAVIOR_SETS
from ..rules.plan_content import Difference, RowChange


def shown_value(part: str, field: str, value: str) -> str:
    """Return a stored value of a content in the reader's words."""
    choices = CONTENT_CHOICES.get((part, field))
    if choices is not None:
        return str(dict(choices.choices).get(value, value))
    if (part, field) == ("indicator", "target") and value:
        return str(number(Decimal(value)))
    return value


def change_rows(difference: Difference) -> list[dict[str, Any]]:
    """Return the changes as cards: what kind, of what, and each field before and after."""
    return [_change_row(row) for row in difference.rows]


def _change_row(row: RowChange) -> dict[str, Any]:
    label, tone, icon = CHANGE_LOOKS[row.kind]
    place = row.place
    if row.part == "behavior":
        place = value_labels().get(row.place, row.place)
    return {
        "kind": row.kind,
        "label": label,
        "tone": tone,
        "icon": icon,
        "part": CONTENT_PARTS[row.part],
        "text": place if row.part == "behavior" else row.text,
        "place": place if row.part == "indicator" else "",
        "fields": [
            {
                "label": CONTENT_LABELS[row.part, change.field],
                "before": shown_value(row.part, change.field, change.before),
                "after": shown_value(row.part, change.field, change.after),
            }
            for change in row.fields
            if row.kind == "changed" or (change.field != "text" and (change.before or change.after))
        ],
    }


def value_labels() -> dict[str, str]:
    """Return the printed label of each value by its code."""
    return {value.code: value.label for known in BEHAVIOR_SETS for value in known.values}


def content_sections(content: dict[str, Any]) -> dict[str, Any]:
    """Return a stored content ready for `_content.html`."""
    results = content.get("results", [])
    sections = []
    for letter, kind, label in (("A", "utama", _("Main")), ("B", "tambahan", _("Additional"))):
        rows = [
            {
                "key": row.get("key", ""),
                "text": row.get("text", ""),
                "perspective": shown_value("result", "perspective", row.get("perspective", "")),
                "supports_text": row.get("supports_text", ""),
                "indicators": [
                    {
                        "text": indicator.get("text", ""),
                        "facts": [
                            shown_value("indicator", field, indicator[field])
                            for field in ("aspect", "direction", "source")
                            if indicator.get("target") and indicator.get(field)
                        ],
                        "target": " ".join(
                            filter(
                                None,
                                [
                                    shown_value("indicator", "target", indicator.get("target", "")),
                                    indicator.get("measure", ""),
                                ],
                            )
                        ),
                    }
                    for indicator in row.get("indicators", [])
                ],
            }
            for row in results
            if row.get("kind") == kind
        ]
        if rows or kind == "utama":
            sections.append({"letter": letter, "label": label, "results": rows})
    labels = value_labels()
    return {
        "sections": sections,
        "behaviors": [
            {"label": labels.get(code, code), "text": text}
            for code, text in content.get("behaviors", {}).items()
            if text
        ],
        "annex": [
            {
                "label": kind.label,
                "rows": [row["text"] for row in content.get("annex", []) if row.get("kind") == kind.value],
            }
            for kind in AnnexKindChoices
        ],
    }
