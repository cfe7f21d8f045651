"""Stored files: bytes under their SHA-256, written so that a pulled plug leaves no half file (reliability rule R7).

A row of another app points to a StoredFile and decides who may read it; there is no address for a file as such.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, HttpResponseBase

from .models import StoredFile

SWEEP_BATCH = 1000


class NotStored(OSError):
    """Raised when the disk would not take a file (full, say): nothing is kept, and sending it later may work."""


def path_of(sha256: str) -> Path:
    """Return where the bytes of a hash lie."""
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256[2:4] / sha256


def store(content: bytes, content_type: str) -> StoredFile:
    """Keep bytes and return their row; equal bytes are kept once.

    The file is complete on disk (temporary name, fsync, rename) before the row exists: never a row without a file.

    :raises NotStored: if the disk would not take it.
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
    if not _is_kept(target):
        _write(target, pieces)
    row, _created = StoredFile.objects.get_or_create(
        sha256=sha256, defaults={"size": size, "content_type": content_type}
    )
    return row


def _is_kept(target: Path) -> bool:
    """Whether the bytes are there already; then they count as new, so that no sweep takes them before their row."""
    if not target.exists():
        return False
    with _sweep_lock(fcntl.LOCK_SH):
        try:
            os.utime(target)
        except FileNotFoundError:  # swept in between
            return False
    # Whoever wrote it may not have come so far yet.
    _sync_folder(target.parent)
    return True


def _write(target: Path, pieces: Iterable[bytes]) -> None:
    temporary = target.with_name(f"{target.name}.{os.getpid()}.{time.monotonic_ns()}.part")
    try:
        _make_folder(target.parent)
        with temporary.open("wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)  # no half file stays
        raise NotStored(*error.args) from error
    _sync_folder(target.parent)


def _make_folder(folder: Path) -> None:
    """Make a folder that survives a power cut: its name stands in the folder above, which is synced too."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _sweep_lock(kind: int) -> Iterator[None]:
    """Keep sweeping apart from taking up bytes that are there already; shared among those who store."""
    with (Path(settings.MEDIA_ROOT) / ".sweep").open("ab") as file:
        fcntl.flock(file, kind)
        yield


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


def sweep_orphans(older_than_seconds: int) -> int:
    """Remove files without a row, and unfinished ones, once they are old; return how many.

    Old means: not written, and not stored once more, for so long; the row of what was stored later is still to come.
    """
    limit = time.time() - older_than_seconds
    old = (path for path in Path(settings.MEDIA_ROOT).glob("??/??/*") if _is_older(path, limit))
    removed = 0
    while paths := list(islice(old, SWEEP_BATCH)):
        names = [path.name for path in paths]
        known = set(StoredFile.objects.filter(sha256__in=names).values_list("sha256", flat=True))
        removed += sum(_remove_if_old(path, limit) for path in paths if path.name not in known)
    return removed


def _remove_if_old(path: Path, limit: float) -> bool:
    with _sweep_lock(fcntl.LOCK_EX):
        if not _is_older(path, limit):
            return False
        path.unlink(missing_ok=True)
    return True


def _is_older(path: Path, limit: float) -> bool:
    try:
        return path.stat().st_mtime < limit
    except FileNotFoundError:  # an unfinished one, finished by now
        return False
