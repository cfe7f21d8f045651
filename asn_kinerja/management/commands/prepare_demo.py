"""Everything between a started database and a usable site, in one process: each Django start costs two seconds."""

import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from apps.employees.models import Government
from tools.messages import compile_catalogs


class Command(BaseCommand):
    """`prepare_demo [--reset]`: migrate, compile messages, load the demo into an empty database."""

    help = "Prepare a demo installation; prints a line LOGIN <role> <login> <password> per demo account."

    def add_arguments(self, parser: CommandParser) -> None:
        """Define the options."""
        parser.add_argument(
            "--reset", action="store_true", help="empty the database first and load the demo again"
        )

    def handle(self, *args: Any, reset: bool, **options: Any) -> None:
        """Prepare the installation.

        :raises CommandError: outside the demo environment; invented people never mix with real ones.
        """
        if not settings.IS_DEMO:
            raise CommandError(
                "Demo data is loaded only where ASN_ENV=demo (see docs/how-to/run-and-test.md)."
            )
        from asn_kinerja.demo import build

        if reset:
            with connection.cursor() as cursor:
                cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        call_command("migrate", interactive=False, verbosity=0)
        compile_catalogs()
        if not Government.objects.exists():
            # Heads of an audit trail that is gone: the new one would not agree with them.
            for noted in settings.AUDIT_ANCHOR_DIR.glob("audit-anchors-*.txt"):
                noted.unlink()
            build.build_demo(say=lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201
        for role, login in build.demo_logins():
            self.stdout.write(f"LOGIN {role} {login} {build.DEMO_PASSWORD}")
