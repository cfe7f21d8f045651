"""Who may read how the application is taken up, put first steps away, and name helpers."""

from typing import Any

_STAFF = ("staff", "colleague", "appraiser", "stranger", "foreigner")
_OFFICERS = ("personnel_officer", "auditor")
_HELPER = {"anonymous": 302, "staff": 403, "colleague": 403, "appraiser": 200, "personnel_officer": 200}

ROUTES = {
    "supervision:adoption": {"anonymous": 302, **dict.fromkeys((*_STAFF, *_OFFICERS), 200)},
    "supervision:how-scored": {"anonymous": 302, **dict.fromkeys((*_STAFF, *_OFFICERS), 200)},
    "supervision:first-steps-dismiss": {"anonymous": 302, **dict.fromkeys((*_STAFF, *_OFFICERS), 405)},
    "employees:helper-list": _HELPER | {"stranger": 403, "foreigner": 403, "auditor": 403},
    "employees:helper-name": _HELPER | {"stranger": 404, "foreigner": 404, "auditor": 403},
    "employees:helper-end": {"anonymous": 302, **dict.fromkeys((*_STAFF, *_OFFICERS), 405)},
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route's address."""
    return {"pk": world.unit.pk} if "helper-" in name and not name.endswith("list") else {}
