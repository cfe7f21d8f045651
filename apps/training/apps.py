"""App configuration."""

from apps.core import app_config


class TrainingConfig(app_config.RegisteringConfig):
    """See docs/architecture.md for what belongs here."""

    name = "apps.training"
