"""Check the audit chains; write or compare anchors kept outside the database."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core import audit


class Command(BaseCommand):
    """`verify_audit [--anchor FILE] [--write-anchor FILE]`."""

    help = "Check every audit chain. Exit code 1 names the first entry that does not fit."

    def add_arguments(self, parser: CommandParser) -> None:
        """Define the options."""
        parser.add_argument("--anchor", type=Path, help="compare with heads noted earlier in this file")
        parser.add_argument("--write-anchor", type=Path, help="note the present heads in this file")

    def handle(self, *args: Any, anchor: Path | None, write_anchor: Path | None, **options: Any) -> None:
        """Check, print a line per chain, and fail on the first broken one."""
        anchors = {}
        if anchor:
            anchors = {scope: tuple(head) for scope, head in json.loads(anchor.read_text("utf-8")).items()}
        reports = audit.verify(anchors)
        for report in reports:
            state = "ok" if report.is_valid else f"BROKEN at entry {report.broken_seq}"
            self.stdout.write(f"{report.scope or '(installation)'}: {report.entries} entries, {state}")
        if not all(report.is_valid for report in reports):
            raise CommandError("The audit trail has been changed or shortened.")
        if write_anchor:
            heads = {report.scope: (report.head_seq, report.head_hash) for report in reports}
            write_anchor.write_text(json.dumps(heads, indent=1), "utf-8")
            self.stdout.write(f"anchor written to {write_anchor}")
