"""Who gets what from the pages of assessments/urls/clocks.py: everybody signed in sees what concerns them."""

from typing import Any

_SIGNED_IN = ("staff", "colleague", "appraiser", "stranger", "foreigner", "personnel_officer", "auditor")

ROUTES: dict[str, dict[str, int]] = {
    "assessments:escalation-list": {"anonymous": 302, **dict.fromkeys(_SIGNED_IN, 200)},
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return what the address of a route needs."""
    return {}
