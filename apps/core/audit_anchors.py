"""Notes the heads of the audit chains outside the database, every hour, and reads what was noted.

A chain whose newest entries were deleted, or that was computed anew from some entry on, is valid in itself. It no
longer agrees with a head that was noted where the database's administrator cannot write: a file on another path or
host, a mailbox, a printed page (threat T4).

The file of a year has a line per head: instant, kind, scope, place, hash, and a running hash over the line and the
running hash before it, so that the file cannot lose a line either. It is only ever appended to. A power cut may leave
half a line at its end; the next line then begins on a new one, and a reader passes the half line over.
"""

import fcntl
import hashlib
import os
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import send_mail
from django.db import connection, transaction

from . import jobs
from .audit_check import Anchor
from .models import AuditAnchor, AuditHead

# The last: a year left the database up to this place, and the chain goes on behind it (audit_years.py).
HEAD, RESTORED, KEPT_UNTIL = "head", "restored", "kept-until"
INSTALLATION = "-"
HOOK_SECONDS = 10
_TAIL_BYTES = 1 << 16
_LOCK = "core.audit_anchors"


@dataclass(frozen=True)
class Line:
    """One line of an anchor file."""

    at: datetime
    kind: str
    scope: str
    seq: int
    hash: str

    @property
    def text(self) -> str:
        """The line without its running hash."""
        scope = self.scope or INSTALLATION
        return "\t".join(
            [f"{self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", self.kind, scope, str(self.seq), self.hash]
        )


@dataclass
class Noted:
    """What a folder of anchors says: the heads, what is wrong with the files, and what is good to know."""

    anchors: list[Anchor] = field(default_factory=list)
    flaws: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


# --- writing


def anchor_due(*, now: datetime) -> int:
    """Note the head of every chain that has no anchor for this hour yet; return how many.

    After hours without a beat only the present hour is noted: what the heads were before, nobody knows any more. Two
    beats at once make one set of lines. The lines are on the disk before the rows; a crash in between writes them
    twice, which harms nothing.
    """
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if not _without_anchor(hour):
        return 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_LOCK])
        heads = _without_anchor(hour)
        if not heads:
            return 0
        path = append(settings.AUDIT_ANCHOR_DIR, [Line(now, HEAD, h.scope, h.seq, h.hash) for h in heads])
        AuditAnchor.objects.bulk_create(
            AuditAnchor(
                hour=hour, scope=h.scope, seq=h.seq, hash=h.hash, written_to=str(path)[-400:], written_at=now
            )
            for h in heads
        )
        _send_elsewhere(hour, heads[0].scope)
    return len(heads)


def _without_anchor(hour: datetime) -> list[AuditHead]:
    noted = AuditAnchor.objects.filter(hour=hour).values("scope")
    return list(AuditHead.objects.filter(seq__gt=0).exclude(scope__in=noted).order_by("scope"))


def _send_elsewhere(hour: datetime, first_scope: str) -> None:
    # A chain that began within the hour is noted later than the others, hence its name in the key.
    suffix = f"{hour:%Y%m%d%H}:{first_scope}"
    if settings.AUDIT_ANCHOR_MAIL:
        jobs.enqueue("core.mail_anchor", key=f"mail-anchor:{suffix}", hour=hour.isoformat())
    if settings.AUDIT_ANCHOR_URL:
        jobs.enqueue("core.post_anchor", key=f"post-anchor:{suffix}", hour=hour.isoformat())


