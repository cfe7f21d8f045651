"""`manage.py import_staff FILE --government CODE [--apply] [--json]`: the import page on the command line."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from apps.employees import import_texts
from apps.employees.labels import ImportStatus
from apps.employees.models import Government, ImportBatch
from apps.employees.services import staff_import


class Command(BaseCommand):
    """See the module's docstring."""

    help = "Check a staff list (XLSX or CSV); with --apply, take over its good rows."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the file, the government and what to do."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--government", required=True, help="code of the government, for example kendari")
        parser.add_argument("--apply", action="store_true", help="take over the good rows")
        parser.add_argument("--json", action="store_true", help="one JSON document instead of text")
        parser.add_argument(
            "--language", default="id", choices=["id", "en"], help="language of the sentences"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, perhaps apply, and report.

        :raises CommandError: if the government or the file is unknown, or the file is refused as a whole.
        """
        path: Path = options["file"]
        government = Government.objects.filter(code=options["government"]).first()
        if government is None:
            known = ", ".join(Government.objects.order_by("code").values_list("code", flat=True)) or "-"
            raise CommandError(f"There is no government {options['government']!r}. Known: {known}")
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}") from error
        with translation.override(options["language"]):
            batch = staff_import.check_file(
                government=government, content=content, file_name=path.name, by=None, at=timezone.now()
            )
            applied = None
            if options["apply"] and batch.status == ImportStatus.CHECKED.value:
                applied = staff_import.apply_batch(batch_id=batch.pk, by=None, at=timezone.now())
                batch.refresh_from_db()
            report = _report(batch, applied)
            self.stdout.write(
                json.dumps(report, ensure_ascii=False, indent=2) if options["json"] else _text(report)
            )
        if batch.status == ImportStatus.REFUSED.value:
            raise CommandError("The file was refused; nothing was changed.")


def _report(batch: ImportBatch, applied: dict[str, int] | None) -> dict[str, Any]:
    report: dict[str, Any] = {
        "batch": batch.pk,
        "government": batch.government.code,
        "status": batch.status,
        "counts": {key: value for key, value in batch.summary.items() if isinstance(value, int)},
        "applied": applied,
        "warnings": [import_texts.warning(found) for found in batch.summary.get("warnings", [])],
        "problems": [],
    }
    if batch.refusal:
        what, todo = import_texts.refusal(batch.refusal)
        report["refusal"] = {"code": batch.refusal["code"], "message": what, "todo": todo}
    for row in batch.rows.exclude(problems=[]).order_by("row_number"):
        for problem in row.problems:
            what, todo = import_texts.row_problem(problem)
            report["problems"].append(
                {
                    "row": row.row_number,
                    "column": import_texts.column_title(problem["column"]),
                    "code": problem["code"],
                    "message": what,
                    "todo": todo,
                    "is_left_out": not row.effect,
                }
            )
    return report


def _text(report: dict[str, Any]) -> str:
    lines = []
    if refusal := report.get("refusal"):
        lines.append(f"{refusal['message']} {refusal['todo']}")
    if counts := report["counts"]:
        lines.append(import_texts.counts_sentence(report["applied"] or counts))
    lines += report["warnings"]
    lines += [
        f"{item['row']} {item['column']}: {item['message']} {item['todo']}" for item in report["problems"]
    ]
    return "\n".join(lines)
