"""Kills a process, or holds it, at a chosen point of a chosen piece of work.

The suite puts a trigger into the folder FAULT_DIR: which process (FAULT_ROLE), at which point, in whose work (a text
that stands in a statement, its quotation marks left out, or among its values). The first process that comes there
takes the trigger away and dies by SIGKILL, as by a pulled plug; or it stands still there until the suite opens the
gate (a file), so that what strikes meanwhile strikes in the middle of this work and never before or after it. Points:

    after-write       the statement was executed, its transaction is open
    before-commit     everything is written, nothing committed
    after-commit      committed; what hangs on the commit (the doorbell) has not run
    before-response   committed; the answer is made but not sent

The suite's side of a trigger is `Trap` in tests/faults/site.py.
"""

import json
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

# Nobody opens the gate of a test that was shot; its processes end with it.
STANDS_AT_MOST = 900.0

_local = threading.local()


class Trigger:
    """What is to happen; read from the folder each time, so that the suite can set it at any moment."""

    def __init__(self, folder: Path, role: str) -> None:
        self.path = folder / f"{role}.json"

    def look(self) -> dict[str, str] | None:
        """Return what is set, if anything."""
        try:
            found: dict[str, str] = json.loads(self.path.read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return found

    def pull(self, found: dict[str, str]) -> None:
        """Die or stand still, unless another process was faster."""
        folder = self.path.parent
        try:
            self.path.rename(folder / f"{found['name']}.sprung")
        except FileNotFoundError:
            return
        if found["deed"] == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        until = time.monotonic() + STANDS_AT_MOST
        while not (folder / f"{found['name']}.open").exists() and time.monotonic() < until:
            time.sleep(0.02)


_trigger: Trigger | None = None


def forget() -> None:
    """A new request or task begins: what the last one wrote does not count."""
    _local.seen = False


def reach(point: str) -> None:
    """Say that this thread has come to a point."""
    if _trigger is None or not getattr(_local, "seen", False):
        return
    found = _trigger.look()
    if found and found["point"] == point:
        _trigger.pull(found)


def _notice(sql: Any, params: Any) -> None:
    if _trigger is None:
        return
    found = _trigger.look()
    if found and (found["marker"] in str(sql).replace('"', "") or found["marker"] in repr(params)):
        _local.seen = True
        reach("after-write")


def install() -> None:
    """Wrap cursor and commit of every connection; processes without a role stay as they are."""
    global _trigger
    if not os.environ.get("FAULT_ROLE"):
        return
    _trigger = Trigger(Path(os.environ["FAULT_DIR"]), os.environ["FAULT_ROLE"])
    execute, commit = CursorWrapper.execute, BaseDatabaseWrapper._commit

    def noticing_execute(self: Any, sql: Any, params: Any = None) -> Any:
        result = execute(self, sql, params)
        _notice(sql, params)
        return result

    def dangerous_commit(self: Any) -> None:
        reach("before-commit")
        commit(self)
        reach("after-commit")

    CursorWrapper.execute = noticing_execute
    BaseDatabaseWrapper._commit = dangerous_commit
    from celery.signals import task_prerun

    task_prerun.connect(lambda **_: forget(), weak=False)
