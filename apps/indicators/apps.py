"""App configuration."""

from apps.core.apps import RegisteringConfig


class IndicatorsConfig(RegisteringConfig):
    """See docs/architecture.md for what belongs here."""

    name = "apps.indicators"
