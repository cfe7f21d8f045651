"""Who may open the leadership view; the unit is the one of world.staff."""

from typing import Any

from apps.assessments.models import Period
from apps.supervision.models import UnitFigure

_ROW = {
    "anonymous": 302,
    "staff": 403,
    "colleague": 403,
    "appraiser": 200,
    "stranger": 403,
    "foreigner": 403,
    "personnel_officer": 200,
    "auditor": 200,
}
ROUTES = {
    "supervision:leadership": _ROW,
    "supervision:leadership-unit": _ROW,
    "supervision:leadership-table": _ROW,
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route's address; something is counted, else there is no table."""
    if not Period.objects.filter(cycle__government=world.government).exists():
        world.make_periods()
    period = Period.objects.filter(cycle__government=world.government).order_by("pk").first()
    UnitFigure.objects.get_or_create(unit=world.unit, period=period, reach="tree", job_family="")
    return {"pk": world.unit.pk} if name.endswith("-unit") else {}
