"""App configuration."""

from apps.core.apps import RegisteringConfig


class EmployeesConfig(RegisteringConfig):
    """See docs/architecture.md for what belongs here."""

    name = "apps.employees"
