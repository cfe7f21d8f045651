"""Which parts of a free text look like personal data (feedback sheet 3.2).

Finds NIP, NIK, telephone numbers and e-mail addresses; names need a person to look. It rather hides
too much than too little, and the time is linear in the length of the text, whatever is typed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

NIP_DIGITS = 18
NIK_DIGITS = 16


class PersonalData(StrEnum):
    NIP = "nip"
    NIK = "nik"
    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Span:
    """A part of the text, as in `text[start:end]`."""

    start: int
    end: int
    kind: PersonalData


DEFAULT_PLACEHOLDERS: Mapping[PersonalData, str] = {
    PersonalData.NIP: "[NIP]",
    PersonalData.NIK: "[NIK]",
    PersonalData.PHONE: "[telepon]",
    PersonalData.EMAIL: "[surel]",
}

# Every repetition is bounded, or its parts cannot match the same character: no backtracking blow-up.
_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,5}", re.ASCII)
_NUMBER = re.compile(r"\d+(?:[ \t\u00a0.()/\u2013-]{1,3}\d+)*")
_GROUP = re.compile(r"\d+")


def find_personal_data(text: str) -> tuple[Span, ...]:
    """Return what looks like personal data, in the order of the text, without overlaps."""
    spans: list[Span] = []
    position = 0
    for match in _EMAIL.finditer(text):
        spans += _numbers(text, position, match.start())
        spans.append(Span(match.start(), match.end(), PersonalData.EMAIL))
        position = match.end()
    spans += _numbers(text, position, len(text))
    return tuple(spans)


def redact(text: str, placeholders: Mapping[PersonalData, str] = DEFAULT_PLACEHOLDERS) -> str:
    """Return the text with every find replaced by the placeholder of its kind."""
    parts: list[str] = []
    position = 0
    for span in find_personal_data(text):
        parts += (text[position : span.start], placeholders[span.kind])
        position = span.end
    parts.append(text[position:])
    return "".join(parts)


def _numbers(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the finds among the numbers of a part: groups of digits with little in between."""
    for number in _NUMBER.finditer(text, start, end):
        groups = [match.span() for match in _GROUP.finditer(text, number.start(), number.end())]
        index = 0
        while index < len(groups):
            found = _find_at(text, groups, index)
            if found is None:
                index += 1
                continue
            count, kind = found
            begin = groups[index][0]
            has_plus = begin > start and text[begin - 1] == "+"
            yield Span(begin - has_plus, groups[index + count - 1][1], kind)
            index += count


def _find_at(text: str, groups: list[tuple[int, int]], index: int) -> tuple[int, PersonalData] | None:
    """Return how many groups from this one on make a find, and of which kind."""
    first = groups[index][1] - groups[index][0]
    if first == NIK_DIGITS:
        return 1, PersonalData.NIK
    # Seventeen digits, or nineteen, are an identity number with a typing slip.
    if first > NIK_DIGITS:
        return 1, PersonalData.NIP
    if first >= 10 and _is_phone(text[slice(*groups[index])], first):
        return 1, PersonalData.PHONE
    found: tuple[int, PersonalData] | None = None
    digits = ""
    for count, (start, end) in enumerate(groups[index : index + NIP_DIGITS], start=1):
        if end - start >= NIK_DIGITS or len(digits) + end - start > NIP_DIGITS:
            break
        digits += text[start:end]
        if len(digits) == NIP_DIGITS:
            found = count, PersonalData.NIP
        elif len(digits) == NIK_DIGITS:
            found = count, PersonalData.NIK
        elif _is_phone(digits, first):
            found = count, PersonalData.PHONE
    return found


def _is_phone(digits: str, first_group: int) -> bool:
    """Tell whether digits are an Indonesian number; a first group of two is a time or a day."""
    if digits.startswith("62"):
        return 10 <= len(digits) <= 15 and digits[2] in "23456789"
    is_area_or_mobile = digits[0] == "0" and digits[1:2] not in ("", "0", "1") and first_group >= 3
    return is_area_or_mobile and 9 <= len(digits) <= 14
