"""Print the key of an app that sends reports by Open311."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.feedback.services.open311_keys import key_for


class Command(BaseCommand):
    """`manage.py open311_key NAME`; the name must also stand in the policy feedback.open311_clients as true."""

    help = "Print the api_key of an Open311 client. Allow its name in the policy feedback.open311_clients."

    def add_arguments(self, parser: CommandParser) -> None:
        """The name of the app."""
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        self.stdout.write(key_for(options["name"]))
