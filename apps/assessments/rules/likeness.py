"""Whether two texts or two pictures are nearly equal: fingerprints to search by, and the limits of "nearly".

A fingerprint is cut into bands. Two things that are nearly equal share at least one band, so a search asks the
database for rows with a common band (an index on arrays) and compares only those exactly. Why these numbers:
docs/rules/evidence.md.
"""

import re
from collections.abc import Iterable
from hashlib import blake2b

# A picture differs in at most so many of its 64 bits from one that is "the same, taken or saved again".
PICTURE_DISTANCE = 5
# One band more than bits may differ: at least one band is then untouched.
_PICTURE_BANDS = (11, 11, 11, 11, 10, 10)

# Texts shorter than this say the same by chance; trigram similarity from here on is "nearly equal".
TEXT_WORDS = 25
TEXT_SIMILARITY = 0.8
_SHINGLE = 3
_BANDS = 16
_ROWS = 2
_PRIME = (1 << 61) - 1


def _number(text: str, size: int = 8) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=size).digest(), "big")


_FACTORS = [(_number(f"a{i}") % _PRIME | 1, _number(f"b{i}") % _PRIME) for i in range(_BANDS * _ROWS)]


def picture_bands(picture: int | None) -> list[int]:
    """Return the pieces of a picture's hash, each marked with its place; none for no hash."""
    if picture is None:
        return []
    bits = picture & ((1 << 64) - 1)
    bands = []
    for place, width in enumerate(_PICTURE_BANDS):
        bands.append(place << 11 | bits & ((1 << width) - 1))
        bits >>= width
    return bands


def picture_distance(left: int, right: int) -> int:
    """Return in how many bits two hashes differ."""
    return ((left ^ right) & ((1 << 64) - 1)).bit_count()


def words_of(text: str) -> list[str]:
    """Return the words of a text, without case and marks."""
    return re.findall(r"\w+", text.casefold())


def plain_text(text: str) -> str:
    """Return a text as it is compared: words and single blanks."""
    return " ".join(words_of(text))


def text_bands(text: str) -> list[int]:
    """Return the fingerprint of a text (MinHash over three words at a time); none for a short one.

    Two texts that share half of these threes have a band in common in 99 of 100 cases; two that share a twentieth,
    in 4 of 100. It only proposes: `TEXT_SIMILARITY` decides.
    """
    words = words_of(text)
    if len(words) < TEXT_WORDS:
        return []
    threes = {" ".join(words[i : i + _SHINGLE]) for i in range(len(words) - _SHINGLE + 1)}
    smallest = _smallest([_number(three) % _PRIME for three in threes])
    return [
        _number(f"{band}:" + ":".join(map(str, smallest[band * _ROWS : (band + 1) * _ROWS])), 4) >> 1
        for band in range(_BANDS)
    ]


def _smallest(numbers: Iterable[int]) -> list[int]:
    listed = list(numbers)
    return [min((a * number + b) % _PRIME for number in listed) for a, b in _FACTORS]
