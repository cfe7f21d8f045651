"""App configuration."""

from apps.core.apps import RegisteringConfig


class SupervisionConfig(RegisteringConfig):
    """See docs/architecture.md for what belongs here."""

    name = "apps.supervision"
