"""App configuration."""

from apps.core.apps import RegisteringConfig


class TrainingConfig(RegisteringConfig):
    """See docs/architecture.md for what belongs here."""

    name = "apps.training"
