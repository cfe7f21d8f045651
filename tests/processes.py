"""The processes of a site of its own for tests that need real ones: started, killed, asked whether they are ready."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tools.launcher.process import child_setup

ROOT = Path(__file__).resolve().parents[1]
READY_WITHIN = 600.0  # it ends as soon as they are; a loaded machine may take its time
GRACE = 15.0
# As in tools/launcher/run.py; one worker process is enough for the handful of people of a test.
COMMANDS: dict[str, list[str]] = {
    "web": [
        "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", "{port}",
        "--workers", "1", "--blocking-threads", "4", "--no-ws", "{wsgi}",
    ],
    "worker": [
        "-m", "celery", "-A", "asn_kinerja", "worker", "--concurrency", "1",
        "--without-gossip", "--without-mingle", "--loglevel", "INFO",
    ],
    "beat": ["-m", "celery", "-A", "asn_kinerja", "beat", "--pidfile=", "--loglevel", "INFO"],
}  # fmt: skip


class Processes:
    """Web, worker and beat over a database and a Redis that are given; a second one of a kind is `worker-2`."""

    settings_module = "asn_kinerja.settings"
    wsgi = "asn_kinerja.wsgi:application"

    def __init__(self, folder: Path, *, database_url: str, redis_url: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.environ = {
            **os.environ,
            "ASN_ENV": "demo",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "PUBLIC_URL": self.url,
            "CSRF_TRUSTED_ORIGINS": self.url,
            "MEDIA_ROOT": str(folder / "media"),
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            # So that the work of a killed worker is taken up again while a test waits.
            "OUTBOX_LEASE_SECONDS": "10",
            # pytest's own settings module must not reach the processes.
            "DJANGO_SETTINGS_MODULE": self.settings_module,
        }

    def environ_of(self, name: str) -> Mapping[str, str]:
        """The environment of one process."""
        return self.environ

    def start_process(self, name: str) -> None:
        """Start web, worker or beat."""
        with self.log(name).open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [
                    sys.executable,
                    *(
                        part.format(port=self.port, wsgi=self.wsgi)
                        for part in COMMANDS[name.partition("-")[0]]
                    ),
                ],
                cwd=ROOT,
                env=dict(self.environ_of(name)),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=child_setup(signal.SIGTERM),  # a test run that is shot leaves nothing behind
            )

    def kill_process(self, name: str) -> None:
        """Kill a process and its children at once, as a pulled plug would."""
        process = self.processes[name]
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop_processes(self, *names: str) -> None:
        """Ask the processes to end, all of them without names; kill what does not."""
        chosen = [self.processes[name] for name in names or self.processes]
        for process in chosen:
            process.terminate()
        for process in chosen:
            with suppress(subprocess.TimeoutExpired):
                process.wait(GRACE)
            with suppress(ProcessLookupError):  # the children of one that was shot before
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def manage(self, *arguments: str) -> str:
        """Run `manage.py` against this site and return what it printed."""
        return self.run("manage.py", *arguments)

    def run(self, *arguments: str) -> str:
        """Run Python in the site's environment and return what it printed."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def log(self, name: str) -> Path:
        """Where a process writes."""
        return self.folder / f"{name}.log"

    def ready(self) -> str:
        """Ask /readyz; empty text if everything is there, else what it said."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"{self.url}/readyz", timeout=5):
                return ""
        except urllib.error.HTTPError as error:
            return error.read(2000).decode("utf-8", "replace") or str(error)
        except OSError as error:
            return str(error)

    def wait_until_ready(self) -> None:
        """Wait for /readyz. A process that ends before is a mistake to be shown."""
        until = time.monotonic() + READY_WITHIN
        said = "nothing yet"
        while time.monotonic() < until:
            for name, process in self.processes.items():
                assert process.poll() is None, (
                    f"{name} ended:\n{self.log(name).read_text('utf-8', 'replace')}"
                )
            said = self.ready()
            if not said:
                return
            time.sleep(0.3)
        raise AssertionError(f"not ready after {READY_WITHIN:.0f} s: {said}")


def free_port() -> int:
    """Return a port that nobody uses at the moment."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
