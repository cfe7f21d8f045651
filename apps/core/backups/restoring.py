"""Puts a backup into a clean database and folder, and proves that it is all there.

Nothing is ever overwritten: a database with a table, or a folder with a file, is refused. At the end every table has
the hash of the manifest, every file that of its name, and the audit chains agree with the anchors noted outside.
"""
# ruff: noqa: S603 - PostgreSQL's own programs by their full path; arguments are a list, no shell

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import audit_anchors, audit_check
from ..audit_check import Anchor
from . import contents, copying, manifest, servers
from .manifest import BadBackup, Manifest
from .servers import Address
from .taking import DumpFailed, complete_ones

UNFINISHED = ".unfinished"

Say = Callable[[str], None]


class NotClean(Exception):
    """There is something in the database or the folder already."""


class NotTheSame(Exception):
    """What was restored is not what the backup says."""


@dataclass
class Restored:
    """What a restore found, with the seconds of each step."""

    manifest: Manifest
    seconds: dict[str, float] = field(default_factory=dict)
    entries: int = 0
    anchors: int = 0
    # Anchors that are younger than the backup: what was written after it is not in it.
    younger: list[Anchor] = field(default_factory=list)


def newest(folder: Path) -> Path:
    """Return the backup itself, or the newest complete one in a folder of backups.

    :raises BadBackup: if there is none.
    """
    if (folder / manifest.SEAL).is_file():
        return folder
    found = complete_ones(folder)
    if not found:
        raise BadBackup(f"there is no complete backup in {folder}")
    return found[-1]


def restore(*, source: Path, into: Address, media: Path | None, anchors: Path | None, say: Say) -> Restored:
    """Restore a backup and compare it with its manifest and the anchors.

    :param anchors: the folder of the anchors noted outside; None compares with the copy in the backup.
    :raises BadBackup: if it is not whole; nothing is touched then.
    :raises NotClean: if the database or the folder is not empty; nothing is touched then.
    :raises DumpFailed: if the dump cannot be read; the database is then no longer clean.
    :raises NotTheSame: if what came out differs from the manifest, or the audit chains from the anchors.
    """
    made = manifest.read(source)
    result = Restored(made)
    clock = _Clock(result, say)
    manifest.check_files(source, made)
    clock.done(f"backup of {made.made_at} is whole", "check")
    _refuse_unclean(into, media)
    if media is not None:
        _restore_media(source, media)
        clock.done(f"{made.media_files} stored files restored and compared", "files")
    if made.is_copy:
        copying.load(source, made, into)
    else:
        _load_dump(source, into)
    clock.done(f"database restored with {made.program}", "database")
    with closing(servers.connect(into)) as connection:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
            _compare(cursor, made)
            clock.done(f"content is that of the backup (SHA-256 {made.content})", "compare")
        verify_audit(connection, anchors or source / manifest.ANCHORS, result, say)
    clock.done(f"audit trail: {result.entries} entries valid, {result.anchors} anchors agree", "audit")
    say(f"restored in {sum(result.seconds.values()):.1f} s")
    return result


class _Clock:
    def __init__(self, result: Restored, say: Say) -> None:
        self.result, self.say, self.since = result, say, time.monotonic()

    def done(self, sentence: str, step: str) -> None:
        """Say that a step is done, and how long it took."""
        now = time.monotonic()
        self.result.seconds[step] = now - self.since
        self.say(f"{time.strftime('%H:%M:%SZ', time.gmtime())} {sentence} ({now - self.since:.1f} s)")
        self.since = now


def _refuse_unclean(into: Address, media: Path | None) -> None:
    with closing(servers.connect(into)) as connection, connection.cursor() as cursor:
        tables = contents.tables_of(cursor)
    if tables:
        raise NotClean(
            f"the database {into.name} has tables already ({tables[0].name}, ...); name an empty one"
        )
    if media is not None and media.exists() and any(media.iterdir()):
        raise NotClean(f"the folder {media} is not empty")


def _load_dump(source: Path, into: Address) -> None:
    with closing(servers.connect(into)) as connection:
        major, _version = servers.version_of(connection)
    command = [
        str(servers.find_program("pg_restore", major)), "--exit-on-error", "--no-owner", "--no-privileges",
        "--no-password", f"--jobs={min(4, os.cpu_count() or 1)}", f"--dbname={into.name}",
        str(source / manifest.DUMP),
    ]  # fmt: skip
    done = subprocess.run(command, env=into.environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DumpFailed(f"pg_restore ended with {done.returncode}: {done.stderr[-2000:]}")


def _restore_media(source: Path, media: Path) -> None:
    # Under another name first: a half restored folder is not mistaken for the files of the site.
    unfinished = media.with_name(media.name + UNFINISHED)
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700, parents=True)
    for digest, path in manifest.media_list(source):
        target = unfinished / path.relative_to(source / manifest.MEDIA)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        target.chmod(0o600)
        if manifest.hash_of(target) != digest:
            raise NotTheSame(f"the stored file {path} has other bytes than when the backup was made")
    os.sync()
    if media.exists():
        media.rmdir()
    unfinished.rename(media)


def _compare(cursor: Any, made: Manifest) -> None:
    found = {table.name: contents.measure(cursor, table) for table in contents.tables_of(cursor)}
    differing = sorted(name for name in {*found, *made.tables} if found.get(name) != made.tables.get(name))
    if differing:
        raise NotTheSame(f"these tables differ from the backup: {', '.join(differing)}")
    if behind := contents.behind_their_ids(cursor):
        raise NotTheSame(f"these sequences would give out an id once more: {', '.join(behind)}")


def verify_audit(connection: Any, folder: Path, result: Restored, say: Say) -> None:
    """Compare the audit chains of a restored database with the anchors up to the moment of its backup.

    :raises NotTheSame: if a chain or the anchors do not fit.
    """
    noted = audit_anchors.read_folder(folder)
    for line in (*noted.remarks, *noted.flaws):
        say(f"anchors: {line}")
    newest_seq = {head.scope: head.seq for head in result.manifest.heads}
    comparable = [anchor for anchor in noted.anchors if anchor.seq <= newest_seq.get(anchor.scope, 0)]
    result.younger = [anchor for anchor in noted.anchors if anchor.seq > newest_seq.get(anchor.scope, 0)]
    reports = audit_check.verify(comparable, connection=connection)
    result.entries = sum(report.entries for report in reports)
    result.anchors = sum(report.anchors for report in reports)
    for scope in sorted({anchor.scope for anchor in result.younger}):
        last = max(anchor.seq for anchor in result.younger if anchor.scope == scope)
        say(
            f"{scope or '(installation)'}: the backup ends at entry {newest_seq.get(scope, 0)}; anchors say that there "
            f"were entries up to {last} at least. What was done after the backup is not in it."
        )
    broken = [f"{report.scope or '(installation)'}: {f}" for report in reports for f in report.findings]
    if broken or noted.flaws:
        raise NotTheSame("the audit trail does not fit: " + "; ".join([*broken, *noted.flaws]))
