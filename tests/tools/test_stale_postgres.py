"""A postmaster.pid left behind by kill -9."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.launcher import postgres
from tools.launcher.console import StopSignal


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def impostor(tmp_path: Path, data: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that looks like a server on this data folder and ends on SIGINT."""
    program = tmp_path / "postgres"
    program.symlink_to(sys.executable)
    code = "import signal, sys, time; signal.signal(2, lambda *_: sys.exit()); time.sleep(60)"
    process = subprocess.Popen([str(program), "-c", code, "-D", str(data)])
    deadline = time.monotonic() + 5
    while not postgres.runs_on(process.pid, data) and time.monotonic() < deadline:
        time.sleep(0.02)
    yield process
    process.kill()
    process.wait()


def write_pid(data: Path, text: str) -> Path:
    path = data / "postmaster.pid"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("text", "expected"), [("4711\n/data\n", 4711), ("-4711\n", 4711), ("", 0), ("rubbish\n", 0)]
)
def test_the_recorded_number_is_read(data: Path, text: str, expected: int) -> None:
    assert postgres.recorded_pid(write_pid(data, text)) == expected


def test_no_file_no_number(data: Path) -> None:
    assert postgres.recorded_pid(data / "postmaster.pid") is None
    postgres.clear_earlier_server(data, StopSignal())


@pytest.mark.parametrize(
    "pid", [str(os.getpid()), "4194303", "0", ""], ids=["ours", "nobody", "zero", "empty"]
)
def test_the_number_of_another_program_is_forgotten(data: Path, pid: str) -> None:
    path = write_pid(data, pid + "\n")
    postgres.clear_earlier_server(data, StopSignal())
    assert not path.exists()


def test_a_server_on_other_data_is_not_ours(
    data: Path, tmp_path: Path, impostor: subprocess.Popen[bytes]
) -> None:
    assert postgres.runs_on(impostor.pid, data)
    assert not postgres.runs_on(impostor.pid, tmp_path / "other")


def test_a_server_without_launcher_is_stopped(data: Path, impostor: subprocess.Popen[bytes]) -> None:
    write_pid(data, f"{impostor.pid}\n")
    stop = StopSignal()
    # The test is the parent, so an ended process stays visible until it is waited for; reap it on the way.
    original = stop.wait_for
    stop.wait_for = lambda condition, timeout, pause=0.05: original(  # type: ignore[method-assign]
        lambda: impostor.poll() is not None or condition(), min(timeout, 2), pause
    )
    postgres.clear_earlier_server(data, stop)
    assert impostor.wait(timeout=5) == 0
