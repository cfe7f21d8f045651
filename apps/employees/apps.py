"""App configuration."""

from apps.core import app_config


class EmployeesConfig(app_config.RegisteringConfig):
    """See docs/architecture.md for what belongs here."""

    name = "apps.employees"
