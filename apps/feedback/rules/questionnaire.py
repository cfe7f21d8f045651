"""Whether a questionnaire can be asked: its codes, labels and weights (SKM 1.1, 1.2, 1.5).

Unsur are known by code. The nine national ones must be there or be replaced with a reason; further ones may be added.
Weights are exact fractions that sum to exactly 1. Labels are checked against the scales of the national
questionnaire: words of one's own are allowed with a warning, a word of another scale or in the wrong place is not.
Terms: docs/glossary.md.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from .regimes import CURRENT_REGIME, UNSUR_14_2017

LABEL_COUNT = 4
LARGEST_DENOMINATOR = 1_000_000
FREE_LABEL = "gratis"
_CODE = re.compile(r"[a-z][a-z0-9_]{0,29}")
_FRACTION = re.compile(r"([0-9]{1,7})\s*/\s*([0-9]{1,7})")
_DECIMAL = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,6})?")

# Each scale from 1 (worst) to 4 (best), under the word that names it.
SCALES: dict[str, tuple[str, str, str, str]] = {
    "sesuai": UNSUR_14_2017[0].labels,
    "mudah": UNSUR_14_2017[1].labels,
    "cepat": UNSUR_14_2017[2].labels,
    "mahal": UNSUR_14_2017[3].labels,
    "kompeten": UNSUR_14_2017[5].labels,
    "sopan": UNSUR_14_2017[6].labels,
    "dikelola": UNSUR_14_2017[7].labels,
    "baik": UNSUR_14_2017[8].labels,
}


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a questionnaire; `labels` from 1 (worst) to 4 (best)."""

    code: str
    name: str
    question: str
    labels: tuple[str, ...]
    weight: Fraction
    replaces: str = ""
    ground: str = ""
    reason: str = ""
    is_extra: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a question (`unsur` is its code, empty for the whole); a warning does not refuse."""

    code: str
    unsur: str = ""
    is_warning: bool = False
    params: Mapping[str, str] = field(default_factory=dict)


class NotAWeight(ValueError):
    """Raised for what is neither a fraction nor a decimal number between 0 and 1."""


def parse_weight(text: str) -> Fraction:
    """Return a weight as an exact fraction: "1/9", "0,2", "0.125", "1".

    :raises NotAWeight: for anything else, and for what is not above 0 and at most 1.
    """
    cleaned = text.strip()
    if match := _FRACTION.fullmatch(cleaned):
        if not int(match[2]):
            raise NotAWeight(text)
        weight = Fraction(int(match[1]), int(match[2]))
    elif _DECIMAL.fullmatch(cleaned):
        try:
            weight = Fraction(Decimal(cleaned.replace(",", ".")))
        except InvalidOperation as error:
            raise NotAWeight(text) from error
    else:
        raise NotAWeight(text)
    if not 0 < weight <= 1 or weight.denominator > LARGEST_DENOMINATOR:
        raise NotAWeight(text)
    return weight


def equal_weights(codes: Sequence[str]) -> dict[str, Fraction]:
    """Return weights of 1/n for n codes; they sum to exactly 1."""
    return {code: Fraction(1, len(codes)) for code in codes}


def check(
    items: Sequence[Item],
    *,
    replaceable: Mapping[str, str],
    national: Sequence[str] = CURRENT_REGIME.unsur_codes,
) -> list[Finding]:
    """Return everything that is wrong with a questionnaire, and what somebody should look at.

    `replaceable` names the national unsur that may be replaced, and the ground for each.
    """
    if not items:
        return [Finding("no_unsur")]
    found: list[Finding] = []
    for code, count in Counter(item.code for item in items).items():
        if count > 1:
            found.append(Finding("code_twice", code, params={"shown": code}))
    for item in items:
        found += _of_one(item)
    found += _of_the_national(items, replaceable, national)
    total = sum((item.weight for item in items), Fraction(0))
    if total != 1:
        found.append(Finding("weights_sum", params={"shown": str(total)}))
    return found


def is_ready(findings: Sequence[Finding]) -> bool:
    """Tell whether nothing but warnings was found."""
    return all(finding.is_warning for finding in findings)


def _of_one(item: Item) -> list[Finding]:
    found = []
    if not _CODE.fullmatch(item.code):
        found.append(Finding("bad_code", item.code, params={"shown": item.code}))
    if not item.name.strip():
        found.append(Finding("no_name", item.code))
    if not item.question.strip():
        found.append(Finding("no_question", item.code))
    if item.weight <= 0:
        found.append(Finding("weight_positive", item.code))
    found += check_labels(item.labels, item.code)
    if any(_plain(label) == FREE_LABEL for label in item.labels):
        found.append(Finding("free_is_four", item.code, is_warning=True))
    return found


def check_labels(labels: Sequence[str], unsur: str = "") -> list[Finding]:
    """Return what is wrong with the four answers of one question."""
    words = [_plain(label) for label in labels]
    if len(words) != LABEL_COUNT or not all(words):
        return [Finding("four_labels", unsur)]
    for word, count in Counter(words).items():
        if count > 1:
            return [Finding("label_twice", unsur, params={"shown": labels[words.index(word)].strip()})]
    scale = _scale_of(words)
    if scale is None:
        # One known word alone may come by chance; two of different scales cannot be one scale.
        strangers = [word for word in words if word in _SCALES_OF_WORD]
        if len(strangers) > 1:
            return [_foreign(labels, words, strangers[1], strangers[0], unsur)]
        return [Finding("own_words", unsur, is_warning=True)]
    known = [_plain(label) for label in SCALES[scale]]
    for word in words:
        if word in _SCALES_OF_WORD and word not in known:
            return [_foreign(labels, words, word, scale, unsur)]
    places = [known.index(word) for word in words if word in known]
    for position, word in enumerate(words):
        if word in known and known.index(word) != position and places != sorted(places):
            return [Finding("label_order", unsur, params={"shown": labels[position].strip()})]
    if any(word not in known for word in words):
        return [Finding("own_words", unsur, is_warning=True)]
    return []


def _foreign(labels: Sequence[str], words: list[str], word: str, scale: str, unsur: str) -> Finding:
    return Finding(
        "foreign_label", unsur, params={"shown": labels[words.index(word)].strip(), "other": scale}
    )


def _scale_of(words: Sequence[str]) -> str | None:
    """Return the scale to which most words belong, at least two of them."""
    hits = Counter(scale for word in words for scale in _SCALES_OF_WORD.get(word, ()))
    if not hits:
        return None
    scale, count = hits.most_common(1)[0]
    return scale if count > 1 else None


def _plain(label: str) -> str:
    return " ".join(label.split()).casefold()


_SCALES_OF_WORD: dict[str, tuple[str, ...]] = {
    word: tuple(name for name, scale in SCALES.items() if word in map(_plain, scale))
    for scale in SCALES.values()
    for word in map(_plain, scale)
}


def _of_the_national(
    items: Sequence[Item], replaceable: Mapping[str, str], national: Sequence[str]
) -> list[Finding]:
    found = []
    codes = {item.code for item in items}
    replaced = Counter(item.replaces for item in items if item.replaces)
    for item in items:
        if item.replaces:
            found += _of_a_replacement(item, replaceable, national, codes)
        elif item.code in national:
            if item.is_extra:
                found.append(Finding("national_as_extra", item.code, params={"shown": item.code}))
        elif not item.is_extra:
            found.append(Finding("not_extra", item.code, params={"shown": item.code}))
    found += [
        Finding("replaced_twice", code, params={"shown": code})
        for code, count in replaced.items()
        if count > 1
    ]
    found += [
        Finding("national_missing", code, params={"shown": code})
        for code in national
        if code not in codes and code not in replaced
    ]
    return found


def _of_a_replacement(
    item: Item, replaceable: Mapping[str, str], national: Sequence[str], codes: set[str]
) -> list[Finding]:
    shown = {"shown": item.replaces}
    if item.replaces not in national or item.replaces not in replaceable:
        return [Finding("not_replaceable", item.code, params=shown)]
    found = []
    if item.replaces in codes:
        found.append(Finding("replaced_and_present", item.code, params=shown))
    if not item.reason.strip():
        found.append(Finding("no_reason", item.code, params=shown))
    if item.ground != replaceable[item.replaces]:
        found.append(Finding("wrong_ground", item.code, params=shown))
    return found
