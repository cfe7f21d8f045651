"""Makes a backup: one moment of the database, the stored files that belong to it, and hashes of everything.

All tables are read in one snapshot: by pg_dump, and by us for their hashes. The backup grows under a name that begins
with a dot and gets its own name when everything is on the disk; a killed run leaves nothing that looks complete. Files
that an earlier backup in the same folder holds are linked, so each backup stands alone and costs what is new.
"""
# ruff: noqa: S603 - PostgreSQL's own programs by their full path; arguments are a list, no shell

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from .. import files
from . import contents, manifest, servers
from .manifest import Head, Manifest

NAME = re.compile(r"asn-\d{8}T\d{6}Z")
UNFINISHED = ".unfinished-"

Say = Callable[[str], None]


class AlreadyRunning(Exception):
    """Another backup into the same folder is not finished."""


class DumpFailed(Exception):
    """pg_dump or pg_restore ended with an error."""


def complete_ones(folder: Path) -> list[Path]:
    """Return the complete backups of a folder, oldest first."""
    if not folder.is_dir():
        return []
    return sorted(
        path for path in folder.iterdir() if NAME.fullmatch(path.name) and (path / manifest.SEAL).is_file()
    )


def take(*, to: Path, at: datetime, keep: int, say: Say, with_program: bool = True) -> tuple[Path, Manifest]:
    """Make a backup of the site in a new folder below `to`, then drop all but the newest `keep`.

    :param with_program: False reads the tables with COPY even where pg_dump is installed.
    :raises AlreadyRunning: if one is being made there.
    :raises DumpFailed: if pg_dump did not come to its end; nothing is kept then.
    """
    began = time.monotonic()
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(to):
        for left in to.glob(f"{UNFINISHED}*"):  # we hold the lock: whoever made it is dead
            shutil.rmtree(left)
        earlier = complete_ones(to)
        final = to / f"asn-{at:%Y%m%dT%H%M%SZ}"
        unfinished = to / f"{UNFINISHED}{final.name}"
        unfinished.mkdir(mode=0o700)
        try:
            made = _fill(unfinished, earlier[-1] if earlier else None, at, say, with_program)
            digest = manifest.write(unfinished, made)
            os.sync()
            unfinished.rename(final)
            _sync(to)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        took = time.monotonic() - began
        say(f"complete in {took:.1f} s: {final} (SHA-256 of the manifest {digest})")
        for old in complete_ones(to)[: -keep or None]:
            # Not complete any more from the first moment.
            dropped = old.rename(to / f"{UNFINISHED}{old.name}.old")
            shutil.rmtree(dropped)
            say(f"dropped {old.name}")
    return final, made


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(f"another backup into {folder} is running") from error
        yield


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _fill(folder: Path, earlier: Path | None, at: datetime, say: Say, with_program: bool) -> Manifest:
    address = servers.own_address()
    with closing(servers.connect(address)) as connection, connection.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        major, version = servers.version_of(connection)
        program = _program(major) if with_program else None
        made = Manifest(made_at=at.isoformat(), server=version, program="copy")
        if program:
            made.program = f"pg_dump {_version_of_program(program)}"
            _with_program(program, address, cursor, folder, made)
        else:
            _with_copy(cursor, folder, made)
        made.content = contents.content_hash(made.tables)
        say(
            f"database: {len(made.tables)} tables, {sum(t.rows for t in made.tables.values())} rows, {made.program}"
        )
        _note_state(cursor, made)
        _keep_media(cursor, folder, earlier, made)
        say(f"stored files: {made.media_files}, {made.media_bytes} bytes, {len(made.media_lost)} lost")
        cursor.execute("COMMIT")
    _keep_anchors(folder, made)
    return made


def _program(major: int) -> Path | None:
    try:
        return servers.find_program("pg_dump", major)
    except servers.NoProgram:
        return None


def _version_of_program(program: Path) -> str:
    shown = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=True).stdout
    return shown.strip().removeprefix("pg_dump (PostgreSQL) ")


