"""`manage.py migrate` never queues for long behind a lock, and says what it waits for."""

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError
from psycopg2 import errors

from apps.core.management.commands import migrate as ours
from apps.core.management.commands.migrate import migrate as theirs


class _Refused:
    """Django's command behind a table that is in use for some tries."""

    def __init__(self, times: int, cause: Exception) -> None:
        self.left, self.cause, self.calls = times, cause, 0

    def handle(self, command: Any, *args: Any, **options: Any) -> None:
        self.calls += 1
        if self.left:
            self.left -= 1
            raise OperationalError("refused") from self.cause


def _run(monkeypatch: pytest.MonkeyPatch, refused: _Refused) -> str:
    monkeypatch.setattr(theirs.Command, "handle", lambda self, *a, **k: refused.handle(self, *a, **k))
    monkeypatch.setattr(ours.time, "sleep", lambda seconds: None)
    said = io.StringIO()
    call_command("migrate", stderr=said)
    return said.getvalue()


class LockNotAvailable(errors.LockNotAvailable):
    pgcode = "55P03"


def test_a_refused_lock_is_tried_again(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = _Refused(2, LockNotAvailable())
    said = _run(monkeypatch, refused)
    assert refused.calls == 3
    assert "try 2 of 10" in said


def test_it_ends_after_ten_tries(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = _Refused(99, LockNotAvailable())
    with pytest.raises(OperationalError):
        _run(monkeypatch, refused)
    assert refused.calls == ours.TRIES


def test_another_fault_ends_it_at_once(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = _Refused(1, errors.DiskFull())
    with pytest.raises(OperationalError):
        _run(monkeypatch, refused)
    assert refused.calls == 1
