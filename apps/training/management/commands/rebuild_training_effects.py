"""Compute what came of programmes and of coaching now, without waiting for the schedule."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.employees.models import Government
from apps.training.services.effects import compute_effects


class Command(BaseCommand):
    """Rebuild the table of effects."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the government."""
        parser.add_argument("--government", default="", help="code of one government; else all")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute government by government, each in its own transaction."""
        governments = Government.objects.order_by("code")
        if options["government"]:
            governments = governments.filter(code=options["government"])
            if not governments.exists():
                raise CommandError(f"There is no government {options['government']!r}.")
        for government in governments:
            rows = compute_effects(government=government, at=timezone.now())
            self.stdout.write(f"{government.code}: {rows} effects")