def _with_program(program: Path, address: servers.Address, cursor: Any, folder: Path, made: Manifest) -> None:
    cursor.execute("SELECT pg_export_snapshot()")
    (snapshot,) = cursor.fetchone()
    dump = folder / manifest.DUMP
    command = [
        str(program), "--format=custom", "--no-owner", "--no-privileges", "--no-password",
        f"--snapshot={snapshot}", f"--file={dump}",
    ]  # fmt: skip
    with (folder / "pg_dump.log").open("wb") as log:
        running = subprocess.Popen(command, env=address.environment, stdout=log, stderr=log)
        try:
            # While pg_dump writes, we read the same moment for the hashes.
            for table in contents.tables_of(cursor):
                made.tables[table.name] = contents.measure(cursor, table)
            code = running.wait()
        except BaseException:
            running.kill()
            running.wait()
            raise
    said = (folder / "pg_dump.log").read_text(errors="replace")
    if code:
        raise DumpFailed(f"pg_dump ended with {code}: {said[-2000:]}")
    (folder / "pg_dump.log").unlink()
    made.files[manifest.DUMP] = manifest.hash_of(dump)


def _with_copy(cursor: Any, folder: Path, made: Manifest) -> None:
    (folder / manifest.TABLES).mkdir()
    for table in contents.tables_of(cursor):
        name = f"{manifest.TABLES}/{table.name}.copy.gz"
        made.tables[table.name] = contents.measure(cursor, table, folder / name)
        made.files[name] = manifest.hash_of(folder / name)


def _note_state(cursor: Any, made: Manifest) -> None:
    cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
    made.migrations = [name for (name,) in cursor.fetchall()]
    cursor.execute("SELECT scope, seq, hash FROM core_audithead ORDER BY scope")
    made.heads = [Head(*row) for row in cursor.fetchall()]


def _keep_media(cursor: Any, folder: Path, earlier: Path | None, made: Manifest) -> None:
    with (folder / manifest.MEDIA_LIST).open("w", encoding="utf-8") as listed:
        for sha256 in _stored(cursor):
            name = f"{manifest.MEDIA}/{sha256[:2]}/{sha256[2:4]}/{sha256}"
            size = _keep_file(files.path_of(sha256), folder / name, earlier and earlier / name)
            if size is None:
                made.media_lost.append(sha256)
                continue
            made.media_files += 1
            made.media_bytes += size
            listed.write(f"{sha256}  {name}\n")
    made.files[manifest.MEDIA_LIST] = manifest.hash_of(folder / manifest.MEDIA_LIST)


def _stored(cursor: Any, size: int = 10_000) -> Iterator[str]:
    last = ""
    while True:
        cursor.execute(
            "SELECT sha256 FROM core_storedfile WHERE sha256 > %s ORDER BY sha256 LIMIT %s", [last, size]
        )
        rows = cursor.fetchall()
        yield from (sha256 for (sha256,) in rows)
        if len(rows) < size:
            return
        last = rows[-1][0]


def _keep_file(source: Path, target: Path, earlier: Path | None) -> int | None:
    """Keep one file and return its size; None if it is gone, or its bytes are not those of its name."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if earlier is not None and earlier.is_file():
        try:
            os.link(earlier, target)
        except OSError:  # a disk without links: copied below
            pass
        else:
            return target.stat().st_size
    digest = hashlib.sha256()
    try:
        with source.open("rb") as given, target.open("xb") as kept:
            while piece := given.read(1 << 20):
                digest.update(piece)
                kept.write(piece)
    except FileNotFoundError:
        return None
    if digest.hexdigest() != target.name:
        target.unlink()
        return None
    return target.stat().st_size


def _keep_anchors(folder: Path, made: Manifest) -> None:
    """The anchors of the audit trail as they are now; the folder they come from stays the one that counts."""
    (folder / manifest.ANCHORS).mkdir()
    for path in sorted(Path(settings.AUDIT_ANCHOR_DIR).glob("audit-anchors-*.txt")):
        name = f"{manifest.ANCHORS}/{path.name}"
        shutil.copyfile(path, folder / name)
        made.files[name] = manifest.hash_of(folder / name)
