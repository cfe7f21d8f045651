"""`manage.py generate_region --employees 10000 --seed 1`: a synthetic government for measuring; never real people."""

import time
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from asn_kinerja import region


class Command(BaseCommand):
    """Make a region through bulk paths; tables are locked against other writers while it runs."""

    help = "Generate a synthetic government: same seed, same data. Not in production: invented people stay apart."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what decides the data."""
        parser.add_argument("--employees", type=int, required=True, help="how many people (100 or more)")
        parser.add_argument("--seed", type=int, required=True)
        parser.add_argument("--code", default="wilayah", help="code of the government (default: wilayah)")
        parser.add_argument("--year", type=int, default=2026)
        parser.add_argument(
            "--months", type=int, default=6, help="months of use so far, the last one runs (default: 6)"
        )
        parser.add_argument("--as-of", type=date.fromisoformat, help="last day told (default: 15 November)")
        parser.add_argument(
            "--password", default="", help="of the known logins; without one nobody can sign in"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Generate, and say what came of it.

        :raises CommandError: in production, and if the government exists.
        """
        if settings.IS_PRODUCTION:
            raise CommandError("A region of invented people is made only where ASN_ENV is demo or test.")
        wanted = region.Settings(
            employees=options["employees"],
            seed=options["seed"],
            code=options["code"],
            year=options["year"],
            months=options["months"],
            as_of=options["as_of"],
            password=options["password"],
        )
        start = time.monotonic()
        try:
            writer = region.generate(wanted, say=self.stdout.write)
        except region.RegionExists as error:
            raise CommandError(f"There is a government {options['code']!r} already.") from error
        except region.TooSmall as error:
            raise CommandError(f"A region has at least {error} people.") from error
        took = time.monotonic() - start
        self.stdout.write(f"{sum(writer.counts.values())} rows in {took:.1f} s")
        self.stdout.write(f"{took / options['employees'] * 1000:.2f} s per 1,000 people")
        if options["password"]:
            for role, login in region.known_logins().items():
                self.stdout.write(f"LOGIN {role} {login}")
