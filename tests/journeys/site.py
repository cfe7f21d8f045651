"""The processes of a site of its own: web, one worker and beat, with a database and a Redis number of their own."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from psycopg2 import sql
from redis import Redis

from tests.database import connect, migrated_template, url_of

ROOT = Path(__file__).resolve().parents[2]
REDIS_NUMBER = 5
READY_WITHIN = 90.0
GRACE = 15.0
# As in tools/launcher/run.py; one worker process is enough for the handful of people of a journey.
COMMANDS = {
    "web": [
        "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", "{port}",
        "--workers", "1", "--blocking-threads", "4", "--no-ws", "asn_kinerja.wsgi:application",
    ],
    "worker": [
        "-m", "celery", "-A", "asn_kinerja", "worker", "--concurrency", "1",
        "--without-gossip", "--without-mingle", "--loglevel", "INFO",
    ],
    "beat": ["-m", "celery", "-A", "asn_kinerja", "beat", "--pidfile=", "--loglevel", "INFO"],
}  # fmt: skip


class Site:
    """A site that nobody else uses; everything it made is gone after `stop`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = f"journey_{secrets.token_hex(4)}"
        self.redis_url = _numbered(settings.REDIS_URL)
        self.port = _free_port()
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
            "DATABASE_URL": url_of(self.database),
            "REDIS_URL": self.redis_url,
            # So that the work of a killed worker is taken up again while a test waits.
            "OUTBOX_LEASE_SECONDS": "10",
        }
        # pytest's own settings module must not reach the processes.
        self.environ["DJANGO_SETTINGS_MODULE"] = "asn_kinerja.settings"

    def start(self) -> None:
        """Make the database, start the three processes and wait until they say they are ready."""
        self._in_maintenance_database("CREATE DATABASE {} TEMPLATE {}", self.database, migrated_template())
        Redis.from_url(self.redis_url).flushdb()
        self._run(str(ROOT / "tools" / "messages.py"), "compile")
        for name in COMMANDS:
            self.start_process(name)
        self._wait_until_ready()

    def start_process(self, name: str) -> None:
        """Start web, worker or beat."""
        with self.log(name).open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, *(part.format(port=self.port) for part in COMMANDS[name])],
                cwd=ROOT,
                env=self.environ,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill_process(self, name: str) -> None:
        """Kill a process and its children at once, as a pulled plug would."""
        process = self.processes[name]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the site's database directly."""
        with contextlib.closing(connect(self.database)) as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()

    @contextlib.contextmanager
    def holding(self, statement: str, *values: object) -> Iterator[None]:
        """Keep the locks that a statement takes until the block is left."""
        with contextlib.closing(connect(self.database)) as connection, connection.cursor() as cursor:
            connection.autocommit = False
            cursor.execute(statement, values)
            assert cursor.rowcount > 0, "nothing to hold"
            yield
            connection.rollback()

    def stop(self) -> None:
        """End the processes we started and drop what is ours."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        Redis.from_url(self.redis_url).flushdb()
        self._in_maintenance_database("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.database)

    def manage(self, *arguments: str) -> str:
        """Run `manage.py` against this site and return what it printed."""
        return self._run("manage.py", *arguments)

    def log(self, name: str) -> Path:
        """Where a process writes."""
        return self.folder / f"{name}.log"

    def _run(self, *arguments: str) -> str:
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

    def _in_maintenance_database(self, statement: str, *names: str) -> None:
        with contextlib.closing(connect("postgres")) as connection, connection.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _wait_until_ready(self) -> None:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        until = time.monotonic() + READY_WITHIN
        said = "nothing yet"
        while time.monotonic() < until:
            for name, process in self.processes.items():
                assert process.poll() is None, (
                    f"{name} ended:\n{self.log(name).read_text('utf-8', 'replace')}"
                )
            try:
                with opener.open(f"{self.url}/readyz", timeout=5):
                    return
            except urllib.error.HTTPError as error:
                said = error.read(2000).decode("utf-8", "replace")
            except OSError as error:
                said = str(error)
            time.sleep(0.3)
        raise AssertionError(f"not ready after {READY_WITHIN:.0f} s: {said}")


def _numbered(url: str) -> str:
    """Return a Redis address with our number instead of the tests' own."""
    base, _question, options = url.partition("?")
    if base.startswith("unix://"):
        kept = [part for part in options.split("&") if part and not part.startswith("db=")]
        return f"{base}?{'&'.join([*kept, f'db={REDIS_NUMBER}'])}"
    scheme, _slashes, rest = base.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/{REDIS_NUMBER}" + (f"?{options}" if options else "")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
