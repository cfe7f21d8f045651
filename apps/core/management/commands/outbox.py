"""Looks at the outbox, and takes up again what was given up."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.core import jobs
from apps.core.models import OutboxMessage

ACTOR = "command"


class Command(BaseCommand):
    """`outbox list`, `outbox retry NUMBER...`, `outbox retry --all`, `outbox drop NUMBER --reason TEXT`."""

    help = "List background jobs that were given up after too many tries; take them up again, or drop one for good."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare one subcommand per verb."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="how much waits, and every message that was given up")
        retry = verbs.add_parser("retry", help="take up again what was given up, once its cause is mended")
        retry.add_argument("numbers", nargs="*", type=int)
        retry.add_argument("--all", action="store_true", help="everything that was given up")
        drop = verbs.add_parser("drop", help="say that one message shall never run")
        drop.add_argument("number", type=int)
        drop.add_argument("--reason", required=True, help="why; kept in the audit trail, without names")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the verb says."""
        match options["verb"]:
            case "list":
                self._list()
            case "retry":
                self._retry(options["numbers"], options["all"])
            case "drop":
                self._drop(options["number"], options["reason"].strip())

    def _list(self) -> None:
        waiting = OutboxMessage.objects.filter(done_at__isnull=True, parked_at__isnull=True)
        oldest = waiting.filter(ready_at__lte=timezone.now()).order_by("ready_at").first()
        age = f", oldest {(timezone.now() - oldest.ready_at).total_seconds():.0f} s" if oldest else ""
        self.stdout.write(f"waiting: {waiting.count()}{age}")
        given_up = jobs.parked()
        self.stdout.write(f"given up: {len(given_up)}")
        for row in given_up:
            self.stdout.write(
                f"  {row.pk}  {row.task}  scope={row.scope or '-'}  tries={row.attempts}  {row.last_error}  "
                f"since {row.parked_at:%Y-%m-%d %H:%M} UTC  {row.kwargs}"
            )

    def _retry(self, numbers: list[int], everything: bool) -> None:
        if bool(numbers) == everything:
            raise CommandError("Name the numbers, or say --all.")
        chosen = [row.pk for row in jobs.parked()] if everything else numbers
        for number in chosen:
            try:
                jobs.retry(number, by=ACTOR)
            except jobs.NotParked as error:
                raise CommandError(f"{number} was not given up.") from error
        self.stdout.write(f"taken up again: {len(chosen)}")

    def _drop(self, number: int, reason: str) -> None:
        if not reason:
            raise CommandError("Say why.")
        try:
            jobs.drop(number, by=ACTOR, reason=reason)
        except jobs.NotParked as error:
            raise CommandError(f"{number} was not given up.") from error
        self.stdout.write(f"dropped: {number}")
