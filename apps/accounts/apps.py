"""App configuration."""

from apps.core.apps import RegisteringConfig


class AccountsConfig(RegisteringConfig):
    """See docs/architecture.md for what belongs here."""

    name = "apps.accounts"
