"""The two real servers: started in a path too long for sockets, and gone when their launcher is shot."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest
import redis

from tools.launcher.layout import ROOT, FileLock, RunFolder, socket_folder
from tools.launcher.postgres import command_line

pytestmark = [
    pytest.mark.servers,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's help exists on Linux only"),
]


def eventually(condition: Callable[[], object], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def descendants(pid: int) -> set[int]:
    """All processes below one process."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(entry.parent.name))
    found: set[int] = set()
    todo = [pid]
    while todo:
        below = parents.get(todo.pop(), [])
        found.update(below)
        todo.extend(below)
    return found


def test_servers_answer_and_die_with_their_launcher(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / ("long" * 25))
    clean = {
        key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL", "RUN_DIR"}
    }
    clean["LC_ALL"] = "xx_XX.UTF-8"  # a locale no machine has
    command = [sys.executable, "tools/launch.py", "services", "--run-dir", str(folder.path), "--env", "test"]
    output = tmp_path / "output"
    with output.open("wb") as file:
        launcher = subprocess.Popen(command, cwd=ROOT, env=clean, stdout=file, stderr=subprocess.STDOUT)
    try:
        eventually(lambda: folder.local_env.exists() or launcher.poll() is not None, 120)
        if "does not run as root" in output.read_text():
            pytest.skip("root without user namespaces cannot run PostgreSQL in a private folder")
        assert launcher.poll() is None, output.read_text()

        sockets = socket_folder(folder.path)
        assert sockets.parent != folder.path
        with psycopg2.connect(host=str(sockets), user="postgres", dbname="asn_kinerja") as connection:
            cursor = connection.cursor()
            cursor.execute("SELECT 1, current_setting('max_connections'), upper('ñ')")
            assert cursor.fetchone() == (1, "200", "Ñ")
        connection.close()
        client = redis.Redis(unix_socket_path=str(sockets / "valkey.sock"))
        assert client.ping()
        client.close()

        second = subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, text=True, timeout=30)
        assert second.returncode == 1
        assert second.stderr.startswith(f"Already running in {folder.path}")

        below = descendants(launcher.pid)
        assert len(below) > 2
        launcher.send_signal(signal.SIGKILL)
        launcher.wait()
        assert eventually(lambda: not any(command_line(pid) for pid in below), 10)
        lock = FileLock(folder.lock)
        assert lock.take()
        lock.release()
    finally:
        if launcher.poll() is None:
            launcher.send_signal(signal.SIGTERM)
            launcher.wait(timeout=30)
