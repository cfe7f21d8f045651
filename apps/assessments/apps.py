"""App configuration."""

from apps.core.apps import RegisteringConfig


class AssessmentsConfig(RegisteringConfig):
    """See docs/architecture.md for what belongs here."""

    name = "apps.assessments"
