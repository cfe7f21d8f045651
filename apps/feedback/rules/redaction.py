"""Which parts of a free text look like personal data (feedback sheet 3.2).

Finds NIP, NIK, telephone numbers, e-mail addresses, names behind a form of address, and names the caller knows.
Names without either need a person to look. It rather hides too much than too little, and the time is linear in the
length of the text, whatever is typed.
"""

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

NIP_DIGITS = 18
NIK_DIGITS = 16


class PersonalData(StrEnum):
    NIP = "nip"
    NIK = "nik"
    PHONE = "phone"
    EMAIL = "email"
    NAME = "name"


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
    PersonalData.NAME: "[nama]",
}

# Every repetition is bounded, or its parts cannot match the same character: no backtracking blow-up.
_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,5}", re.ASCII)
_NUMBER = re.compile(r"\d+(?:[ \t\u00a0.()/\u2013-]{1,3}\d+)*")
_GROUP = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]{1,40}(?:['\u2019][^\W\d_]{1,40})?")
# Forms of address and degrees that stand before a name.
_ADDRESS = frozenset(
    "bapak ibu pak bu bpk sdr sdri saudara saudari mas mbak mba kak kang bang teh uda uni tuan nyonya ny tn om tante "
    "dr drg drs dra ir prof ustad ustadz haji hajah hj ns".split()
)
# Behind these, people write names in small letters as well.
_SPOKEN = frozenset("pak bu mas mbak mba kak kang bang teh bpk sdr sdri ustad ustadz".split())
# What follows a form of address without being a name.
_NO_NAME = frozenset(
    "hamil rumah anak bayi menyusui muda tua dan atau yang di ke dari ini itu nya saya kami kita anda juga sudah belum "
    "tidak bukan mau minta tolong mohon terima terimakasih sangat selalu harus bisa ada lagi saja pun dengan untuk "
    "pada kepala lurah camat bupati wali walikota gubernur sekretaris kades rt rw guru dokter bidan perawat petugas "
    "pegawai satpam loket bagian dinas kantor puskesmas kelurahan kecamatan kota kabupaten polisi hakim jaksa "
    "bapak ibu pak bu negara pertiwi mertua rumahtangga ramah baik bagus sabar cepat lambat lama marah jutek sopan "
    "semua para si sang beliau dia mereka tadi kemarin tadinya waktu ketika saat kalau jika karena agar supaya".split()
)
# Names that are common words too: hidden only where they are written like a name.
_WORDS_TOO = frozenset(
    "bagus indah baik ramah murni jaya suci setia mulia bakti surya cahaya damai bintang mawar melati kartini lestari "
    "harapan intan mutiara permata puji sabar sopan adil makmur sentosa sejahtera bahagia gembira ceria rapi bersih "
    "aman cepat mudah pintar cerdas utama satu dua tiga empat lima enam tujuh delapan sembilan januari februari maret "
    "april mei juni juli agustus september oktober november desember senin selasa rabu kamis jumat sabtu minggu "
    "putra putri anak budi laut timur barat utara selatan fajar malam pagi siang sore".split()
)
MAX_NAME_WORDS = 4
MIN_KNOWN_LETTERS = 3


def find_personal_data(text: str, names: Container[str] = ()) -> tuple[Span, ...]:
    """Return what looks like personal data, in the order of the text, without overlaps.

    `names` holds single words of known names in small letters.
    """
    spans: list[Span] = []
    position = 0
    for match in _EMAIL.finditer(text):
        spans += _numbers(text, position, match.start())
        spans.append(Span(match.start(), match.end(), PersonalData.EMAIL))
        position = match.end()
    spans += _numbers(text, position, len(text))
    merged: list[Span] = []
    others = iter(spans)
    other = next(others, None)
    for name in _names(text, names):
        while other is not None and other.end <= name.start:
            merged.append(other)
            other = next(others, None)
        if other is None or name.end <= other.start:
            merged.append(name)
    if other is not None:
        merged += (other, *others)
    return tuple(merged)


def redact(
    text: str,
    placeholders: Mapping[PersonalData, str] = DEFAULT_PLACEHOLDERS,
    names: Container[str] = (),
) -> str:
    """Return the text with every find replaced by the placeholder of its kind."""
    parts: list[str] = []
    position = 0
    for span in find_personal_data(text, names):
        parts += (text[position : span.start], placeholders[span.kind])
        position = span.end
    parts.append(text[position:])
    return "".join(parts)


def words_of_name(name: str) -> frozenset[str]:
    """Return the words of a name by which it is recognized in a text: no degrees, no initials."""
    words = {match.group().casefold() for match in _WORD.finditer(name.partition(",")[0])}
    return frozenset(word for word in words if len(word) >= MIN_KNOWN_LETTERS and word not in _ADDRESS)


def _names(text: str, known: Container[str]) -> Iterator[Span]:
    """Yield names: behind a form of address, or known ones."""
    words = list(_WORD.finditer(text))
    index = 0
    while index < len(words):
        word = words[index]
        plain = word.group().casefold()
        if plain in _ADDRESS:
            count = _name_behind(text, words, index)
            if count:
                yield Span(words[index + 1].start(), words[index + count].end(), PersonalData.NAME)
                index += count + 1
                continue
        elif plain in known and (plain not in _WORDS_TOO or _is_written_like_a_name(text, word)):
            yield Span(word.start(), word.end(), PersonalData.NAME)
        index += 1


def _name_behind(text: str, words: list[re.Match[str]], index: int) -> int:
    """Return how many words behind a form of address are a name."""
    count = 0
    for word in words[index + 1 : index + 1 + MAX_NAME_WORDS]:
        gap = text[words[index + count].end() : word.start()]
        plain = word.group().casefold()
        if len(gap) > 3 or gap.strip(" .") or plain in _NO_NAME or (count and ". " in gap):
            break
        is_spoken = (
            count == 0 and words[index].group().casefold() in _SPOKEN and len(plain) >= MIN_KNOWN_LETTERS
        )
        is_address = plain in _ADDRESS
        if not (word.group()[0].isupper() or is_spoken) or (is_address and not word.group()[0].isupper()):
            break
        count += 1
    return count


def _is_written_like_a_name(text: str, word: re.Match[str]) -> bool:
    """Tell whether a word has a capital letter that no beginning of a sentence asks for."""
    before = text[max(word.start() - 20, 0) : word.start()].rstrip()
    return (
        word.group()[0].isupper()
        and not word.group().isupper()
        and bool(before)
        and before[-1] not in ".!?\n"
    )


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