def append(folder: Path, lines: Sequence[Line]) -> Path:
    """Append lines to the file of their year, on the disk when this returns; return its path."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"audit-anchors-{lines[0].at.astimezone(UTC):%Y}.txt"
    with _locked(folder):
        running = _last_running_hash(folder)
        text = "\n" if _ends_within_a_line(path) else ""
        for line in lines:
            running = _running_hash(running, line.text)
            text += f"{line.text}\t{running}\n"
        with path.open("ab") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return path


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("audit-anchors-[0-9][0-9][0-9][0-9].txt"))


def _running_hash(previous: str, text: str) -> str:
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def _ends_within_a_line(path: Path) -> bool:
    if not path.exists() or not path.stat().st_size:
        return False
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"


def _last_running_hash(folder: Path) -> str:
    for path in reversed(_files(folder)):
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
            # What stands behind the last line break is half a line.
            for raw in reversed(file.read().split(b"\n")[:-1]):
                if parsed := _parse(raw):
                    return parsed[1]
    return ""


# --- elsewhere


@jobs.handler("core.mail_anchor", atomic=False)
def mail_anchor(*, hour: str, **_: object) -> None:
    """Send the heads of an hour to the mailboxes of AUDIT_ANCHOR_MAIL."""
    subject = f"Jangkar jejak audit {hour[:16]}Z - {urlsplit(settings.PUBLIC_URL).hostname}"
    send_mail(subject, _lines_of(hour), None, settings.AUDIT_ANCHOR_MAIL)


@jobs.handler("core.post_anchor", atomic=False)
def post_anchor(*, hour: str, **_: object) -> None:
    """Post the heads of an hour to AUDIT_ANCHOR_URL; the outbox tries again when it does not answer with 2xx."""
    request = urllib.request.Request(  # noqa: S310 - the operator's own setting, https only
        settings.AUDIT_ANCHOR_URL,
        data=_lines_of(hour).encode(),
        headers={"Content-Type": "text/plain; charset=utf-8"},
        method="POST",
    )
    with _without_redirection().open(request, timeout=HOOK_SECONDS):
        pass


class _NoRedirection(urllib.request.HTTPRedirectHandler):
    """The operator named an address; nobody else names another."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Follow nothing: the opener then raises HTTPError."""


def _without_redirection() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_NoRedirection)


def _lines_of(hour: str) -> str:
    rows = AuditAnchor.objects.filter(hour=datetime.fromisoformat(hour)).order_by("scope")
    lines = [Line(row.written_at, HEAD, row.scope, row.seq, row.hash).text for row in rows]
    return "\n".join([*lines, ""])


# --- reading


def read_folder(folder: Path) -> Noted:
    """Read every anchor of a folder and check that no line was changed or taken out.

    A head that did not move for hours counts once. Heads beyond the place to which a database was restored are set
    aside, and said to be.
    """
    noted = Noted()
    heads: dict[str, list[Anchor]] = {}
    files = _files(folder) if folder.is_dir() else []
    if not files:
        noted.remarks.append(f"none in {folder}")
    running = ""
    for path in files:
        with path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                if (parsed := _parse(raw.rstrip(b"\n"))) is None or not raw.endswith(b"\n"):
                    if raw.strip():
                        noted.remarks.append(f"{path.name} line {number} is not complete (a power cut?)")
                    continue
                line, told = parsed
                if told != _running_hash(running, line.text):
                    noted.flaws.append(f"{path.name} line {number} does not follow the line before it")
                running = told
                _take(line, heads.setdefault(line.scope, []), noted)
    noted.anchors = [anchor for anchors in heads.values() for anchor in anchors]
    return noted


def _parse(raw: bytes) -> tuple[Line, str] | None:
    try:
        at, kind, scope, seq, digest, running = raw.decode("ascii").split("\t")
        line = Line(
            datetime.fromisoformat(at), kind, "" if scope == INSTALLATION else scope, int(seq), digest
        )
    except ValueError:
        return None
    if (
        kind not in {HEAD, RESTORED, KEPT_UNTIL}
        or len(running) != 64
        or line.text != raw.decode("ascii").rpartition("\t")[0]
    ):
        return None
    return line, running


def _take(line: Line, heads: list[Anchor], noted: Noted) -> None:
    if line.kind == RESTORED:
        beyond = [anchor for anchor in heads if anchor.seq > line.seq]
        for anchor in beyond:
            heads.remove(anchor)
        scope = line.scope or "(installation)"
        noted.remarks.append(
            f"{scope} was restored to entry {line.seq} on {line.at:%Y-%m-%d %H:%M}Z; {len(beyond)} anchors set aside"
        )
    has_left = line.kind == KEPT_UNTIL
    if not heads or (heads[-1].seq, heads[-1].hash, heads[-1].has_left) != (line.seq, line.hash, has_left):
        heads.append(Anchor(at=line.at, scope=line.scope, seq=line.seq, hash=line.hash, has_left=has_left))


def missing_from(noted: Noted) -> list[str]:
    """Return sentences about anchors that the database has a row for and the folder has not: its end was cut off."""
    kept = {(anchor.scope, anchor.seq, anchor.hash) for anchor in noted.anchors}
    newest = AuditAnchor.objects.order_by("scope", "-hour").distinct("scope")
    return [
        f"the anchor of {row.scope or '(installation)'} for {row.hour:%Y-%m-%d %H:%M}Z (entry {row.seq}) "
        "was written and is not there any more"
        for row in newest
        if (row.scope, row.seq, row.hash) not in kept
    ]
