"""App configuration."""

from apps.core.apps import RegisteringConfig


class ReportsConfig(RegisteringConfig):
    """See docs/architecture.md for what belongs here."""

    name = "apps.reports"
