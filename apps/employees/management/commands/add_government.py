"""Begin with a government: its root unit and the first personnel officer, who does everything else on pages."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from apps.accounts import services as accounts
from apps.core.localtime import local_date
from apps.employees.labels import Role
from apps.employees.models import Government, WorkUnit
from apps.employees.services import organization

ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}


class Command(BaseCommand):
    """`add_government kendari --name "Kota Kendari" --zone WITA --place Kendari --officer petugas@kendari.go.id`."""

    help = "Create a government and its first personnel officer; prints the officer's one-time code, once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Define the options."""
        parser.add_argument("code", help="short name in addresses; never changes")
        parser.add_argument("--name", required=True, help='as on letters, for example "Kota Kendari"')
        parser.add_argument("--zone", required=True, choices=sorted(ZONES))
        parser.add_argument("--place", required=True, help="place named above a signature")
        parser.add_argument("--brand", default="nasional", help="color palette of static/css/tokens.css")
        parser.add_argument("--officer", required=True, help="e-mail or NIP of the first personnel officer")
        parser.add_argument("--officer-name", default="Petugas Kepegawaian")

    @transaction.atomic
    def handle(self, *args: Any, code: str, officer: str, officer_name: str, **options: Any) -> None:
        """Create both and print the code.

        :raises CommandError: if the government exists already.
        """
        if Government.objects.filter(code=code).exists():
            raise CommandError(f"The government {code} exists already.")
        now = timezone.now()
        government = organization.add_government(
            code=code,
            name=options["name"],
            zone=ZONES[options["zone"]],
            place=options["place"],
            brand=options["brand"],
            by=None,
        )
        user = accounts.create_user(login=officer, display_name=officer_name, by=None, scope=code)
        root = WorkUnit.objects.get(government=government, parent=None)
        for role in (Role.PERSONNEL_OFFICER, Role.TRAINING_OFFICER, Role.FEEDBACK_OFFICER):
            organization.assign_role(
                user=user, role=role.value, unit=root, since=local_date(now, government.timezone), by=None
            )
        secret = accounts.issue_activation_code(user=user, by=None, at=now, scope=code)
        self.stdout.write(f"CODE {user.login} {secret}")
