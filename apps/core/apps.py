"""App configuration."""

from apps.core import app_config


class CoreConfig(app_config.RegisteringConfig):
    """The leaf app."""

    name = "apps.core"
