"""The content of a plan as plain data, and what differs between two of them.

    {"results": [{"key", "kind", "text", "perspective", "supports_text",
                  "indicators": [{"key", "aspect", "text", "target", "measure", "direction", "source"}]}],
     "behaviors": {value: expectation},
     "annex": [{"key", "kind", "text"}]}

`key` is the id of the approved row: a row of a working copy carries the key of the row it was copied from, so
that rewording is a change and not a removal with an addition. A row without an original has a key of its own
("new:<id>"). Targets are text without trailing zeros, because JSON has no decimals.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Content = Mapping[str, Any]

RESULT_FIELDS = ("kind", "text", "perspective", "supports_text")
INDICATOR_FIELDS = ("text", "aspect", "target", "measure", "direction", "source")
ANNEX_FIELDS = ("kind", "text")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field with what it said before and says now."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that was added, removed or changed.

    `part` is result, indicator, behavior or annex; `place` names it (of an indicator: the text of its result; of
    a behavior: the code of the value); `text` is what the row says now, or said last. A row that is only there
    on one side has all its fields in `fields`, with the other side empty.
    """

    part: str
    kind: str
    text: str
    place: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes between two contents, in the order of the form."""

    rows: tuple[RowChange, ...]

    def __bool__(self) -> bool:
        return bool(self.rows)

    @property
    def added(self) -> tuple[RowChange, ...]:
        return tuple(row for row in self.rows if row.kind == "added")

    @property
    def removed(self) -> tuple[RowChange, ...]:
        return tuple(row for row in self.rows if row.kind == "removed")

    @property
    def changed(self) -> tuple[RowChange, ...]:
        return tuple(row for row in self.rows if row.kind == "changed")


def empty() -> dict[str, Any]:
    """Return the content of a plan in which nothing stands yet."""
    return {"results": [], "behaviors": {}, "annex": []}


def plain_number(value: Decimal | None) -> str:
    """Return a target as it is kept: `1250`, `98.5`, empty if there is none."""
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def without_keys(content: Content) -> dict[str, Any]:
    """Return what a plan says, without which rows say it: for comparing plans of two people or years."""
    return {
        "results": [
            {
                **{field: row.get(field, "") for field in RESULT_FIELDS},
                "indicators": [
                    {field: indicator.get(field, "") for field in INDICATOR_FIELDS}
                    for indicator in row.get("indicators", [])
                ],
            }
            for row in content.get("results", [])
        ],
        "behaviors": {value: text for value, text in content.get("behaviors", {}).items() if text},
        "annex": [{field: row.get(field, "") for field in ANNEX_FIELDS} for row in content.get("annex", [])],
    }


def diff(before: Content, after: Content) -> Difference:
    """Return what was added, removed and changed from one content to the other."""
    rows: list[RowChange] = []
    old, new = before.get("results", []), after.get("results", [])
    for was, now in _pairs(old, new):
        rows += _row("result", was, now, RESULT_FIELDS)
        place = (now or was or {}).get("text", "")
        for old_one, new_one in _pairs((was or {}).get("indicators", []), (now or {}).get("indicators", [])):
            rows += _row("indicator", old_one, new_one, INDICATOR_FIELDS, place)
    written, writes = before.get("behaviors", {}), after.get("behaviors", {})
    for value in dict.fromkeys([*written, *writes]):
        was_text, now_text = written.get(value, ""), writes.get(value, "")
        if was_text != now_text:
            kind = "changed" if was_text and now_text else "added" if now_text else "removed"
            change = FieldChange("expectation", was_text, now_text)
            rows.append(RowChange("behavior", kind, now_text or was_text, value, (change,)))
    for was, now in _pairs(before.get("annex", []), after.get("annex", [])):
        rows += _row("annex", was, now, ANNEX_FIELDS)
    return Difference(tuple(rows))


def _row(
    part: str,
    was: Mapping[str, Any] | None,
    now: Mapping[str, Any] | None,
    names: Iterable[str],
    place: str = "",
) -> list[RowChange]:
    old, new = was or {}, now or {}
    fields = tuple(
        FieldChange(name, str(old.get(name, "")), str(new.get(name, "")))
        for name in names
        if str(old.get(name, "")) != str(new.get(name, ""))
    )
    kind = "added" if was is None else "removed" if now is None else "changed"
    if kind == "changed" and not fields:
        return []
    return [RowChange(part, kind, str((now or was or {}).get("text", "")), place, fields)]


def _pairs(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]]:
    """Match rows by key in the order of `after`; what is gone stands where it stood before."""
    old = {str(row.get("key", index)): row for index, row in enumerate(before)}
    new = {str(row.get("key", index)): row for index, row in enumerate(after)}
    order = list(new)
    place = 0
    for key in old:
        if key in new:
            place = order.index(key) + 1
        else:
            order.insert(place, key)
            place += 1
    return [(old.get(key), new.get(key)) for key in order]


def fitted(content: Content, *, is_jpt: bool, is_qualitative: bool) -> dict[str, Any]:
    """Return a content for a plan of another form, with no word lost.

    A qualitative form merges measure and target into the text of the indicator (PLN-6); a form without perspective
    or without aspect leaves those out (PLN-5, PLN-8).
    """
    results = []
    for row in content.get("results", []):
        indicators = []
        for indicator in row.get("indicators", []):
            new = dict(indicator)
            if is_qualitative:
                target = " ".join(filter(None, [new.get("target", ""), new.get("measure", "")]))
                new |= {
                    "text": f"{new.get('text', '')} ({target})" if target else new.get("text", ""),
                    "target": "",
                    "measure": "",
                    "aspect": "",
                }
            if is_jpt:
                new["aspect"] = ""
            indicators.append(new)
        results.append(
            dict(row)
            | {
                "perspective": row.get("perspective", "") if is_jpt else "",
                "supports_text": row.get("supports_text", ""),
                "indicators": indicators,
            }
        )
    return {
        "results": results,
        "behaviors": dict(content.get("behaviors", {})),
        "annex": [dict(row) for row in content.get("annex", [])],
    }


def only_results(content: Content, keys: Iterable[str]) -> dict[str, Any]:
    """Return a content with some of its planned results."""
    wanted = set(keys)
    return {
        **content,
        "results": [row for row in content.get("results", []) if str(row.get("key", "")) in wanted],
    }


def without_names(content: Content, names: Iterable[str], instead: str = "…") -> dict[str, Any]:
    """Return a content in which no name of these people and no NIP stands any more."""
    parts = sorted({name.strip() for name in names if len(name.strip()) > 2}, key=len, reverse=True)
    patterns = [r"\b\d{8}\s?\d{6}\s?\d\s?\d{3}\b", *(rf"\b{re.escape(name)}(?!\w)" for name in parts)]
    pattern = re.compile("|".join(patterns), re.IGNORECASE)

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            return pattern.sub(instead, value)
        if isinstance(value, Mapping):
            return {key: clean(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [clean(item) for item in value]
        return value

    return {
        "results": [
            {name: row[name] if name in {"key", "kind", "perspective"} else clean(row[name]) for name in row}
            for row in content.get("results", [])
        ],
        "behaviors": clean(content.get("behaviors", {})),
        "annex": clean(list(content.get("annex", []))),
    }
