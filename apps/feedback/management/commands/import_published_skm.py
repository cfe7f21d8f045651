"""Load published SKM results and recompute them. See docs/how-to/import-skm.md."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.core.sheets.reading import SheetRefused
from apps.employees.models import Government
from apps.feedback import labels
from apps.feedback.services import published_import


class Command(BaseCommand):
    """`manage.py import_published_skm FILE [--government CODE] [--json]`."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--government", help="code of the government whose offices these are")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the import."""
        government = None
        if options["government"]:
            government = Government.objects.filter(code=options["government"]).first()
            if government is None:
                raise CommandError(f"There is no government {options['government']!r}.")
        if not options["file"].is_file():
            raise CommandError(f"There is no file {options['file']}.")
        try:
            report = published_import.import_published(
                source=options["file"],
                file_name=options["file"].name,
                government=government,
                by=None,
                at=timezone.now(),
            )
        except SheetRefused as refusal:
            params = {
                name: ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
                for name, value in refusal.params.items()
            }
            raise CommandError(labels.FILE_PROBLEMS[refusal.code] % params) from refusal
        rows = [
            {
                "row": kept.row,
                "office": kept.stored.office,
                "region": kept.stored.region,
                "year": kept.stored.year,
                "period": kept.stored.period,
                "regime": kept.stored.regime,
                "published_ikm": _text(kept.stored.published_ikm),
                "published_mutu": kept.stored.published_grade,
                "recomputed_ikm": _text(kept.stored.recomputed_ikm),
                "difference": _text(kept.stored.difference),
                "recomputed_long_weight": _text(kept.stored.recomputed_long),
                "recomputed_short_weight": _text(kept.stored.recomputed_short),
                "recomputed_mutu": kept.stored.recomputed_grade,
                "explanation": kept.stored.explanation,
                "is_new": kept.is_new,
            }
            for kept in report.rows
        ]
        problems = [
            {
                "row": problem.row,
                "column": problem.column,
                "code": problem.code,
                "reason": labels.ROW_PROBLEMS[problem.code] % {"shown": problem.shown},
            }
            for problem in report.problems
        ]
        if options["json"]:
            body = {"read": report.read, "added": report.added, "rows": rows, "problems": problems}
            self.stdout.write(json.dumps(body, ensure_ascii=False, indent=2))
            return
        self.stdout.write(f"{report.read} rows read: {report.added} new, {len(problems)} problems.")
        for row in rows:
            self.stdout.write(
                f"  {row['office']} {row['year'] or ''} {row['period']}: "
                f"published {row['published_ikm'] or '-'}, "
                f"recomputed {row['recomputed_ikm'] or '-'} ({row['explanation']})"
            )
        for problem in problems:
            self.stdout.write(f"  row {problem['row']}, {problem['column']}: {problem['reason']}")


def _text(value: Any) -> str:
    return "" if value is None else str(value)
