"""Which characters the vendored fonts can print, so that one odd character never stops a pack of
documents.
"""

import struct
import unicodedata
from functools import cache
from pathlib import Path

FONT_DIR = Path(__file__).parent / "fonts"
REPLACEMENT = "\u25a1"  # an empty square, which the fonts have
_FORMAT_CHARACTERS = {"\t", "\n", "\u200b"}


def _cmap(font: bytes) -> set[int]:
    """Return the code points of a TrueType font (OpenType `cmap`, formats 4 and 12)."""
    tables = struct.unpack_from(">H", font, 4)[0]
    start = next(
        struct.unpack_from(">I", font, 12 + 16 * i + 8)[0]
        for i in range(tables)
        if font[12 + 16 * i : 16 + 16 * i] == b"cmap"
    )
    points: set[int] = set()
    for i in range(struct.unpack_from(">H", font, start + 2)[0]):
        sub = start + struct.unpack_from(">I", font, start + 4 + 8 * i + 4)[0]
        kind = struct.unpack_from(">H", font, sub)[0]
        if kind == 4:
            count = struct.unpack_from(">H", font, sub + 6)[0] // 2
            ends = struct.unpack_from(f">{count}H", font, sub + 14)
            starts = struct.unpack_from(f">{count}H", font, sub + 16 + 2 * count)
            for first, last in zip(starts, ends, strict=True):
                points.update(range(first, min(last, 0xFFFE) + 1))
        elif kind == 12:
            for j in range(struct.unpack_from(">I", font, sub + 12)[0]):
                first, last, _ = struct.unpack_from(">III", font, sub + 16 + 12 * j)
                points.update(range(first, last + 1))
    return points


@cache
def printable() -> frozenset[str]:
    """Return the characters that every vendored face has."""
    faces = [_cmap(path.read_bytes()) for path in sorted(FONT_DIR.glob("*.ttf"))]
    return frozenset(map(chr, set.intersection(*faces)))


def clean(text: str) -> str:
    """Return `text` in composed form, controls removed, unprintable characters as the replacement sign.

    Newlines stay; everything that the fonts cover stays literally.
    """
    allowed = printable()
    if allowed.issuperset(text):
        return unicodedata.normalize("NFC", text)
    out = []
    for c in unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")):
        if c in allowed or c in _FORMAT_CHARACTERS:
            out.append(c)
        elif unicodedata.category(c) not in {"Cc", "Cf", "Cs"} and not 0xFE00 <= ord(c) <= 0xFE0F:
            out.append(REPLACEMENT)
    return "".join(out)
