"""Evidence files: images are decoded and written anew, PDFs are searched for what acts. Framework-free.

Content decides, not the name. Each refusal is an exception with `code` and `params`; the sentence is made
elsewhere.
"""

import io
import re
import zlib
from collections.abc import Iterator
from datetime import date
from typing import ClassVar

from PIL import Image, ImageOps, UnidentifiedImageError

JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"
_FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}


class FileRefused(Exception):
    """Base of the refusals: `code` names the problem, `params` holds what a sentence about it needs."""

    code: ClassVar[str] = "file_refused"

    def __init__(self, **params: object) -> None:
        super().__init__(self.code, params)
        self.params = params


class EmptyUpload(FileRefused):
    """Not a single byte."""

    code = "empty_upload"


class UnknownContent(FileRefused):
    """The content is no JPEG, PNG or WebP (for `clean_image`), or no PDF (for `check_pdf`)."""

    code = "unknown_content"


class ImageTooLarge(FileRefused):
    """More pixels than allowed. params: width, height, limit (pixels in all)."""

    code = "image_too_large"


class BrokenImage(FileRefused):
    """Cut off or damaged."""

    code = "broken_image"


class BrokenPdf(FileRefused):
    """Cut off or damaged, or with parts that we cannot look into."""

    code = "broken_pdf"


class EncryptedPdf(FileRefused):
    """Protected by a password or by rights."""

    code = "encrypted_pdf"


class ActivePdf(FileRefused):
    """The PDF would do something when opened. params: found (e.g. ["JavaScript"])."""

    code = "active_pdf"


class PdfTooLarge(FileRefused):
    """Unpacks to too much. params: limit (bytes)."""

    code = "pdf_too_large"


def sniff(data: bytes) -> str | None:
    """Return the content type by the first bytes: JPEG, PNG, WebP or PDF; None for anything else."""
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data.startswith(b"%PDF-"):
        return PDF
    return None


def clean_image(data: bytes, max_pixels: int = 40_000_000, max_side: int = 2000) -> tuple[bytes, str]:
    """Return the image encoded anew, and its content type (unchanged).

    Nothing but the picture survives: no EXIF, no GPS, no comment, no bytes behind the end. It is turned
    upright, and made smaller if a side is longer than `max_side` pixels. Of an animation the first frame
    remains.

    :raises EmptyUpload, UnknownContent, BrokenImage: for what is no readable image.
    :raises ImageTooLarge: before any pixel is decoded.
    """
    if not data:
        raise EmptyUpload
    kind = sniff(data)
    if kind not in _FORMATS:
        raise UnknownContent
    try:
        # Image.open reads the header only. Its own bomb check comes first for extreme sizes.
        image = Image.open(io.BytesIO(data), formats=[_FORMATS[kind]])
        width, height = image.size
        if width * height > max_pixels:
            raise ImageTooLarge(width=width, height=height, limit=max_pixels)
        if kind == JPEG:
            image.draft("RGB", (max_side, max_side))  # decodes a large photo at a fraction of its size
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
        return _encode(upright, kind), kind
    except Image.DecompressionBombError as error:
        raise ImageTooLarge(width=None, height=None, limit=max_pixels) from error
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        IndexError,
        zlib.error,
    ) as error:
        raise BrokenImage from error


def _encode(image: Image.Image, kind: str) -> bytes:
    transparent = kind != JPEG and (image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info)
    if image.mode.startswith("I"):
        # 16-bit grey: keep the upper half, where a plain conversion would clip to white.
        image = image.point(lambda value: value / 256).convert("L")
    bare = image.convert("RGBA" if transparent else "L" if image.mode in {"1", "L"} else "RGB")
    bare.info.clear()
    out = io.BytesIO()
    if kind == JPEG:
        bare.save(out, "JPEG", quality=85, optimize=True)
    elif kind == PNG:
        bare.save(out, "PNG", optimize=True)
    else:
        bare.save(out, "WEBP", quality=85, method=4)
    return out.getvalue()


# Tags of EXIF: when it was taken, when it was made digital, when the file was written.
_EXIF_DETAILS = 0x8769
_TONES = 12  # of 256: a picture with less is paper, sky or darkness
_EXIF_DAYS = ((_EXIF_DETAILS, 0x9003), (_EXIF_DETAILS, 0x9004), (None, 0x0132))


def taken_on(data: bytes) -> date | None:
    """Return the day a photo says it was taken; None if it does not say. Never raises.

    To be asked before `clean_image`, which takes everything but the picture away.
    """
    kind = sniff(data)
    if kind not in _FORMATS:
        return None
    try:
        exif = Image.open(io.BytesIO(data), formats=[_FORMATS[kind]]).getexif()
        for part, tag in _EXIF_DAYS:
            found = re.match(
                r"(\d{4})[:-](\d\d)[:-](\d\d)", str((exif.get_ifd(part) if part else exif).get(tag, ""))
            )
            if found:
                return date(int(found[1]), int(found[2]), int(found[3]))
    except Exception:  # a camera's odd remarks are no reason to refuse its picture
        return None
    return None


