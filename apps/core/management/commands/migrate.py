"""Django's `migrate`, made safe for a site in use: it never makes requests wait long for a lock."""

import time
from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from psycopg2 import errorcodes

TRIES = 10
PAUSE_SECONDS = 3.0


class Command(migrate.Command):
    """Gives up a lock after a moment and tries again, instead of queueing every reader behind itself (R8).

    A statement itself may take as long as it needs: an index over a large table is built CONCURRENTLY.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how long to wait for a lock."""
        super().add_arguments(parser)
        parser.add_argument("--lock-timeout", type=int, default=2000, help="milliseconds (default: 2000)")

    def handle(self, *args: Any, lock_timeout: int, **options: Any) -> None:
        """Migrate; what was finished before a refused lock stays finished.

        :raises OperationalError: if a lock was not to be had in ten tries, or for any other cause at once.
        """
        connection = connections[options["database"]]
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {lock_timeout}")
            cursor.execute("SET statement_timeout = 0")
        for attempt in range(1, TRIES + 1):
            try:
                super().handle(*args, **options)
                return
            except OperationalError as error:
                if (
                    getattr(error.__cause__, "pgcode", None) != errorcodes.LOCK_NOT_AVAILABLE
                    or attempt == TRIES
                ):
                    raise
                self.stderr.write(
                    f"A table is in use; try {attempt} of {TRIES}, again in {PAUSE_SECONDS:.0f} s."
                )
                time.sleep(PAUSE_SECONDS)
