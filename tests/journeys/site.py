"""A site of its own for the journeys: a database and a Redis number on the tests' servers, with real processes."""

import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from redis import Redis

from tests.database import migrated_template
from tests.processes import COMMANDS, ROOT, Processes
from tools.databases import connect, statement, url_of

REDIS_NUMBER = 5


class Site(Processes):
    """A site that nobody else uses; everything it made is gone after `stop`."""

    def __init__(self, folder: Path) -> None:
        self.database = f"journey_{secrets.token_hex(4)}"
        self.redis_url = _numbered(settings.REDIS_URL)
        super().__init__(folder, database_url=url_of(self.database), redis_url=self.redis_url)

    def start(self) -> None:
        """Make the database, start the three processes and wait until they say they are ready."""
        self._in_maintenance_database("CREATE DATABASE {} TEMPLATE {}", self.database, migrated_template())
        Redis.from_url(self.redis_url).flushdb()
        self.run(str(ROOT / "tools" / "messages.py"), "compile")
        for name in COMMANDS:
            self.start_process(name)
        self.wait_until_ready()

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
        self.stop_processes()
        Redis.from_url(self.redis_url).flushdb()
        self._in_maintenance_database("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.database)

    def _in_maintenance_database(self, text: str, *names: str) -> None:
        with contextlib.closing(connect("postgres")) as connection, connection.cursor() as cursor:
            cursor.execute(statement(text, *names))


def _numbered(url: str) -> str:
    """Return a Redis address with our number instead of the tests' own."""
    base, _question, options = url.partition("?")
    if base.startswith("unix://"):
        kept = [part for part in options.split("&") if part and not part.startswith("db=")]
        return f"{base}?{'&'.join([*kept, f'db={REDIS_NUMBER}'])}"
    scheme, _slashes, rest = base.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/{REDIS_NUMBER}" + (f"?{options}" if options else "")
