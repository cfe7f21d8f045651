"""What the configurations of all our apps share. Not in apps.py: Django takes every class it finds there for one."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig


class RegisteringConfig(AppConfig):
    """Load what registers itself, so that every process (web, worker, beat, command) knows the same names."""

    def ready(self) -> None:
        """Import the app's `policies` (definitions of policy values) and `tasks` (job handlers)."""
        for module in ("policies", "tasks"):
            if find_spec(f"{self.name}.{module}"):
                import_module(f"{self.name}.{module}")
