"""The program that ends the children of a launcher that was shot."""

import signal
import subprocess
import sys
import time

import pytest

from tools.launcher import guard
from tools.launcher.layout import ROOT

STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
POLITE = "import time; print('up', flush=True); time.sleep(60)"


def started(code: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    process.stdout.close()
    return process


def test_groups_come_and_go() -> None:
    lines = ["+ 10 15\n", "+ 11 2\n", "- 10\n", "- 99\n", "nonsense\n"]
    assert guard.read_groups(lines) == {11: 2}


@pytest.mark.parametrize(("code", "ended_by"), [(POLITE, signal.SIGTERM), (STUBBORN, signal.SIGKILL)])
def test_what_does_not_stop_is_killed(code: str, ended_by: signal.Signals) -> None:
    process = started(code)
    try:
        guard.end({process.pid: int(signal.SIGTERM)}, grace=0.3)
        assert process.wait(timeout=5) == -ended_by
    finally:
        process.kill()


def test_the_program_acts_when_its_input_ends() -> None:
    process = started(POLITE)
    program = subprocess.Popen(
        [sys.executable, str(ROOT / "tools/launcher/guard.py")], stdin=subprocess.PIPE, text=True
    )
    assert program.stdin is not None
    try:
        program.stdin.write(f"+ {process.pid} 15\n")
        program.stdin.flush()
        time.sleep(0.3)
        assert process.poll() is None
        program.stdin.close()
        assert process.wait(timeout=5) == -signal.SIGTERM
        assert program.wait(timeout=10) == 0
    finally:
        process.kill()
        program.kill()
