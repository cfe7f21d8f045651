"""One child process: started in its own session, bound to our life, stopped in two steps."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tools.launcher.console import LaunchError, StopRequested, StopSignal, log_tail
from tools.launcher.identity import LIBC, OURSELVES, Identity, enter_namespace

PR_SET_PDEATHSIG = 1
ON_LINUX = sys.platform.startswith("linux")


def die_with_parent(number: signal.Signals, parent: int) -> None:
    """Ask the kernel to signal this process when its parent ends, even by ``kill -9``. Linux only."""
    if not ON_LINUX:
        return
    LIBC.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    if os.getppid() != parent:  # it ended before we asked
        os.kill(os.getpid(), number)


def child_setup(number: signal.Signals, identity: Identity = OURSELVES) -> Callable[[], None]:
    """What a child does between fork and exec. The launcher has no threads, so this is safe."""
    parent = os.getpid()

    def setup() -> None:
        if identity.in_namespace:
            enter_namespace()
        # After the change of account, because that change clears the setting.
        die_with_parent(number, parent)

    return setup


class Guard:
    """Our side of ``guard.py``, which is started with the first child."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def watch(self, group: int, number: signal.Signals) -> None:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(Path(__file__).with_name("guard.py"))],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,  # not ours: whoever reads our output must see its end
                stderr=subprocess.DEVNULL,
                text=True,
                cwd="/",
                start_new_session=True,
            )
        self._tell(f"+ {group} {int(number)}")

    def forget(self, group: int) -> None:
        self._tell(f"- {group}")

    def _tell(self, line: str) -> None:
        if self._process is not None and self._process.stdin is not None:
            with suppress(OSError):  # somebody has shot the guard; the kernel's signal remains
                self._process.stdin.write(line + "\n")
                self._process.stdin.flush()


GUARD = Guard()


@dataclass
class Child:
    """A process that is meant to live as long as we do."""

    name: str
    command: Sequence[str]
    log: Path
    environ: Mapping[str, str]
    folder: Path
    identity: Identity = OURSELVES
    stop_number: signal.Signals = signal.SIGTERM
    restarts: int = 0
    started_at: float = 0.0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self, append: bool = False) -> None:
        """Start it, in a session of its own: Ctrl-C shall reach us only, so that we decide the order."""
        with self.log.open("ab" if append else "wb") as log:
            self.process = subprocess.Popen(
                list(self.command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(self.environ),
                cwd=self.folder,
                start_new_session=True,
                preexec_fn=child_setup(self.stop_number, self.identity),
                **self.identity.popen_arguments(),
            )
        self.started_at = time.monotonic()
        GUARD.watch(self.process.pid, self.stop_number)

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None

    @property
    def exit_code(self) -> int | None:
        """None while it lives."""
        return self.process.poll() if self.process else None

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_number)

    def clear_group(self) -> None:
        """Kill what is left of its session: a celery main process that was shot leaves its pool behind."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            GUARD.forget(self.process.pid)


def stop_all(
    children: Sequence[Child], grace: float, urgent: Callable[[], bool] = lambda: False
) -> list[str]:
    """Stop children together: ask, wait up to ``grace`` seconds, kill. Returns the names of the killed."""
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + grace
    while any(child.alive for child in children) and time.monotonic() < deadline and not urgent():
        time.sleep(0.05)
    killed = [child.name for child in children if child.alive]
    for child in children:
        child.clear_group()
    return killed


def run_step(
    command: Sequence[str],
    *,
    stop: StopSignal,
    log: Path,
    environ: Mapping[str, str],
    folder: Path,
    what: str,
    identity: Identity = OURSELVES,
) -> None:
    """Run a command to its end with its output in a log file, stopping it when we are asked to stop."""
    child = Child(what, command, log, environ, folder, identity)
    child.start()
    try:
        while not stop.wait_for(lambda: not child.alive, timeout=3600):
            pass
    except StopRequested:
        stop_all([child], grace=5)
        raise
    child.clear_group()
    if child.exit_code != 0:
        raise LaunchError(f"{what} failed (exit code {child.exit_code}). The end of {log}:\n{log_tail(log)}")
