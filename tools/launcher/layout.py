"""Where things lie in a clone and its run folder, and the values handed to the processes."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import secrets
import socket
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tools.launcher.console import LaunchError

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "asn_kinerja"
DEFAULT_PORT = 8000

# A unix socket path may have 107 bytes (108 with the closing zero). PostgreSQL's file names are the longest.
SOCKET_PATH_LIMIT = 107
LONGEST_SOCKET_NAME = "/.s.PGSQL.5432.lock"


@dataclass(frozen=True)
class RunFolder:
    """All state of one running clone. Removing the folder means starting from nothing."""

    path: Path

    @property
    def logs(self) -> Path:
        return self.path / "log"

    @property
    def local_env(self) -> Path:
        return self.path / "local.env"

    @property
    def lock(self) -> Path:
        return self.path / "lock"

    @property
    def media(self) -> Path:
        return self.path / "media"

    @property
    def metrics(self) -> Path:
        return self.path / "metrics"

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def create(self) -> None:
        """Make the folder, open to others, because PostgreSQL may have to pass through it as ``nobody``."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            for private in (self.logs, self.media):
                private.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise LaunchError(
                f"Cannot write to the run folder {self.path} ({error.strerror}). "
                "Set RUN_DIR to a folder of yours."
            ) from error

    def secret_key(self) -> str:
        """The clone's own SECRET_KEY, made once, so that sessions survive a restart."""
        path = self.path / "secret_key"
        try:
            return path.read_text().strip()
        except FileNotFoundError:
            write_private(path, secrets.token_urlsafe(50) + "\n")
            return path.read_text().strip()


def run_folder(environ: Mapping[str, str], sub: str = "", given: str | None = None) -> RunFolder:
    """The run folder: ``--run-dir``, else ``RUN_DIR``, else ``.run`` in the clone; ``sub`` is a part."""
    base = Path(given or environ.get("RUN_DIR") or ".run").expanduser()
    return RunFolder((ROOT / base).resolve() / sub)


def write_private(path: Path, text: str) -> None:
    """Write a file for the owner's eyes only. A reader sees the old text or the whole new one."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:  # mkstemp made it 0600
            file.write(text)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_env_file(path: Path, values: Mapping[str, str]) -> None:
    """Write KEY=VALUE lines, one per value, nothing quoted."""
    for key, value in values.items():
        if "\n" in value or "\r" in value:
            raise ValueError(f"{key} has a line break")
    head = "# Written by tools/launch.py while it runs; read by asn_kinerja/settings.py. Do not edit.\n"
    write_private(path, head + "".join(f"{key}={value}\n" for key, value in values.items()))


def read_env_file(path: Path) -> dict[str, str]:
    """The values of a file written by ``write_env_file``; none if it is not there."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    return {
        key: value for key, sign, value in (line.partition("=") for line in lines) if sign and key[0] != "#"
    }


def database_url(socket_folder: Path, name: str = DATABASE) -> str:
    """PostgreSQL on a unix socket in the form which django-environ understands.

    Measured with django-environ 0.14: it does not decode ``%2F`` in the host, but takes an absolute path
    before the database name as the host.
    """
    return f"postgres://postgres@/{quote(str(socket_folder))}/{name}"


def redis_url(socket_path: Path) -> str:
    """Redis protocol on a unix socket in the form which redis-py understands."""
    return f"unix://{quote(str(socket_path))}?db=0"


def socket_folder(run_path: Path, temporary: Path | None = None) -> Path:
    """A private folder for the sockets whose path is short and plain enough; not created yet.

    Deep clones would exceed the limit of 107 bytes, and blanks or accents in a path do not survive every
    parser of the addresses made from it (django-environ, redis-py, kombu). Such clones get a folder under the
    temporary folder, named after account and run folder: a clone finds the same one again, another clone has
    another.
    """
    inside = run_path / "sock"
    if _fits(inside):
        return inside
    digest = hashlib.sha256(os.fsencode(run_path)).hexdigest()[:12]
    for base in (temporary or Path(tempfile.gettempdir()), Path("/tmp")):
        outside = base / f"asn-kinerja-{os.getuid()}-{digest}"
        if _fits(outside):
            return outside
    raise LaunchError(
        f"No folder is short enough for the sockets of {run_path}. Set RUN_DIR to a short path."
    )


def _fits(folder: Path) -> bool:
    short = len(os.fsencode(folder)) + len(LONGEST_SOCKET_NAME) <= SOCKET_PATH_LIMIT
    return short and re.fullmatch(r"[A-Za-z0-9/._-]+", str(folder)) is not None


def make_private(folder: Path, owner: tuple[int, int] | None = None) -> None:
    """Create a folder 0700, refusing one in a shared place that somebody else prepared for us."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    allowed = {os.getuid()} | ({owner[0]} if owner else set())
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in allowed:
        raise LaunchError(f"{folder} belongs to somebody else. Remove it, or set RUN_DIR to a short path.")
    folder.chmod(0o700)
    if owner and found.st_uid != owner[0]:
        os.chown(folder, *owner)


class FileLock:
    """A lock which the kernel frees when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def take(self, wait: bool = False) -> bool:
        """Take the lock; False if another process has it. With ``wait`` it waits instead."""
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        except BaseException:
            os.close(handle)
            raise
        self._handle = handle
        return True

    def note(self, text: str) -> None:
        """Leave a word for whoever finds the lock taken."""
        if self._handle is not None:
            os.ftruncate(self._handle, 0)
            os.pwrite(self._handle, text.encode(), 0)

    def read_note(self) -> str:
        """The word left by the owner."""
        try:
            return self.path.read_text(encoding="utf-8").strip()
        except OSError:
            return ""

    def release(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class ReservedPort:
    """A TCP port on this machine which no other launcher takes while we hold it.

    granian binds with ``SO_REUSEPORT``, so two of them would quietly share one port, each answering half of
    the requests (measured). We therefore hold the port by a socket that is bound but never listens, also
    with ``SO_REUSEPORT``, so that our own granian may join it.
    """

    def __init__(self, wanted: int, tries: int = 50) -> None:
        last = min(wanted + tries, 65536)
        # Looking and holding are two steps; the lock makes them one for all clones of this account. Another
        # account cannot join our port: the kernel wants the same user for that.
        lock = FileLock(Path(tempfile.gettempdir()) / f"asn-kinerja-{os.getuid()}-ports.lock")
        locked = lock.take(wait=True)
        try:
            for port in range(wanted, last):
                holder = _hold(port) if _is_free(port) else None
                if holder is not None:
                    self.number = port
                    self._holder = holder
                    return
        finally:
            if locked:
                lock.release()
        raise LaunchError(f"No free port from {wanted} to {last - 1}. Set PORT to another one.")

    def release(self) -> None:
        self._holder.close()


def _is_free(port: int) -> bool:
    """Whether nobody listens on the port and no other launcher holds it.

    With ``SO_REUSEADDR``, because the connections of a server stopped a moment ago must not count. A holder
    does not set that option, so it does count.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _hold(port: int) -> socket.socket | None:
    holder = socket.socket()
    try:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind(("127.0.0.1", port))
    except OSError:
        holder.close()
        return None
    return holder


def wanted_port(environ: Mapping[str, str]) -> int:
    """``PORT``, or the default."""
    text = environ.get("PORT") or str(DEFAULT_PORT)
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise LaunchError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)
