"""Who gets what from the pages of assessments/urls/credit.py."""

from typing import Any

ROUTES: dict[str, dict[str, int]] = {}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return what the address of a route needs."""
    return {}
