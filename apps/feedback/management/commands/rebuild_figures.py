"""Add up surveys again from their answers; with --check only say what would be different."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.feedback.models import SurveyPeriod
from apps.feedback.services import results


class Command(BaseCommand):
    """Rebuild the summary tables of surveys."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the service, and whether to look only."""
        parser.add_argument("--service", default="", help="code of one service; else all")
        parser.add_argument("--check", action="store_true", help="change nothing; fail if a number differs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild period by period, each in its own transaction."""
        periods = SurveyPeriod.objects.order_by("pk")
        if options["service"]:
            periods = periods.filter(service__code=options["service"])
            if not periods.exists():
                raise CommandError(f"There is no survey of a service {options['service']!r}.")
        ids = list(periods.values_list("pk", flat=True))
        found = results.rebuild(survey_period_ids=ids, only_check=options["check"])
        for row in found:
            self.stdout.write(f"period {row.survey_period}: {row.what}: {row.stored} -> {row.rebuilt}")
        self.stdout.write(f"{len(ids)} survey periods, {len(found)} numbers differ.")
        if options["check"] and found:
            raise CommandError(
                "Stored figures differ from their answers. Run without --check to rebuild them."
            )
