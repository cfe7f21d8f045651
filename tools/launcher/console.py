"""What the launcher says, and how it learns that it has to stop."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType


class LaunchError(Exception):
    """Something the developer has to know or do. Its text is printed as it is, without a traceback."""


class StopRequested(Exception):
    """Ctrl-C, SIGTERM or a closed terminal, raised at the next safe place."""


def say(text: str) -> None:
    """Print one line at once. A terminal that is gone must not keep us from stopping the children."""
    with suppress(OSError):
        print(text, flush=True)


def state(name: str, word: str, detail: str = "") -> None:
    """Print the state of one process: ``postgres  ready  0.4 s``."""
    say(f"{name:<9} {word:<9} {detail}".rstrip())


@contextmanager
def timed(name: str, word: str = "ready") -> Iterator[None]:
    """Print ``name word seconds`` when the block has succeeded."""
    started = time.monotonic()
    yield
    state(name, word, f"{time.monotonic() - started:.1f} s")


def log_tail(path: Path, lines: int = 15) -> str:
    """The end of a log file, indented, for showing why a process died."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            file.seek(max(0, size - 16_000))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])


class StopSignal:
    """Turns signals into a flag.

    A flag and not an exception out of the handler: an exception may strike between the birth of a child and
    the moment we note its process id.
    """

    def __init__(self) -> None:
        self.requested: int | None = None
        self.urgent = False
        self._terminal: int | None = None

    def listen(self) -> None:
        """Catch Ctrl-C, SIGTERM and a closed terminal. Under ``nohup`` a closed terminal stays ignored."""
        signal.signal(signal.SIGINT, self._note)
        signal.signal(signal.SIGTERM, self._note)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self._note)
            self._terminal = next((fd for fd in range(3) if os.isatty(fd)), None)

    def _note(self, number: int, frame: FrameType | None) -> None:
        # Only Ctrl-C pressed again means haste: a closing terminal may send SIGHUP and SIGTERM together, and
        # make passes SIGTERM on to a process that already got it.
        if self.requested is not None and number == signal.SIGINT:
            self.urgent = True
        self.requested = number

    def look(self) -> None:
        """Notice a closed terminal of which no signal told us.

        The kernel sends SIGHUP to the session's leader only. A shell passes it on; where make itself is the
        leader (``xterm -e make run``) it does not, and waits for us for ever (measured).
        """
        if self._terminal is not None and self.requested is None and not os.isatty(self._terminal):
            self.requested = signal.SIGHUP

    def check(self) -> None:
        """Raise if somebody wants us to stop."""
        self.look()
        if self.requested is not None:
            raise StopRequested

    def sleep(self, seconds: float) -> None:
        """Sleep, but not longer than until the wish to stop."""
        self.wait_for(lambda: False, seconds)

    def wait_for(self, condition: Callable[[], bool], timeout: float, pause: float = 0.05) -> bool:
        """Ask ``condition`` until it holds (True) or the time is over (False)."""
        deadline = time.monotonic() + timeout
        while True:
            self.check()
            if condition():
                return True
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(pause, left))


def fail(text: str) -> int:
    """Print an error for the developer and return the exit code for it."""
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)
    return 1
