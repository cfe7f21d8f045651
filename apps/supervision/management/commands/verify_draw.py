"""Recompute a draw from its seed, its frozen list and the audit log."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.supervision.models import ReviewDraw
from apps.supervision.selectors.draw_check import check_draw


class Command(BaseCommand):
    """`verify_draw <id> [<id> ...]`."""

    help = "Recompute draws of ordinary reports. Exit code 1 if anything differs from what is stored."

    def add_arguments(self, parser: CommandParser) -> None:
        """Define the arguments."""
        parser.add_argument(
            "draws", type=int, nargs="+", help="numbers of draws, as in the address of their page"
        )

    def handle(self, *args: Any, draws: list[int], **options: Any) -> None:
        """Recompute, print a line per comparison, and fail if one does not fit."""
        wrong = 0
        for pk in draws:
            draw = ReviewDraw.objects.select_related("period__cycle__government").filter(pk=pk).first()
            if draw is None:
                raise CommandError(f"There is no draw {pk}.")
            state = "drawn" if draw.is_drawn else "not drawn yet"
            late = ", committed late" if draw.is_committed_late else ""
            self.stdout.write(f"draw {pk}: {state}{late}")
            for finding in check_draw(draw):
                wrong += not finding.is_right
                self.stdout.write(f"  {'ok' if finding.is_right else 'DIFFERS'}: {finding.what}")
        if wrong:
            raise CommandError(f"{wrong} comparison(s) differ from what is stored.")
