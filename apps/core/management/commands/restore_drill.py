"""Prove that a backup can be restored, without touching the site."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.core.backups import drill, restoring, servers, taking
from apps.core.backups.manifest import BadBackup


class Command(BaseCommand):
    """`restore_drill [--from DIR]`."""

    help = (
        "Restore the newest backup of DIR (or one made now) into a database and a folder of its own, compare "
        "everything, and take it away again. Exit code 1 when it could not be restored. Meant for every week."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Define the options."""
        parser.add_argument("--from", dest="source", type=Path, help="a backup, or a folder of backups")
        parser.add_argument("--anchors", type=Path, default=settings.AUDIT_ANCHOR_DIR)

    def handle(self, *args: Any, source: Path | None, anchors: Path, **options: Any) -> None:
        """Run the drill and print its log."""
        try:
            drill.run(
                source=source.absolute() if source else None,
                anchors=anchors,
                at=timezone.now(),
                say=self.stdout.write,
            )
        except (
            BadBackup,
            restoring.NotClean,
            restoring.NotTheSame,
            servers.NoProgram,
            taking.AlreadyRunning,
            taking.DumpFailed,
        ) as error:
            raise CommandError(f"The drill failed: {error}") from error
        self.stdout.write("the drill has passed; everything it made is gone again")
