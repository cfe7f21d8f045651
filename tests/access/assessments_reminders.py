"""Who may open the page of one's own reminder of a report, and of the examples beside the question."""

from typing import Any

from apps.assessments.models import EntryExample, Period

ROLES = ("staff", "colleague", "appraiser", "stranger", "foreigner", "personnel_officer", "auditor")

_OFFICE = {"anonymous": 302, **dict.fromkeys(ROLES, 403), "personnel_officer": 200}

ROUTES = {
    "assessments:example-list": _OFFICE,
    "assessments:example-add": _OFFICE,
    # Ready-made: the office of every government writes its own in its place.
    "assessments:example-change": _OFFICE,
    # The period of the tests is over on no day before 2100: see kwargs.
    "assessments:reminder-plan": {
        "anonymous": 302,
        **dict.fromkeys(ROLES, 200),
        "foreigner": 404,
        "personnel_officer": 403,
        "auditor": 403,
    },
    "assessments:reminder-forget": {"anonymous": 302, **dict.fromkeys(ROLES, 405)},
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route's address."""
    if name in {"assessments:example-list", "assessments:example-add"}:
        return {}
    if name == "assessments:example-change":
        return {"pk": EntryExample.objects.filter(government=None).order_by("pk")[0].pk}
    period = Period.objects.filter(cycle__government=world.government).order_by("pk").first()
    period = period or world.make_periods()[2]
    Period.objects.filter(pk=period.pk).update(closes_at="2099-12-31T00:00:00Z")
    return {"period_id": period.pk}
