"""Looks at the tables in parts by year, makes a part, and lets an old year leave."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.core import audit_years, partitions

ACTOR = "command"


class Command(BaseCommand):
    """`partitions list`, `partitions make TABLE YEAR`, `partitions leave TABLE YEAR --keep-in FILE`."""

    help = "List the parts of large tables, make the part of a year, or write an old year into a file and drop it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare one subcommand per verb."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="every part with its rows")
        make = verbs.add_parser("make", help="make the part of a year, and move its rows out of the rest")
        leave = verbs.add_parser(
            "leave", help="write a year into a file, then drop it; rows and hash stay as proof"
        )
        for verb in (make, leave):
            verb.add_argument("table", choices=sorted([*partitions.tables(), audit_years.TABLE]))
            verb.add_argument("year", type=int)
        leave.add_argument(
            "--keep-in", type=Path, required=True, help="the file, which must not be there yet"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the verb says."""
        match options["verb"]:
            case "list":
                self._list()
            case "make":
                self._make(options["table"], options["year"])
            case "leave":
                self._leave(options["table"], options["year"], options["keep_in"])

    def _list(self) -> None:
        for table in [*partitions.tables(), audit_years.TABLE]:
            for part in partitions.parts(table):
                years = "rest" if part.year is None else f"{part.since or '...'}-{part.year}"
                self.stdout.write(f"{part.table}  {years}  {partitions.rows_in(part.table)} rows")

    def _make(self, table: str, year: int) -> None:
        if table == audit_years.TABLE:
            self.stdout.write("made" if audit_years.make_year(year) else "there already")
        else:
            self.stdout.write(f"moved out of the rest: {partitions.make_year(table, year)}")

    def _leave(self, table: str, year: int, keep_in: Path) -> None:
        try:
            if table == audit_years.TABLE:
                content = audit_years.leave(year, keep_in=keep_in, by=ACTOR, at=timezone.now())
            else:
                content = partitions.leave(table, year, keep_in=keep_in, by=ACTOR, at=timezone.now())
        except audit_years.TrailNotSound as error:
            raise CommandError(f"The audit trail does not fit, nothing was done: {error}") from error
        except partitions.PartStays as error:
            raise CommandError(
                f"{table} has no part that ends with {year}, an older one is still there, or that year is in use "
                f"(this year and the {partitions.YEARS_IN_USE - 1} before)."
            ) from error
        except FileExistsError as error:
            raise CommandError(f"{keep_in} is there already.") from error
        self.stdout.write(f"{content.rows} rows, SHA-256 {content.sha256}, kept in {keep_in}")
