"""Check the audit chains against themselves and against what was noted outside the database."""

import json
import time
from argparse import BooleanOptionalAction
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core import audit_anchors, audit_check
from apps.core.audit_check import Anchor


class Command(BaseCommand):
    """`verify_audit [--anchors DIR | --no-with-anchors] [--anchor FILE] [--write-anchor FILE]`."""

    help = (
        "Check every audit chain and the anchors noted outside the database. "
        "Exit code 1 when an entry was changed, removed or added; each place is printed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Define the options."""
        parser.add_argument(
            "--anchors",
            type=Path,
            default=settings.AUDIT_ANCHOR_DIR,
            help="the folder of the hourly anchors (default: AUDIT_ANCHOR_DIR)",
        )
        parser.add_argument("--with-anchors", action=BooleanOptionalAction, default=True)
        parser.add_argument("--anchor", type=Path, help="also compare with heads noted by --write-anchor")
        parser.add_argument("--write-anchor", type=Path, help="note the present heads in this file")

    def handle(
        self,
        *args: Any,
        anchors: Path,
        with_anchors: bool,
        anchor: Path | None,
        write_anchor: Path | None,
        **options: Any,
    ) -> None:
        """Check, print a line per chain and per flaw, and fail if there is any."""
        began = time.monotonic()
        noted = audit_anchors.read_folder(anchors) if with_anchors else audit_anchors.Noted()
        if with_anchors and anchors == settings.AUDIT_ANCHOR_DIR:
            noted.flaws += audit_anchors.missing_from(noted)
        for line in (*noted.remarks, *noted.flaws):
            self.stdout.write(f"anchors: {line}")
        reports = audit_check.verify([*noted.anchors, *(_heads(anchor) if anchor else ())])
        for report in reports:
            state = "ok" if report.is_valid else f"BROKEN at entry {report.broken_seq}"
            begins = f" behind entry {report.left_until}, which left" if report.left_until else ""
            compared = f", {report.anchors} anchors compared" if report.anchors else ""
            self.stdout.write(
                f"{report.scope or '(installation)'}: {report.entries} entries{begins}{compared}, {state}"
            )
            for finding in report.findings:
                self.stdout.write(f"    {finding}")
            if report.flaws > len(report.findings):
                self.stdout.write(f"    and {report.flaws - len(report.findings)} more")
        self.stdout.write(f"read in {time.monotonic() - began:.1f} s")
        if noted.flaws or not all(report.is_valid for report in reports):
            raise CommandError("The audit trail or its anchors have been changed or shortened.")
        if write_anchor:
            heads = {report.scope: (report.head_seq, report.head_hash) for report in reports}
            write_anchor.write_text(json.dumps(heads, indent=1), "utf-8")
            self.stdout.write(f"anchor written to {write_anchor}")


def _heads(path: Path) -> list[Anchor]:
    at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    heads = json.loads(path.read_text("utf-8"))
    return [Anchor(at=at, scope=scope, seq=seq, hash=digest) for scope, (seq, digest) in heads.items()]
