"""Who may open the papers about surveys: whoever sees the survey inside, also the auditor; staff have no business."""

from typing import Any

from tests.access.feedback import ROLES
from tests.reports.surveyed import ended_period

ROUTES: dict[str, dict[str, int]] = {
    "reports:survey-index": {
        **dict.fromkeys(ROLES, 403),
        "anonymous": 302,
        "appraiser": 200,
        "auditor": 200,
    },
    "reports:survey-report": {
        **dict.fromkeys(ROLES, 404),
        "anonymous": 302,
        "appraiser": 200,
        "auditor": 200,
    },
    "reports:survey-annex": {**dict.fromkeys(ROLES, 405), "anonymous": 302},
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route: an ended survey of the unit."""
    if name == "reports:survey-index":
        return {}
    return {"period_id": ended_period(world.make_service(unit=world.unit)).pk}
