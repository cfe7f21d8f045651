"""PostgreSQL and Valkey of their own, out of the launcher's wheels, kept as in production and killed at will."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings

from tests.database import migrated_template
from tools.launcher.console import StopSignal
from tools.launcher.layout import DATABASE, RunFolder, database_url, redis_url, socket_folder
from tools.launcher.postgres import Postgres
from tools.launcher.process import stop_all
from tools.launcher.services import VENV
from tools.launcher.valkey import Valkey, ask


class Servers:
    """Both servers in a folder of their own; a durable PostgreSQL, a forgetful Valkey."""

    def __init__(self, folder: Path) -> None:
        run = RunFolder(folder)
        run.create()
        stop = StopSignal()
        self.sockets = socket_folder(run.path)
        self.postgres = Postgres(VENV, run, self.sockets, stop, durable=True)
        self.valkey = Valkey(VENV, run, self.sockets, stop)
        self.database_url = database_url(self.sockets)
        self.redis_url = redis_url(self.valkey.socket)

    def start(self) -> None:
        """Make and start both, and copy the migrated database of the tests' server."""
        self.postgres.start()
        self.valkey.start()
        self._copy(migrated_template())

    def stop(self) -> None:
        """Stop both."""
        stop_all([self.valkey.child, self.postgres.child], grace=20)
        if self.sockets.parent != self.postgres.run.path:
            shutil.rmtree(self.sockets, ignore_errors=True)

    def _copy(self, template: str) -> None:
        programs = self.postgres.programs
        given = settings.DATABASES["default"]
        source = ["-U", given["USER"], "-h", given["HOST"]] + (
            ["-p", str(given["PORT"])] if given["PORT"] else []
        )
        environ = {**os.environ, "PGPASSWORD": given.get("PASSWORD") or ""}
        dump = subprocess.Popen(
            [str(programs / "pg_dump"), "--no-owner", "--no-privileges", *source, template],
            stdout=subprocess.PIPE,
            env=environ,
        )
        into = ["-h", str(self.sockets), "-U", "postgres", "-d", DATABASE]
        subprocess.run(
            [str(programs / "psql"), "-X", "-q", "--single-transaction", "-v", "ON_ERROR_STOP=1", *into],
            stdin=dump.stdout,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        assert dump.wait() == 0

    # --- PostgreSQL

    def kill_postgres(self) -> None:
        """Kill the postmaster and every backend at once, and wait until they are gone.

        Each backend has a session of its own. One that outlives its postmaster for a moment would keep the memory that
        the next server asks for.
        """
        while alive := self._of_postgres():
            for pid in alive:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)
        self.postgres.child.clear_group()

    def _of_postgres(self) -> list[int]:
        """Every living process of this server: they all work in its data folder."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if (process / "cwd").readlink() == self.postgres.data.resolve():
                    found.append(int(process.name))
        return found

    def start_postgres(self) -> None:
        """Start it on what was left; it recovers by itself."""
        self.postgres._start_server()

    def stop_postgres(self) -> None:
        """Stop it in order: everybody is disconnected, everything is on the disk."""
        stop_all([self.postgres.child], grace=120)

    def restart_postgres(self) -> None:
        """Restart it as an upgrade does."""
        self.stop_postgres()
        self.start_postgres()

    @contextmanager
    def log_on(self, disk: Path) -> Iterator[None]:
        """Keep the log (WAL) on another disk for a while."""
        usual, there = self.postgres.data / "pg_wal", disk / "pg_wal"
        self.stop_postgres()
        subprocess.run(["cp", "-a", str(usual), str(there)], check=True)
        kept = usual.rename(usual.with_name("pg_wal.before"))
        usual.symlink_to(there)
        try:
            self.start_postgres()
            yield
        finally:
            self.stop_postgres()
            usual.unlink()
            subprocess.run(["cp", "-a", str(there), str(usual)], check=True)
            shutil.rmtree(kept)
            self.start_postgres()

    def query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the database directly."""
        with closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def connect(self) -> Any:
        """Connect past the product."""
        connection = psycopg2.connect(host=str(self.sockets), user="postgres", dbname=DATABASE)
        connection.autocommit = True
        return connection

    # --- Valkey

    def kill_valkey(self) -> None:
        """Kill it; it forgets everything."""
        self.valkey.child.clear_group()

    def start_valkey(self) -> None:
        """Start it empty."""
        self.valkey.start()

    def tell_valkey(self, command: str) -> str:
        """Send it a command."""
        return ask(self.valkey.socket, command)
