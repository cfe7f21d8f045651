"""Who may open the supervision pages; `beranda` stands with the composition root in tests/access/core.py."""

from typing import Any

ROUTES = {
    "supervision:today": {
        "anonymous": 302,
        "staff": 403,
        "colleague": 403,
        "appraiser": 200,
        "stranger": 403,
        "foreigner": 403,
        "personnel_officer": 200,
        "auditor": 200,
    },
    "supervision:my-duties": {
        "anonymous": 302,
        "staff": 403,
        "colleague": 403,
        "appraiser": 200,
        "stranger": 403,
        "foreigner": 403,
        "personnel_officer": 403,
        "auditor": 403,
    },
    "supervision:leader-duties": {
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
