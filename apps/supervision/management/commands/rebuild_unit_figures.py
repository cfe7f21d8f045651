"""Count the figures of units again from their sources; with --check only say what would be different."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.employees.models import Government
from apps.supervision.services import unit_figures


class Command(BaseCommand):
    """Rebuild the summary table of the leadership view."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the government, and whether to look only."""
        parser.add_argument("--government", default="", help="code of one government; else all")
        parser.add_argument("--check", action="store_true", help="change nothing; fail if a number differs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild government by government, each in its own transaction."""
        governments = Government.objects.order_by("code")
        if options["government"]:
            governments = governments.filter(code=options["government"])
            if not governments.exists():
                raise CommandError(f"There is no government {options['government']!r}.")
        now = timezone.now()
        differing = 0
        for government in governments:
            if not options["check"]:
                rows = unit_figures.rebuild(government=government, now=now)
                self.stdout.write(f"{government.code}: {rows} rows")
                continue
            found = unit_figures.check(government=government, now=now)
            differing += len(found)
            for row in found:
                family = f" ({row.job_family})" if row.job_family else ""
                self.stdout.write(
                    f"unit {row.unit_id}, period {row.period_id}{family}, {row.reach}: "
                    f"{row.measure}: {row.stored} -> {row.counted}"
                )
            self.stdout.write(f"{government.code}: {len(found)} numbers differ.")
        if differing:
            raise CommandError(
                "Stored figures differ from their sources. Run without --check to rebuild them."
            )
