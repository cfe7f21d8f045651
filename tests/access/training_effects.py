"""Who may open the page "does it work?"."""

from typing import Any

ROUTES = {
    "training:effects": {
        "anonymous": 302,
        "staff": 403,
        "colleague": 403,
        "appraiser": 200,
        "stranger": 403,
        "foreigner": 403,
        "personnel_officer": 200,
        "auditor": 200,
    },
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route's address."""
    return {}
