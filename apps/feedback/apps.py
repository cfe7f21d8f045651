"""App configuration."""

from apps.core.apps import RegisteringConfig


class FeedbackConfig(RegisteringConfig):
    """See docs/architecture.md for what belongs here."""

    name = "apps.feedback"