def difference_hash(data: bytes) -> int | None:
    """Return what a picture looks like in 64 bits (signed): is each of 9 x 8 grey fields brighter than the next?

    Saving again, another size or quality change few bits or none. None for what is no picture, or nearly one tone:
    two white pages are not the same page.
    """
    kind = sniff(data)
    if kind not in _FORMATS:
        return None
    try:
        image = Image.open(io.BytesIO(data), formats=[_FORMATS[kind]])
        image.draft("L", (72, 64))
        small = image.convert("L").resize((9, 8), Image.Resampling.BOX)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    fields = small.tobytes()
    if max(fields) - min(fields) < _TONES:
        return None
    bits = 0
    for row in range(8):
        for column in range(8):
            place = row * 9 + column
            bits = bits << 1 | (fields[place] > fields[place + 1])
    return bits - (1 << 64) if bits >> 63 else bits


# Each is long enough not to turn up by chance in compressed data.
_ACTIVE = {
    "JavaScript": re.compile(rb"/JavaScript(?![A-Za-z])"),
    "Launch": re.compile(rb"/Launch(?![A-Za-z])"),
    "EmbeddedFile": re.compile(rb"/EmbeddedFiles?(?![A-Za-z])|/EF\s*(?:<<|\d+\s+\d+\s+R)"),
    "RichMedia": re.compile(rb"/RichMedia"),
    "XFA": re.compile(rb"/XFA\s*(?:\[|\d+\s+\d+\s+R)"),
    "SubmitForm": re.compile(rb"/SubmitForm(?![A-Za-z])"),
    "ImportData": re.compile(rb"/ImportData(?![A-Za-z])"),
    "GoToRemote": re.compile(rb"/GoTo[RE]\s*(?:/|>>|\r|\n| )"),
}
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_OBJECT_STREAM = re.compile(rb"/ObjStm|/First\s+\d")
_ENCRYPT = re.compile(rb"/Encrypt\s*(?:<<|\d+\s+\d+\s+R)")
_MAX_UNPACKED = 500_000_000
_PIECE = 1 << 20
_OVERLAP = 64  # longer than any pattern with its escapes


def check_pdf(data: bytes, max_unpacked: int = _MAX_UNPACKED) -> None:
    """Refuse a PDF that is broken, encrypted, or would act: scripts, programs, attached files, forms that
    send.

    A search, not a parser: it looks at the whole file and into every compressed stream, with names unescaped
    (`/J#61vaScript`). What cannot be looked into - object streams with another filter or a predictor - is
    refused, so the search errs to the safe side: a text that merely prints the word "/JavaScript" is refused
    as well.

    :param max_unpacked: bytes that all streams together may unpack to.
    :raises EmptyUpload, UnknownContent, BrokenPdf, EncryptedPdf, ActivePdf, PdfTooLarge: one per reason.
    """
    if not data:
        raise EmptyUpload
    if sniff(data) != PDF:
        raise UnknownContent
    _require_frame(data)
    if _ENCRYPT.search(_unescape(data)):
        raise EncryptedPdf
    found = _active_names(data)
    left = max_unpacked
    for match in _STREAM.finditer(data):
        # The dictionary stands between the last "obj" and the stream.
        head_start = data.rfind(b"obj", max(0, match.start() - 4000), match.start())
        head = _unescape(data[max(head_start, 0) : match.start()])
        objects = _OBJECT_STREAM.search(head) is not None
        if objects and b"/DecodeParms" in head:
            raise BrokenPdf
        size, tail = 0, b""
        for piece in _inflate(data, match.end()):
            size += len(piece)
            if size > left:
                raise PdfTooLarge(limit=max_unpacked)
            found |= _active_names(tail + piece)
            tail = piece[-_OVERLAP:]
        left -= size
        if objects and not size and b"/Filter" in head:
            raise BrokenPdf
    if found:
        raise ActivePdf(found=sorted(found))


def _require_frame(data: bytes) -> None:
    """Refuse a file without its end, or whose end does not point at a cross-reference."""
    tail = data[-2048:]
    starts = re.findall(rb"startxref\s+(\d+)\s+%%EOF", tail)
    if not starts:
        raise BrokenPdf
    target = data[int(starts[-1][:12]) :][:40].lstrip()
    if not re.match(rb"xref\b|\d+\s+\d+\s+obj\b", target):
        raise BrokenPdf


def _unescape(data: bytes) -> bytes:
    return _ESCAPED.sub(lambda m: bytes([int(m[1], 16)]), data) if b"#" in data else data


def _active_names(data: bytes) -> set[str]:
    plain = _unescape(data)
    return {name for name, pattern in _ACTIVE.items() if pattern.search(plain)}


def _inflate(data: bytes, start: int) -> Iterator[bytes]:
    """Yield the stream at `start` unpacked, in pieces; nothing if it is not in zlib's format."""
    inflate = zlib.decompressobj()
    position = start
    try:
        while position < len(data) and not inflate.eof:
            packed = data[position : position + 65536]
            position += len(packed)
            while packed:
                if piece := inflate.decompress(packed, _PIECE):
                    yield piece
                packed = inflate.unconsumed_tail
    except zlib.error:
        return
