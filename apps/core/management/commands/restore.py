"""Restore a backup into a clean database and folder."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.core import audit_anchors
from apps.core.backups import restoring, servers
from apps.core.backups.manifest import BadBackup
from apps.core.backups.taking import DumpFailed


class Command(BaseCommand):
    """`restore --from DIR --into DATABASE_URL [--media DIR] [--anchors DIR] [--takes-over]`."""

    help = (
        "Restore a backup into a clean database and folder and compare everything with its manifest and the anchors "
        "of the audit trail. See docs/operations/backup.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Define the options."""
        parser.add_argument(
            "--from",
            dest="source",
            type=Path,
            required=True,
            help="a backup, or a folder of backups (the newest)",
        )
        parser.add_argument("--into", required=True, help="an empty database, in the form of DATABASE_URL")
        parser.add_argument("--media", type=Path, help="an empty or new folder for the stored files")
        parser.add_argument("--create", action="store_true", help="make the database first")
        parser.add_argument(
            "--anchors", type=Path, default=settings.AUDIT_ANCHOR_DIR, help="default: AUDIT_ANCHOR_DIR"
        )
        parser.add_argument(
            "--takes-over",
            action="store_true",
            help="this is the site from now on: note in the folder of the anchors where its audit trail goes on",
        )

    def handle(
        self,
        *args: Any,
        source: Path,
        into: str,
        media: Path | None,
        create: bool,
        anchors: Path,
        takes_over: bool,
        **options: Any,
    ) -> None:
        """Restore, compare, and say how long each step took."""
        try:
            address = servers.address_of(into)
            found = restoring.newest(source.absolute())
            if create:
                servers.create_database(address)
            result = restoring.restore(
                source=found,
                into=address,
                media=media.absolute() if media else None,
                anchors=anchors if anchors.is_dir() else None,
                say=self.stdout.write,
            )
        except (BadBackup, DumpFailed, restoring.NotClean, restoring.NotTheSame, servers.NoProgram) as error:
            raise CommandError(str(error)) from error
        except ValueError as error:
            raise CommandError(f"--into: {error}") from error
        if result.manifest.media_lost:
            self.stdout.write(
                f"{len(result.manifest.media_lost)} stored files were lost before the backup was made"
            )
        if takes_over:
            now = timezone.now()
            heads = [head for head in result.manifest.heads if head.seq]
            lines = [audit_anchors.Line(now, audit_anchors.RESTORED, h.scope, h.seq, h.hash) for h in heads]
            if lines:
                self.stdout.write(
                    f"noted in {audit_anchors.append(anchors, lines)} where the audit trail goes on"
                )
