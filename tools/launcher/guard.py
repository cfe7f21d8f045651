"""Ends the children of a launcher that was shot.

A program of its own, started by ``process.py``: it reads which process groups live and waits for the end of
its input, which comes when the launcher ends in whatever way. Groups still listed are then told to stop,
and killed if they do not. The kernel's death signal alone was not enough: an orphaned celery worker first
finishes its task, and without its broker it never ends (measured). Where the kernel has no such signal
(macOS) this program is all there is.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterable
from contextlib import suppress

GRACE = 4.0


def read_groups(lines: Iterable[str]) -> dict[int, int]:
    """Follow ``+ group signal`` and ``- group`` until the input ends; returns the groups that were left."""
    groups: dict[int, int] = {}
    for line in lines:
        match line.split():
            case ["+", group, number]:
                groups[int(group)] = int(number)
            case ["-", group]:
                groups.pop(int(group), None)
    return groups


def alive(group: int) -> bool:
    """Whether the group still has a member."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def end(groups: dict[int, int], grace: float = GRACE) -> None:
    """Tell the first process of each group to stop, wait, kill the rest."""
    for group, number in groups.items():
        with suppress(OSError):
            os.kill(group, number)
    deadline = time.monotonic() + grace
    while any(alive(group) for group in groups) and time.monotonic() < deadline:
        time.sleep(0.1)
    for group in groups:
        with suppress(OSError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    end(read_groups(sys.stdin))
