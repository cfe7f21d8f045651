"""Puts the triggers in place when a process starts."""

from apps.core import app_config

from . import triggers


class HooksConfig(app_config.RegisteringConfig):
    """Loads `tasks` like any of our apps, and wraps the database."""

    name = "tests.faults.hooks"
    label = "fault_hooks"

    def ready(self) -> None:
        """Register and wrap."""
        super().ready()
        triggers.install()
