"""Make a backup of the database and the stored files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.core.backups import taking


class Command(BaseCommand):
    """`backup --to DIR [--keep N]`."""

    help = (
        "Make a backup of the database and the stored files in a new folder below DIR. "
        "See docs/operations/backup.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Define the options."""
        parser.add_argument("--to", type=Path, required=True, help="the folder of all backups")
        parser.add_argument(
            "--keep", type=int, default=14, help="how many complete backups stay (default: 14)"
        )
        parser.add_argument(
            "--copy", action="store_true", help="read the tables with COPY although pg_dump is installed"
        )

    def handle(self, *args: Any, to: Path, keep: int, copy: bool, **options: Any) -> None:
        """Make it; fail when it could not be made or when stored files are lost."""
        if keep < 1:
            raise CommandError("--keep must be 1 or more.")
        try:
            folder, made = taking.take(
                to=to.absolute(), at=timezone.now(), keep=keep, say=self.stdout.write, with_program=not copy
            )
        except (taking.AlreadyRunning, taking.DumpFailed) as error:
            raise CommandError(str(error)) from error
        if made.media_lost:
            raise CommandError(
                f"The backup {folder.name} is complete but for {len(made.media_lost)} stored files that have a row and "
                f"are missing or damaged in MEDIA_ROOT: {', '.join(made.media_lost[:5])}"
            )
