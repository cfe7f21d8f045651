"""`manage.py replay_evaluations --year 2026 [--government kendari]`: does every result follow from what was stored?"""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.assessments.services.replay import replay_year
from apps.employees.models import Government


class Command(BaseCommand):
    help = "Recompute all evaluations of a year from their stored inputs and report every difference (exit code 1)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the year, and one government if not all are meant."""
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--government", default="", help="code of one government")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line per difference, then the counts."""
        code = options["government"]
        if code and not Government.objects.filter(code=code).exists():
            raise CommandError(f"unknown government {code}")
        seen = different = 0
        reasons: Counter[str] = Counter()
        incomplete = 0
        for row in replay_year(options["year"], code):
            seen += 1
            for difference in row.found.differences:
                self.stdout.write(
                    f"evaluation {row.evaluation_id}: {difference.what} is {difference.stored}, "
                    f"expected {difference.expected}"
                )
            different += bool(row.found.differences)
            incomplete += bool(row.found.not_replayable)
            reasons.update(set(row.found.not_replayable))
        self.stdout.write(f"evaluations: {seen}")
        self.stdout.write(f"with differences: {different}")
        self.stdout.write(f"not replayable in part: {incomplete}")
        for reason, count in sorted(reasons.items()):
            self.stdout.write(f"  {reason}: {count}")
        if different:
            raise CommandError(f"{different} evaluations differ from their inputs", returncode=1)
