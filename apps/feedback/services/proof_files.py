"""Photos and PDFs that prove something: judged by their content, written anew, kept once."""

import re
import unicodedata
from datetime import date
from pathlib import PurePath

from apps.core import files, images, policy
from apps.core.images import FileRefused
from apps.core.models import PolicyValue, StoredFile
from apps.employees.models import Government

MEGABYTE = 1_000_000
_ENDINGS = {
    images.JPEG: (".jpg", ".jpeg"),
    images.PNG: (".png",),
    images.WEBP: (".webp",),
    images.PDF: (".pdf",),
}


class ProofTooBig(FileRefused):
    """More bytes than the government allows. params: limit (megabytes)."""

    code = "too_big"


def max_megabytes(government: Government, day: date) -> int:
    """Return how large a proof may be."""
    return int(policy.get("feedback.proof_max_megabytes", on=day, scope=government.code))


def largest_limit() -> int:
    """Return how many bytes the most generous government takes: longer requests are not even read."""
    key = "feedback.proof_max_megabytes"
    values = PolicyValue.objects.filter(key=key).values_list("value", flat=True)
    return max([int(policy.definition(key).default), *map(int, values)]) * MEGABYTE


def keep(content: bytes, upload_name: str, *, government: Government, day: date) -> tuple[StoredFile, str]:
    """Store a photo or a PDF and return it with a safe name. Photos lose where and when they were taken.

    :raises FileRefused: one subclass per reason (too big, empty, wrong type, broken, encrypted, active, ...).
    """
    limit = max_megabytes(government, day)
    if len(content) > limit * MEGABYTE:
        raise ProofTooBig(limit=limit)
    if not content:
        raise images.EmptyUpload
    if images.sniff(content) == images.PDF:
        images.check_pdf(content)
        content_type = images.PDF
    else:
        content, content_type = images.clean_image(content)
    return files.store(content, content_type), clean_name(upload_name, content_type)


def clean_name(upload_name: str, content_type: str) -> str:
    """Return a name to show and to download by: no path, no control characters, the ending of the real type."""
    name = unicodedata.normalize("NFC", re.split(r"[\\/]", upload_name)[-1])
    name = "".join(character for character in name if unicodedata.category(character)[0] != "C").strip(" .")
    suffix = PurePath(name).suffix
    if suffix.lower() in _ENDINGS[content_type]:
        stem = name[: -len(suffix)]
    else:
        stem, suffix = name, _ENDINGS[content_type][0]
    return f"{(stem or 'bukti')[:150]}{suffix.lower()}"
