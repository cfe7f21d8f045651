"""Stored files: bytes under their SHA-256, written so that a pulled plug leaves no half file (reliability rule R7).

A row of another app points to a StoredFile and decides who may read it; there is no address for a file as such.
"""

import hashlib
import os
import time
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, HttpResponseBase

from .models import StoredFile


def path_of(sha256: str) -> Path:
    """Return where the bytes of a hash lie."""
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256[2:4] / sha256


def store(content: bytes, content_type: str) -> StoredFile:
    """Keep bytes and return their row; equal bytes are kept once.

    The file is complete on disk (temporary name, fsync, rename) before the row exists: never a row without a file.
    """
    return _keep(hashlib.sha256(content).hexdigest(), len(content), iter([content]), content_type)


def store_file(path: Path, content_type: str) -> StoredFile:
    """Keep a file that was made on disk, without reading it into memory."""
    digest = hashlib.sha256()
    for piece in _pieces(path):
        digest.update(piece)
    return _keep(digest.hexdigest(), path.stat().st_size, _pieces(path), content_type)


def _pieces(path: Path) -> Iterable[bytes]:
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            yield piece


def _keep(sha256: str, size: int, pieces: Iterable[bytes], content_type: str) -> StoredFile:
    target = path_of(sha256)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f"{sha256}.{os.getpid()}.{time.monotonic_ns()}.part")
        with temporary.open("wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(target)
        directory = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
    row, _created = StoredFile.objects.get_or_create(
        sha256=sha256, defaults={"size": size, "content_type": content_type}
    )
    return row


def read(file: StoredFile) -> bytes:
    """Return the bytes of a stored file."""
    return path_of(file.sha256).read_bytes()


def response(file: StoredFile, name: str, *, inline: bool = False) -> HttpResponseBase:
    """Return a download of a stored file. The caller has checked the permission.

    Only images may be shown inline; everything else is an attachment in a sandbox, so that a hostile file cannot run
    as one of our pages (threat T8).
    """
    show = inline and file.content_type.startswith("image/")
    answer = FileResponse(path_of(file.sha256).open("rb"), content_type=file.content_type)
    answer["Content-Disposition"] = f"{'inline' if show else 'attachment'}; filename*=UTF-8''{quote(name)}"
    answer["Content-Length"] = str(file.size)
    answer["Cache-Control"] = "private, no-store"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def sweep_orphans(root: Path, known: Iterable[str], older_than_seconds: int) -> int:
    """Remove files without a row, and unfinished ones, once they are old; return how many."""
    names = set(known)
    removed = 0
    limit = time.time() - older_than_seconds
    for path in root.glob("??/??/*"):
        if path.name not in names and path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
